"""Chapter 11: whose steps a service followed as it stood, and which they were."""

import datetime

import pytest

from incidents.actions import adapted_playbooks, playbooks
from incidents.models import AlertPlaybook
from incidents.queries import playbook_sections as chapter
from portal import clock
from portal.models import AuditEvent
from portal.permissions import Role
from readiness.models import Service
from readiness.queries.packs import moments
from readiness.queries.packs.moments import Moment
from tests.factories import portal, readiness

pytestmark = pytest.mark.django_db
STEPS = ({"title": "Ask Finance", "how": "They see it first."}, {"of": "1", "title": "Find it", "how": "By the bill."})


def moment() -> Moment:
    today = clock.now().date()
    return moments.moment(AuditEvent.objects.latest("number"), today - datetime.timedelta(days=90), today, clock.now())


def printed(service: Service, at: Moment) -> str:
    return "\n".join(str(block) for section in chapter.sections(service, at) for block in section.blocks)


def test_steps_are_printed_as_they_stood_with_who_wrote_them_and_what_they_left_out() -> None:
    playbooks.load()
    service = readiness.service()
    ana = portal.access(portal.member(service.scope.team, Role.CONTRIBUTOR, name="Ana"))
    before = moment()
    playbook = AlertPlaybook.objects.get(key="alert.cost-spike")
    adapted = adapted_playbooks.adapt(
        ana, service=service, playbook=playbook, steps=STEPS, note="Finance is faster.", seen=0
    )
    then = moment()
    adapted_playbooks.use_shipped(ana, adapted=adapted, note="Nobody asked them.", seen=1)

    assert "All were followed as they ship." in printed(service, before)
    stood = printed(service, then)
    for words in (
        *("Cost spike", "Steps of its team", "Finance is faster.", "Ana", "1. Ask Finance", "the team’s own"),
        *("2. Find it", "step 1 that ships", "the team left out: 2. Look for synchronous calls"),
    ):
        assert words in stood, words
    now = printed(service, moment())
    assert "As it ships, again" in now
    assert "Nobody asked them." in now
    assert "Ask Finance" not in now


def test_another_service_follows_what_ships() -> None:
    assert "All were followed as they ship." in printed(readiness.service(), moment())
