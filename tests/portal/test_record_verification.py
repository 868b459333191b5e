"""Verifying the record: a clean one holds, and whoever changes anything with the guards down is told on."""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, models, transaction

from portal import audit, canonical, record_verification, verbs
from portal.append_only import upkeep
from portal.models import Attachment, AuditEvent, AuditHead, AuditText, RecordVerification, Team
from readiness.models import (
    AnswerRevision,
    CarriedSignOff,
    ChecklistTemplate,
    ConditionMet,
    DecisionWithdrawal,
    Evidence,
    Finding,
    ItemAnswer,
    LaunchDecision,
    ServiceRevision,
    SignOff,
    SignOffVoid,
    TemplateVersion,
)
from tests.factories import portal, record

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def history(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """One history for all tests here; what each does to it is rolled back to this point."""
    with django_db_blocker.unblock(), transaction.atomic():
        record.history()
        with django_db_blocker.block():
            yield
        transaction.set_rollback(True)


@pytest.fixture
def unguarded(history: None, db: None) -> None:
    """A record whose guards somebody with all rights has put aside, and puts back after the deed."""
    record.put_guards_aside()


def problems(**options: Any) -> list[str]:
    upkeep.put_up()
    return [str(problem) for problem in record_verification.verify(**options).problems]


def forget(*rows: models.QuerySet[Any]) -> None:
    """Deletes rows as they stand, without asking Django who else needs them."""
    for queryset in rows:
        queryset._raw_delete(using="default")


def change(number: int, **fields: object) -> None:
    AuditEvent.objects.filter(number=number).update(**fields)


def rewritten_from(number: int) -> None:
    """What somebody does who knows the format: every digest from here on computed anew, the head too."""
    before = AuditEvent.objects.filter(number=number - 1).first()
    digest = before.digest if before else audit.genesis(str(AuditHead.objects.get().deployment))
    for event in AuditEvent.objects.filter(number__gte=number).order_by("number"):
        change(event.number, previous=digest, digest=audit.chained(digest, event.body))
        digest = audit.chained(digest, event.body)
    AuditHead.objects.update(digest=digest)


def test_a_clean_record_is_intact_up_to_its_head(history: None, db: None) -> None:
    found = record_verification.verify(with_files=True)

    assert found.problems == ()
    assert (found.head, found.tally.events) == (AuditHead.objects.get().number, AuditEvent.objects.count())
    assert found.tally.texts == AuditText.objects.count() > 0
    assert found.tally.acts["sign-offs"] == 2
    assert found.tally.files == 1


def test_the_record_of_another_installation_is_refused(unguarded: None) -> None:
    AuditHead.objects.update(deployment="00000000-0000-4000-8000-000000000000")

    assert problems()[0].startswith("event 1: it does not follow the event before it")


def change_a_body() -> None:
    change(7, body=AuditEvent.objects.get(number=7).body.replace('"v":1', '"v":1 '))


def change_a_digest() -> None:
    change(7, digest="0" * 64)


def change_previous() -> None:
    change(7, previous="nonsense")


def leave_one_out() -> None:
    event = AuditEvent.objects.filter(verb="release.planned").earliest("number")
    forget(AuditText.objects.filter(event=event), AuditEvent.objects.filter(number=event.number))


def cut_the_tail() -> None:
    last = AuditHead.objects.get().number
    forget(
        RecordVerification.objects.filter(event_id=last),
        AuditText.objects.filter(event_id=last),
        AuditEvent.objects.filter(number=last),
    )


def exchange_two() -> None:
    one, other = AuditEvent.objects.get(number=7), AuditEvent.objects.get(number=8)
    change(7, digest="swap")
    change(8, body=one.body, digest=one.digest, previous=one.previous)
    change(7, body=other.body, digest=other.digest, previous=other.previous)


def add_one_beyond_the_head() -> None:
    last = AuditEvent.objects.latest("number")
    last.number, last.previous, last.digest = last.number + 1, last.digest, "1" * 64
    last.save(force_insert=True)


def move_the_head_back() -> None:
    event = AuditEvent.objects.get(number=AuditHead.objects.get().number - 1)
    AuditHead.objects.update(number=event.number, digest=event.digest)


def blame_somebody_else() -> None:
    event = AuditEvent.objects.filter(actor__isnull=False)[:1].get()
    change(event.number, actor=portal.person())


def change_the_time() -> None:
    change(7, at=record.AT)


def change_the_verb() -> None:
    change(7, verb="item.praised")


def move_to_another_target() -> None:
    change(7, target_id="other")


def take_out_of_its_scope() -> None:
    change(AuditEvent.objects.filter(scope__isnull=False)[:1].get().number, scope=None)


def change_the_way() -> None:
    change(AuditEvent.objects.filter(via="page")[:1].get().number, via="api")


def change_a_text() -> None:
    AuditText.objects.filter(name="reason").update(value="Something else.")


def change_a_salt() -> None:
    AuditText.objects.filter(name="reason").update(salt="no hex")


def delete_a_text() -> None:
    forget(AuditText.objects.filter(name="reason"))


def add_a_text() -> None:
    AuditText.objects.create(event_id=7, name="note", salt="00", value="I never wrote this.")


def pretend_to_erase_a_text() -> None:
    AuditText.objects.filter(name="reason").update(erased_at=record.AT, value="Something else.")


TAMPERING: list[tuple[Callable[[], None], str]] = [
    (change_a_body, "event 7: its digest is not that of its content"),
    (change_a_digest, "event 7: its digest is not that of its content"),
    (change_previous, "event 7: it does not follow the event before it"),
    (leave_one_out, "it is missing; event"),
    (cut_the_tail, "are missing; the record ends at"),
    (exchange_two, "event 7: it does not follow the event before it"),
    (add_one_beyond_the_head, "it stands beyond the head"),
    (move_the_head_back, "it stands beyond the head"),
    (blame_somebody_else, "its columns do not repeat its content (actor)"),
    (change_the_time, "event 7: its columns do not repeat its content (at)"),
    (change_the_verb, "event 7: its columns do not repeat its content (verb)"),
    (move_to_another_target, "event 7: its columns do not repeat its content (target)"),
    (take_out_of_its_scope, "its columns do not repeat its content (scope)"),
    (change_the_way, "its columns do not repeat its content (via)"),
    (change_a_text, "its text “reason” was changed"),
    (change_a_salt, "its text “reason” was changed"),
    (delete_a_text, "its texts are not those it names (reason)"),
    (add_a_text, "event 7: its texts are not those it names (note)"),
    (pretend_to_erase_a_text, "its text “reason” was changed"),
]


@pytest.mark.parametrize(("tamper", "found"), TAMPERING, ids=[tamper.__name__ for tamper, _ in TAMPERING])
def test_what_was_done_to_the_chain_is_told(unguarded: None, tamper: Callable[[], None], found: str) -> None:
    tamper()

    assert found in problems()[0]


def rewrite_a_revision() -> None:
    revision = AnswerRevision.objects.order_by("-number")[0]
    forged = canonical.dumps({"rating": "green"})
    AnswerRevision.objects.filter(pk=revision.pk).update(content=forged, digest=canonical.digest({"rating": "green"}))
    ItemAnswer.objects.filter(pk=revision.subject_id).update(content_digest=canonical.digest({"rating": "green"}))


def change_a_revision() -> None:
    ServiceRevision.objects.update(content="{}")


def give_a_revision_another_author() -> None:
    AnswerRevision.objects.update(author=portal.person())


def delete_a_revision() -> None:
    subject = AnswerRevision.objects.filter(number=2)[0].subject_id
    forget(AnswerRevision.objects.filter(subject=subject, number=1))


def delete_the_newest_revision() -> None:
    newest = AnswerRevision.objects.order_by("-number")[0]
    forget(AnswerRevision.objects.filter(pk=newest.pk))


def change_what_a_head_row_says() -> None:
    ItemAnswer.objects.filter(revision__gt=0).update(content_digest="0" * 64)


def delete_a_signoff() -> None:
    standing = SignOff.objects.get(void__isnull=True)
    ItemAnswer.objects.filter(signoff=standing).update(signoff=None, carried=None)
    forget(CarriedSignOff.objects.all(), SignOff.objects.filter(pk=standing.pk))


def delete_a_void() -> None:
    void = SignOffVoid.objects.get()
    forget(SignOffVoid.objects.all())
    ItemAnswer.objects.filter(pk=void.signoff.answer_id).update(signoff=void.signoff)


def sign_for_somebody_else() -> None:
    SignOff.objects.update(person=portal.person())


def sign_other_content() -> None:
    SignOff.objects.update(content_digest="0" * 64)


def turn_a_decision_round() -> None:
    LaunchDecision.objects.update(verdict="go")


def change_what_a_decision_saw() -> None:
    LaunchDecision.objects.update(snapshot="{}")


def delete_a_decision() -> None:
    decision = LaunchDecision.objects.earliest("pk")
    Finding.objects.update(decision=None)
    forget(DecisionWithdrawal.objects.all(), ConditionMet.objects.all(), decision.conditions.all())
    forget(LaunchDecision.objects.filter(pk=decision.pk))


def change_a_checklist() -> None:
    TemplateVersion.objects.filter(template=ChecklistTemplate.objects.all()[0]).update(content="{}")


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (rewrite_a_revision, "has another digest than its event names"),
        (change_a_revision, "is not what its digest says"),
        (give_a_revision_another_author, "names another author than its event"),
        (delete_a_revision, "answer revisions only"),
        (delete_the_newest_revision, "does not stand at its newest revision"),
        (change_what_a_head_row_says, "does not stand at its newest revision"),
        (delete_a_signoff, "it says signoff.granted, but what it speaks of is gone"),
        (delete_a_void, "it says signoff.voided, but what it speaks of is gone"),
        (sign_for_somebody_else, "one of the sign-offs hangs on it, but it is signoff.granted of another"),
        (sign_other_content, "it names another digest than the row in sign-offs"),
        (turn_a_decision_round, "it names another verdict than the row in decisions"),
        (change_what_a_decision_saw, "what the decision saw is not what its digest says"),
        (delete_a_decision, "it says decision.recorded, but what it speaks of is gone"),
        (change_a_checklist, "is not what its digest says"),
    ],
)
def test_what_was_done_to_what_hangs_on_the_chain_is_told(
    unguarded: None, tamper: Callable[[], None], found: str
) -> None:
    tamper()

    assert any(found in problem for problem in problems())


