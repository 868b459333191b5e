"""R27: no order of answering, signing, waiving, carrying on, using elsewhere and deciding reaches a forbidden state.

Hypothesis plays a team: anybody tries anything at any moment, and is refused or not. After every act the invariants
hold, each judged by what the machine itself remembers or by recomputing, never by the code that wrote the rows.
"""

import pytest
from django.db.models import QuerySet
from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from portal import clock, record_verification
from readiness.models import AnswerReference, ItemAnswer, Service, ServiceStatus, Waiver
from readiness.queries import gate
from readiness.queries import status as status_queries
from tests.harness import results
from tests.promises.a_team_goes_on import OnwardAndElsewhere
from tests.promises.a_team_remembers import BEFORE, CRITICAL, LET_THROUGH, REFUSED, SERVED

pytestmark = pytest.mark.postgres

NOT_KEPT = ("id", "service_id", "version", "changed_at")
TRIED_BOTH_WAYS = ("sign", "reopen", "approve", "conditional-go")
LET_THROUGH_ONCE = ("go", "next", "use")


class ATeam(OnwardAndElsewhere):
    """What must hold after every act."""

    @invariant()
    def every_signature_stands_on_green_content_that_the_signer_did_not_write(self) -> None:
        for item in self.items().filter(signoff__isnull=False).select_related("signoff__void", "carried__void"):
            assert item.signoff is not None
            signer = self.name_of(item.signoff.person_id)
            assert signer not in self.authors(item), f"{item.item_key} is signed by {signer}, who wrote in it"
            assert item.state == "green", item.item_key
            seal = item.carried or item.signoff
            assert seal.content_digest == item.content_digest, item.item_key
            assert not hasattr(seal, "void"), f"{item.item_key} stands on a void signature"

    @invariant()
    def what_serves_an_item_says_what_it_said_when_it_was_taken(self) -> None:
        rows = AnswerReference.objects.current().filter(answer__review=self.assessment)
        for one in rows.select_related("source__carried", "source__signoff"):
            assert one.source.content_digest == one.source_digest
            assert one.source.state == "green"
            assert one.source.signoff_id, "what is critical serves only while it is signed"

    @invariant()
    def an_item_is_on_credit_exactly_while_a_waiver_stands_and_it_is_not_green(self) -> None:
        for item in self.items():
            key, state = item.item_key, item.state
            if self.on_credit(key):
                assert state in ("waived", "green"), f"{key} is {state} under a waiver"
            else:
                assert state != "waived", f"{key} is on credit without a waiver"

    @invariant()
    def nothing_rated_short_of_green_is_green(self) -> None:
        for item in self.items():
            assert item.rating == "green" or item.state != "green", item.item_key

    @invariant()
    def what_the_machine_remembers_of_requests_is_what_is_open(self) -> None:
        assert {waiver.item_key for waiver in Waiver.objects.open()} == set(self.asked)

    @invariant()
    def a_standing_go_has_its_criticals_green_and_signed_or_on_credit_as_a_condition(self) -> None:
        asked = gate.ask(
            self.by("engineer"),
            self.scene.service.slug,
            release=self.scene.release.label,
            environment="staging",
            purpose="deploy",
            now=clock.now(),
        )
        if asked is None or asked.answer.verdict == "deny":
            return
        said = asked.answer.verdict
        for item in self.items().filter(review=self.scene.review, item_key__in=CRITICAL):
            on_credit = said == "allow_with_conditions" and self.on_credit(item.item_key)
            assert on_credit or item.state == "green", f"{item.item_key} is {item.state} and the gate says {said}"
            assert on_credit or item.signoff_id, f"{item.item_key} is not signed and the gate says {said}"

    @invariant()
    def the_status_row_says_what_recomputing_says(self) -> None:
        service = Service.objects.get(pk=self.scene.service.pk)
        row = ServiceStatus.objects.filter(service=service).values().get()
        kept = {name: value for name, value in row.items() if name not in NOT_KEPT}
        assert kept == status_queries.standing_of(service).as_fields()

    def items(self) -> QuerySet[ItemAnswer]:
        """The items that are asked now, before the go."""
        reviews = (self.scene.review, self.assessment)
        return ItemAnswer.objects.filter(review__in=reviews, item_key__in=(*BEFORE, SERVED))

    def teardown(self) -> None:
        """The record of all of it is whole; then everything is taken back."""
        try:
            problems = [str(problem) for problem in record_verification.verify().problems]
            assert problems == []
        finally:
            super().teardown()


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
    reached = all(LET_THROUGH[kind] and REFUSED[kind] for kind in TRIED_BOTH_WAYS)
    reached = reached and all(LET_THROUGH[kind] for kind in LET_THROUGH_ONCE)
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
