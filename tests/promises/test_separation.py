"""R07: nobody approves their own work: not through a second account, not by any door, not past the code.

Every way to have a hand in an item × every door to approve it, and the same for decisions. Persons are counted.
"""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client, override_settings
from django.urls import reverse

from portal import audit, clock
from portal.errors import DomainError
from portal.models import User
from portal.permissions import Role
from readiness import verbs
from readiness.actions import answers, evidence
from readiness.models import ItemAnswer, LaunchDecision, SignOff, WaiverSettlement
from readiness.rules import signing
from tests.factories import callers, launches, portal, waivers
from tests.factories import reviews as review_factory
from tests.harness import results

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

KEY = "deploy.rollout"
Hand = Callable[[launches.Scene, ItemAnswer], None]


def _rated(scene: launches.Scene, item: ItemAnswer) -> None:
    item = answers.rate(scene.access("approver"), answer=item, rating="", version=item.rating_version)
    answers.rate(scene.access("approver"), answer=item, rating="green", version=item.rating_version)


def _wrote(scene: launches.Scene, item: ItemAnswer) -> None:
    answers.describe(scene.access("approver"), answer=item, text="Proven in run 1184.", version=item.text_version)


def _ticked(scene: launches.Scene, item: ItemAnswer) -> None:
    answers.mark_point(scene.access("approver"), answer=item, number=1, state="ticked", version=1)


def _showed(scene: launches.Scene, item: ItemAnswer) -> None:
    review_factory.link(scene.access("approver"), item, title="Run 1190")


def _measured(scene: launches.Scene, item: ItemAnswer) -> None:
    """A value of an item that has numbers, entered as the page would."""
    item.values.create(name="p95_ms", value="120", by=scene.approver, at=clock.now())


HANDS: dict[str, Hand] = {
    "rated it": _rated,
    "wrote its text": _wrote,
    "ticked a point": _ticked,
    "attached evidence": _showed,
    "entered a number": _measured,
}


def _by_action(scene: launches.Scene, signer: User, item: ItemAnswer) -> None:
    review_factory.signed(portal.access(signer), item)


def _by_page(scene: launches.Scene, signer: User, item: ItemAnswer) -> None:
    client = Client()
    client.force_login(signer)
    path = reverse("readiness:signoff_grant", args=[scene.service.slug, scene.review.number, item.item_key])
    answer = client.post(path, {"digest": item.content_digest, "password": portal.PASSWORD})
    if answer.status_code not in (200, 302) or b"Someone else must sign" in answer.content:
        raise DomainError(answer.content.decode())


def _by_row(_scene: launches.Scene, signer: User, item: ItemAnswer) -> None:
    """Past the code: the database itself refuses."""
    with transaction.atomic():
        event = audit.record(portal.access(signer), verbs.SIGNOFF_GRANTED, item)
        SignOff.objects.create(
            answer=item,
            round=item.round,
            person=signer,
            content_digest=item.content_digest,
            template_digest="0" * 64,
            meaning=signing.MEANINGS["signoff-1"],
            meaning_version="signoff-1",
            proof_method="password",
            proof_at=clock.now(),
            signed_at=clock.now(),
            event=event,
        )


DOORS: dict[str, Callable[[launches.Scene, User, ItemAnswer], None]] = {
    "action": _by_action,
    "page": _by_page,
    "database": _by_row,
}


SIGNING_REFUSED = {
    "action": "Someone else must sign",
    "page": "Someone else must sign",
    "database": "who wrote any part of it cannot sign it",
}
"""Why each door refuses: the code and the database are two walls, and one does not lean on the other."""

FOUND_BY_THE_DATABASE = {("entered a number", "action"): "you contributed to it"}
"""The item asks for no number: the code reads none there, the database finds it all the same."""


def _second_account(of: User, scene: launches.Scene, role: Role) -> User:
    """Another account of the same human being."""
    return portal.member(scene.service.scope.team, role, who=portal.person(identity=of.identity))


