"""Answering items: what is saved, what is refused, what two people at once get."""

import datetime
import json

import pytest

from portal.errors import Conflict, DomainError, NotPermitted
from portal.models import AuditEvent, Membership
from portal.permissions import Role
from readiness.actions import answers, signoffs
from readiness.models import AnswerRevision, MeasuredValue
from tests.factories import portal, readiness, reviews

pytestmark = pytest.mark.django_db


def test_a_tick_says_who_and_counts_towards_the_item() -> None:
    review = reviews.started()
    engineer, _ = reviews.people(review.service)
    item = reviews.answer(review, "env.infrastructure")

    item = answers.mark_point(engineer, answer=item, number=2, state="ticked", version=0)

    tick = item.ticks.get()
    assert (tick.number, tick.state, tick.by, tick.version) == (2, "ticked", engineer.person, 1)
    assert item.state == "unanswered"


def test_every_change_is_an_event_and_a_revision_with_the_same_digest() -> None:
    review = reviews.started()
    engineer, _ = reviews.people(review.service)
    item = reviews.answer(review, "env.infrastructure")

    item = answers.mark_point(engineer, answer=item, number=1, state="ticked", version=0)
    item = answers.describe(engineer, answer=item, text="Sized from the October peak.", version=0)

    events = AuditEvent.objects.filter(target_id=str(item.public_id)).order_by("number")
    revisions = AnswerRevision.objects.filter(subject=item)
    assert [event.verb for event in events] == ["point.marked", "item.described"]
    assert [revision.event_id for revision in revisions] == [event.number for event in events]
    assert json.loads(events[1].body)["facts"]["digest"] == item.content_digest == revisions[1].digest
    assert json.loads(revisions[1].content)["text"] == "Sized from the October peak."


def test_green_is_refused_while_something_is_missing_and_says_what() -> None:
    review = reviews.started()
    engineer, _ = reviews.people(review.service)
    item = reviews.answer(review, "env.configuration")
    item = answers.mark_point(engineer, answer=item, number=1, state="ticked", version=0)

    with pytest.raises(DomainError) as refusal:
        answers.rate(engineer, answer=item, rating="green", version=0)

    assert refusal.value.errors["rating"] == [
        "3 points are open.",
        "A critical item needs one piece of evidence.",
    ]


def test_red_and_yellow_need_one_sentence_on_what_is_missing() -> None:
    review = reviews.started()
    engineer, _ = reviews.people(review.service)
    item = reviews.answer(review, "env.configuration")

    with pytest.raises(DomainError) as refusal:
        answers.rate(engineer, answer=item, rating="red", version=0)
    item = answers.describe(engineer, answer=item, text="Two variables still point at staging.", version=0)
    item = answers.rate(engineer, answer=item, rating="red", version=0)

    assert "text" in refusal.value.errors
    assert item.state == "red"


def test_taking_a_tick_back_from_a_green_item_makes_it_count_as_yellow() -> None:
    review = reviews.started()
    engineer, _ = reviews.people(review.service)
    item = reviews.green(engineer, reviews.answer(review, "env.configuration"))
    assert item.state == "green"

    item = answers.mark_point(engineer, answer=item, number=1, state="open", version=1)

    assert (item.rating, item.state) == ("green", "yellow")


def test_a_point_set_aside_needs_a_reason() -> None:
    review = reviews.started()
    engineer, _ = reviews.people(review.service)
    item = reviews.answer(review, "env.infrastructure")

    with pytest.raises(DomainError) as refusal:
        answers.mark_point(engineer, answer=item, number=4, state="na", reason="  ", version=0)

    assert refusal.value.errors == {"reason": ["Say why it does not apply."]}


def test_a_point_of_another_trait_does_not_exist_for_this_service() -> None:
    review = reviews.started(readiness.service(sourcing="third-party-api"))
    engineer, _ = reviews.people(review.service)
    item = reviews.answer(review, "model.resources")

    with pytest.raises(DomainError, match="no point 2 that applies"):
        answers.mark_point(engineer, answer=item, number=2, state="ticked", version=0)


def test_two_people_on_one_point_the_second_hears_of_the_first() -> None:
    review = reviews.started()
    engineer, _ = reviews.people(review.service)
    other = portal.access(portal.member(review.service.scope.team, Role.CONTRIBUTOR, name="Olena Other"))
    item = reviews.answer(review, "env.infrastructure")
    answers.mark_point(other, answer=item, number=1, state="ticked", version=0)

    with pytest.raises(Conflict) as conflict:
        answers.mark_point(engineer, answer=item, number=1, state="na", reason="No DNS", version=0)

    assert (conflict.value.saved, conflict.value.saved_by) == ("ticked", "Olena Other")
    assert item.ticks.get().state == "ticked"


def test_two_people_on_one_item_do_not_get_in_each_others_way() -> None:
    review = reviews.started()
    engineer, _ = reviews.people(review.service)
    other = portal.access(portal.member(review.service.scope.team, Role.CONTRIBUTOR))
    item = reviews.answer(review, "env.infrastructure")

    answers.mark_point(other, answer=item, number=1, state="ticked", version=0)
    answers.describe(engineer, answer=item, text="Half of it is done.", version=0)
    item = answers.rate(other, answer=item, rating="yellow", version=0)

    assert (item.text, item.rating, item.ticks.count()) == ("Half of it is done.", "yellow", 1)


