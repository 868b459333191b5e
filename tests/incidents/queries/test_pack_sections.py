"""Chapter 11: the incidents of a period as they stood, the steps that were done, and what was learnt."""

import datetime

import pytest

from incidents.actions import incident_states, playbooks, proposals
from incidents.actions.proposals import NewProposal
from incidents.queries import pack_sections
from portal import clock
from portal.models import AuditEvent
from portal.permissions import Role
from readiness.models import Service
from readiness.queries.packs import moments
from readiness.queries.packs.moments import Moment
from readiness.rules.template_additions import AddedPoint
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


def test_what_a_post_mortem_proposed_is_printed_with_what_became_of_it_by_then() -> None:
    service = readiness.service()
    account = incidents.explained(incidents.resolved(incidents.declared(service)))
    assert "Proposed for the checklists" not in printed(service, moment())
    access, administrator = portal.access(service.owner), portal.access(portal.member(None, Role.ADMINISTRATOR))
    texts = ("Every cache has a limit", "Every cache has a switch", "Every cache has an owner")
    taken, declined, _ = (
        proposals.propose(access, post_mortem=account, new=NewProposal("deployment", text, "Learnt.", "perf.caching"))
        for text in texts
    )
    then = moment()
    added = AddedPoint("perf.caching", taken.text)
    proposals.accept(administrator, proposal=taken, addition=added, reason="Learnt.")
    proposals.decline(administrator, proposal=declined, reason="It is asked already.")

    stood, now = printed(service, then), printed(service, moment())
    assert stood.count("nobody settled it yet") == 3
    assert now.count("nobody settled it yet") == 1
    for words in (*texts, "1.0+1", "perf.caching, point 5", administrator.person.name, "It is asked already."):
        assert words in now, words
    assert administrator.person.name not in stood


def test_a_period_without_incidents_says_so() -> None:
    assert "No incident of this service was open" in printed(readiness.service(), moment())
