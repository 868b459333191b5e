"""My work names the incidents that one leads, post-mortems and ways back that want somebody, and alerts to place."""

import datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from incidents.actions import alert_posts, alert_tray, post_mortems
from incidents.models import Alert, Runbook
from incidents.queries import incidents as queries
from incidents.queries import post_mortems as queried
from portal import clock
from portal.models import User
from portal.queries import shell_counts
from tests.factories import alerts, incidents, portal, readiness, runbooks

pytestmark = pytest.mark.django_db


def test_the_commander_finds_it_while_it_is_open_and_when_its_post_mortem_is_late() -> None:
    service = readiness.service()
    browser = Client()
    browser.force_login(service.owner)

    def shown() -> str:
        return browser.get(reverse("incidents:incidents_waiting")).content.decode()

    incidents.declared(service)
    assert "Answers come late" not in shown()
    from_now = incidents.declared(service, title="Led", commander=service.owner)
    assert "Led" in shown()
    resolved = incidents.resolved(from_now)
    assert "Led" not in shown()
    assert resolved.post_mortem_due_on is not None
    with clock.at(clock.now() + datetime.timedelta(days=40)):
        assert [row.title for row in queries.waiting_for(portal.access(service.owner))] == ["Led"]
        incidents.explained(resolved)
        assert not queries.waiting_for(portal.access(service.owner))


def test_who_may_place_alerts_finds_those_that_no_rule_knows_until_they_are_placed() -> None:
    service = readiness.service()
    source = alerts.source(service.scope.team).source
    body = alerts.group(alerts.told("Unknown"), alerts.told("Unknown", minute=5), alerts.told("Other"))
    alert_posts.work_off(alert_posts.receive(source, body=body).pk)

    def shown(person: User) -> str:
        browser = Client()
        browser.force_login(person)
        return browser.get(reverse("incidents:alerts_waiting")).content.decode()

    engineer = portal.member(service.scope.team, portal.Role.CONTRIBUTOR)
    assert (shown(engineer).count("Match to a rule"), "Unknown" in shown(engineer)) == (2, True)
    assert 2 in shell_counts.of(portal.access(engineer))
    for other in (portal.member(service.scope.team, portal.Role.APPROVER), readiness.service(name="Else").owner):
        assert not shown(other).strip()
    for alert in Alert.objects.select_related("source", "service").filter(name="Unknown")[:1]:
        alert_tray.leave_out(portal.access(engineer), alert=alert, reason="A test.")
    assert "Unknown" not in shown(engineer)


def test_the_keeper_of_a_published_post_mortem_finds_it_once_its_review_is_near() -> None:
    service = readiness.service()
    written = incidents.explained(incidents.resolved(incidents.declared(service)))
    draft = incidents.resolved(incidents.declared(service, title="Begun"))
    post_mortems.begin(portal.access(service.owner), incident=draft)
    somebody = portal.member(service.scope.team, portal.Role.LEAD)

    due = datetime.datetime.combine(written.review_on, datetime.time(10), datetime.UTC)

    def shown(days: int, who: User = service.owner) -> str:
        browser = Client()
        with clock.at(due + datetime.timedelta(days=days)):
            browser.force_login(who)
            return browser.get(reverse("incidents:incidents_waiting")).content.decode()

    assert "Post-mortems to review" not in shown(-8)
    near = shown(-7).partition("Post-mortems to review")[2]
    assert f'href="{written.get_absolute_url()}"' in near
    assert ("review due" in near, "stale since" in near, "Begun" in near) == (True, False, False)
    assert "stale since" in shown(1)
    assert "Post-mortems to review" not in shown(1, somebody)
    with clock.at(due):
        counted = shell_counts.of(portal.access(service.owner))[1]
        post_mortems.confirm(portal.access(service.owner), post_mortem=written, seen=written.revision)
        assert shell_counts.of(portal.access(service.owner))[1] == counted - 1
        assert not queried.waiting_for(portal.access(service.owner))


def test_a_way_back_whose_steps_changed_since_its_drill_is_to_be_drilled_again() -> None:
    service = readiness.service()
    keeper = portal.member(service.scope.team, portal.Role.CONTRIBUTOR)
    runbook = runbooks.runbook(service, keeper)
    other = runbooks.runbook(service, keeper, "Empty the cache", is_rollback=False)
    for one in (runbook, other):
        runbooks.drill(one, keeper)
    browser = Client()
    browser.force_login(keeper)

    def shown() -> str:
        return browser.get(reverse("incidents:runbooks_waiting")).content.decode()

    assert not shown().strip()
    runbooks.revise(runbook, keeper, symptoms="Errors above 0.5 %")
    runbooks.revise(other, keeper, steps=[{"do": "Empty it", "command": "flush --all"}])
    assert not shown().strip()
    counted = shell_counts.of(portal.access(keeper))[1]
    runbooks.revise(runbook, keeper, steps=[{"do": "Go back", "command": "promote 3.1.0 --with-prompt 31"}])
    assert "Drill again" in shown()
    assert f'href="{reverse("incidents:runbook_drill", args=[service.slug, runbook.number])}"' in shown()
    assert shell_counts.of(portal.access(keeper))[1] == counted + 1
    runbooks.drill(runbook, keeper, revision=3, result="failed", note="The flag was gone.")
    assert "Drill again" in shown()
    runbooks.revise(runbook, keeper, steps=runbooks.CONTENT["steps"])
    assert not shown().strip()
    runbooks.revise(runbook, keeper, steps=[{"do": "Go back", "command": "promote 3.1.0"}])
    runbooks.drill(runbook, keeper, revision=5)
    assert not shown().strip()


def test_what_was_drilled_before_is_known_when_its_column_comes() -> None:
    service = readiness.service()
    changed, kept = (
        runbooks.runbook(service, service.owner, title, is_rollback=title == "Back") for title in ("Back", "On")
    )
    for one in (changed, kept):
        runbooks.drill(one, service.owner)
    runbooks.revise(changed, service.owner, steps=[{"do": "Go back", "command": "promote 3.0.0"}])
    before = set(Runbook.objects.values_list("pk", "exercised_digest", "drilled_digest"))
    Runbook.objects.update(exercised_digest="", drilled_digest="")
    import_module("incidents.migrations.0013_drilled_digest").keep(apps, None)
    assert set(Runbook.objects.values_list("pk", "exercised_digest", "drilled_digest")) == before
    assert runbooks.again(changed).is_changed_since_drill
