"""A post that was stored is worked off once, whatever happens to who works it off."""

import datetime
import html
from typing import Any

import pytest
from django.test import Client

from incidents.actions import alert_posts
from incidents.intake import forms
from incidents.models import Alert, AlertPost, AlertRule
from incidents.rules import retrying, telling
from portal import clock
from portal.models import AuditEvent
from portal.permissions import Role
from readiness.models import Service
from tests.factories import alerts, callers, portal, readiness

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> Service:
    return readiness.service(slug="fraud-scoring")


def _rule(service: Service, name: str = "Cost spike", **matchers: str) -> AlertRule:
    return AlertRule.objects.create(service=service, name=name, matchers=matchers)


def _stored(made: alerts.Made, body: str) -> AlertPost:
    return AlertPost.objects.create(source=made.source, body=body, received_at=clock.now())


def _told(made: alerts.Made, body: str) -> None:
    """The post is taken and worked off."""
    alert_posts.work_off(alert_posts.receive(made.source, body=body).pk)


def test_an_alert_fires_is_told_again_and_ends(service: Service) -> None:
    made = alerts.source(service.scope.team)
    for status in ("firing", "firing", "resolved", "resolved", "firing"):
        _told(made, alerts.group(alerts.told(status=status)))

    alert = Alert.objects.get()
    assert (alert.state, alert.times) == ("resolved", 5)
    assert alert.ends_at == alerts.NOON + datetime.timedelta(minutes=30)
    assert alert.last_told_at > alert.first_told_at
    recorded = AuditEvent.objects.filter(verb="alerts.told")
    assert recorded.count() == 2, "told again is no change of state"


def test_it_finds_its_service_and_the_rule_that_asks_for_most(service: Service) -> None:
    made = alerts.source(service.scope.team)
    _rule(service, alertname="CostSpike")
    narrow = _rule(service, "Cost of a tenant", alertname="CostSpike", tenant="north")
    _told(made, alerts.group(alerts.told(tenant="north")))
    assert Alert.objects.get().rule == narrow
    assert Alert.objects.get().service == service


def test_a_service_that_is_named_is_found_without_a_rule(service: Service) -> None:
    made = alerts.source(service.scope.team)
    _told(made, alerts.group(alerts.told(service="fraud-scoring")))
    alert = Alert.objects.get()
    assert (alert.service, alert.rule) == (service, None)
    assert AuditEvent.objects.get(verb="alerts.told").scope == service.scope


def test_a_service_of_another_team_is_not_touched(service: Service) -> None:
    made = alerts.source(portal.team())
    _rule(service, alertname="CostSpike")
    _told(made, alerts.group(alerts.told(service="fraud-scoring")))
    alert = Alert.objects.get()
    assert (alert.service, alert.rule) == (None, None)


def test_the_same_alert_of_two_sources_is_two(service: Service) -> None:
    for name in ("north", "south"):
        made = alerts.source(service.scope.team, name=name)
        _told(made, alerts.group(alerts.told()))
    assert Alert.objects.count() == 2


def test_a_post_is_worked_off_by_one_worker_at_a_time(service: Service) -> None:
    made = alerts.source(service.scope.team)
    post = _stored(made, alerts.group(alerts.told()))
    AlertPost.objects.filter(pk=post.pk).update(claimed_until=clock.now() + datetime.timedelta(minutes=1))
    alert_posts.work_off(post.pk)
    assert not Alert.objects.exists()


def test_a_post_whose_worker_was_lost_is_found_by_the_sweep_and_counts_once(
    service: Service, django_capture_on_commit_callbacks: Any
) -> None:
    made = alerts.source(service.scope.team)
    post = _stored(made, alerts.group(alerts.told()))
    lost = clock.now() - datetime.timedelta(minutes=1)
    AlertPost.objects.filter(pk=post.pk).update(claimed_until=lost, received_at=lost, attempts=1)

    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            alert_posts.sweep(clock.now())
    alert_posts.work_off(post.pk)

    assert Alert.objects.get().times == 1
    assert AlertPost.objects.get().worked_at


WHY = "AttributeError: &#x27;list&#x27; object has no attribute &#x27;items&#x27;"


def _break(service: Service) -> None:
    """No alert of the team can be matched any more, as a row says what the program does not expect."""
    _rule(service)
    AlertRule.objects.update(matchers=["nonsense"])


def _try(post: AlertPost, at: datetime.datetime) -> None:
    with clock.at(at), pytest.raises(AttributeError):
        alert_posts.work_off(post.pk)
    post.refresh_from_db()


def test_what_cannot_be_taken_in_says_why_and_waits_twice_as_long_each_time(service: Service) -> None:
    stuck = _stored(alerts.source(service.scope.team), alerts.group(alerts.told()))
    _break(service)
    waits = []
    for _ in range(3):
        now = stuck.claimed_until or clock.now()
        _try(stuck, now + datetime.timedelta(seconds=1))
        assert stuck.claimed_until is not None
        waits.append((stuck.claimed_until - now).total_seconds() - 1)
    assert ([round(wait) for wait in waits], stuck.attempts, stuck.worked_at) == ([30, 60, 120], 3, None)
    assert stuck.error == html.unescape(WHY)
    alert_posts.work_off(stuck.pk)
    stuck.refresh_from_db()
    assert stuck.attempts == 3, "it waits"


