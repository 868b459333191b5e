"""The mail of the day: one a person and local day, whatever runs twice, late or never."""

import datetime
import re

import pytest
from django.core import mail
from django.test import Client

from portal import clock, notifications
from portal.actions import digests, outbox
from portal.models import Notification, OutboxMessage, Scope, User
from portal.permissions import Role
from tests.factories import portal

pytestmark = pytest.mark.django_db


def at(hour: int, minute: int = 0, day: int = 8) -> datetime.datetime:
    return datetime.datetime(2035, 1, day, hour, minute, tzinfo=datetime.UTC)


def say(
    who: User, words: str = "Two checks are open", *, moment: datetime.datetime, scope: Scope | None = None
) -> None:
    with clock.at(moment):
        notifications.notify([who], kind="note", key=f"{words}-{moment}", subject=words, url="/checks/", scope=None)


def look(moment: datetime.datetime) -> int:
    with clock.at(moment):
        written = digests.write_due(moment)
        for message in OutboxMessage.objects.filter(state="due"):
            outbox.deliver(message.pk)
    return written


@pytest.fixture
def ana() -> User:
    found = portal.member(portal.team(), Role.CONTRIBUTOR, name="Ana")
    User.objects.filter(pk=found.pk).update(time_zone="Europe/Berlin")
    found.refresh_from_db()
    return found


def test_what_was_said_comes_in_one_mail_after_nine_where_the_person_is(ana: User) -> None:
    say(ana, moment=at(7))
    say(ana, "An item came back", moment=at(8, 1))  # what opens at nine in Berlin belongs to it
    assert look(at(8, 4)) == 0
    assert look(at(8, 5)) == 1
    (sent,) = mail.outbox
    assert sent.subject == "2 things wait for you in Gatehouse"
    assert re.search(r"Two checks are open\n +http\S+/checks/", str(sent.body))
    assert "An item came back" in str(sent.alternatives[0][0])


def test_a_day_has_one_mail_and_what_comes_later_waits_for_the_next(ana: User) -> None:
    say(ana, moment=at(7))
    look(at(9))
    say(ana, "Later", moment=at(10))
    assert look(at(11)) == 0
    assert look(at(11, day=9)) == 1
    assert [sent.subject for sent in mail.outbox] == ["1 thing waits for you in Gatehouse"] * 2


def test_a_mail_falls_due_on_its_own_day_even_if_the_clock_jumps_while_it_is_written(ana: User) -> None:
    say(ana, moment=at(7))
    with clock.at(at(12, day=9)):
        digests.write_due(at(9))
    assert OutboxMessage.objects.get().due_at == at(8, 5)


def test_three_days_without_a_scheduler_are_one_mail(ana: User) -> None:
    for day in (8, 9, 10):
        say(ana, f"Day {day}", moment=at(7, day=day))
    assert look(at(12, day=11)) == 1
    assert look(at(12, 1, day=11)) == 0
    assert mail.outbox[0].subject.startswith("3 things")


def test_what_was_read_or_may_not_be_seen_any_more_is_not_mailed(ana: User) -> None:
    hidden = Scope.objects.create(team=portal.team(), restricted=True)
    say(ana, moment=at(7))
    Notification.objects.update(read_at=at(7, 30))
    assert look(at(9)) == 0
    say(ana, "Secret", moment=at(7, day=9))
    Notification.objects.filter(subject="Secret").update(scope=hidden)
    look(at(9, day=9))
    assert mail.outbox == []
    assert OutboxMessage.objects.get().state == "dropped"


def test_the_link_under_the_mail_ends_it_with_one_click_and_without_sign_in(ana: User) -> None:
    say(ana, moment=at(7))
    look(at(9))
    headers = mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = re.sub(r"^<https?://[^/]+(.*)>$", r"\1", headers["List-Unsubscribe"])
    stranger = Client(enforce_csrf_checks=True)
    assert "Get none any more" in stranger.get(path).content.decode()
    ana.refresh_from_db()
    assert ana.daily_mail
    assert stranger.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    ana.refresh_from_db()
    assert not ana.daily_mail
    say(ana, moment=at(7, day=9))
    assert look(at(9, day=9)) == 0


def test_a_link_that_is_not_ours_ends_nothing() -> None:
    assert Client().post("/unsubscribe/abc/").status_code == 404
