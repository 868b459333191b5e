"""Alerts in an audit pack, chapter 11: what covered each as it stood, and what fired in the period."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Max, Min, Q

from incidents.models import Alert, AlertRuleRevision, RunbookRevision
from incidents.queries import coverage
from portal import revisions
from readiness.models import Service
from readiness.queries.packs.moments import Moment
from readiness.rules.pack_sections import Block, Cell, Column, Mark, Section, Table, Text

CHAPTER = 11
RULES = (
    *(Column("Alert", 52), Column("Playbook", 32), Column("Runbook", 36)),
    *(Column("Answered by", 24), Column("Threshold reviewed", 24)),
)
FIRED = (Column("Alert", 66), Column("Fired", 16, is_number=True), Column("First, last (UTC)", 44), Column("State", 42))


def sections(service: Service, at: Moment) -> tuple[Section, ...]:
    """The rules that stood at the moment with their cover, and the alerts of the period: three statements."""
    rules = _rules(service, at)
    titles = _runbooks(service, at) if any(rule["runbook"] for rule in rules) else {}
    blocks: list[Block] = [Table(RULES, tuple(_rule(rule, titles) for rule in rules), heading="Alerts and their cover")]
    if not rules:
        blocks = [Text(("No alert of this service was known by a rule.",), label="Alerts")]
    if fired := _fired(service, at):
        blocks.append(Table(FIRED, tuple(_line(row) for row in fired), heading="Alerts that fired in the period"))
    else:
        blocks.append(Text(("No alert was told in this period.",), label="Alerts that fired"))
    return (Section(CHAPTER, tuple(blocks)),)


def _rules(service: Service, at: Moment) -> list[Mapping[str, Any]]:
    known = revisions.as_of(AlertRuleRevision.objects.filter(subject__service=service), at.number)
    contents = [json.loads(row.content) for row in known]
    return sorted((content for content in contents if not content["ended"]), key=lambda content: content["name"])


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


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"
