"""Alerts in an audit pack, chapter 11: what covered each as it stood, and what fired in the period."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Max, Min, Q

from incidents.choices import PlacementAct
from incidents.models import Alert, AlertPlacement, AlertRuleRevision, RunbookRevision
from incidents.queries import alert_placements, coverage
from incidents.rules import references
from portal import revisions
from readiness.models import Service
from readiness.queries.packs.moments import Moment
from readiness.rules.pack_sections import Block, Cell, Column, Mark, Section, Table, Text

CHAPTER = 11
RULES = (
    *(Column("Alert", 52), Column("Playbook", 32), Column("Runbook", 36)),
    *(Column("Answered by", 24), Column("Threshold reviewed", 24)),
)
PLACED = (
    Column("Alert", 56),
    Column("Number", 16, is_number=True),
    Column("What became of it", 56),
    Column("By, when (UTC)", 40),
)
FIRED = (Column("Alert", 66), Column("Fired", 16, is_number=True), Column("First, last (UTC)", 44), Column("State", 42))


def sections(service: Service, at: Moment) -> tuple[Section, ...]:
    """The rules that stood with their cover, the alerts of the period, and who placed some of them: four statements."""
    known = _known(service, at)
    rules = _standing(known.values())
    titles = _runbooks(service, at) if any(rule["runbook"] for rule in rules) else {}
    blocks: list[Block] = [Table(RULES, tuple(_rule(rule, titles) for rule in rules), heading="Alerts and their cover")]
    if not rules:
        blocks = [Text(("No rule for an alert of this service was on record.",), label="Alerts")]
    if fired := _fired(service, at):
        blocks.append(Table(FIRED, tuple(_line(row) for row in fired), heading="Alerts that fired in the period"))
    else:
        blocks.append(Text(("No alert was reported in this period.",), label="Alerts that fired"))
    if placed := _placed(service, at):
        rows = tuple(_placement(row, service, known) for row in placed)
        blocks.append(Table(PLACED, rows, heading="Alerts that people placed in the period"))
    return (Section(CHAPTER, tuple(blocks)),)


def _known(service: Service, at: Moment) -> Mapping[int, Mapping[str, Any]]:
    """What each rule said at the moment, by its key; those that had ended too."""
    known = revisions.as_of(AlertRuleRevision.objects.filter(subject__service=service), at.number)
    return {row.subject_id: json.loads(row.content) for row in known}


def _standing(known: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted((rule for rule in known if not rule["ended"]), key=lambda rule: rule["name"])


def _runbooks(service: Service, at: Moment) -> Mapping[str, str]:
    known = revisions.as_of(RunbookRevision.objects.filter(subject__service=service), at.number)
    rows = known.select_related("subject")
    return {str(row.subject.public_id): json.loads(row.content)["title"] for row in rows}


def _rule(rule: Mapping[str, Any], titles: Mapping[str, str]) -> tuple[Cell, ...]:
    said = f"sev-{rule['severity']}" + (f", {rule['threshold']}" if rule["threshold"] else "")
    domain = coverage.domain_titles().get(rule["domain"], "") if rule["domain"] else "The service’s owner"
    return (
        Cell(rule["name"], second=said),
        _covered(coverage.playbook_titles().get(rule["playbook"], "")),
        _covered(titles.get(rule["runbook"] or "", "")),
        Cell(domain),
        _covered(rule["threshold_reviewed_on"] or "", "Never"),
    )


def _covered(words: str, otherwise: str = "None") -> Cell:
    return Cell(words) if words else Cell(otherwise, mark=Mark.UNANSWERED)


def _fired(service: Service, at: Moment) -> Sequence[Mapping[str, Any]]:
    """By name: how often it fired, from when to when, and how many of it stood at the moment."""
    found = Alert.objects.filter(service=service, starts_at__gte=at.starts, first_told_at__lte=at.at)
    found = found.exclude(alert_placements.came_later(at.number))
    standing = Count("pk", filter=Q(ends_at=None) | Q(ends_at__gt=at.at))
    grouped = (
        found.order_by()
        .values("name")
        .annotate(number=Count("pk"), first=Min("starts_at"), last=Max("starts_at"), standing=standing)
    )
    return list(grouped.order_by("name"))


def _line(row: Mapping[str, Any]) -> tuple[Cell, ...]:
    state = Cell("Firing", mark=Mark.FIRING) if row["standing"] else Cell("Resolved", mark=Mark.DONE)
    last = _minute(row["last"]) if row["number"] > 1 else ""
    return Cell(row["name"]), Cell(str(row["number"])), Cell(_minute(row["first"]), second=last), state


def _placed(service: Service, at: Moment) -> Sequence[Mapping[str, Any]]:
    """What people did with alerts of the service in the period, an act a row, with how many it was done to."""
    found = AlertPlacement.objects.filter(service=service, event_id__lte=at.number, event__at__gte=at.starts)
    said = (
        "alert__name",
        "alert__rule",
        "alert__left_out_reason",
        "alert__incident__number",
        "alert__incident__service",
    )
    acts = found.order_by().values("event", "act", "event__at", "event__actor__name", *said)
    return list(acts.annotate(number=Count("pk")).order_by("event", "alert__name"))


def _placement(row: Mapping[str, Any], service: Service, known: Mapping[int, Mapping[str, Any]]) -> tuple[Cell, ...]:
    match row["act"]:
        case PlacementAct.MATCHED:
            became = Cell("Given to a rule", second=known.get(row["alert__rule"], {}).get("name", ""))
        case PlacementAct.JOINED:
            is_own = row["alert__incident__service"] == service.pk
            label = references.label(row["alert__incident__number"]) if is_own else "of another service"
            became = Cell("Joined to an incident", second=label)
        case _:
            became = Cell("Left out", second=row["alert__left_out_reason"], mark=Mark.LEFT_OUT)
    who = Cell(row["event__actor__name"] or "The portal", second=_minute(row["event__at"]))
    return Cell(row["alert__name"]), Cell(str(row["number"])), became, who


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"
