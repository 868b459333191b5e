"""Whatever people do in whatever order, the life-cycle of an incident reaches no forbidden state."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from incidents.choices import IncidentState as State
from incidents.rules import lifecycle
from incidents.rules.lifecycle import Standing

STEPS = (1, 2, 3)


class Incident(RuleBasedStateMachine):
    """An incident with three steps and two alerts; what the rules refuse does not happen."""

    def __init__(self) -> None:
        super().__init__()
        self.state: str = State.INVESTIGATING
        self.severity = 2
        self.commander = ""
        self.settled: set[int] = set()
        self.firing: set[str] = set()
        self.is_explained = False
        self.visited: list[str] = [self.state]
        self.lowest_when_over = 0

    @property
    def standing(self) -> Standing:
        open_steps = tuple(number for number in STEPS if number not in self.settled)
        return Standing(
            self.state, self.severity, self.commander, open_steps, tuple(sorted(self.firing)), self.is_explained
        )

    @rule(to=st.sampled_from(State.values), words=st.sampled_from(["", " ", "Said."]))
    def move(self, to: str, words: str) -> None:
        if lifecycle.move_refusals(self.standing, to, words):
            return
        if to == State.RESOLVED:
            assert self.commander
            assert self.settled == set(STEPS)
            assert not self.firing
            self.lowest_when_over = self.severity
        if to == State.CLOSED:
            assert self.severity > 2 or self.is_explained
        self.state = to
        self.visited.append(to)

    @rule(to=st.integers(0, 5), reason=st.sampled_from(["", "Worse."]))
    def weigh(self, to: int, reason: str) -> None:
        if not lifecycle.severity_refusals(self.standing, to, reason):
            self.severity = to

    @rule()
    def lead(self) -> None:
        self.commander = "Ana"

    @precondition(lambda self: self.standing.is_open)
    @rule(number=st.sampled_from(STEPS), done=st.booleans())
    def step(self, number: int, done: bool) -> None:
        (self.settled.add if done else self.settled.discard)(number)

    @rule(name=st.sampled_from(["drift", "cost"]), fires=st.booleans())
    def alert(self, name: str, fires: bool) -> None:
        (self.firing.add if fires else self.firing.discard)(name)

    @rule()
    def explain(self) -> None:
        self.is_explained = True

    @invariant()
    def only_known_ways_were_gone(self) -> None:
        for was, to in zip(self.visited, self.visited[1:], strict=False):
            assert to in lifecycle.NEXT[was]

    @invariant()
    def closed_is_the_end_and_owes_nothing(self) -> None:
        if State.CLOSED in self.visited:
            assert self.visited[-1] == State.CLOSED
            assert self.severity > 2 or self.is_explained

    @invariant()
    def what_is_over_is_not_made_smaller(self) -> None:
        if not self.standing.is_open:
            assert self.severity <= self.lowest_when_over
        assert self.severity in (1, 2, 3, 4)


TestIncident = Incident.TestCase
TestIncident.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
