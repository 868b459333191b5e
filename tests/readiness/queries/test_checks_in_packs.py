"""Recurring checks in an audit pack: as they stood at its moment, whatever was said since."""

import datetime

import pytest

from portal import clock
from portal.models import AuditEvent
from readiness.actions import recurring_checks
from readiness.queries.packs import moments
from readiness.queries.packs import recurring_checks as packed
from readiness.rules.check_results import Told
from readiness.rules.pack_sections import Mark, Section, Table
from tests.factories import checks, portal
from tests.factories.checks import day

pytestmark = pytest.mark.django_db
DRIFT = "weekly.drift-alerts"


def chapter(of: checks.Watched, until: datetime.datetime) -> Section:
    event = AuditEvent.objects.filter(at__lte=until).latest("number")
    at = moments.moment(event, datetime.date(2035, 1, 1), until.date(), until)
    return packed.sections(packed.as_they_stood(of.service, at), at)[0]


def strip(section: Section, key: str) -> list[Mark | None]:
    tables = [block for block in section.blocks if isinstance(block, Table) and not block.heading]
    row = next(row for table in tables for row in table.rows if row[0].second == key)
    return [cell.mark for cell in row[1:]]


def say(of: checks.Watched, period: str, told: Told, at: datetime.datetime) -> None:
    with clock.at(at):
        row = of.check(DRIFT, period)
        recurring_checks.answer(portal.access(of.ana), occurrence=row, told=told, revision=row.revision)


def test_a_strip_shows_each_period_and_words_what_did_not_pass() -> None:
    of = checks.opened(day(9))
    say(of, "2035-W02", Told("pass"), day(13))  # a day late
    with clock.at(day(23)):
        recurring_checks.open_due(day(23))
    say(of, "2035-W04", Told("fail", "Two flags, one unexplained."), day(24))
    found = chapter(of, day(25))
    assert strip(found, DRIFT) == [Mark.LATE, Mark.MISSED, Mark.FAILED]
    assert strip(found, "weekly.cost-trend") == [Mark.MISSED, Mark.MISSED, Mark.NOT_DUE]
    (words,) = [block for block in found.blocks if isinstance(block, Table) and block.heading]
    failed = next(row for row in words.rows if row[0].second == f"{DRIFT}, 2035-W04")
    assert (failed[2].text, failed[3].text) == ("Ana", "Two flags, one unexplained.")


def test_what_was_said_after_the_moment_is_not_in_the_pack() -> None:
    of = checks.opened(day(9))
    say(of, "2035-W02", Told("fail", "Open flags."), day(10))
    say(of, "2035-W02", Told("pass", "Closed them."), day(11, 18))
    assert strip(chapter(of, day(10, 23)), DRIFT) == [Mark.FAILED]
    assert strip(chapter(of, day(11, 23)), DRIFT) == [Mark.DONE]


def test_a_service_that_owed_nothing_says_so() -> None:
    of = checks.watched()
    (block,) = chapter(of, day(5)).blocks
    assert "No check was owed" in str(block)
