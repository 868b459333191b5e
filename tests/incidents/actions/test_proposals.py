"""What a post-mortem proposes is taken into a checklist or declined, once; its page says who has not answered it."""

import pytest
from django.test import Client
from django.urls import reverse

from incidents.actions import proposals
from incidents.actions.proposals import NewProposal
from incidents.choices import ProposalState
from incidents.models import Proposal
from incidents.queries import proposals as queries
from portal.errors import Conflict, DomainError, NotPermitted
from portal.models import AuditEvent, Notification, User
from portal.permissions import Role
from readiness.actions import answers, reviews
from readiness.choices import ServiceState
from readiness.models import Service
from readiness.queries import template_versions
from readiness.rules.template_additions import AddedItem, AddedPoint
from tests.factories import incidents as factory
from tests.factories import portal, readiness

pytestmark = pytest.mark.django_db

TEXT, WHY = "What is cached for one tenant is never served to another", "The review asks for the hit rate."
ADDED = AddedPoint("perf.caching", TEXT, "caching")


@pytest.fixture
def service() -> Service:
    return readiness.service(name="Support copilot", caching=True)


@pytest.fixture
def administrator() -> User:
    return portal.member(None, Role.ADMINISTRATOR)


@pytest.fixture
def proposal(service: Service, administrator: User) -> Proposal:
    post_mortem = factory.explained(factory.resolved(factory.declared(service)))
    new = NewProposal("deployment", TEXT, WHY, "perf.caching")
    return proposals.propose(portal.access(service.owner), post_mortem=post_mortem, new=new)


def accepted(proposal: Proposal, who: User) -> Proposal:
    return proposals.accept(portal.access(who), proposal=proposal, addition=ADDED, reason=WHY)


def test_it_waits_for_who_publishes_checklists(proposal: Proposal, administrator: User, service: Service) -> None:
    assert Notification.objects.filter(recipient=administrator, kind="proposal").count() == 1
    assert list(queries.waiting_for(portal.access(administrator))) == [proposal]
    assert not queries.waiting_for(portal.access(service.owner))
    browser = Client()
    browser.force_login(administrator)
    assert TEXT in browser.get(reverse("incidents:incidents_waiting")).content.decode()
    accepted(proposal, administrator)
    assert TEXT not in browser.get(reverse("incidents:incidents_waiting")).content.decode()


def test_accepted_it_is_asked_by_the_next_version_and_who_proposed_it_is_told(
    proposal: Proposal, administrator: User, service: Service
) -> None:
    settled = accepted(proposal, administrator)
    kept = Proposal.objects.get(pk=settled.pk)
    assert (kept.state, kept.asked_item, kept.asked_point) == (ProposalState.ACCEPTED, "perf.caching", 5)
    assert kept.accepted_in == template_versions.newest()["deployment"]
    assert Notification.objects.filter(recipient=service.owner, kind="proposal").count() == 1
    assert list(AuditEvent.objects.order_by("-number").values_list("verb", flat=True)[:2]) == [
        "proposal.accepted",
        "template.published",
    ]


def test_declined_it_says_why_and_no_checklist_changes(proposal: Proposal, administrator: User) -> None:
    with pytest.raises(DomainError) as refused:
        proposals.decline(portal.access(administrator), proposal=proposal, reason=" ")
    assert list(refused.value.errors) == ["reason"]
    settled = proposals.decline(portal.access(administrator), proposal=proposal, reason="It is in sec.access already.")
    assert (settled.state, settled.accepted_in) == (ProposalState.DECLINED, None)
    assert template_versions.newest()["deployment"].number == "1.0"


def test_it_is_settled_once(proposal: Proposal, administrator: User) -> None:
    accepted(proposal, administrator)
    with pytest.raises(Conflict, match="it is accepted"):
        proposals.decline(portal.access(administrator), proposal=proposal, reason="No.")
    with pytest.raises(Conflict):
        accepted(proposal, administrator)
    assert template_versions.newest()["deployment"].number == "1.0+1"


def test_only_who_publishes_checklists_settles_it(proposal: Proposal, service: Service) -> None:
    for settle in (accepted, lambda one, who: proposals.decline(portal.access(who), proposal=one, reason="No.")):
        with pytest.raises(NotPermitted):
            settle(proposal, service.owner)


