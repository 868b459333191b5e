"""Whatever people do with incidents in whatever order, none comes to a state, a date or a silence it may not have."""

import contextlib
import itertools
import json
from collections import defaultdict

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from incidents.actions import incident_reach, incident_states, playbooks, post_mortems, timelines
from incidents.choices import EntryKind, IncidentState, PostMortemState
from incidents.models import Incident, PostMortem, TimelineEntry
from incidents.queries import incidents as queries
from incidents.queries import launch_gates
from incidents.rules import lifecycle
from incidents.rules.post_mortems import NEEDED
from portal import canonical, clock
from portal.actions.documents import Written
from portal.errors import DomainError
from tests.factories import incidents as factory
from tests.factories import portal
from tests.factories import readiness as things

pytestmark = pytest.mark.django_db

PICK = some.sampled_from([0, 0, 0, 1])
OVER = (IncidentState.RESOLVED, IncidentState.CLOSED)
SEVERITY = some.sampled_from([1, 2, 3])


class Life(RuleBasedStateMachine):
    """One service whose people declare, lead, move, weigh and explain incidents, also where they may not."""

    def __init__(self) -> None:
        super().__init__()
        self.told: dict[int, list[int]] = {}
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()

    @initialize(severity=SEVERITY)
    def a_service_with_an_incident(self, severity: int) -> None:
        playbooks.load()
        self.service = things.service()
        self.access = portal.access(self.service.owner)
        factory.declared(self.service, severity=severity, playbook="alert.cost-spike")

    @rule(severity=SEVERITY, led=some.booleans(), playbook=some.sampled_from(["", "alert.cost-spike"]))
    def declare(self, severity: int, led: bool, playbook: str) -> None:
        if self.service.incidents.count() < 2:
            commander = self.service.owner if led else None
            factory.declared(self.service, severity=severity, commander=commander, playbook=playbook)

    @rule(which=PICK, to=some.sampled_from(IncidentState.values), words=some.sampled_from(["", "So."]))
    def move(self, which: int, to: str, words: str) -> None:
        if incident := self._picked(which):
            with contextlib.suppress(DomainError):
                incident_states.move(self.access, incident=incident, to=to, text=words)

    @rule(which=PICK, late=some.booleans())
    def end(self, which: int, late: bool) -> None:
        """All that ends one, so that the far side of its life is reached too, resting on what was read."""
        self.lead(which)
        self.settle_every_step(which)
        if incident := self._picked(which):
            with contextlib.suppress(DomainError):
                seen = incident.revision - late
                incident_states.move(
                    self.access, incident=incident, to=IncidentState.RESOLVED, text="Ended.", seen=seen
                )

    @rule(which=PICK)
    def close(self, which: int) -> None:
        """Goes as far as it is let: also where the account is owed and not published."""
        self.end(which, late=False)
        if incident := self._picked(which):
            with contextlib.suppress(DomainError):
                incident_states.move(self.access, incident=incident, to=IncidentState.CLOSED)

    @rule(which=PICK)
    def settle_every_step(self, which: int) -> None:
        if incident := self._picked(which):
            for number in queries.playbook(incident).steps.open:
                self.step(which, number, "done", "Done.")

    @rule(
        which=PICK,
        number=some.integers(1, 5),
        did=some.sampled_from(["done", "left-out", "open"]),
        words=some.sampled_from(["", "So."]),
    )
    def step(self, which: int, number: int, did: str, words: str) -> None:
        if incident := self._picked(which):
            with contextlib.suppress(DomainError):
                timelines.step(self.access, incident=incident, number=number, did=did, text=words)

    @rule(which=PICK, to=SEVERITY)
    def weigh(self, which: int, to: int) -> None:
        if incident := self._picked(which):
            with contextlib.suppress(DomainError):
                incident_states.change_severity(self.access, incident=incident, severity=to, text="It is.")

    @rule(which=PICK)
    def lead(self, which: int) -> None:
        if incident := self._picked(which):
            with contextlib.suppress(DomainError):
                incident_reach.command(self.access, incident=incident, person=self.service.owner)

    @rule(which=PICK, minutes=some.sampled_from([None, 30]))
    def say(self, which: int, minutes: int | None) -> None:
        if incident := self._picked(which):
            with contextlib.suppress(DomainError):
                timelines.update(self.access, incident=incident, text="We are on it.", next_word=minutes)

    @rule(which=PICK, whole=some.booleans())
    def explain(self, which: int, whole: bool) -> None:
        if incident := self._picked(which):
            written = Written(factory.ACCOUNT if whole else {"summary": "Late."})
            with contextlib.suppress(DomainError):
                post_mortems.begin(self.access, incident=incident, written=written)

    @rule(which=PICK, whole=some.booleans())
    def rewrite(self, which: int, whole: bool) -> None:
        if account := self._account(which):
            content = factory.ACCOUNT if whole else {**account.content, "root_cause": ""}
            with contextlib.suppress(DomainError), transaction.atomic():
                post_mortems.revise(self.access, post_mortem=account, written=Written(content), seen=account.revision)

    @rule(which=PICK, late=some.booleans())
    def publish(self, which: int, late: bool) -> None:
        if account := self._account(which):
            with contextlib.suppress(DomainError), transaction.atomic():
                post_mortems.publish(self.access, post_mortem=account, seen=account.revision - late)

    def _picked(self, which: int) -> Incident | None:
        found = self.service.incidents.filter(number=which + 1).first()
        return factory.again(found) if found else None

    def _account(self, which: int) -> PostMortem | None:
        found = PostMortem.objects.filter(incident__service=self.service, incident__number=which + 1)
        return found.select_related("incident__service__scope__team", "keeper").first()

    def _kept(self, row: Incident) -> list[str]:
        return list(row.revisions.order_by("number").values_list("content", flat=True))

    def _every(self) -> list[Incident]:
        return list(Incident.objects.select_related("post_mortem", "service__scope__team", "commander"))

    @invariant()
    def each_went_a_way_it_may_go_and_closed_is_the_end(self) -> None:
        for row in self._every():
            states = [json.loads(kept)["state"] for kept in self._kept(row)]
            assert states[0] == IncidentState.INVESTIGATING
            for before, after in itertools.pairwise(states):
                assert before == after or after in lifecycle.NEXT[before]

    @invariant()
    def its_moments_agree_with_where_it_stands(self) -> None:
        for row in self._every():
            assert (row.resolved_at is not None) == (row.state in OVER)
            assert (row.closed_at is not None) == (row.state == IncidentState.CLOSED)
            assert row.mitigated_at is None or row.state != IncidentState.INVESTIGATING
            if row.state in OVER:
                assert row.next_word_at is None
                assert row.mitigated_at is not None

    @invariant()
    def what_is_over_was_led_and_every_step_is_settled(self) -> None:
        for row in self._every():
            if row.state in OVER:
                assert row.commander is not None
                assert not queries.playbook(row).steps.open

    @invariant()
    def it_owes_a_post_mortem_exactly_where_it_has_to(self) -> None:
        for row in self._every():
            kept = [json.loads(kept) for kept in self._kept(row)]
            owes = min(content["severity"] for content in kept) in lifecycle.NEEDS_POST_MORTEM
            days = [content["post_mortem_due_on"] for content in kept]
            assert row.state not in OVER or (row.post_mortem_due_on is not None) == owes
            for before, after in itertools.pairwise(days):
                assert before is None or (after is not None and after <= before)
            if row.state == IncidentState.CLOSED and owes:
                assert row.post_mortem.state == PostMortemState.PUBLISHED

    @invariant()
    def a_published_account_says_what_it_needs(self) -> None:
        for account in PostMortem.objects.filter(state=PostMortemState.PUBLISHED):
            assert all(account.content.get(key) for key in NEEDED)
            assert account.published_at is not None

    @invariant()
    def somebody_is_reminded_of_what_is_owed_and_of_nothing_else(self) -> None:
        for row in self._every():
            owes = row.next_word_at is not None or row.post_mortem_due_on is not None
            assert owes or row.remind_at is None
            if row.next_word_at:
                assert row.remind_at == row.next_word_at

    @invariant()
    def an_open_sev_1_stands_before_a_launch_and_a_small_one_does_not(self) -> None:
        if hasattr(self, "service"):
            stops = {row.key for row in launch_gates.read(self.service, []) if row.what == launch_gates.INCIDENT}
            watched = {row.pk for row in self._every() if row.is_open and row.severity in (1, 2)}
            assert watched <= stops
            assert not {row.pk for row in self._every() if row.worst_severity == 3} & stops

    @invariant()
    def every_revision_is_kept_and_the_head_is_the_newest(self) -> None:
        for row in self._every():
            kept = list(row.revisions.order_by("number").values_list("number", "digest"))
            assert [number for number, _ in kept] == list(range(1, row.revision + 1))
            assert kept[-1][1] == row.content_digest == canonical.digest(row.governed_content())

    @invariant()
    def the_timeline_only_grows_and_begins_with_the_declaration(self) -> None:
        for row in self._every():
            lines = list(TimelineEntry.objects.filter(incident=row).order_by("pk").values_list("pk", "kind"))
            known = [pk for pk, _ in lines]
            before = self.told.get(row.pk, [])
            assert known[: len(before)] == before
            assert lines[0][1] == EntryKind.DECLARED
            self.told[row.pk] = known

    @invariant()
    def nobody_does_a_step_that_is_done(self) -> None:
        for row in self._every():
            did: dict[int, list[str]] = defaultdict(lambda: ["open"])
            for run in row.steps.order_by("pk"):
                assert run.did != did[run.number][-1]
                assert run.did != "left-out" or run.note
                did[run.number].append(run.did)

    @invariant()
    def every_line_stands_on_the_record(self) -> None:
        for line in TimelineEntry.objects.select_related("event", "incident__service"):
            assert line.event.scope_id == line.incident.service.scope_id
            assert line.at <= clock.now()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)


def test_no_order_of_acts_reaches_a_forbidden_state() -> None:
    run_state_machine_as_test(Life, settings=settings(max_examples=15, stateful_step_count=20, deadline=None))
