"""Which runbooks are to be drilled or reviewed, when, and for whom: rows in one statement."""

import datetime
import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery

from incidents.models import Runbook, RunbookDrill, RunbookRevision
from incidents.models.runbooks import RunbookQuerySet
from incidents.queries import runbooks
from incidents.rules import rehearsals
from portal import clock
from portal.permissions import Access
from portal.rules import freshness
from portal.rules.freshness import Reminder, Stage
from readiness.choices import DrillResult
from readiness.rules import drills

NEAR = datetime.timedelta(days=14)
"""So long before a drill falls due it stands in My work."""


@dataclass(frozen=True)
class RunbookLine:
    """A runbook that waits for its keeper: whether for a review, and by when for a drill; None where it does not.

    `drill_again`: it is the way back, and its steps are others than those that were last drilled.
    """

    runbook: Runbook
    is_to_review: bool
    drill_due_on: datetime.date | None
    is_drill_late: bool
    was_drilled: bool
    drill_again: bool


def with_drills(rows: RunbookQuerySet) -> RunbookQuerySet:
    """With `last_passed`, when somebody last ran it to its end, and `begun_at`, when it was written."""
    passed = RunbookDrill.objects.filter(revision__subject=OuterRef("pk"), drill__result=DrillResult.PASSED)
    newest = passed.order_by("-drill__performed_at").values("drill__performed_at")[:1]
    first = RunbookRevision.objects.filter(subject=OuterRef("pk"), number=1).values("event__at")[:1]
    found: RunbookQuerySet = rows.annotate(last_passed=Subquery(newest), begun_at=Subquery(first))
    return found


def waiting_for(access: Access) -> RunbookQuerySet:
    """The runbooks that this person keeps whose review or drill is late or near, and ways back to be drilled again."""
    now = clock.now()
    review_by = now.date() - datetime.timedelta(days=freshness.DAYS_AFTER[Stage.SOON])
    drilled_before = now + NEAR - datetime.timedelta(days=drills.VALID_DAYS)
    mine = with_drills(runbooks.kept().visible_to(access).filter(keeper=access.person))
    late = Q(last_passed=None) | Q(last_passed__lt=drilled_before)
    wanted = late | Q(review_on__lte=review_by) | changed_since_drill()
    found: RunbookQuerySet = mine.filter(wanted).order_by("review_on", "pk")
    return found


def changed_since_drill() -> Q:
    """The ways back whose steps are others than those that were last run to their end."""
    return Q(is_rollback=True) & ~Q(drilled_digest="") & ~Q(drilled_digest=F("exercised_digest"))


def lines(rows: Iterable[Any], now: datetime.datetime) -> list[RunbookLine]:
    """What each of these rows, read `with_drills`, waits for."""
    return [_line(row, now) for row in rows]


def due(now: datetime.datetime) -> RunbookQuerySet:
    """The runbooks in use at which somebody has to look whether a drill is to be told of, the oldest first."""
    found: RunbookQuerySet = with_drills(runbooks.kept()).filter(drill_remind_at__lte=now)
    return found.order_by("drill_remind_at", "pk")


def due_on(row: Any) -> datetime.date:
    """The day, where its team is, by which a row read `with_drills` is to be run to its end."""
    zone = row.service.team.time_zone
    last = clock.today_in(zone, row.last_passed) if row.last_passed else None
    return rehearsals.next_due(last, clock.today_in(zone, row.begun_at or row.written_at))


def reminder(row: Any, now: datetime.datetime) -> Reminder:
    """What is to be said of its drill at `now`, and when to look again; as of a document's review."""
    since = row.last_passed or row.begun_at or row.written_at
    return freshness.reminder(since, due_on(row), zoneinfo.ZoneInfo(row.service.team.time_zone), now)


def _line(row: Any, now: datetime.datetime) -> RunbookLine:
    day = due_on(row)
    today = clock.today_in(row.service.team.time_zone, now)
    is_near = row.last_passed is None or day <= today + NEAR
    return RunbookLine(
        runbook=row,
        is_to_review=row.review_on <= now.date() - datetime.timedelta(days=freshness.DAYS_AFTER[Stage.SOON]),
        drill_due_on=day if is_near else None,
        is_drill_late=day < today,
        was_drilled=row.last_passed is not None,
        drill_again=row.is_changed_since_drill,
    )
