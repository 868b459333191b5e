"""What a post may speak of is all that is read for it, however much its source told before."""

import datetime
from typing import Any

import pytest

from incidents.actions import alert_posts
from incidents.intake import forms
from incidents.intake.signal import Signal
from incidents.models import Alert
from incidents.queries import known_alerts
from incidents.rules import telling
from tests.factories import alerts, portal

pytestmark = pytest.mark.django_db

BEFORE = 5000


@pytest.fixture
def made() -> alerts.Made:
    """A source whose alert fired for half a minute in each minute of five thousand, the last at noon and still."""
    made = alerts.source(portal.team())
    alert_posts.work_off(alert_posts.receive(made.source, body=alerts.group(alerts.told())).pk)
    (last,) = Alert.objects.all()
    Alert.objects.bulk_create([_before(last, minute) for minute in range(1, BEFORE)], batch_size=500)
    return made


def _before(last: Alert, minutes: int) -> Alert:
    begun = last.starts_at - datetime.timedelta(minutes=minutes)
    told: dict[str, Any] = {"first_told_at": begun, "last_told_at": begun, "fingerprint": last.fingerprint}
    ends_at = begun + datetime.timedelta(seconds=30)
    return Alert(source=last.source, name=last.name, state="resolved", starts_at=begun, ends_at=ends_at, **told)


def signals(*minutes: int) -> tuple[Signal, ...]:
    body = alerts.group(*(alerts.told(minute=minute) for minute in minutes))
    return forms.read("alertmanager", body, alerts.NOON).signals


def test_one_more_reads_the_one_that_stands(made: alerts.Made) -> None:
    assert [row.starts_at for row in known_alerts.near(made.source, signals(5))] == [alerts.NOON]


def test_a_thousand_old_ones_are_found_with_those_near_them_and_no_more(
    made: alerts.Made, django_assert_max_num_queries: Any
) -> None:
    old = range(1 - BEFORE, 1001 - BEFORE)
    with django_assert_max_num_queries(1 + 1000 // known_alerts.AT_ONCE + 1):
        found = known_alerts.near(made.source, signals(*old))
    assert len(found) == 1000 + known_alerts.NEAREST + 1, "and the one that stands"


def test_a_post_of_a_thousand_begins_few_and_takes_few_statements(
    made: alerts.Made, django_assert_max_num_queries: Any
) -> None:
    body = alerts.group(*(alerts.told(minute=minute) for minute in range(1, 1001)))
    post = alert_posts.receive(made.source, body=body)
    with django_assert_max_num_queries(30):
        alert_posts.work_off(post.pk)
    assert Alert.objects.count() == BEFORE + telling.MOST_BEGUN
    assert Alert.objects.get(state="firing").times == 1 + 1000 - telling.MOST_BEGUN