@pytest.fixture
def stored(history: None, db: None) -> Iterator[Path]:
    """The one kept file on disk, put back afterwards."""
    path = Path(default_storage.path(Attachment.objects.get().file.name))
    content = path.read_bytes()
    yield path
    path.write_bytes(content)


def test_a_file_that_was_changed_is_told(stored: Path) -> None:
    stored.write_bytes(stored.read_bytes().upper())

    assert "is not the one that was uploaded" in problems(with_files=True)[0]


def test_a_file_that_is_gone_is_told_unless_it_was_redacted(stored: Path) -> None:
    stored.unlink()

    assert "is gone from the store" in problems(with_files=True)[0]
    Attachment.objects.update(redacted_at=record.AT)
    assert problems(with_files=True) == []


def test_evidence_that_names_another_file_is_told(unguarded: None) -> None:
    piece = Evidence.objects.all()[0]
    kept = Attachment.objects.get()
    Evidence.objects.filter(pk=piece.pk).update(kind="file", attachment=kept)

    assert f"Evidence {piece.public_id} names another file than was attached." in problems()


def test_the_guards_themselves_are_part_of_it(unguarded: None) -> None:
    found = [str(problem) for problem in record_verification.verify(most=99).problems]

    assert "The database does not guard portal_auditevent: it could be changed unseen by this portal." in found