def test_its_page_says_which_services_have_not_answered_it(
    proposal: Proposal, administrator: User, service: Service
) -> None:
    plain, early = readiness.service(name="No cache"), readiness.service(name="Early bird", caching=True)
    hidden = readiness.service(name="Hidden", caching=True, restricted=True)
    for one in (service, plain, early, hidden):
        one.state = ServiceState.LIVE
        one.save()
    started = reviews.start(
        portal.access(early.owner), service=early, kind="deployment", release=readiness.release(early)
    )
    accepted(proposal, administrator)
    assert said(proposal, service.owner) == {
        "Support copilot": "not-asked",
        "Early bird": "not-asked",
        "No cache": "na",
    }
    review = reviews.start(
        portal.access(service.owner), service=service, kind="deployment", release=readiness.release(service)
    )
    assert said(proposal, service.owner)["Support copilot"] == "waiting"
    answer = review.answers.get(item_key="perf.caching")
    answers.mark_point(portal.access(service.owner), answer=answer, number=5, state="ticked", version=0)
    assert said(proposal, service.owner)["Support copilot"] == "answered"
    assert said(proposal, hidden.owner)["Hidden"] == "not-asked"
    reviews.abandon(portal.access(service.owner), review=review, reason="Planned anew.")
    assert said(proposal, service.owner)["Support copilot"] == "not-asked"
    assert started.template_version.number == "1.0"


def said(proposal: Proposal, who: User) -> dict[str, str]:
    reach = queries.reach(portal.access(who), queries.shown(portal.access(who)).get(pk=proposal.pk))
    assert reach is not None
    return {row.service.name: row.state for row in reach.rows}


def test_a_new_item_counts_as_answered_once_it_is_rated(
    service: Service, proposal: Proposal, administrator: User
) -> None:
    item = AddedItem("performance", "tenant-cache", "One tenant each", "w", "h", "e", ("One key a tenant",))
    proposals.accept(portal.access(administrator), proposal=proposal, addition=item, reason=WHY)
    review = reviews.start(
        portal.access(service.owner), service=service, kind="deployment", release=readiness.release(service)
    )
    assert said(proposal, service.owner) == {"Support copilot": "waiting"}
    answer = review.answers.get(item_key="perf.tenant-cache")
    red = {"rating": "red", "version": 0, "text": "Not yet.", "text_version": 0}
    answers.rate_and_describe(portal.access(service.owner), answer=answer, **red)
    assert said(proposal, service.owner) == {"Support copilot": "answered"}


def test_the_forms_settle_it_and_keep_what_was_typed(proposal: Proposal, administrator: User, service: Service) -> None:
    Service.objects.filter(pk=service.pk).update(state=ServiceState.LIVE)
    browser = Client()
    browser.force_login(administrator)
    of = [proposal.public_id]
    page = browser.get(reverse("incidents:proposal_accept", args=of)).content.decode()
    assert "Learnt from INC-0001 of Support copilot" in page
    typed = {"item_key": "perf.caching", "text": "x" * 301, "asked_of": "caching", "reason": "Because."}
    refused = browser.post(reverse("incidents:proposal_accept", args=of), typed)
    assert (refused.status_code, "x" * 301 in refused.content.decode()) == (422, True)
    assert browser.post(reverse("incidents:proposal_accept", args=of), {**typed, "text": TEXT}).status_code == 302
    shown = browser.get(proposal.post_mortem.get_absolute_url()).content.decode()
    asked = reverse("incidents:proposal_asked", args=[service.slug, 1, *of])
    assert asked in shown
    assert "its next review asks it" in browser.get(asked).content.decode()
    assert browser.get(reverse("incidents:proposal_decline", args=of)).status_code == 302


def test_who_leads_a_team_may_not_open_the_form(proposal: Proposal, service: Service) -> None:
    browser = Client()
    browser.force_login(service.owner)
    assert browser.get(reverse("incidents:proposal_accept", args=[proposal.public_id])).status_code == 403


def test_that_of_a_restricted_service_is_settled_by_who_reads_it_and_why_alone(
    service: Service, administrator: User
) -> None:
    service.scope.restricted = True
    service.scope.save()
    post_mortem = factory.explained(factory.resolved(factory.declared(service)))
    asks = Client()
    asks.force_login(service.owner)
    form = asks.get(reverse("incidents:post_mortem_propose", args=[service.slug, 1])).content.decode()
    assert "Who publishes checklists reads these words" in form
    new = NewProposal("deployment", TEXT, WHY, "perf.caching")
    proposal = proposals.propose(portal.access(service.owner), post_mortem=post_mortem, new=new)
    place = reverse("incidents:proposal_accept", args=[proposal.public_id])

    told = Notification.objects.get(recipient=administrator, kind="proposal")
    assert (told.url, told.scope) == (place, None)
    browser = Client()
    browser.force_login(administrator)
    listed = browser.get(reverse("incidents:incidents_waiting")).content.decode()
    page = browser.get(place).content.decode()
    for shown in (listed, page):
        assert TEXT in shown
        for hidden in (service.name, service.slug, "INC-0001", service.owner.name):
            assert hidden not in shown
    assert WHY in page
    typed = {"item_key": "perf.caching", "text": TEXT, "asked_of": "caching", "reason": "Learnt from an incident."}
    settled = browser.post(place, typed)
    assert (settled.status_code, settled.headers["Location"]) == (302, reverse("readiness:my_work"))
    assert Proposal.objects.get().state == ProposalState.ACCEPTED
    assert browser.get(proposal.post_mortem.get_absolute_url()).status_code == 404
