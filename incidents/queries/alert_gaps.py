"""What alerts miss in a service: the holes in what covers each."""

import datetime
import zoneinfo
from collections.abc import Iterator

from django.db.models import QuerySet
from django.urls import reverse

from incidents.models import AlertRule
from incidents.queries import coverage
from incidents.rules.coverage import Hole, Missing, Part
from readiness.choices import ItemState
from readiness.models import Service
from readiness.rules.gaps import Gap, at_its_oldest

WORDS = {
    Part.PLAYBOOK: "Choose a playbook for the alert {name}",
    Part.RUNBOOK: "Write a runbook for the alert {name}",
    Part.DRILL: "Drill the runbook of the alert {name}",
    Part.THRESHOLD: "Review the threshold of the alert {name}",
}
"""What is to be done about each hole; a vacant domain is a gap of the ownership already."""
WHY = {
    Part.PLAYBOOK: "Nobody decided before it fires what will be done about it.",
    Part.RUNBOOK: "Whoever is woken by it finds no steps to take.",
    Part.DRILL: "Nobody has shown lately that its runbook works.",
    Part.THRESHOLD: "Nobody has said lately that it fires when it should.",
}


HEAVIEST = at_its_oldest(ItemState.UNANSWERED, critical=False)


def of_services(services: QuerySet[Service], now: datetime.datetime) -> Iterator[tuple[Service, Gap]]:
    """The holes in the cover of these services' alerts; one statement. Who holds a domain is no matter of alerts."""
    rules = coverage.with_cover(AlertRule.objects.filter(service__in=services.order_by(), ended_at=None))
    for row in (coverage.row(rule, {}) for rule in rules):
        for hole in row.holes:
            if hole.part in WORDS:
                yield row.rule.service, _gap(row.rule.service, row.rule, hole, now)


def _gap(service: Service, rule: AlertRule, hole: Missing, now: datetime.datetime) -> Gap:
    since: datetime.datetime = rule.began_at or now  # type: ignore[attr-defined]  # annotated
    if hole.since:
        zone = zoneinfo.ZoneInfo(service.scope.team.time_zone)
        since = max(since, datetime.datetime.combine(hole.since, datetime.time.min, zone))
    return Gap(
        key=f"alert.{rule.public_id}.{hole.part}",
        title=WORDS[hole.part].format(name=rule.name),
        state=ItemState.UNANSWERED if hole.hole == Hole.MISSING else ItemState.YELLOW,
        critical=False,
        since=since,
        url=reverse("incidents:alert_rule", args=[service.slug, rule.public_id]),
        why=WHY[hole.part],
        domain=rule.domain_key,
    )
