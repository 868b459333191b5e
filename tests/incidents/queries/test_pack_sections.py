"""Chapter 11: the incidents of a period as they stood, the steps that were done, and what was learnt."""

import datetime

import pytest

from incidents.actions import incident_states, playbooks
from incidents.queries import pack_sections
from portal import clock
from portal.models import AuditEvent
from readiness.models import Service
from readiness.queries.packs import moments
from readiness.queries.packs.moments import Moment
from tests.factories import incidents, portal, readiness

pytestmark = pytest.mark.django_db


def moment() -> Moment:
    today = clock.now().date()
    return moments.moment(AuditEvent.objects.latest("number"), today - datetime.timedelta(days=90), today, clock.now())


def printed(service: Service, at: Moment) -> str:
    return "\n".join(str(block) for section in pack_sections.sections(service, at) for block in section.blocks)


def test_an_incident_is_printed_as_it_stood_with_its_steps_and_what_was_learnt() -> None:
    playbooks.load()
    service = readiness.service()
    incident = incidents.declared(service, playbook="alert.cost-spike")
    then = moment()
    incidents.explained(incidents.resolved(incident))
    incident_states.move(portal.access(service.owner), incident=incident, to="closed")
    assert "INC-0001  Answers come late" in printed(service, then)
    assert "not ended" in printed(service, then)
    assert "A cache without a limit." not in printed(service, then)
    now = printed(service, moment())
    for words in ("Closed", "playbook: cost spike", "Looked at, and it passed.", "A cache without a limit."):
        assert words in now, words


def test_a_period_without_incidents_says_so() -> None:
    assert "No incident of this service was open" in printed(readiness.service(), moment())
