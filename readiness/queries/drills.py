"""Recorded drills: the list of a service, and whether each still counts."""

import datetime

from django.db.models import QuerySet

from portal import canonical, clock
from readiness.models import Drill, Service
from readiness.queries import answers as answer_queries
from readiness.rules import drills as rules


def of_service(service: Service) -> QuerySet[Drill]:
    """The drills of a service with what their list shows: one statement."""
    return service.drills.select_related("environment", "performed_by", "recorded_by", "attachment", "release")


def refusal(drill: Drill, way_back_digest: str, today: datetime.date) -> str:
    """Why a drill does not prove the way back today; "" where it does."""
    return rules.refusal(answer_queries.drill_facts(drill), way_back_digest, today)


def standing(drill: Drill, service: Service, now: datetime.datetime) -> tuple[str, datetime.date]:
    """The same with its last day, for one drill of a service."""
    today = clock.today_in(service.team.time_zone, now)
    words = refusal(drill, canonical.digest(service.way_back), today)
    return words, rules.valid_until(answer_queries.drill_facts(drill).performed_on)
