"""R16: a signature says who, when and what it means, and rests on a fresh proof of identity.

Every sign-off and decision carries its fields, and shows them on its page and in what is downloaded. A proof too old is
never taken: five minutes for a decision; a signing session of five minutes' pause and thirty in all for sign-offs.
"""

import datetime
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from portal import clock
from portal.errors import ProofNeeded
from readiness.actions import signoffs
from readiness.models import LaunchDecision, SignOff
from readiness.rules import signing
from tests.factories import launches, portal
from tests.factories import reviews as review_factory
from tests.harness import results

pytestmark = pytest.mark.django_db

SIGNOFF_FIELDS = (
    "person",
    "signed_at",
    "meaning",
    "meaning_version",
    "content_digest",
    "template_digest",
    "proof_method",
    "proof_at",
    "event",
)
DECISION_FIELDS = (
    "decided_by",
    "decided_at",
    "meaning",
    "meaning_version",
    "snapshot_digest",
    "governed_digest",
    "proof_method",
    "proof_at",
    "event",
)


def test_every_sign_off_carries_all_its_fields() -> None:
    launches.scene()
    rows = SignOff.objects.all()
    whole = [all(getattr(row, field) for field in SIGNOFF_FIELDS) for row in rows]
    assert {row.meaning for row in rows} == {signing.MEANINGS["signoff-1"]}
    results.tell("R16", f"{sum(whole)}-of-{len(whole)}-sign-offs", "all", kept=all(whole) and len(whole) > 0)


def test_every_decision_carries_all_its_fields_and_the_version_of_the_rules() -> None:
    scene = launches.scene()
    for verdict in ("no-go", "go"):
        launches.decide(scene, verdict)
    rows = LaunchDecision.objects.all()
    whole = [
        all(getattr(row, field) for field in DECISION_FIELDS) and bool(json.loads(row.snapshot)["rules"])
        for row in rows
    ]
    results.tell("R16", f"{sum(whole)}-of-{len(whole)}-decisions", "all", kept=all(whole) and len(whole) == 2)


def test_they_are_shown_on_the_decisions_page_and_in_its_file() -> None:
    scene = launches.scene()
    decision = launches.decide(scene)
    client = Client()
    client.force_login(scene.engineer)
    page = client.get(decision.get_absolute_url()).content.decode()
    for shown in ("Dora Decider", "Alma Approver", "password", decision.snapshot_digest, "decision-1", "signoff-1"):
        assert shown in page
    assert signing.MEANINGS["decision-1"] in page
    assert signing.MEANINGS["signoff-1"] in page
    frozen = json.loads(client.get(f"{decision.get_absolute_url()}snapshot.json").content)
    item = next(one for one in frozen["items"] if one["key"] == "deploy.rollout")
    missing = [
        key
        for key in ("by", "at", "meaning", "meaning_version", "method", "proof_at", "digest")
        if not item["signoff"][key]
    ]
    missing += [
        key for key in ("by", "at", "meaning", "meaning_version", "method", "proof_at") if not frozen["decision"][key]
    ]
    results.tell("R16", f"{len(missing)}-missing-in-the-file", 0, kept=missing == [])


def test_the_review_shows_who_signed_when_and_how() -> None:
    scene = launches.scene()
    client = Client()
    client.force_login(scene.engineer)
    page = client.get(scene.review.get_absolute_url()).content.decode()
    assert "Alma Approver" in page
    assert SignOff.objects.filter(answer__item_key="deploy.rollout").get().content_digest[:4] in page


def test_the_words_of_a_signature_are_versioned() -> None:
    """A text that was signed once is never changed: this is what it says."""
    assert signing.MEANINGS == {
        "signoff-1": "I have checked the points and the evidence of this item myself and state that it is met.",
        "decision-1": "I have read the triggers, the items and the conditions shown here and take this decision in my "
        "own name.",
        "waiver-1": "I accept that this item is not met until the day named here, for the reason and under the control "
        "stated.",
        "withdrawal-1": "This decision was taken in error; I withdraw it in my own name.",
        "live-1": "I have read what failed or is late after the go, and take this decision in my own name.",
        "emergency-1": "This release cannot wait for its items. I ask for an emergency go in my own name.",
        "emergency-go-1": "I have read what is skipped and what speaks against it, and let this release go in my own "
        "name all the same.",
    }


@contextmanager
def _later(**time: float) -> Iterator[None]:
    with time_machine.travel(clock.now() + datetime.timedelta(**time), tick=False):
        yield


def _window(scene: launches.Scene, who: str) -> Client:
    client = Client()
    client.force_login(getattr(scene, who))
    return client