@pytest.mark.parametrize("account", ["own account", "second account"])
@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("hand", HANDS)
def test_who_had_a_hand_in_an_item_does_not_sign_it(hand: str, door: str, account: str) -> None:
    scene = launches.scene(signed=False)
    launches.also(scene, "approver", Role.CONTRIBUTOR)
    HANDS[hand](scene, review_factory.answer(scene.review, KEY))
    signer = scene.approver if account == "own account" else _second_account(scene.approver, scene, Role.APPROVER)
    item = review_factory.answer(scene.review, KEY)

    with pytest.raises((DomainError, DatabaseError)) as refused, transaction.atomic():
        DOORS[door](scene, signer, item)

    accepted = SignOff.objects.filter(answer=item).count()
    why = FOUND_BY_THE_DATABASE.get((hand, door), SIGNING_REFUSED[door])
    assert why in str(refused.value), "each of the two walls stands without the other"
    results.tell("R07", f"{hand}-by-{door}-{account}-{accepted}-accepted".replace(" ", "-"), 0, kept=accepted == 0)


def test_somebody_else_signs_by_each_door() -> None:
    """The refusals above are about the person: another one is let in."""
    for door, sign in DOORS.items():
        scene = launches.scene(signed=False)
        sign(scene, scene.approver, review_factory.answer(scene.review, KEY))
        assert SignOff.objects.filter(person=scene.approver).count() == 1, door


def _decide_by_row(scene: launches.Scene, decider: User) -> None:
    review, now = scene.review, clock.now()
    with transaction.atomic():
        row = LaunchDecision(
            service=scene.service,
            number=1,
            release=scene.release,
            environment=scene.environment(),
            review=review,
            sequence=1,
            verdict="go",
            rationale="I say so.",
            decided_by=decider,
            decided_at=now,
            snapshot="{}",
            snapshot_digest="0" * 64,
            governed_digest="0" * 64,
            meaning="",
            meaning_version="decision-1",
            proof_method="password",
            proof_at=now,
        )
        row.event = audit.record(portal.access(decider), verbs.DECISION_RECORDED, row)
        row.save(force_insert=True)


def _decide_by_action(scene: launches.Scene, decider: User) -> None:
    launches.decide(launches.Scene(**{**vars(scene), "decider": decider}), "no-go")


def _decide_by_page(scene: launches.Scene, decider: User) -> None:
    client = Client()
    client.force_login(decider)
    path = reverse("readiness:decide", args=[scene.service.slug, "3.2.0"]) + "?environment=staging"
    typed: dict[str, Any] = {"verdict": "no-go", "seen": "0", "rationale": "No.", "password": portal.PASSWORD}
    answer = client.post(path, typed)
    if answer.status_code != 302:
        raise DomainError(answer.content.decode())


DECISION_DOORS: dict[str, Callable[[launches.Scene, User], None]] = {
    "action": _decide_by_action,
    "page": _decide_by_page,
    "database": _decide_by_row,
}


DECIDING_REFUSED = {
    "action": "You contributed to",
    "page": "You contributed to",
    "database": "who wrote any part of a critical item cannot decide",
}


@pytest.mark.parametrize("account", ["own account", "second account"])
@pytest.mark.parametrize("door", DECISION_DOORS)
@pytest.mark.parametrize("hand", HANDS)
def test_who_had_a_hand_in_a_critical_item_does_not_decide(hand: str, door: str, account: str) -> None:
    scene = launches.scene(signed=False)
    launches.also(scene, "approver", Role.CONTRIBUTOR)
    launches.also(scene, "approver", Role.DECIDER)
    HANDS[hand](scene, review_factory.answer(scene.review, KEY))
    decider = scene.approver if account == "own account" else _second_account(scene.approver, scene, Role.DECIDER)

    with pytest.raises((DomainError, DatabaseError)) as refused, transaction.atomic():
        DECISION_DOORS[door](scene, decider)

    accepted = LaunchDecision.objects.count()
    assert DECIDING_REFUSED[door] in str(refused.value), "each of the two walls stands without the other"
    results.tell("R07", f"{hand}-decides-by-{door}-{account}-{accepted}".replace(" ", "-"), 0, kept=accepted == 0)


def test_somebody_else_decides_by_each_door() -> None:
    for door, decide in DECISION_DOORS.items():
        scene = launches.scene(signed=False)
        decide(scene, scene.decider)
        assert LaunchDecision.objects.filter(decided_by=scene.decider).count() == 1, door


