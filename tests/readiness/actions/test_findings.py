"""Findings: compliance opens and closes them, the team answers; each opens an action item that ends with it."""

import pytest
from django.test import Client

from portal.errors import DomainError, NotPermitted
from portal.models import Notification, User
from portal.permissions import Role
from readiness.actions import action_item_changes, findings
from readiness.actions.action_item_changes import Change
from readiness.models import ActionItem, Finding, Service
from readiness.queries import findings as queries
from tests.factories import portal
from tests.factories import readiness as things

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> Service:
    return things.service()


@pytest.fixture
def compliance() -> User:
    return portal.member(None, Role.COMPLIANCE, name="Mo")


def opened(by: User, on: Service, **said: object) -> Finding:
    told = {"severity": 1, "title": "Deletions leave no trace", "text": "Show one month.", **said}
    return findings.open_finding(portal.access(by), service=on, **told)  # type: ignore[arg-type]


def test_a_finding_opens_an_action_item_for_the_owner_and_tells_them(service: Service, compliance: User) -> None:
    finding = opened(compliance, service)
    item = ActionItem.objects.get()
    assert (item.owner, item.priority, item.origin_url) == (service.owner, 1, finding.get_absolute_url())
    assert Notification.objects.filter(recipient=service.owner, kind="finding").count() == 1


def test_nobody_but_compliance_opens_or_closes_one(service: Service, compliance: User) -> None:
    with pytest.raises(NotPermitted):
        opened(service.owner, service)
    finding = opened(compliance, service)
    with pytest.raises(NotPermitted):
        findings.close(portal.access(service.owner), finding=finding, text="We are done.")
    with pytest.raises(NotPermitted):
        findings.answer(portal.access(compliance), finding=finding, text="They did it.")


def test_it_goes_to_and_fro_until_compliance_closes_it_and_its_item_is_done(service: Service, compliance: User) -> None:
    finding, team, office = opened(compliance, service), portal.access(service.owner), portal.access(compliance)
    states = [queries.state(finding)]
    for act, who in (
        (findings.answer, team),
        (findings.send_back, office),
        (findings.answer, team),
        (findings.close, office),
    ):
        act(who, finding=finding, text="Said in a sentence.")
        states.append(queries.state(finding))
    assert states == ["open", "answered", "open", "answered", "closed"]
    assert ActionItem.objects.get().state == "done"
    with pytest.raises(DomainError, match="This finding is closed"):
        findings.answer(team, finding=finding, text="One thing more.")


def test_it_is_about_an_item_that_the_service_has(service: Service, compliance: User) -> None:
    with pytest.raises(DomainError, match="Choose an item"):
        opened(compliance, service, item_key="deployment.no-such-item")


def test_its_item_is_done_after_an_answer_and_dropped_by_nobody(service: Service, compliance: User) -> None:
    finding, team = opened(compliance, service), portal.access(service.owner)
    item = ActionItem.objects.get()
    for wanted, words in (
        (Change(state="done"), "Answer the finding first"),
        (Change(state="dropped", reason="Not ours."), "compliance alone closes it"),
    ):
        with pytest.raises(DomainError, match=words):
            action_item_changes.change(team, item=item, wanted=wanted, revision=item.revision)
    findings.answer(team, finding=finding, text="Here is October.")
    action_item_changes.change(team, item=item, wanted=Change(state="done"), revision=item.revision)
    assert ActionItem.objects.get().state == "done"
    assert queries.state(finding) == "answered"


def test_whoever_is_asked_for_more_has_it_to_do_again(service: Service, compliance: User) -> None:
    finding, team, office = opened(compliance, service), portal.access(service.owner), portal.access(compliance)
    findings.answer(team, finding=finding, text="Here is October.")
    item = ActionItem.objects.get()
    action_item_changes.change(team, item=item, wanted=Change(state="done"), revision=item.revision)
    findings.send_back(office, finding=finding, text="October is not September.")
    again = ActionItem.objects.unfinished().get()
    assert (again.title, again.text, again.owner) == (finding.title, "October is not September.", service.owner)
    findings.close(office, finding=finding, text="Both are there.")
    assert not ActionItem.objects.unfinished().exists()
    again.refresh_from_db()
    with pytest.raises(DomainError, match="Its finding is closed"):
        action_item_changes.change(team, item=again, wanted=Change(state="open"), revision=again.revision)


def test_an_answer_waits_in_my_work_for_who_closes_findings_and_for_nobody_else(
    service: Service, compliance: User
) -> None:
    finding = opened(compliance, service)
    assert "Deletions leave no trace" not in my_work(compliance)
    findings.answer(portal.access(service.owner), finding=finding, text="Here is October.")
    assert "Deletions leave no trace" in my_work(compliance)
    assert "Deletions leave no trace" not in my_work(service.owner)
    findings.close(portal.access(compliance), finding=finding, text="It is there.")
    assert "Deletions leave no trace" not in my_work(compliance)


def test_where_whoever_opened_it_has_left_all_who_may_close_it_hear_of_the_answer(
    service: Service, compliance: User
) -> None:
    finding, colleague = opened(compliance, service), portal.member(None, Role.COMPLIANCE)
    compliance.is_active = False
    compliance.save()
    findings.answer(portal.access(service.owner), finding=finding, text="Here is October.")
    assert [notice.recipient for notice in Notification.objects.filter(subject__contains="answered")] == [colleague]


def my_work(who: User) -> str:
    client = Client()
    client.force_login(who)
    return client.get("/findings/waiting/").content.decode()
