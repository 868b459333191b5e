"""Waivers as the tables hold them: asked for, settled by another, renewed, lapsed by themselves, revoked."""

import datetime
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from portal import clock, record_verification
from portal.models import AuditEvent, User
from portal.permissions import Role
from readiness.models import ItemAnswer, Review, Waiver, WaiverRevocation, WaiverSettlement
from readiness.queries import answer_rows, launch, launch_subjects, waivers
from readiness.queries import answers as answer_queries
from readiness.queries import record as record_queries
from readiness.queries.packs import decisions as pack_decisions
from readiness.queries.packs import moments
from readiness.queries.packs.signatures import Meanings
from readiness.queries.review_frame import ReviewFrame
from tests.factories import portal, readiness, record, reviews
from tests.factories import waivers as waiver_factory

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

KEY, OTHER = "env.secrets", "api.auth"
DAY = datetime.timedelta(days=1)


class Scene:
    """A service with a review, somebody who asks for waivers and somebody who approves them."""

    def __init__(self) -> None:
        self.service = readiness.service()
        self.review = reviews.started(self.service)
        engineer, _ = reviews.people(self.service)
        self.engineer = engineer.person
        self.decider = portal.member(self.service.scope.team, Role.DECIDER, name="Dora Decider")
        self.today = clock.today_in(self.service.team.time_zone)

    def asked(self, days: int = 30, **more: Any) -> Waiver:
        return waiver_factory.asked(self.engineer, self.service, KEY, self.today + days * DAY, **more)

    def approved(self, days: int = 30, **more: Any) -> Waiver:
        request = self.asked(days, **more)
        waiver_factory.settled(self.decider, request)
        return Waiver.objects.with_ends().get(pk=request.pk)

    def standing(self, days: int = 0) -> dict[str, Waiver]:
        return dict(waivers.standing(self.service, clock.now() + days * DAY))

    def state(self, review: Review, days: int = 0) -> str:
        answer = reviews.answer(review, KEY)
        frame = ReviewFrame(answer.review, day=self.today + days * DAY)
        return str(answer_queries.outcome(answer_rows.of(answer, frame), frame).state)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def problems() -> list[str]:
    return [str(problem) for problem in record_verification.verify().problems]


def test_a_request_stands_once_another_person_has_approved_it(scene: Scene) -> None:
    asked = scene.asked()
    assert (scene.standing(), dict(waivers.open_requests(scene.service))) == ({}, {KEY: asked})

    waiver_factory.settled(scene.decider, asked)

    found = scene.standing()[KEY]
    assert (found, found.is_open, found.is_approved) == (asked, False, True)
    assert (found.settlement.by, found.asked_by) == (scene.decider, scene.engineer)
    assert dict(waivers.open_requests(scene.service)) == {}
    assert problems() == []


@pytest.mark.parametrize("verdict", ["refused", "withdrawn"])
def test_a_request_that_was_refused_or_withdrawn_does_not_stand_and_makes_room_for_another(
    scene: Scene, verdict: str
) -> None:
    waiver_factory.settled(scene.engineer, scene.asked(), verdict, note="Mend it instead.")
    assert scene.standing() == {}

    assert scene.asked().sequence == 2
    assert problems() == []


def test_it_lapses_by_itself_after_its_last_day_where_the_team_is() -> None:
    with time_machine.travel("2026-11-20T12:00Z", tick=False):
        scene = Scene()
        scope = scene.service.scope
        scope.team.time_zone = "Pacific/Auckland"
        scope.team.save()
        scene.service = Review.objects.with_surroundings().get(pk=scene.review.pk).service
        asked = waiver_factory.asked(scene.engineer, scene.service, KEY, datetime.date(2026, 11, 25))
        waiver_factory.settled(scene.decider, asked)
    last = datetime.datetime(2026, 11, 25, 10, 59, tzinfo=datetime.UTC)

    assert KEY in waivers.standing(scene.service, last)
    assert KEY not in waivers.standing(scene.service, last + datetime.timedelta(minutes=2))


def test_one_request_is_open_at_a_time(scene: Scene) -> None:
    scene.asked()

    with pytest.raises(IntegrityError, match="one request for a waiver is open at a time"):
        scene.asked()
    assert waiver_factory.asked(scene.engineer, scene.service, OTHER, scene.today).sequence == 1


def test_of_two_who_ask_at_the_same_moment_one_does(scene: Scene) -> None:
    first = scene.approved()

    scene.asked(sequence=2)
    with pytest.raises(IntegrityError):
        scene.asked(sequence=2)
    assert scene.service.waivers.get(item_key=KEY, sequence=1) == first