def test_erased_texts_leave_the_record_intact(history: None, db: None) -> None:
    event = AuditText.objects.filter(name="reason")[0].event
    record.erase(event)

    found = record_verification.verify()

    assert found.intact
    assert found.tally.erased == AuditText.objects.filter(event=event).count() > 0


@pytest.mark.parametrize(
    "words", ["{braces}", '"quotes"', "back\\slash", "Größe, 東京, 🚦", '},"number":1,"request":"x', ""]
)
def test_facts_with_any_characters_hold(db: None, words: str) -> None:
    with transaction.atomic():
        audit.record(None, verbs.TEAM_ADDED, portal.team(), facts={"team": words, "time_zone": "UTC"})
        audit.record(None, verbs.PERSON_ADDED, portal.person(), texts={"name": words, "email": words})

    assert problems() == []


def test_a_record_rewritten_from_somewhere_on_still_betrays_itself_by_what_hangs_on_it(unguarded: None) -> None:
    event = AuditEvent.objects.filter(verb="item.rated")[:1].get()
    change(
        event.number, body=event.body.replace('"rating":"green"', '"rating":"red"').replace('"digest":"', '"digest":"0')
    )
    rewritten_from(event.number)

    assert any("has another digest than its event names" in problem for problem in problems())


class Command:
    """What the command said, and how it ended."""

    def __init__(self, *arguments: str) -> None:
        out, self.code = io.StringIO(), 0
        try:
            call_command("verify_record", *arguments, stdout=out, stderr=out)
        except SystemExit as end:
            self.code = int(str(end.code))
        self.said = out.getvalue()


