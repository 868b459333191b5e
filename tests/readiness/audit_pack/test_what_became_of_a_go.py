"""A pack read back: what was kept and rolled back, withdrawn, hurried, and how many persons stand behind a go."""

import io
import json
import zipfile

import pypdf
import pytest
from django.test import override_settings

from portal import clock
from portal.permissions import Role
from readiness.actions import audit_packs, emergencies, live_decisions, reviews, withdrawals
from readiness.models import AuditPack, Release
from readiness.queries import emergencies as emergency_queries
from readiness.queries import launch_subjects, live_releases
from tests.factories import launches, portal, readiness
from tests.factories.launches import Scene

pytestmark = pytest.mark.django_db

KEPT, BACK = "One smoke test of forty; the cause is known.", "Every fifth answer is empty since noon."
ERROR = "Recorded for the wrong environment."
HURRY = "The provider ends the old model tonight."


@pytest.fixture
def pack() -> AuditPack:
    """Of a service whose live release was kept, then rolled back; one go was withdrawn, one was an emergency."""
    scene = launches.two_live()
    launches.rated(scene, "post.smoke", "red", "Two answers of forty are empty.")
    _say(scene, "keep", KEPT)
    _say(scene, "roll-back", BACK)
    staging = launches.decide(scene)
    withdrawals.withdraw(scene.access("decider"), decision=staging, reason=ERROR, proof=launches.proof())
    _hurried(scene)
    return _made(scene)


def _say(of: Scene, verdict: str, reason: str) -> None:
    live = live_releases.of(of.service, clock.now())
    assert live is not None
    live_decisions.record(
        of.access("decider"),
        service=of.service,
        release=live.release,
        verdict=verdict,
        reason=reason,
        seen=live.sequence,
        proof=launches.proof(),
        back_to=Release.objects.get(service=of.service, label="3.2.0") if verdict == "roll-back" else None,
    )


def _hurried(of: Scene) -> None:
    release, place = readiness.release(of.service, "3.4.0"), of.environment("production")
    reviews.start(of.access("lead"), service=of.service, kind="deployment", release=release)
    request = emergencies.ask(
        of.access("approver"), release=release, environment=place, reason=HURRY, proof=launches.proof()
    )
    picture = emergency_queries.look(launch_subjects.again(release, place), of.access("decider"), clock.now())
    emergencies.go(
        of.access("decider"),
        request=request,
        rationale="The new pin was tried on staging.",
        acknowledged={trigger.key: "Watched by hand tonight." for trigger in picture.to_accept},
        seen=0,
        proof=launches.proof(),
    )


def _made(of: Scene) -> AuditPack:
    today = clock.now().date()
    office = portal.access(portal.member(None, Role.COMPLIANCE, name="Cora Compliance"))
    asked = audit_packs.request(office, services=[of.service], since=today, until=today)
    for part in asked.parts.all():
        audit_packs.build_part(part.pk)
    audit_packs.finish(asked.pk)
    return AuditPack.objects.get(pk=asked.pk)


def text_of(pack: AuditPack) -> str:
    """The words of the whole PDF in one line."""
    with pack.pdf.open("rb") as file:
        pages = pypdf.PdfReader(io.BytesIO(file.read())).pages
        return " ".join(" ".join(page.extract_text().split()) for page in pages)


def decided(pack: AuditPack) -> dict[tuple[str, str], dict[str, object]]:
    """The decisions of the data, by release and environment."""
    with pack.archive.open("rb") as file:
        data = json.loads(zipfile.ZipFile(io.BytesIO(file.read())).read("data.json"))
    rows = data["services"][0]["decisions"]
    return {(row["release"], row["environment"]): row for row in rows}


def test_the_pdf_says_what_became_of_each_go_who_said_so_and_why(pack: AuditPack) -> None:
    text = text_of(pack)

    for words in (
        "Kept after the go",
        KEPT,
        "Rolled back to 3.2.0",
        BACK,
        "Two answers of forty are empty.",
        "Withdrawn: Taken in error",
        ERROR,
        "Emergency go",
        f"UTC: {HURRY}",
        "Asked for by Alma Approver",
        "Accepted: Watched by hand tonight.",
        "Bring to green and have signed:",
        "Emergency goes in the period: 1.",
        "3 persons by this organisation’s setting: one prepared, one signed, one decided.",
    ):
        assert words in text, words


def test_the_data_says_the_same(pack: AuditPack) -> None:
    rows = decided(pack)

    assert {place: (row["verdict"], row["state"]) for place, row in rows.items()} == {
        ("3.2.0", "production"): ("go", "current"),
        ("3.3.0", "production"): ("go", "rolled-back"),
        ("3.3.0", "staging"): ("go", "withdrawn"),
        ("3.4.0", "production"): ("emergency-go", "current"),
    }
    assert HURRY in str(rows[("3.4.0", "production")]["emergency"])
    assert rows[("3.4.0", "production")]["conditions"]


@override_settings(PERSONS_BEHIND_A_GO=2)
def test_where_two_persons_are_set_every_pack_says_that_a_signer_may_decide() -> None:
    text = text_of(_made(launches.scene()))

    assert "2 persons by this organisation’s setting: a signer may decide." in text
    assert "Emergency goes in the period: 0." in text