def test_a_renewal_is_asked_for_and_approved_before_the_end(scene: Scene) -> None:
    first = scene.approved(5)
    renewal = scene.asked(40, renews=waivers.to_renew(scene.service, KEY))
    assert scene.standing() == {KEY: first}

    waiver_factory.settled(scene.decider, renewal)

    assert scene.standing() == {KEY: renewal}
    assert (renewal.renewals, renewal.chain) == (1, first.public_id)
    second = scene.approved(60, renews=renewal)
    assert (second.renewals, second.chain) == (2, first.public_id)
    assert KEY in scene.standing(days=59)
    assert problems() == []


def test_a_renewal_speaks_alone_so_that_revoking_it_ends_the_exception(scene: Scene) -> None:
    renewal = scene.approved(40, renews=scene.approved(30))

    waiver_factory.revoked(scene.decider, renewal)

    assert scene.standing() == {}
    assert waivers.to_renew(scene.service, KEY) is None
    assert waivers.speaking(scene.service.waivers.with_ends().filter(item_key=KEY).order_by("-sequence")) is None
    assert problems() == []


def _miscounted(scene: Scene, first: Waiver) -> dict[str, Any]:
    return {"renews": first, "renewals": 3}


def _in_another_chain(_scene: Scene, first: Waiver) -> dict[str, Any]:
    return {"renews": first, "chain": uuid.uuid4()}


def _of_a_revoked_one(scene: Scene, first: Waiver) -> dict[str, Any]:
    waiver_factory.revoked(scene.decider, first)
    return {"renews": first}


def _of_another_item(scene: Scene, _first: Waiver) -> dict[str, Any]:
    other = waiver_factory.asked(scene.engineer, scene.service, OTHER, scene.today)
    waiver_factory.settled(scene.decider, other)
    return {"renews": other}


def _of_a_refused_one(scene: Scene, _first: Waiver) -> dict[str, Any]:
    refused = scene.asked()
    waiver_factory.settled(scene.decider, refused, "refused")
    return {"renews": refused}


@pytest.mark.parametrize(
    "wrong", [_miscounted, _in_another_chain, _of_a_revoked_one, _of_another_item, _of_a_refused_one]
)
def test_a_renewal_follows_an_approved_waiver_of_the_same_item(
    scene: Scene, wrong: Callable[[Scene, Waiver], dict[str, Any]]
) -> None:
    first = scene.approved()
    changed = wrong(scene, first)
    with pytest.raises(IntegrityError, match="a renewal follows an approved waiver"):
        scene.asked(**changed)


@pytest.mark.parametrize("account", ["own", "second"])
def test_who_asked_does_not_approve_under_whichever_account(scene: Scene, account: str) -> None:
    by: User = scene.engineer if account == "own" else portal.person(identity=scene.engineer.identity)

    with pytest.raises(IntegrityError, match="who asked for a waiver cannot approve it"):
        waiver_factory.settled(by, scene.asked())
    assert not WaiverSettlement.objects.exists()


