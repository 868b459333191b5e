"""A pack prints an incident that proves an item as it was signed: by its revision and digest, whatever became of it."""

import pytest

from portal import clock
from portal.models import AuditEvent
from readiness.actions import evidence
from readiness.models import ItemAnswer, Review, Service
from readiness.queries.packs import moments, services
from readiness.queries.packs.signatures import Meanings
from readiness.rules.pack_reviews import Item
from tests.factories import incidents, readiness
from tests.factories import reviews as made
from tests.factories.days import today

pytestmark = pytest.mark.django_db

ITEM = "env.configuration"


def item(review: Review) -> ItemAnswer:
    return made.answer(review, ITEM)


def printed(service: Service, number: int) -> tuple[Item, str]:
    """The item as the chapter of its review prints it at an event, and what the chapter of incidents says."""
    at = moments.moment(AuditEvent.objects.get(number=number), today(-7), today(), clock.now())
    found = services.chapters(service, at, Meanings())
    rows = [row for row in found.reviews[0].items if row.key == ITEM]
    return rows[0], "\n".join(str(block) for section in found.sections for block in section.blocks)


def test_it_stands_beside_the_sign_off_as_it_was_when_that_was_given() -> None:
    service = readiness.service()
    engineer, approver = made.people(service)
    review, incident = made.started(service), incidents.declared(service)
    piece = evidence.attach_document(engineer, answer=item(review), kind="Incident", document=incident.public_id)
    made.green(engineer, item(review))
    signed = made.signed(approver, item(review))
    then = AuditEvent.objects.latest("number").number
    stood = incidents.again(incident).content_digest
    over = incidents.resolved(incident)
    assert over.content_digest != stood, "it went on"

    for number, state in ((then, "Investigating"), (AuditEvent.objects.latest("number").number, "Resolved")):
        row, sections = printed(service, number)
        shown = next(one for one in row.evidence if one.digest == piece.digest)
        assert (shown.name, shown.digest) == ("INC-0001, Answers come late, revision 1", stood)
        assert (shown.link, shown.remarks) == (piece.url, ())
        assert (row.state, [one.signature.digest for one in row.signoffs]) == ("green", [signed.content_digest])
        assert "INC-0001  Answers come late" in sections
        assert state in sections