def _decide(scene: launches.Scene, client: Client, **more: str) -> int:
    path = reverse("readiness:decide", args=[scene.service.slug, "3.2.0"]) + "?environment=staging"
    typed: dict[str, Any] = {"verdict": "no-go", "seen": str(LaunchDecision.objects.count()), "rationale": "Not yet."}
    return client.post(path, {**typed, **more}).status_code


def test_a_decision_takes_no_proof_of_five_minutes_or_more() -> None:
    scene = launches.scene()
    with time_machine.travel(clock.now(), tick=False):
        client = _window(scene, "decider")
        assert _decide(scene, client, password=portal.PASSWORD) == 302
        with _later(minutes=4, seconds=59):
            assert _decide(scene, client) == 302
        with _later(minutes=5):
            assert _decide(scene, client) == 422
    accepted = LaunchDecision.objects.count() - 2
    results.tell("R16", f"{accepted}-decisions-on-an-old-proof", 0, kept=accepted == 0)


def test_signing_in_is_no_proof() -> None:
    scene = launches.scene()
    client = Client()
    client.post(reverse("account_login"), {"login": scene.decider.email, "password": portal.PASSWORD})
    assert _decide(scene, client) == 422
    assert not LaunchDecision.objects.exists()


def test_another_windows_proof_is_not_this_ones() -> None:
    scene = launches.scene()
    one, other = _window(scene, "decider"), _window(scene, "decider")
    assert _decide(scene, one, password=portal.PASSWORD) == 302
    assert _decide(scene, other) == 422


@pytest.mark.parametrize("wrong", ["", "not-my-password", "another-persons-password"])
def test_no_wrong_password_signs_or_decides(wrong: str) -> None:
    scene = launches.scene(signed=False)
    scene.lead.set_password("another-persons-password")
    scene.lead.save()

    for _ in range(2):
        assert not _sign(scene, _window(scene, "approver"), "deploy.rollout", password=wrong)
        assert _decide(scene, _window(scene, "decider"), password=wrong) == 422

    accepted = SignOff.objects.count() + LaunchDecision.objects.count()
    results.tell("R16", f"{accepted}-acts-on-a-wrong-password", 0, kept=accepted == 0)


def test_guessing_the_password_ends_with_the_fifth_try_the_right_one_too() -> None:
    scene = launches.scene(signed=False)
    client = _window(scene, "approver")
    for _ in range(5):
        assert not _sign(scene, client, "deploy.rollout", password="not-my-password")
    assert not _sign(scene, client, "deploy.rollout", password=portal.PASSWORD)


def _sign(scene: launches.Scene, client: Client, key: str, **more: str) -> bool:
    before = SignOff.objects.count()
    item = review_factory.answer(scene.review, key)
    path = reverse("readiness:signoff_grant", args=[scene.service.slug, scene.review.number, key])
    client.post(path, {"digest": item.content_digest, **more})
    return SignOff.objects.count() == before + 1


def test_a_signing_session_ends_after_a_pause_of_five_minutes() -> None:
    scene = launches.scene(signed=False)
    with time_machine.travel(clock.now(), tick=False):
        client = _window(scene, "approver")
        assert _sign(scene, client, "deploy.rollout", password=portal.PASSWORD)
        with _later(minutes=5, seconds=1):
            accepted = _sign(scene, client, "env.secrets")
    results.tell("R16", f"{int(accepted)}-signed-after-the-pause", 0, kept=not accepted)


def test_a_signing_session_ends_thirty_minutes_after_its_proof() -> None:
    """Each sign-off lengthens it by five minutes, and none beyond thirty: signed every four minutes."""
    scene = launches.scene(signed=False)
    proof_at = clock.now()

    def at(minutes: int) -> datetime.datetime:
        return proof_at + datetime.timedelta(minutes=minutes)

    taken = [minutes for minutes in range(4, 41, 4) if signing.may_sign(proof_at, at(minutes - 4), at(minutes))]
    assert taken == [4, 8, 12, 16, 20, 24, 28]
    item = review_factory.answer(scene.review, "deploy.rollout")
    with time_machine.travel(at(30), tick=False), pytest.raises(ProofNeeded):
        signoffs.grant(
            scene.access("approver"),
            answer=item,
            digest=item.content_digest,
            proof=signing_proof(proof_at),
            last_signed_at=at(28),
        )
    results.tell("R16", "0-signed-after-thirty-minutes", 0, kept=not SignOff.objects.exists())


def signing_proof(at: datetime.datetime) -> Any:
    """A proof of this moment."""
    return type(launches.proof())(launches.PROOF, at)
