"""What alert sources told long ago is let go after its days, with an event that says what went."""

import datetime
import json

import pytest

from incidents.actions import alert_posts, alert_retention, alert_tray
from incidents.actions.alert_sources import Made
from incidents.models import Alert, AlertPlacement, AlertPost
from portal import clock
from portal.models import AuditEvent
from portal.permissions import Role
from readiness.models import Service
from tests.factories import alerts, incidents, portal, readiness

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> Service:
    return readiness.service(slug="fraud-scoring")


@pytest.fixture
def source(service: Service) -> Made:
    return alerts.source(service.scope.team)


def tell(source: Made, *rows: dict[str, object]) -> None:
    alert_posts.work_off(alert_posts.receive(source.source, body=alerts.group(*rows)).pk)


def after(days: int) -> datetime.datetime:
    return clock.now() + datetime.timedelta(days=days)


def left() -> set[str]:
    return set(Alert.objects.values_list("name", flat=True))


def test_a_post_is_kept_as_it_came_for_two_weeks_and_one_that_waits_for_ever(source: Made) -> None:
    tell(source, alerts.told())
    alert_posts.receive(source.source, body=alerts.group(alerts.told("Waits")))
    AlertPost.objects.filter(body__contains="Waits").update(worked_at=None)
    assert alert_retention.let_go(after(13)) == 0
    assert alert_retention.let_go(after(15)) == 1
    assert "Waits" in AlertPost.objects.get().body


def test_alerts_that_are_over_go_after_their_days_and_what_fires_or_is_in_an_incident_stays(
    service: Service, source: Made
) -> None:
    over = [alerts.told(name, "resolved", service=service.slug) for name in ("Over", "Explained")]
    tell(source, *over, alerts.told("Fires"), alerts.told("Noise"))
    Alert.objects.filter(name="Explained").update(incident=incidents.declared(service))
    lead = portal.access(portal.member(service.scope.team, Role.LEAD))
    alert_tray.leave_out(lead, alert=Alert.objects.get(name="Noise"), reason="A test.")
    AlertPost.objects.all().delete()
    assert alert_retention.let_go(after(399)) == 0
    assert alert_retention.let_go(after(402)) == 2
    assert left() == {"Explained", "Fires"}
    assert not AlertPlacement.objects.exists(), "who left it out stands in the record"


def test_the_record_says_what_went_and_a_second_run_finds_nothing(source: Made) -> None:
    tell(source, alerts.told("Over", "resolved"))
    assert alert_retention.let_go(after(402)) == 2
    events = AuditEvent.objects.filter(verb="alerts.let-go").order_by("number")
    told = [json.loads(event.body)["facts"] for event in events]
    assert [(facts["kind"], facts["count"], len(facts["digest"])) for facts in told] == [
        ("posts", 1, 64),
        ("alerts", 1, 64),
    ]
    assert alert_retention.let_go(after(402)) == 0
    assert events.count() == 2


def test_many_go_in_runs_of_some_hundreds(source: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alert_retention, "AT_ONCE", 2)
    tell(source, *(alerts.told(f"Over {number}", "resolved") for number in range(3)))
    AlertPost.objects.all().delete()
    assert [alert_retention.let_go(after(402)) for _ in range(3)] == [2, 1, 0]
