"""Runbooks: the list, those of a service with their drills, and what they add to the way back."""

import datetime
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery

from incidents.models import AlertRule, Runbook, RunbookDrill, RunbookReview, RunbookRevision
from incidents.models.runbooks import RunbookQuerySet
from incidents.rules import rehearsals
from incidents.rules import runbooks as rules
from incidents.rules.rehearsals import Rehearsal
from portal import canonical, clock
from portal.models import User
from portal.permissions import Access
from portal.queries import documents
from readiness.choices import DrillResult, ServiceState
from readiness.extension_points import EvidenceDocument
from readiness.models import Drill, Service
from readiness.queries import drills as drill_queries
from readiness.queries import way_back as way_backs
from readiness.rules import drills as drill_rules

WAY_BACK = "runbook"
"""The name under which readiness knows what a runbook adds to the way back."""


def listed(access: Access) -> RunbookQuerySet:
    """The runbooks this person may see, the one longest overdue for review first: one statement."""
    of_it = RunbookDrill.objects.filter(revision__subject=OuterRef("pk")).order_by("-drill__performed_at")
    found = Runbook.objects.visible_to(access).annotate(
        drilled_at=Subquery(of_it.values("drill__performed_at")[:1]),
        drill_result=Subquery(of_it.values("drill__result")[:1]),
        drill_minutes=Subquery(of_it.values("drill__minutes")[:1]),
    )
    related = ("service__scope__team", "keeper", "written_by", "reviewed_by")
    return found.select_related(*related).order_by("review_on", "pk")


def standing_revision(runbook: Runbook) -> RunbookRevision:
    """The revision of a runbook that stands: one statement."""
    found = RunbookRevision.objects.select_related("subject__service__scope")
    return found.get(subject=runbook, number=runbook.revision)


def kept() -> RunbookQuerySet:
    """Every runbook in use of a service that is not retired, with what reminding of its review needs."""
    found = Runbook.objects.in_use().exclude(service__state=ServiceState.RETIRED)
    return found.select_related("service__scope__team", "keeper")


def stale() -> Q:
    """Which runbooks are stale today (UTC)."""
    return Q(review_on__lt=clock.now().date())


def undrilled(now: datetime.datetime) -> Q:
    """Which runbooks nobody has run to the end within the days that a drill counts."""
    since = now - datetime.timedelta(days=drill_rules.VALID_DAYS)
    passed = RunbookDrill.objects.filter(
        revision__subject=OuterRef("pk"), drill__result=DrillResult.PASSED, drill__performed_at__gte=since
    )
    return ~Q(Exists(passed))


@dataclass(frozen=True)
class DrillLine:
    """A drill of a runbook: which revision it exercised, why it does not count now ("" where it does), its last day."""

    drill: Drill
    revision: int
    refusal: str
    until: datetime.date
    kept_time: str


@dataclass(frozen=True)
class Drills:
    """What drills say of a runbook: each, the newest first; who can run it; when the next one is due (None: now)."""

    lines: Sequence[DrillLine]
    people: Sequence[tuple[User, datetime.date]]
    due_on: datetime.date | None
    today: datetime.date

    @property
    def last(self) -> DrillLine | None:
        """The newest one."""
        return self.lines[0] if self.lines else None

    @property
    def longest(self) -> Decimal:
        """The most minutes that one took, for bars of one length."""
        return max((line.drill.minutes for line in self.lines), default=Decimal(1))

    @property
    def is_due(self) -> bool:
        """Whether none counts now."""
        return self.due_on is None


