"""The outbox: sent once, tried again, given up, never to somebody who may not read it any more."""

import datetime
import smtplib
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail as sent
from django.core.mail.backends.locmem import EmailBackend

from portal import clock, mail
from portal.actions import outbox, people
from portal.errors import DomainError, NotPermitted
from portal.models import OutboxMessage, Scope, User
from portal.permissions import Role
from tests.factories import portal as make
from tests.portal.actions.conftest import Events

pytestmark = pytest.mark.django_db
State = OutboxMessage.State
MINUTE = datetime.timedelta(minutes=1)
REFUSALS: list[Exception] = []
"""What the mail server of these tests answers next; nothing: it takes the mail."""


class Server(EmailBackend):
    """A mail server that refuses as often as the test says."""

    def send_messages(self, messages: Any) -> int:
        if REFUSALS:
            raise REFUSALS[0]
        return super().send_messages(messages)


@pytest.fixture(autouse=True)
def server(settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    REFUSALS.clear()


@pytest.fixture
def queue() -> Callable[..., OutboxMessage]:
    return lambda key="k", **options: mail.queue(
        options.pop("to", None) or make.person("Li Na", "li@example.com"), kind="invitation", key=key, **options
    )


def reread(message: OutboxMessage) -> OutboxMessage:
    message.refresh_from_db()
    return message


def test_a_mail_leaves_in_plain_text_and_html_under_its_own_name(queue: Callable[..., OutboxMessage]) -> None:
    message = queue(content={"by": "Ada <Admin>"})
    outbox.deliver(message.pk)
    (left,) = sent.outbox
    assert left.to == ["li@example.com"]
    assert "Ada <Admin> made an account" in left.body
    assert "Ada &lt;Admin&gt;" in str(left.alternatives[0][0])  # type: ignore[attr-defined]  # it has an HTML part
    assert left.extra_headers["Message-ID"] == mail.message_id(message)
    assert reread(message).state == State.SENT


def test_it_leaves_once_however_often_it_is_asked(queue: Callable[..., OutboxMessage]) -> None:
    message = queue()
    for _ in range(3):
        outbox.deliver(message.pk)
    assert len(sent.outbox) == 1


def test_the_same_occasion_is_queued_once(queue: Callable[..., OutboxMessage]) -> None:
    who = make.person()
    assert queue(to=who) == queue(to=who)
    assert OutboxMessage.objects.count() == 1


def test_a_worker_gets_it_when_the_transaction_commits(
    queue: Callable[..., OutboxMessage], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        queue()
    assert len(sent.outbox) == 1


def test_what_is_due_later_waits(queue: Callable[..., OutboxMessage]) -> None:
    message = queue(due_at=clock.now() + 10 * MINUTE)
    outbox.deliver(message.pk)
    assert sent.outbox == []
    with clock.at(clock.now() + 11 * MINUTE):
        outbox.deliver(message.pk)
    assert len(sent.outbox) == 1


def test_a_failure_is_tried_again_later(queue: Callable[..., OutboxMessage]) -> None:
    message = queue()
    REFUSALS.append(smtplib.SMTPServerDisconnected("down"))
    outbox.deliver(message.pk)
    assert reread(message).state == State.DUE
    assert message.due_at > clock.now()
    outbox.deliver(message.pk)
    assert message.attempts == 1
    REFUSALS.clear()
    with clock.at(clock.now() + MINUTE):
        outbox.deliver(message.pk)
    assert reread(message).state == State.SENT


def test_twenty_failures_are_the_end_and_on_record(queue: Callable[..., OutboxMessage], events: Events) -> None:
    message = queue()
    REFUSALS.append(OSError("no route"))
    now = clock.now()
    for hours in range(25):
        with clock.at(now + datetime.timedelta(hours=2 * hours)):
            outbox.deliver(message.pk)
    assert (reread(message).state, message.attempts) == (State.DEAD, 20)
    assert [event.verb for event in events()] == ["mail.given-up"]


def test_a_final_answer_of_the_server_ends_it_at_once(queue: Callable[..., OutboxMessage]) -> None:
    message = queue()
    REFUSALS.append(smtplib.SMTPRecipientsRefused({"li@example.com": (550, b"no such user")}))
    outbox.deliver(message.pk)
    assert (reread(message).state, message.attempts) == (State.DEAD, 1)
    assert "550" in message.last_error


def test_a_refused_sign_in_at_the_server_is_our_fault_and_tried_again(queue: Callable[..., OutboxMessage]) -> None:
    message = queue()
    REFUSALS.append(smtplib.SMTPAuthenticationError(535, b"bad credentials"))
    outbox.deliver(message.pk)
    assert reread(message).state == State.DUE


def test_one_poisoned_mail_stops_no_other(
    queue: Callable[..., OutboxMessage], django_capture_on_commit_callbacks: Any
) -> None:
    poison = queue("poison")
    OutboxMessage.objects.filter(pk=poison.pk).update(kind="no-such-kind")
    queue("good", to=make.person())
    with django_capture_on_commit_callbacks(execute=True):
        assert outbox.sweep() == 2
    assert len(sent.outbox) == 1
    assert reread(poison).state == State.DUE
    assert poison.last_error == "TemplateDoesNotExist"


def test_a_mail_whose_sender_was_lost_before_sending_is_picked_up(
    queue: Callable[..., OutboxMessage], django_capture_on_commit_callbacks: Any
) -> None:
    message = queue()
    OutboxMessage.objects.filter(pk=message.pk).update(
        state=State.CLAIMED, claimed_until=clock.now() - MINUTE, attempts=1
    )
    with django_capture_on_commit_callbacks(execute=True):
        outbox.sweep()
    assert (reread(message).state, message.uncertain) == (State.SENT, False)


def test_one_whose_sender_was_lost_while_sending_says_that_it_may_arrive_twice(
    queue: Callable[..., OutboxMessage],
) -> None:
    message = queue()
    OutboxMessage.objects.filter(pk=message.pk).update(
        state=State.SENDING, claimed_until=clock.now() - MINUTE, attempts=1
    )
    outbox.deliver(message.pk)
    assert (reread(message).state, message.uncertain) == (State.SENT, True)


def test_a_lease_that_runs_is_respected(queue: Callable[..., OutboxMessage]) -> None:
    message = queue()
    OutboxMessage.objects.filter(pk=message.pk).update(state=State.SENDING, claimed_until=clock.now() + MINUTE)
    outbox.deliver(message.pk)
    assert sent.outbox == []


def test_a_closed_account_gets_no_mail(queue: Callable[..., OutboxMessage]) -> None:
    message = queue()
    people.close(make.access(make.member(None, Role.ADMINISTRATOR)), person=message.recipient)
    outbox.deliver(message.pk)
    assert sent.outbox == []
    assert reread(message).state == State.DEAD


def test_who_lost_sight_of_what_it_speaks_of_gets_no_mail(queue: Callable[..., OutboxMessage]) -> None:
    team = make.team()
    scope = Scope.objects.create(team=team, restricted=True)
    outsider, insider = make.person(), make.member(team, Role.VIEWER)
    for number, who in enumerate((outsider, insider)):
        outbox.deliver(queue(f"k{number}", to=who, scopes=[scope]).pk)
    assert [message.to for message in sent.outbox] == [[insider.email]]


def test_an_administrator_sends_again_what_was_given_up(queue: Callable[..., OutboxMessage], events: Events) -> None:
    message = queue()
    OutboxMessage.objects.filter(pk=message.pk).update(state=State.DEAD, attempts=20)
    administrator = make.access(make.member(None, Role.ADMINISTRATOR))
    outbox.send_again(administrator, message=message)
    outbox.deliver(message.pk)
    assert (reread(message).state, message.attempts) == (State.SENT, 1)
    assert [event.verb for event in events()] == ["mail.sent-again"]
    with pytest.raises(DomainError):
        outbox.send_again(administrator, message=message)


def test_nobody_else_does(queue: Callable[..., OutboxMessage]) -> None:
    message = queue()
    with pytest.raises(NotPermitted):
        outbox.send_again(make.access(make.member(make.team(), Role.LEAD)), message=message)


def test_no_one_time_link_lies_in_the_database(queue: Callable[..., OutboxMessage]) -> None:
    who: User = make.person()
    message = queue(to=who)
    assert "/password/reset/" in mail.compose(message).body
    assert "password" not in str(reread(message).content)
