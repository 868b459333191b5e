"""Chapter 13: every entry of the period, and an act on many things in one line."""

import pytest

from portal import clock
from portal.models import AuditEvent
from readiness.queries.packs import moments
from readiness.queries.packs.trail import trail
from tests.factories import next_release

pytestmark = pytest.mark.django_db


def test_an_act_on_many_things_is_counted_on_the_page_and_named_in_the_data() -> None:
    scene = next_release.scene()
    scene.next_review()
    now = clock.now()
    at = moments.moment(AuditEvent.objects.latest("number"), now.date(), now.date(), now)

    found = trail(scene.service, at)

    (carried,) = [event for event in found.events if event.printed.startswith("carried") and "review" in event.printed]
    assert carried.printed.endswith(" items over from review 1")
    assert carried.sentence.count("“") == int(carried.printed.split()[1]) > 3
    assert found.is_shortened
    assert {event.in_short for event in found.events if len(event.sentence) < 60} == {""}
