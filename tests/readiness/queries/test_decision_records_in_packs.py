"""Chapter 9: each record as it stood at the moment a pack looks at, whatever became of it since."""

import datetime

import pytest
from django.template.loader import render_to_string

from portal import clock
from portal.actions.documents import Written
from portal.models import AuditEvent
from readiness.actions import decision_records
from readiness.models import DecisionRecord, Service
from readiness.queries.packs import decision_records as chapter
from readiness.queries.packs import moments
from readiness.queries.packs.moments import Moment
from readiness.rules.pack_sections import Mark, Table, Text
from tests.factories import portal
from tests.factories import readiness as things

pytestmark = pytest.mark.django_db


def moment() -> Moment:
    today = clock.now().date()
    return moments.moment(AuditEvent.objects.latest("number"), today - datetime.timedelta(days=90), today, clock.now())


def accepted(service: Service, title: str, **content: object) -> DecisionRecord:
    access = portal.access(service.owner)
    record = decision_records.propose(access, service=service, title=title, written=Written(content))
    decision_records.accept(access, record=record, seen=1)
    return record


def printed(service: Service, at: Moment) -> str:
    """Every word of the chapter, block by block."""
    return "\n".join(str(block) for section in chapter.sections(service, at) for block in section.blocks)


def standing(service: Service, at: Moment) -> dict[str, tuple[str, Mark | None]]:
    (section,) = chapter.sections(service, at)
    table = next(block for block in section.blocks if isinstance(block, Table))
    return {row[0].text: (row[1].text, row[1].mark) for row in table.rows}


def test_a_record_is_printed_with_its_standing_of_then() -> None:
    service = things.service()
    accepted(service, "Retry ten times", decision="Ten times.")
    then = moment()
    accepted(service, "Retry once", decision="Once.", supersedes="1")
    assert standing(service, then) == {"1. Retry ten times": ("Accepted", Mark.GREEN)}
    assert "Ten times." in printed(service, then)
    now = standing(service, moment())
    assert now["1. Retry ten times"] == ("Superseded by 2", Mark.NOT_APPLICABLE)
    assert now["2. Retry once"] == ("Accepted", Mark.GREEN)
    assert "Ten times." not in printed(service, moment())


def test_options_are_printed_with_their_arguments_and_columns_add_up() -> None:
    service = things.service()
    accepted(service, "Retry once", options=[{"option": "Once", "pros": "Short", "cons": "Fails", "taken": "yes"}])
    (section,) = chapter.sections(service, moment())
    tables = [block for block in section.blocks if isinstance(block, Table)]
    assert "Short" in printed(service, moment())
    assert all(sum(column.width for column in table.columns) == 168 for table in tables)


def test_what_somebody_wrote_in_markdown_is_printed_as_its_page_shows_it() -> None:
    service = things.service()
    accepted(service, "Retry once", context="- above **0.92**\n- <script>never</script>")
    (section,) = chapter.sections(service, moment())
    block = next(one for one in section.blocks if isinstance(one, Text) and one.label == "Context")
    shown = render_to_string("readiness/audit_pack/_block_text.html", {"block": block})
    assert "<li>above <strong>0.92</strong></li>" in shown
    assert "<script" not in shown


def test_a_service_without_a_record_has_a_chapter_that_says_so() -> None:
    assert "No architecture decision of this service is on record." in printed(things.service(), moment())