def test_a_text_somebody_changed_meanwhile_is_not_overwritten() -> None:
    review = reviews.started()
    engineer, _ = reviews.people(review.service)
    item = reviews.answer(review, "env.infrastructure")
    answers.describe(engineer, answer=item, text="First.", version=0)

    with pytest.raises(Conflict) as conflict:
        answers.describe(engineer, answer=item, text="Second.", version=0)

    assert conflict.value.saved == "First."
    assert reviews.answer(review, "env.infrastructure").text == "First."


def test_who_may_only_look_changes_nothing() -> None:
    review = reviews.started()
    item = reviews.answer(review, "env.infrastructure")
    approver = portal.access(portal.member(review.service.scope.team, Role.APPROVER))
    elsewhere = portal.access(portal.member(portal.team(), Role.CONTRIBUTOR, Role.LEAD))

    for person in (approver, elsewhere):
        with pytest.raises(NotPermitted):
            answers.mark_point(person, answer=item, number=1, state="ticked", version=0)
    assert not item.ticks.exists()


def test_numbers_decide_a_measured_item() -> None:
    service = readiness.service()
    service.target.p95_ms, service.target.p99_ms = 100, 200
    service.target.save()
    review = reviews.started(service)
    engineer, _ = reviews.people(service)
    item = reviews.tick_all(engineer, reviews.answer(review, "perf.latency"))
    item = answers.measure(engineer, answer=item, name="p95_ms", value="90", version=0)
    item = answers.measure(engineer, answer=item, name="p99_ms", value="201", version=0)

    with pytest.raises(DomainError, match="do not meet their target"):
        answers.rate(engineer, answer=item, rating="green", version=0)
    item = answers.measure(engineer, answer=item, name="p99_ms", value="200", version=1)
    item = answers.rate(engineer, answer=item, rating="green", version=0)

    assert item.state == "green"


def test_a_number_that_is_none_is_refused_at_its_field() -> None:
    review = reviews.started()
    engineer, _ = reviews.people(review.service)
    item = reviews.answer(review, "perf.latency")

    with pytest.raises(DomainError) as refusal:
        answers.measure(engineer, answer=item, name="p95_ms", value="1,8 s", version=0)

    assert list(refusal.value.errors) == ["p95_ms"]
    assert not item.values.exists()


def test_items_after_the_go_wait_for_the_deployment() -> None:
    review = reviews.started()
    engineer, _ = reviews.people(review.service)
    item = reviews.answer(review, "post.smoke")

    with pytest.raises(DomainError, match="opens when the release is live"):
        answers.mark_point(engineer, answer=item, number=1, state="ticked", version=0)


@pytest.mark.parametrize("left", [True, False])
def test_an_item_is_given_to_nobody_who_cannot_see_the_service(left: bool) -> None:
    review = reviews.started(readiness.service(restricted=True))
    engineer, _ = reviews.people(review.service)
    outsider = portal.member(review.service.team if left else portal.team(), Role.CONTRIBUTOR)
    if left:
        Membership.objects.filter(person=outsider).update(ends_on=datetime.date(2026, 1, 1))

    with pytest.raises(DomainError) as refusal:
        answers.assign(engineer, answer=reviews.answer(review, "env.infrastructure"), person=outsider)

    assert set(refusal.value.errors) == {"person"}


@pytest.mark.parametrize("name", ["moon", "guardrail.0.name", "x" * 250])
@pytest.mark.parametrize("value", ["", "5"])
def test_a_value_the_measure_does_not_have_leaves_no_row(name: str, value: str) -> None:
    review = reviews.started()
    engineer, _ = reviews.people(review.service)
    item = reviews.answer(review, "perf.latency")

    with pytest.raises(DomainError, match="no such value"):
        answers.measure(engineer, answer=item, name=name, value=value, version=0)

    assert not MeasuredValue.objects.exists()


def test_what_no_form_has_checked_is_refused_at_its_field_too() -> None:
    review = reviews.started()
    engineer, approver = reviews.people(review.service)
    item = reviews.answer(review, "env.infrastructure")
    signed = reviews.green(engineer, reviews.answer(review, "env.configuration"))
    reviews.signed(approver, signed)

    for field, act in {
        "state": lambda: answers.mark_point(engineer, answer=item, number=1, state="perhaps", version=0),
        "rating": lambda: answers.rate(engineer, answer=item, rating="blue", version=0),
        "text": lambda: answers.describe(engineer, answer=item, text="x" * 10_001, version=0),
        "reason": lambda: signoffs.reopen(engineer, answer=signed, reason="x" * 301),
        "title": lambda: reviews.link(engineer, item, title="x" * 256),
    }.items():
        with pytest.raises(DomainError) as refusal:
            act()
        assert list(refusal.value.errors) == [field]