@pytest.mark.parametrize("account", ["own account", "second account"])
def test_who_signed_does_not_decide_on_a_go_where_three_are_asked_for(account: str) -> None:
    scene = launches.scene()
    launches.also(scene, "approver", Role.DECIDER)
    decider = scene.approver if account == "own account" else _second_account(scene.approver, scene, Role.DECIDER)
    picture = launches.look(launches.Scene(**{**vars(scene), "decider": decider}))
    assert [refusal.code for refusal in picture.outlook.go.personal] == ["signer"]
    with pytest.raises(DomainError):
        launches.decide(launches.Scene(**{**vars(scene), "decider": decider}))
    assert not LaunchDecision.objects.exists()


@override_settings(PERSONS_BEHIND_A_GO=2)
def test_where_two_are_asked_for_a_signer_may_decide_and_an_author_may_not() -> None:
    scene = launches.scene()
    launches.also(scene, "approver", Role.DECIDER)
    launches.also(scene, "engineer", Role.DECIDER)
    with pytest.raises(DomainError):
        launches.decide(scene, who="engineer")
    assert launches.decide(scene, who="approver").decided_by == scene.approver


@pytest.mark.parametrize("account", ["own account", "second account"])
def test_who_asked_for_a_waiver_does_not_approve_it_not_even_past_the_code(account: str) -> None:
    scene = launches.scene(answered=False)
    asked = waivers.asked(scene.engineer, scene.service, KEY, clock.today_in("UTC"))
    by = scene.engineer if account == "own account" else _second_account(scene.engineer, scene, Role.DECIDER)

    with pytest.raises(DatabaseError, match="who asked for a waiver cannot approve it"):
        waivers.settled(by, asked)

    accepted = WaiverSettlement.objects.count()
    results.tell("R07", f"waiver-approved-by-who-asked-{account}-{accepted}".replace(" ", "-"), 0, kept=accepted == 0)


def test_no_token_signs_an_item_or_decides() -> None:
    """That `settle` approves for no token is held where waivers by machine are tested."""
    scene = launches.scene(signed=False)
    item = review_factory.answer(scene.review, KEY)
    approver, decider = (callers.caller(person, may="write") for person in (scene.approver, scene.decider))
    verdict = {"release": str(scene.release.public_id), "environment": "staging", "verdict": "go"}

    refused = [
        approver.post(f"items/{item.public_id}/sign-off", {"digest": item.content_digest}),
        decider.post("decisions/", verdict),
    ]

    assert [callers.as_json(answer)["type"] for answer in refused] == ["urn:gatehouse:problem:proof-needed"] * 2
    assert not SignOff.objects.exists()
    assert not LaunchDecision.objects.exists()


def test_no_other_operation_of_the_api_speaks_of_signatures() -> None:
    schema = callers.as_json(callers.caller(portal.member(portal.team(), Role.APPROVER), may="write").get("schema/"))
    writes = [path for path, told in schema["paths"].items() if set(told) - {"get", "head"}]
    assert [path for path in writes if re.search("sign-?off|decision(?!-record)|waiver|approve", path)] == [
        "/api/v1/decisions/",
        "/api/v1/decisions/{decision}/conditions/{condition}/meet",
        "/api/v1/items/{item}/sign-off",
        "/api/v1/releases/{release}/ask-decision",
        "/api/v1/waivers/",
        "/api/v1/waivers/{waiver}/revoke",
        "/api/v1/waivers/{waiver}/settle",
    ]


def test_evidence_that_was_withdrawn_no_longer_ties_who_added_it() -> None:
    """Who last wrote counts: nothing of theirs stands in what is signed."""
    scene = launches.scene(signed=False)
    launches.also(scene, "approver", Role.CONTRIBUTOR)
    piece = review_factory.link(scene.access("approver"), review_factory.answer(scene.review, KEY), title="Mine")
    evidence.withdraw(scene.access("engineer"), piece=piece, reason="The wrong run.")
    review_factory.signed(scene.access("approver"), review_factory.answer(scene.review, KEY))
    assert SignOff.objects.filter(person=scene.approver).exists()


def test_persons_are_told_apart_by_their_identity_not_by_their_account() -> None:
    one = portal.person()
    other = portal.person(identity=one.identity)
    assert (one.pk != other.pk, one.identity) == (True, other.identity)
    assert portal.person().identity not in (one.identity, uuid.UUID(int=0))