def test_an_approval_is_bound_to_what_was_asked_for_and_signed(scene: Scene) -> None:
    asked = scene.asked()
    with pytest.raises(IntegrityError, match="what is settled is not what was asked for"):
        waiver_factory.settled(scene.decider, asked, content_digest="f" * 64)
    for missing in ({"proof_at": None}, {"meaning": ""}, {"proof_method": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            waiver_factory.settled(scene.decider, asked, **missing)


def test_a_request_is_settled_once_and_only_an_approved_one_is_revoked(scene: Scene) -> None:
    asked = scene.asked()
    waiver_factory.settled(scene.decider, asked, "refused")

    with pytest.raises(IntegrityError), transaction.atomic():
        waiver_factory.settled(scene.decider, asked)
    with pytest.raises(IntegrityError, match="only an approved waiver is revoked"):
        waiver_factory.revoked(scene.decider, asked)


@pytest.mark.parametrize("kind", [Waiver, WaiverSettlement, WaiverRevocation])
def test_nothing_of_a_waiver_is_changed_or_deleted(scene: Scene, kind: type[Any]) -> None:
    waiver_factory.revoked(scene.decider, scene.approved())
    for attempt in (
        lambda: kind.objects.update(event=AuditEvent.objects.earliest("number")),
        lambda: kind.objects.all()._raw_delete(using="default"),
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            attempt()


def test_it_outlives_the_review_it_was_asked_for_in(scene: Scene) -> None:
    scene.approved(20, asked_on=reviews.answer(scene.review, KEY))
    following = reviews.started(scene.service)

    assert (scene.state(scene.review), scene.state(following)) == ("waived", "waived")
    assert scene.state(following, days=21) == "unanswered"


def test_a_verdict_rests_on_the_exception_under_whichever_renewal(scene: Scene) -> None:
    first = scene.approved(5)
    before = _governed_waiver(scene)
    scene.approved(40, renews=first)

    assert _governed_waiver(scene) == before == str(first.public_id)
    waiver_factory.revoked(scene.decider, Waiver.objects.approved().get())
    assert _governed_waiver(scene) is None


def test_a_past_moment_shows_what_stood_then(scene: Scene) -> None:
    first = scene.approved()
    then = AuditEvent.objects.latest("number").number
    waiver_factory.revoked(scene.decider, first)

    assert dict(waivers.as_of(scene.service, then, clock.now())) == {KEY: first}
    assert dict(waivers.as_of(scene.service, then - 1, clock.now())) == {}
    assert scene.standing() == {}


def test_a_pack_as_of_an_earlier_moment_does_not_know_what_came_after(scene: Scene) -> None:
    first = scene.approved()
    then = AuditEvent.objects.latest("number")
    asked = AuditEvent.objects.get(verb="waiver.asked")
    renewal = scene.approved(40, renews=first)
    waiver_factory.revoked(scene.decider, renewal)
    now = AuditEvent.objects.latest("number")

    assert [_shown(scene, at) for at in (asked, then, now)] == [
        [("Asked", False, 0)],
        [("Approved", True, 0)],
        [("Revoked", False, 1), ("Renewed", False, 0)],
    ]
    shown = pack_decisions.waivers(scene.service, _moment(then), Meanings())[0]
    assert shown.approval is not None
    assert (shown.approval.by.name, shown.approval.digest) == ("Dora Decider", first.content_digest)


def test_what_was_done_to_a_waiver_is_told(scene: Scene) -> None:
    first = scene.approved()
    record.put_guards_aside()
    Waiver.objects.filter(pk=first.pk).update(reason="Nobody minds.")
    WaiverSettlement.objects.update(by=portal.person())

    found = [str(problem).partition(": ")[2] for problem in record_queries.problems(record_verification.Tally())]
    assert found == [
        "one of the waivers approved hangs on it, but it is waiver.approved of another.",
        "the waiver asked for here is not what its digest says.",
    ]


def test_waivers_of_a_restricted_service_are_seen_by_who_sees_the_service() -> None:
    service = readiness.service(restricted=True)
    review = reviews.started(service)
    engineer, _ = reviews.people(service)
    waiver_factory.asked(engineer.person, service, KEY, clock.today_in("UTC"), asked_on=reviews.answer(review, KEY))
    outsider = portal.access(portal.member(portal.team(), Role.DECIDER))

    assert Waiver.objects.visible_to(portal.access(engineer.person)).count() == 1
    assert Waiver.objects.visible_to(outsider).count() == 0


def test_all_waivers_of_a_service_are_read_in_one_statement(
    scene: Scene, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for key in (KEY, OTHER):
        asked = waiver_factory.asked(scene.engineer, scene.service, key, scene.today)
        waiver_factory.settled(scene.decider, asked)
    assert ItemAnswer.objects.filter(item_key__in=(KEY, OTHER)).count() == 2

    with django_assert_num_queries(1):
        found = waivers.standing(scene.service, clock.now())
        assert all(found[key].is_approved and found[key].settlement.by.name for key in (KEY, OTHER))


def _governed_waiver(scene: Scene) -> str | None:
    access = portal.access(scene.decider)
    environment = scene.service.environments.all()[0].name
    release = scene.service.releases.get().label
    subject = launch_subjects.find(access, scene.service.slug, release, environment)
    assert subject is not None
    found: str | None = launch.look(subject, access, clock.now()).governed["items"][f"deployment/{KEY}"]["waiver"]
    return found


def _moment(event: AuditEvent) -> moments.Moment:
    now = clock.now()
    return moments.moment(event, now.date() - DAY, now.date(), now)


def _shown(scene: Scene, event: AuditEvent) -> list[tuple[str, bool, int]]:
    found = pack_decisions.waivers(scene.service, _moment(event), Meanings())
    return [(waiver.state, waiver.in_force, waiver.renewals) for waiver in found]
