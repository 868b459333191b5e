"""Two accounts of one human being count as one person, from the moment somebody says so."""

import pytest

from portal.actions import persons
from portal.errors import DomainError, NotPermitted
from portal.models import AuditEvent, Notification, User
from portal.permissions import Access, Role
from readiness.actions import signoffs
from readiness.models import ItemAnswer, SignOffVoid
from tests.factories import launches, portal, reviews

pytestmark = pytest.mark.django_db

WHY = "The registration form names the same staff number."


@pytest.fixture
def administrator() -> Access:
    return portal.access(portal.member(None, Role.ADMINISTRATOR))


@pytest.fixture
def item() -> ItemAnswer:
    review = reviews.started()
    engineer, _ = reviews.people(review.service)
    return reviews.green(engineer, reviews.answer(review, "env.configuration"))


@pytest.fixture
def author(item: ItemAnswer) -> User:
    assert item.rating_by
    return item.rating_by


@pytest.fixture
def second(item: ItemAnswer) -> Access:
    return portal.access(portal.member(item.review.service.scope.team, Role.APPROVER, name="The Same"))


def join(by: Access, author: User, second: Access) -> None:
    persons.are_one(by, person=author, email=second.person.email.upper(), reason=WHY)


def again(item: ItemAnswer) -> ItemAnswer:
    return reviews.answer(item.review, item.item_key)


def test_a_signature_on_ones_own_work_is_void_at_once(
    item: ItemAnswer, author: User, second: Access, administrator: Access
) -> None:
    reviews.signed(second, item)

    join(administrator, author, second)

    assert again(item).signoff is None
    assert "by another account" in SignOffVoid.objects.get().reason
    assert Notification.objects.filter(recipient=author, kind="signoff-voided").exists()


def test_neither_account_signs_the_others_work_from_then_on(
    item: ItemAnswer, author: User, second: Access, administrator: Access
) -> None:
    join(administrator, author, second)

    with pytest.raises(DomainError, match="Someone else must sign"):
        signoffs.grant(
            portal.access(User.objects.get(pk=second.person.pk)),
            answer=item,
            digest=item.content_digest,
            proof=launches.proof(),
        )


def test_what_somebody_else_signed_stands(
    item: ItemAnswer, author: User, second: Access, administrator: Access
) -> None:
    another = portal.access(portal.member(item.review.service.scope.team, Role.APPROVER, name="Alma"))
    signed = reviews.signed(another, item)

    join(administrator, author, second)

    assert again(item).signoff == signed
    assert not SignOffVoid.objects.exists()


def test_it_stands_on_the_record_with_who_said_so_and_why(author: User, second: Access, administrator: Access) -> None:
    join(administrator, author, second)

    event = AuditEvent.objects.get(verb="person.same")
    assert event.actor == administrator.person
    assert event.texts.get(name="reason").value == WHY
    assert author.name not in event.body
    assert {one.recipient for one in Notification.objects.filter(kind="accounts")} == {author, second.person}


def test_a_third_account_joins_all_of_them(author: User, second: Access, administrator: Access) -> None:
    third = portal.person("A Third", "third@example.com")
    join(administrator, author, second)
    persons.are_one(administrator, person=third, email=author.email, reason=WHY)
    assert len({one.identity for one in User.objects.filter(pk__in=[author.pk, second.person.pk, third.pk])}) == 1


def test_it_is_taken_back_for_one_account_and_what_was_void_stays_so(
    item: ItemAnswer, author: User, second: Access, administrator: Access
) -> None:
    reviews.signed(second, item)
    join(administrator, author, second)

    persons.are_two(administrator, person=second.person, reason="The number was read wrong.")

    assert User.objects.get(pk=author.pk).identity != User.objects.get(pk=second.person.pk).identity
    assert again(item).signoff is None
    with pytest.raises(DomainError, match="no other account"):
        persons.are_two(administrator, person=author, reason="Again.")


@pytest.mark.parametrize(
    ("email", "reason", "field"), [("nobody@example.com", WHY, "email"), ("", WHY, "email"), (None, " ", "reason")]
)
def test_a_wrong_word_is_refused_at_its_field(
    author: User, second: Access, administrator: Access, email: str | None, reason: str, field: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        persons.are_one(
            administrator, person=author, email=second.person.email if email is None else email, reason=reason
        )
    assert set(refusal.value.errors) == {field}


def test_the_same_twice_and_an_account_with_itself_are_refused(
    author: User, second: Access, administrator: Access
) -> None:
    join(administrator, author, second)
    for email, words in ((second.person.email, "one person already"), (author.email, "the same account")):
        with pytest.raises(DomainError, match=words):
            persons.are_one(administrator, person=author, email=email, reason=WHY)


@pytest.mark.parametrize("role", [Role.LEAD, Role.DECIDER, Role.APPROVER])
def test_nobody_else_may_say_it(role: Role, author: User, second: Access) -> None:
    who = portal.access(portal.member(portal.team(), role))
    with pytest.raises(NotPermitted):
        join(who, author, second)
    with pytest.raises(NotPermitted):
        persons.are_two(who, person=author, reason=WHY)