def test_whoever_leads_the_team_has_it_tried_again(service: Service, client: Client) -> None:
    made = alerts.source(service.scope.team)
    post = _stored(made, alerts.group(alerts.told()))
    _break(service)
    _try(post, clock.now())
    AlertPost.objects.update(attempts=retrying.MOST_ATTEMPTS)
    alert_posts.work_off(post.pk)
    assert not Alert.objects.exists(), "it is given up"

    address = f"/alerts/sources/{made.source.public_id}/"
    client.force_login(portal.member(service.scope.team, Role.CONTRIBUTOR))
    assert "1 post could not be taken in" in client.get("/alerts/sources/").content.decode()
    assert WHY not in client.get(address).content.decode()
    assert client.post(f"{address}try-again/").status_code == 403
    client.force_login(portal.member(service.scope.team, Role.LEAD))
    page = client.get(address).content.decode()
    assert WHY in page
    assert "given up until you try again" in page
    AlertRule.objects.all().delete()
    assert client.post(f"{address}try-again/").status_code == 302
    alert_posts.work_off(post.pk)
    assert Alert.objects.exists()
    assert "None: all that it posted is taken in." in client.get(address).content.decode()
    assert AuditEvent.objects.filter(verb="alert-source.tried-again").count() == 1


def test_a_tool_of_who_leads_the_team_has_it_tried_again_too(service: Service) -> None:
    made = alerts.source(service.scope.team)
    post = _stored(made, alerts.group(alerts.told()))
    AlertPost.objects.update(attempts=retrying.MOST_ATTEMPTS, error="The disk is full.")
    one = f"alert-sources/{made.source.public_id}/"
    lead = portal.member(service.scope.team, Role.LEAD)
    assert callers.caller(lead).get(one).json()["stuck_posts"] == 1
    for who, scope, status in (
        (portal.member(service.scope.team, Role.CONTRIBUTOR), "write", 403),
        (portal.member(portal.team(), Role.LEAD), "write", 404),
        (lead, "read", 403),
    ):
        assert callers.caller(who, scope).post(f"{one}try-again", {}).status_code == status
    assert not AuditEvent.objects.filter(verb="alert-source.tried-again").exists()

    tool = callers.caller(lead, "write")
    answer = tool.post(f"{one}try-again", {})
    assert (answer.status_code, answer.json()["stuck_posts"]) == (200, 0)
    alert_posts.work_off(post.pk)
    assert Alert.objects.exists()
    again = tool.post(f"{one}try-again", {})
    assert (again.status_code, "All that" in again.json()["detail"]) == (422, True)


def test_a_worker_whose_lease_ran_out_takes_nothing_in_twice(service: Service) -> None:
    made = alerts.source(service.scope.team)
    post = _stored(made, alerts.group(alerts.told()))
    late = AlertPost.objects.select_related("source").get(pk=post.pk)
    alert_posts.work_off(post.pk)
    alert_posts.take_in(late, forms.read(made.source.kind, late.body, late.received_at))
    assert Alert.objects.get().times == 1


def test_two_hundred_alerts_of_one_post_take_few_statements(
    service: Service, django_assert_max_num_queries: Any
) -> None:
    made = alerts.source(service.scope.team)
    post = _stored(made, alerts.group(*(alerts.told(minute=number) for number in range(2))))
    many = _stored(made, alerts.group(*(alerts.told(f"A{number}") for number in range(200))))
    with django_assert_max_num_queries(24):
        alert_posts.work_off(post.pk)
    with django_assert_max_num_queries(24):
        alert_posts.work_off(many.pk)
    assert Alert.objects.count() == 202


def _ended(like: Alert, minute: int) -> Alert:
    """The same alert earlier, for half a minute."""
    begun = alerts.NOON + datetime.timedelta(minutes=minute)
    ends_at = begun + datetime.timedelta(seconds=30)
    told = {"first_told_at": begun, "last_told_at": begun, "fingerprint": like.fingerprint, "name": like.name}
    return Alert(source=like.source, state="resolved", starts_at=begun, ends_at=ends_at, **told)


def test_of_more_than_a_post_begins_nothing_is_lost(service: Service) -> None:
    made = alerts.source(service.scope.team)
    _told(made, alerts.group(*(alerts.told(minute=number) for number in range(500))))
    found = list(Alert.objects.order_by("starts_at"))
    assert len(found) == telling.MOST_BEGUN
    assert sum(alert.times for alert in found) == 500
    assert [alert.state for alert in found] == ["resolved"] * (telling.MOST_BEGUN - 1) + ["firing"]


def test_what_is_told_late_ends_where_another_began_however_many_came_between(service: Service) -> None:
    made = alerts.source(service.scope.team)
    _told(made, alerts.group(alerts.told(status="resolved", minute=0)))
    (first,) = Alert.objects.all()
    Alert.objects.bulk_create([_ended(first, minute) for minute in range(-100, -1)])
    _told(made, alerts.group(alerts.told(minute=-200)))
    assert not Alert.objects.filter(state="firing").exists()


def test_the_address_of_a_subscription_is_kept_for_a_person(service: Service) -> None:
    made = alerts.source(service.scope.team, kind="sns")
    address = "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription"
    _told(made, f'{{"Type": "SubscriptionConfirmation", "SubscribeURL": "{address}"}}')
    made.source.refresh_from_db()
    assert made.source.confirmation_url == address
    assert made.source.last_post_at
