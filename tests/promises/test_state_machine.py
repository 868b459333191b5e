"""R27: no order of answering, signing, reopening, returning and deciding reaches a forbidden state.

Hypothesis plays a team: anybody tries anything at any moment, and is refused or not. After every act the invariants
hold, each judged by what the machine itself remembers or by recomputing, never by the code that wrote the rows.
"""

from collections import Counter, defaultdict
from collections.abc import Callable

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from portal import clock, record_verification
from portal.errors import DomainError
from portal.permissions import Role
from readiness.actions import answers, evidence, signoffs, withdrawals
from readiness.models import ItemAnswer, LaunchDecision, Service, ServiceStatus
from readiness.queries import gate
from readiness.queries import status as status_queries
from tests.factories import launches
from tests.factories import reviews as review_factory
from tests.harness import results

pytestmark = pytest.mark.postgres

ITEMS = some.sampled_from((*launches.CRITICAL, *launches.OTHER))
PEOPLE = some.sampled_from(("lead", "engineer", "approver", "decider"))
LET_THROUGH, REFUSED = Counter[str](), Counter[str]()
"""How often acts of some kinds went through, and were refused: without both, nothing is shown."""
NOT_KEPT = ("id", "service_id", "version", "changed_at")


class ATeam(RuleBasedStateMachine):
    """One release, its review and four people; two of them may do more than one thing."""

    def __init__(self) -> None:
        super().__init__()
        self.wrote: dict[str, dict[str, str]] = defaultdict(dict)
        """Who wrote each part of an item last, by item and part."""
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()

    @initialize(begun=some.booleans())
    def a_release(self, begun: bool) -> None:
        self.scene = launches.scene(answered=begun)
        launches.also(self.scene, "approver", Role.CONTRIBUTOR)
        launches.also(self.scene, "decider", Role.APPROVER)
        launches.also(self.scene, "lead", Role.APPROVER)
        launches.also(self.scene, "lead", Role.CONTRIBUTOR)
        if begun:
            for key in (*launches.CRITICAL, *launches.OTHER):
                self.wrote[key] = dict.fromkeys(("point", "evidence", "rating"), "engineer")

    def item(self, key: str) -> ItemAnswer:
        return review_factory.answer(self.scene.review, key)

    def tries(self, act: Callable[[], object], kind: str = "") -> bool:
        """Whether it was let through. A refusal leaves nothing behind; anything but a refusal is a fault of ours."""
        try:
            with transaction.atomic():
                act()
        except DomainError:
            REFUSED[kind] += 1
            return False
        LET_THROUGH[kind] += 1
        return True

    @rule(key=ITEMS, who=PEOPLE, state=some.sampled_from(("ticked", "open")))
    def mark(self, key: str, who: str, state: str) -> None:
        tick = self.item(key).ticks.filter(number=1).first()
        version = tick.version if tick else 0
        access = self.scene.access(who)
        act = lambda: answers.mark_point(access, answer=self.item(key), number=1, state=state, version=version)  # noqa: E731
        if self.tries(act):
            self.wrote[key]["point"] = who

    @rule(key=ITEMS, who=PEOPLE, rating=some.sampled_from(("green", "green", "red", "")))
    def rate(self, key: str, who: str, rating: str) -> None:
        item = self.item(key)
        version = item.rating_version
        if self.tries(lambda: answers.rate(self.scene.access(who), answer=item, rating=rating, version=version)):
            self.wrote[key]["rating"] = who

    @rule(key=ITEMS, who=PEOPLE, text=some.sampled_from(("Two runs are missing.", "It is slower.")))
    def describe(self, key: str, who: str, text: str) -> None:
        item = self.item(key)
        version = item.text_version
        if self.tries(lambda: answers.describe(self.scene.access(who), answer=item, text=text, version=version)):
            self.wrote[key]["text"] = who

    @rule(key=ITEMS, who=PEOPLE)
    def prove(self, key: str, who: str) -> None:
        if self.tries(lambda: review_factory.link(self.scene.access(who), self.item(key))):
            self.wrote[key]["evidence"] = who

    @rule(key=ITEMS, who=PEOPLE)
    def take_evidence_out(self, key: str, who: str) -> None:
        item = self.item(key)
        piece = item.evidence.filter(withdrawn_at=None).first()
        if piece is not None:
            piece.answer = item
            self.tries(lambda: evidence.withdraw(self.scene.access(who), piece=piece, reason="The wrong run."))

    @rule(key=ITEMS, who=PEOPLE)
    def sign(self, key: str, who: str) -> None:
        self.tries(lambda: review_factory.signed(self.scene.access(who), self.item(key)), "sign")

    @rule(key=ITEMS, who=PEOPLE)
    def reopen(self, key: str, who: str) -> None:
        self.tries(
            lambda: signoffs.reopen(self.scene.access(who), answer=self.item(key), reason="The wrong file."), "reopen"
        )

    @rule(key=ITEMS, who=PEOPLE)
    def give_back(self, key: str, who: str) -> None:
        self.tries(lambda: signoffs.give_back(self.scene.access(who), answer=self.item(key), reason="Of last week."))

    @rule(who=PEOPLE)
    def make_ready_and_go(self, who: str) -> None:
        """What a team does in a week, so that decisions are reached often enough to be tried."""
        for key in (*launches.CRITICAL, *launches.OTHER):
            self.mark(key, "engineer", "ticked")
            self.prove(key, "engineer")
            self.rate(key, "engineer", "green")
            self.sign(key, "approver")
        self.decide(who, "go")

    @rule(who=PEOPLE, verdict=some.sampled_from(("go", "go", "no-go")))
    def decide(self, who: str, verdict: str) -> None:
        self.tries(lambda: launches.decide(self.scene, verdict, who=who), verdict)

    @rule(who=PEOPLE)
    def withdraw(self, who: str) -> None:
        decision = LaunchDecision.objects.filter(service=self.scene.service).order_by("number").last()
        if decision is not None:
            access = self.scene.access(who)
            self.tries(
                lambda: withdrawals.withdraw(access, decision=decision, reason="In error.", proof=launches.proof())
            )

    # --- what must hold after every act ---

    @invariant()
    def every_signature_stands_on_green_content_that_the_signer_did_not_write(self) -> None:
        for item in self.signed():
            assert item.signoff is not None
            wrote = {getattr(self.scene, who).pk for who in self.wrote[item.item_key].values()}
            assert item.signoff.person_id not in wrote, f"{item.item_key} is signed by who wrote it"
            assert item.state == "green", item.item_key
            assert item.signoff.content_digest == item.content_digest, item.item_key
            assert not hasattr(item.signoff, "void"), f"{item.item_key} stands on a void signature"

    @invariant()
    def a_standing_go_has_its_criticals_green_and_signed(self) -> None:
        asked = gate.ask(
            self.scene.access("engineer"),
            self.scene.service.slug,
            release="3.2.0",
            environment="staging",
            purpose="deploy",
            now=clock.now(),
        )
        if asked is None or asked.answer.verdict != "allow":
            return
        for key in launches.CRITICAL:
            item = self.item(key)
            assert item.state == "green", f"{key} is {item.state} and the gate allows"
            assert item.signoff_id is not None, f"{key} is not signed and the gate allows"

    @invariant()
    def the_status_row_says_what_recomputing_says(self) -> None:
        service = Service.objects.get(pk=self.scene.service.pk)
        row = ServiceStatus.objects.filter(service=service).values().get()
        kept = {name: value for name, value in row.items() if name not in NOT_KEPT}
        assert kept == status_queries.standing_of(service).as_fields()

    def signed(self) -> list[ItemAnswer]:
        found = ItemAnswer.objects.filter(review=self.scene.review, signoff__isnull=False)
        return list(found.select_related("signoff", "signoff__void"))

    def teardown(self) -> None:
        """The record of all of it is whole; then everything is taken back."""
        try:
            problems = [str(problem) for problem in record_verification.verify().problems]
            assert problems == []
        finally:
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)


def played(runs: int, steps: int) -> None:
    LET_THROUGH.clear()
    REFUSED.clear()
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        ATeam,
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    reached = all(LET_THROUGH[kind] and REFUSED[kind] for kind in ("sign", "reopen", "go"))
    print(f"let through {dict(LET_THROUGH)}, refused {dict(REFUSED)}")
    results.tell("R27", f"{runs} runs of {steps} acts, 0 broken", "0 broken", kept=reached)


@pytest.mark.long
@pytest.mark.django_db
def test_no_order_of_acts_reaches_a_forbidden_state() -> None:
    played(8, 20)


@pytest.mark.deep
@pytest.mark.django_db
def test_no_order_of_acts_reaches_a_forbidden_state_in_many_runs() -> None:
    played(200, 50)