def test_the_command_says_intact_and_ends_with_0(history: None, db: None) -> None:
    ran = Command("--files")

    assert ran.code == 0
    assert f"Intact up to event {AuditHead.objects.get().number}." in ran.said
    assert "1 files (0 redacted)" in ran.said


def test_the_command_says_where_it_breaks_and_ends_with_1(unguarded: None) -> None:
    change_a_text()
    upkeep.put_up()

    ran, told = Command(), json.loads(Command("--json").said)

    event = AuditText.objects.filter(name="reason").order_by("event_id")[0].event_id
    assert ran.code == 1
    assert f"BROKEN. First at:\n  event {event}: its text “reason” was changed." in ran.said
    assert told["intact"] is False
    assert told["problems"][0] == {"event": event, "what": "its text “reason” was changed."}


def test_the_command_ends_with_2_when_it_cannot_check(history: None, db: None) -> None:
    with transaction.atomic():
        connection.cursor().execute(f"ALTER TABLE {AuditText._meta.db_table} RENAME TO elsewhere")
        ran = Command()
        transaction.set_rollback(True)

    assert ran.code == 2
    assert "could not be checked" in ran.said


def test_the_command_notes_the_outcome_in_the_record(history: None, db: None) -> None:
    Command("--note")

    kept, event = RecordVerification.objects.latest("pk"), AuditEvent.objects.latest("number")
    assert kept.intact
    assert kept.event == event
    assert (event.verb, kept.number) == ("record.verified", event.number - 1)


def test_a_break_is_told_to_who_guards_the_record(unguarded: None) -> None:
    from portal.permissions import Role

    guardian, other = portal.member(None, Role.COMPLIANCE), portal.member(Team.objects.all()[0], Role.LEAD)
    change_a_text()
    upkeep.put_up()

    Command("--note")

    assert [notice.subject for notice in guardian.notifications.all()] == [
        f"The audit record does not verify: {RecordVerification.objects.latest('pk').problem}"
    ]
    assert not other.notifications.exists()
