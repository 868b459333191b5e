"""Asking for packs, making their parts, joining them: the real PDF and archive are read back."""

import datetime
import hashlib
import io
import json
import zipfile
from pathlib import Path

import pypdf
import pytest
import time_machine
from django.test import override_settings

from portal import clock
from portal.errors import DomainError, NotPermitted
from portal.models import AuditEvent, AuditorScope, Notification
from portal.permissions import Role
from readiness.actions import answers, audit_packs, signoffs
from readiness.models import AuditPack, PackPart, RenderedPart, Review, Service
from tests.factories import portal, readiness, reviews
from tests.factories.days import today

pytestmark = pytest.mark.django_db


@pytest.fixture
def review() -> Review:
    """A review with a signed item, a void sign-off and one that is yellow."""
    service = readiness.service(slug="fraud-scoring", name="Fraud scoring")
    review = reviews.started(service)
    engineer, approver = reviews.people(service)
    signed = reviews.green(engineer, reviews.answer(review, "env.configuration"))
    reviews.signed(approver, signed)
    again = reviews.green(engineer, reviews.answer(review, "env.secrets"))
    reviews.signed(approver, again)
    signoffs.reopen(engineer, answer=again, reason="The vault was moved.")
    short = reviews.answer(review, "env.infrastructure")
    short = answers.describe(engineer, answer=short, text="Certificates end in December.", version=0)
    answers.rate(engineer, answer=short, rating="yellow", version=0)
    return review


def asked(review: Review, **changed: object) -> AuditPack:
    compliance = portal.access(portal.member(None, Role.COMPLIANCE, name="Cora Compliance"))
    wanted: dict[str, object] = {"services": [review.service], "since": today(-1), "until": today()}
    return audit_packs.request(compliance, **{**wanted, **changed})  # type: ignore[arg-type]


def made(pack: AuditPack) -> AuditPack:
    for part in pack.parts.all():
        audit_packs.build_part(part.pk)
    audit_packs.finish(pack.pk)
    return AuditPack.objects.get(pk=pack.pk)


@pytest.fixture
def ready(review: Review) -> AuditPack:
    return made(asked(review))


def archive_of(pack: AuditPack) -> zipfile.ZipFile:
    with pack.archive.open("rb") as file:
        return zipfile.ZipFile(io.BytesIO(file.read()))


def text_of(pack: AuditPack) -> str:
    with pack.pdf.open("rb") as file:
        return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(file.read())).pages)


def test_a_pack_holds_the_pdf_the_data_and_a_manifest_that_agrees_with_every_file(ready: AuditPack) -> None:
    archive = archive_of(ready)
    manifest = json.loads(archive.read("manifest.json"))

    assert ready.state == "ready"
    for path, digest in manifest["files"].items():
        assert hashlib.sha256(archive.read(path)).hexdigest() == digest, path
    assert manifest["record_digest"] == ready.record_digest
    assert manifest["files"][manifest["pdf"]] == ready.pdf_sha256


def test_the_pdf_says_who_signed_what_was_void_and_what_is_missing(ready: AuditPack) -> None:
    text = text_of(ready)

    for words in ("Fraud scoring", "Alma Approver", "The vault was moved.", "Certificates end in December."):
        assert words in text, words
    assert f"Page {ready.pages} of {ready.pages}" in text


def test_the_requester_is_told_once(ready: AuditPack) -> None:
    audit_packs.finish(ready.pk)

    notices = Notification.objects.filter(recipient=ready.requested_by, kind="pack")
    assert [notice.subject for notice in notices] == [f"Audit pack AP-{today().year}-0001 is ready"]
    assert AuditEvent.objects.filter(verb="pack.ready").count() == 1


def test_what_happens_after_the_moment_changes_nothing_in_the_pack(review: Review) -> None:
    pack = asked(review)
    engineer = portal.access(reviews.answer(review, "env.infrastructure").text_by)
    item = reviews.answer(review, "env.infrastructure")
    answers.describe(engineer, answer=item, text="All of it is done now.", version=1)

    text = text_of(made(pack))

    assert "Certificates end in December." in text
    assert "All of it is done now." not in text


def test_the_same_service_at_the_same_moment_is_rendered_once() -> None:
    with time_machine.travel(datetime.datetime.combine(today(-1), datetime.time(9), datetime.UTC), tick=False):
        review = reviews.started(readiness.service(slug="fraud-scoring"))

    first = made(asked(review, until=today(-1)))
    second = made(asked(review, until=today(-1)))

    assert second.as_of == first.as_of
    assert PackPart.objects.values("content_digest").distinct().count() == 1
    assert RenderedPart.objects.filter(digest=first.parts.get().content_digest).count() == 1
    assert second.record_digest == first.record_digest


def test_a_part_at_work_is_not_taken_twice_until_its_lease_ends(review: Review) -> None:
    pack = asked(review)
    part = pack.parts.get()
    PackPart.objects.filter(pk=part.pk).update(
        state="building", attempts=1, lease_until=clock.now() + datetime.timedelta(minutes=5)
    )

    audit_packs.build_part(part.pk)
    assert not RenderedPart.objects.exists()

    PackPart.objects.filter(pk=part.pk).update(lease_until=clock.now() - datetime.timedelta(seconds=1))
    assert audit_packs.sweep(clock.now()) == 1