def drills_of(runbook: Runbook, now: datetime.datetime) -> Drills:
    """The drills of a runbook: one statement, two for the way back."""
    rows = RunbookDrill.objects.filter(revision__subject=runbook).select_related(
        "revision", "drill__environment", "drill__performed_by", "drill__attachment"
    )
    found = list(rows.order_by("-drill__performed_at", "-drill__pk"))
    zone = runbook.service.team.time_zone
    today = clock.today_in(zone, now)
    proven = way_backs.digest(runbook.service) if runbook.is_rollback and found else ""
    told = [_rehearsal(row.drill, runbook, today, proven) for row in found]
    lines = [
        DrillLine(
            row.drill,
            row.revision.number,
            one.refusal,
            drill_rules.valid_until(one.day),
            rehearsals.kept_time(one.minutes, runbook.target_minutes),
        )
        for row, one in zip(found, told, strict=True)
    ]
    by_key = {row.drill.performed_by_id: row.drill.performed_by for row in found}
    people = [(by_key[key], day) for key, day in rehearsals.can_run(told).items()]
    return Drills(lines, people, rehearsals.due_on(told), today)


def alerts_to(runbook: Runbook) -> list[AlertRule]:
    """The alerts that lead to a runbook, by name: one statement."""
    return list(runbook.alert_rules.filter(ended_at=None).order_by("name"))


def as_evidence(service: Service) -> list[EvidenceDocument]:
    """The runbooks in use of a service as evidence: one statement."""
    held: Any = service.runbooks.in_use().annotate(last_review_at=documents.last_review_at(RunbookReview))
    return [
        EvidenceDocument(
            public_id=row.public_id,
            title=str(row),
            revision=row.revision,
            digest=row.content_digest,
            url=f"{row.get_absolute_url()}?revision={row.revision}",
            seen_on=documents.seen_on(row, service.team.time_zone),
            is_stale=row.freshness.is_stale,
        )
        for row in held.select_related("service").order_by("title")
    ]


def _rehearsal(drill: Drill, runbook: Runbook, today: datetime.date, proven: str) -> Rehearsal:
    day = clock.today_in(runbook.service.team.time_zone, drill.performed_at)
    told = Rehearsal(drill.performed_by_id, day, drill.result, drill.minutes)
    if runbook.is_rollback:
        return replace(told, refusal=drill_queries.standing_on(drill, runbook.service, today, proven)[0])
    return replace(told, refusal=rehearsals.refusal(told, today))


def way_back_row(service: OuterRef) -> Subquery:
    """The content of the rollback runbook that stands, to be read along in another statement."""
    standing = Runbook.objects.in_use().filter(service=service, is_rollback=True)
    return Subquery(standing.values("content")[:1])


def way_back_of_row(content: Mapping[str, Any] | None) -> str:
    """What that content adds to the way back; "" without one."""
    return "" if content is None else content_digest(content)


def way_back(service: Service, at: datetime.datetime | None) -> str:
    """What the rollback runbook adds to the way back: the digest of what a drill of it carries out; "" without one.

    One statement. At a moment of the past it is what the revisions of then say.
    """
    if at is None:
        rows: Iterable[Mapping[str, Any]] = (
            service.runbooks.in_use().filter(is_rollback=True).values_list("content", flat=True)[:1]
        )
        return next((content_digest(content) for content in rows), "")
    last = RunbookRevision.objects.filter(subject__service=service, event__at__lte=at).order_by("subject", "-number")
    stood: dict[int, dict[str, Any]] = {}
    for subject, content in last.values_list("subject", "content"):
        stood.setdefault(subject, json.loads(content))
    then = (one["fields"] for one in stood.values() if one["is_rollback"] and not one["retired"])
    return next((content_digest(content) for content in then), "")


def exercised_digest(revision: RunbookRevision) -> str:
    """The digest of what a drill of this revision carries out."""
    return content_digest(json.loads(revision.content)["fields"])


def last_passed_digest(runbook: Runbook) -> str:
    """The digest of what the last drill of it that passed carried out; "" where none did: one statement."""
    passed = RunbookDrill.objects.filter(revision__subject=runbook, drill__result=DrillResult.PASSED)
    last = passed.select_related("revision").order_by("-drill__performed_at", "-drill__pk").first()
    return exercised_digest(last.revision) if last else ""


def content_digest(content: Mapping[str, Any]) -> str:
    """The digest of what a drill of this content carries out."""
    return canonical.digest(rules.exercised(content))
