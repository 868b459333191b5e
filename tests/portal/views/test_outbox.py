"""The outbox, as administrators read it."""

import datetime
from typing import Any

import pytest

from portal import clock, mail, notifications
from portal.actions import digests
from portal.models import OutboxMessage, Scope, User
from portal.permissions import Role
from tests.factories import portal as make
from tests.portal.pages import signed_in, statements, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> User:
    return make.member(None, Role.ADMINISTRATOR)


@pytest.fixture
def message() -> OutboxMessage:
    return mail.queue(make.person("Li Na"), kind="invitation", key="k", content={"by": "Ada"})


def path_of(message: OutboxMessage, page: str = "") -> str:
    return f"/administration/outbox/{message.public_id}/{page}"


def test_every_mail_is_listed_with_where_it_stands(administrator: User, message: OutboxMessage) -> None:
    page = words(signed_in(administrator).get("/administration/outbox/"))
    assert "Invitation LN Li Na Due" in page
    assert "No mail server is set" in page


def test_in_the_demonstration_the_whole_mail_is_read_here(
    administrator: User, message: OutboxMessage, settings: Any
) -> None:
    settings.DEMO = True
    page = words(signed_in(administrator).get(path_of(message)))
    assert "Ada made an account for you" in page
    assert "/password/reset/" in page


@pytest.mark.parametrize("kind", ["invitation", "password_reset"])
def test_no_administrator_reads_a_link_that_signs_in_as_somebody_else(administrator: User, kind: str) -> None:
    message = mail.queue(make.person("Li Na"), kind=kind, key=kind, content={"by": "Ada"})
    page = words(signed_in(administrator).get(path_of(message)))
    assert "/password/reset/" not in page
    assert "in var/mail on the server" in page


def test_with_one_the_link_is_in_the_mail_alone(administrator: User, message: OutboxMessage, settings: Any) -> None:
    settings.MAIL_SERVER_SET = True
    page = words(signed_in(administrator).get(path_of(message)))
    assert "Ada made an account for you" in page
    assert "/password/reset/" not in page


def test_what_speaks_of_hidden_services_is_not_shown(administrator: User) -> None:
    hidden = Scope.objects.create(team=make.team(), restricted=True)
    message = mail.queue(make.person(), kind="invitation", key="k", content={"by": "Canary"}, scopes=[hidden])
    page = words(signed_in(administrator).get(path_of(message)))
    assert "its words are not shown" in page
    assert "Canary" not in page


def test_the_mail_of_the_day_is_shown_without_what_is_hidden_and_without_the_way_to_end_it(
    administrator: User,
) -> None:
    team = make.team()
    reader = make.member(team, Role.LEAD, name="Mia")
    hidden, open_to_all = Scope.objects.create(team=team, restricted=True), Scope.objects.create(team=make.team())
    for subject, scope in (("Canary is red", hidden), ("Claims are red", open_to_all)):
        notifications.notify([reader], kind="told", key=subject, subject=subject, url="/", scope=scope)
    digests.write_due((clock.now() + datetime.timedelta(days=2)).replace(hour=12))
    message = OutboxMessage.objects.get(kind="digest")

    page = words(signed_in(administrator).get(path_of(message)))

    assert "Canary is red" in mail.compose(message).body
    assert "Claims are red" in page
    assert "Canary" not in page
    assert "1 thing waits" in page
    assert "/unsubscribe/" not in page


def test_what_was_given_up_is_seen_and_sent_again(administrator: User, message: OutboxMessage) -> None:
    OutboxMessage.objects.update(state="dead", attempts=20, last_error="SMTPRecipientsRefused 550")
    browser = signed_in(administrator)
    assert "Some given up" in words(browser.get("/administration/outbox/"))
    assert "SMTPRecipientsRefused 550" in words(browser.get(path_of(message)))
    assert "leaves at once" in words(browser.post(path_of(message, "again/"), follow=True))
    assert "was not given up" in words(browser.post(path_of(message, "again/"), follow=True))


@pytest.mark.parametrize("role", [Role.LEAD, Role.DECIDER, Role.COMPLIANCE, Role.AUDITOR])
def test_nobody_else_comes_in(role: Role, message: OutboxMessage) -> None:
    who = make.member(None if role in (Role.COMPLIANCE, Role.AUDITOR) else make.team(), role)
    browser = signed_in(who)
    assert browser.get("/administration/outbox/").status_code == 403
    assert browser.get(path_of(message)).status_code == 403
    assert browser.post(path_of(message, "again/")).status_code == 403


def test_the_list_asks_as_often_for_many(administrator: User, message: OutboxMessage) -> None:
    browser = signed_in(administrator)
    few = statements(browser, "/administration/outbox/")
    for number in range(60):
        mail.queue(make.person(), kind="invitation", key=f"k{number}")
    assert statements(browser, "/administration/outbox/") == few <= 10
