"""Whatever people do with decision records in whatever order, none comes to a state, text or link it may not have."""

import contextlib

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from portal.actions.documents import Written
from portal.errors import DomainError
from readiness.actions import decision_records
from readiness.choices import DecisionRecordState as State
from readiness.models import DecisionRecord
from readiness.rules import decision_records as rules
from tests.factories import portal
from tests.factories import readiness as things

pytestmark = pytest.mark.django_db

PICK = some.integers(min_value=0, max_value=2)
STEPS = {
    (State.PROPOSED, State.ACCEPTED),
    (State.PROPOSED, State.REJECTED),
    (State.ACCEPTED, State.DEPRECATED),
    (State.ACCEPTED, State.SUPERSEDED),
}


class Life(RuleBasedStateMachine):
    """One service whose people propose, revise, decide and end records, also where they may not."""

    def __init__(self) -> None:
        super().__init__()
        self.last: dict[int, DecisionRecord] = {}
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()

    @initialize()
    def a_service(self) -> None:
        self.service = things.service()
        self.access = portal.access(self.service.owner)

    @rule(named=some.sets(PICK, max_size=2))
    def propose(self, named: set[int]) -> None:
        """Names records that are accepted now, if any are; others are refused in the tests of the rules."""
        held = list(self.service.decision_records.filter(state=State.ACCEPTED).order_by("number"))
        chosen = {held[place % len(held)].number for place in named} if held else set()
        written = Written({"context": "Why.", "supersedes": rules.line(chosen)})
        decision_records.propose(self.access, service=self.service, title="A title", written=written)

    @rule(which=PICK)
    def accept(self, which: int) -> None:
        """Prefers those that end others: of two that end the same one only the first may."""
        waiting = list(self.service.decision_records.filter(state=State.PROPOSED).order_by("number"))
        waiting.sort(key=lambda record: not rules.named(record.content))
        if waiting:
            record = waiting[which % min(len(waiting), 2)]
            with contextlib.suppress(DomainError):
                decision_records.accept(self.access, record=record, seen=record.revision)

    @rule(which=PICK, words=some.sampled_from(["Once.", "Twice."]), late=some.booleans())
    def revise(self, which: int, words: str, late: bool) -> None:
        if record := self._picked(which):
            written = Written({**record.content, "decision": words})
            with contextlib.suppress(DomainError):
                seen = record.revision - late
                decision_records.revise(self.access, record=record, title=words, written=written, seen=seen)

    @rule(which=PICK, act=some.sampled_from(["accept", "accept", "reject", "deprecate", "confirm"]))
    def decide(self, which: int, act: str) -> None:
        if record := self._picked(which):
            with contextlib.suppress(DomainError):
                getattr(decision_records, act)(self.access, record=record, seen=record.revision, note="So.")

    @rule(which=PICK)
    def decide_on_what_was_revised(self, which: int) -> None:
        if record := self._picked(which):
            with contextlib.suppress(DomainError):
                decision_records.accept(self.access, record=record, seen=record.revision - 1)

    def _picked(self, which: int) -> DecisionRecord | None:
        return self.service.decision_records.filter(number=which + 1).first()

    @invariant()
    def every_record_went_a_way_it_may_go(self) -> None:
        for record in DecisionRecord.objects.select_related("superseded_by"):
            before = self.last.get(record.pk)
            if before is not None and before.state != record.state:
                assert (before.state, record.state) in STEPS
            if before is not None and before.state != State.PROPOSED:
                assert (before.title, before.content) == (record.title, record.content)
            if before is not None and before.superseded_by_id:
                assert before.superseded_by_id == record.superseded_by_id
            self.last[record.pk] = record

    @invariant()
    def links_hold_both_ways(self) -> None:
        for record in DecisionRecord.objects.select_related("superseded_by"):
            assert (record.superseded_by is not None) == (record.state == State.SUPERSEDED)
            if record.superseded_by:
                assert record.number in rules.named(record.superseded_by.content)
                assert record.superseded_by.state not in {State.PROPOSED, State.REJECTED}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)


def test_no_order_of_acts_reaches_a_forbidden_state() -> None:
    run_state_machine_as_test(Life, settings=settings(max_examples=25, stateful_step_count=25, deadline=None))
