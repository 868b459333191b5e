"""What alerts say to a launch and to a service's gaps."""

import datetime
import zoneinfo
from collections.abc import Sequence
from urllib.parse import quote

from django.urls import reverse

from incidents.choices import AlertState
from incidents.models import Alert, AlertRule, AlertSource
from incidents.queries import coverage
from incidents.rules.coverage import Hole, Missing, Part
from readiness.choices import EnvironmentKind, ItemState, TriggerState
from readiness.models import Deployment, Environment, Release, Service
from readiness.rules.gaps import Gap
from readiness.rules.triggers import TITLES, Detail, Key, Trigger

SHOWN = 5
ENVIRONMENT_LABELS = ("environment", "env")
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


def unusual_metrics(release: Release, environment: Environment, now: datetime.datetime) -> Sequence[Trigger]:
    """Fires while an alert of the service stands there; nothing where no source of alerts is connected.

    An alert that names no environment is one of production. Two statements at the most where one fires, three else.
    """
    service = release.service
    standing = Alert.objects.filter(service=service, state=AlertState.FIRING).order_by("starts_at", "pk")
    firing = [alert for alert in standing[:200] if _stands_in(alert, environment)]
    if firing:
        return [_firing(service, firing, now)]
    team = service.scope.team_id
    heard = AlertSource.objects.filter(team_id=team, revoked_at=None, last_post_at__isnull=False)
    if not heard.exists():
        return []
    state, facts = TriggerState.CLEAR, "No alert fires."
    if not Deployment.objects.filter(environment=environment).exists():
        state, facts = TriggerState.NOT_APPLICABLE, f"Not applicable: nothing was deployed to {environment.name} yet."
    return [_trigger(service, state, facts, now)]


def _stands_in(alert: Alert, environment: Environment) -> bool:
    named = next((alert.labels[name] for name in ENVIRONMENT_LABELS if alert.labels.get(name)), "")
    if named:
        return named.casefold() in (environment.name.casefold(), str(environment.kind).casefold())
    return environment.kind == EnvironmentKind.PRODUCTION


def _firing(service: Service, alerts: Sequence[Alert], now: datetime.datetime) -> Trigger:
    many = f"{len(alerts)} alerts fire" if len(alerts) > 1 else "One alert fires"
    found = _trigger(service, TriggerState.FIRING, f"{many}: {', '.join(alert.name for alert in alerts[:SHOWN])}.", now)
    details = tuple(Detail(alert.name, ItemState.RED, alert.summary[:200], found.url) for alert in alerts[:SHOWN])
    return Trigger(**{**vars(found), "details": details})


def _trigger(service: Service, state: TriggerState, facts: str, now: datetime.datetime) -> Trigger:
    url = f"{reverse('incidents:alerts')}?service={quote(service.slug)}"
    return Trigger(str(Key.UNUSUAL_METRICS), TITLES[Key.UNUSUAL_METRICS], state, facts, "Alerts", now, url=url)


def gaps(service: Service, now: datetime.datetime) -> list[Gap]:
    """The holes in the cover of a service's alerts; one statement. Who holds a domain is no matter of alerts."""
    rules = coverage.with_cover(AlertRule.objects.filter(service=service, ended_at=None))
    rows = [coverage.row(rule, {}) for rule in rules]
    return [_gap(service, row.rule, hole, now) for row in rows for hole in row.holes if hole.part in WORDS]


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