def test_a_worker_lost_three_times_is_said_to_who_asked(review: Review) -> None:
    pack = asked(review)
    past = clock.now() - datetime.timedelta(minutes=1)
    pack.parts.update(state="building", attempts=3, lease_until=past)

    audit_packs.sweep(clock.now())

    pack.refresh_from_db()
    assert pack.state == "failed"
    assert "lost 3 times" in pack.error
    assert Notification.objects.filter(recipient=pack.requested_by, kind="pack").count() == 1


def test_wrong_requests_are_refused_at_their_field(review: Review) -> None:
    for field, changed in {
        "services": {"services": []},
        "until": {"since": today(), "until": today(-1)},
        "until ": {"until": today(+1)},
    }.items():
        with pytest.raises(DomainError) as refusal:
            asked(review, **changed)
        assert list(refusal.value.errors) == [field.strip()]
    with pytest.raises(DomainError, match="Nothing was on record"):
        asked(review, since=datetime.date(2020, 1, 1), until=datetime.date(2020, 2, 1))


def test_a_contributor_cannot_ask_for_a_pack(review: Review) -> None:
    engineer, _ = reviews.people(review.service)

    with pytest.raises(NotPermitted):
        audit_packs.request(engineer, services=[review.service], since=today(-1), until=today())
    assert not AuditPack.objects.exists()


def test_a_pack_with_one_hidden_service_does_not_exist_for_others(review: Review) -> None:
    hidden: Service = readiness.service(slug="secret", restricted=True)
    asked(review, services=[review.service, hidden])
    outsider = portal.access(portal.member(portal.team(), Role.LEAD))

    assert audit_packs.pack_queries.visible_to(outsider).count() == 0
    assert audit_packs.pack_queries.visible_to(portal.access(hidden.owner)).count() == 1


def test_a_part_that_succeeded_at_the_third_try_does_not_fail_the_pack(review: Review) -> None:
    hidden: Service = readiness.service(slug="other")
    pack = asked(review, services=[review.service, hidden])
    first, _second = pack.parts.all()
    PackPart.objects.filter(pk=first.pk).update(state="ready", attempts=3, lease_until=None)

    audit_packs.sweep(clock.now())
    pack.refresh_from_db()
    assert pack.state == "requested"

    leased = clock.now() + datetime.timedelta(minutes=5)
    PackPart.objects.filter(pk=first.pk).update(state="building", lease_until=leased)
    audit_packs.sweep(clock.now())
    pack.refresh_from_db()
    assert pack.state == "requested"


@pytest.mark.parametrize("meanwhile", [{"state": "failed"}, {"attempts": 2}])
def test_a_worker_that_comes_late_changes_nothing(review: Review, meanwhile: dict[str, object], tmp_path: Path) -> None:
    pack = asked(review)
    AuditPack.objects.update(state="building", attempts=1)
    pack.refresh_from_db()
    AuditPack.objects.update(**meanwhile)

    with override_settings(MEDIA_ROOT=tmp_path):
        audit_packs._hand_over(pack, (3, "record"), io.BytesIO(b"%PDF"), io.BytesIO(b"PK"))

    pack = AuditPack.objects.get()
    assert (pack.state, pack.pdf.name) == (meanwhile.get("state", "building"), "")
    assert not AuditEvent.objects.filter(verb="pack.ready").exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_events_of_a_pack_of_several_name_each_service_only_to_who_may_see_it(review: Review) -> None:
    hidden: Service = readiness.service(slug="secret", name="Harbour", restricted=True)
    pack = asked(review, services=[review.service, hidden])
    administrator = portal.access(portal.member(None, Role.ADMINISTRATOR))
    part = pack.parts.get(service=hidden)
    PackPart.objects.filter(pk=part.pk).update(state="building", attempts=3)
    part.refresh_from_db()
    audit_packs._part_failed(part, "A page of Harbour is too long.")

    seen = AuditEvent.objects.visible_to(administrator).filter(verb__startswith="pack.")
    said = "".join(event.body + "".join(text.value for text in event.texts.all()) for event in seen)
    assert "secret" not in said
    assert "Harbour" not in said
    seen_inside = AuditEvent.objects.visible_to(portal.access(hidden.owner))
    own = seen_inside.filter(verb__startswith="pack.", scope=hidden.scope)
    assert [event.verb for event in own.order_by("number")] == ["pack.requested", "pack.failed"]


def test_an_auditor_asks_only_for_what_was_chosen_for_them(review: Review) -> None:
    auditor = portal.member(None, Role.AUDITOR)

    with pytest.raises(DomainError) as refusal:
        audit_packs.request(portal.access(auditor), services=[review.service], since=today(-1), until=today())
    assert list(refusal.value.errors) == ["services"]

    AuditorScope.objects.create(membership=auditor.memberships.get(), scope=review.service.scope)
    assert audit_packs.request(portal.access(auditor), services=[review.service], since=today(-1), until=today()).pk
