"""Recorded drills: the list of a service, and whether each still counts."""

import datetime

from django.db.models import Exists, QuerySet

from portal import clock
from readiness.models import Drill, Service
from readiness.queries import counting_evidence, drill_ends, way_back
from readiness.rules import drills as rules


def of_service(service: Service, until: datetime.datetime | None = None) -> QuerySet[Drill]:
    """The drills of a service with what their list shows, those known at a moment: one statement.

    `ended` says that a newer one of the same way back did not pass.
    """
    known = Drill.objects.filter(service=service)
    if until is not None:
        known = known.filter(recorded_at__lte=until, performed_at__lte=until)
    related = ("environment", "performed_by", "recorded_by", "attachment", "release")
    return known.annotate(ended=Exists(drill_ends.newer_failed(until=until))).select_related(*related)


def standing(drill: Drill, service: Service, now: datetime.datetime) -> tuple[str, datetime.date]:
    """Why a drill of the service does not prove the way back today, "" where it does; and its last day."""
    return standing_on(drill, service, clock.today_in(service.team.time_zone, now), way_back.digest(service))


def standing_on(drill: Drill, service: Service, day: datetime.date, proven: str) -> tuple[str, datetime.date]:
    """The same on a day of the team's calendar; `proven` is the digest of the way back then (`queries.way_back`)."""
    facts = counting_evidence.drill_facts(drill, service.team.time_zone)
    ended = rules.ENDED if getattr(drill, "ended", False) else ""
    return rules.refusal(facts, proven, day) or ended, rules.valid_until(facts.performed_on)
