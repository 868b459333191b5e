"""What a team does, as rules: anybody tries anything at any moment, and is refused or not (R27)."""

from hypothesis import strategies as some
from hypothesis.stateful import rule

from readiness.actions import answers, evidence, signoffs, withdrawals
from readiness.actions import releases as release_actions
from readiness.actions.decision_statements import NewCondition
from readiness.models import LaunchDecision
from tests.factories import launches
from tests.factories import reviews as review_factory
from tests.promises import a_team_remembers
from tests.promises.a_team_remembers import BEFORE, SERVED, Remembering

ITEMS = some.sampled_from((*BEFORE, SERVED))
PEOPLE = some.sampled_from(a_team_remembers.PEOPLE)
WHO_DECIDES = some.sampled_from(("decider", "decider", "decider", "lead"))


class Acting(Remembering):
    """Answering, signing, deciding."""

    @rule(key=ITEMS, who=PEOPLE, state=some.sampled_from(("ticked", "open")))
    def mark(self, key: str, who: str, state: str) -> None:
        tick = self.item(key).ticks.filter(number=1).first()
        version = tick.version if tick else 0
        access = self.by(who)
        act = lambda: answers.mark_point(access, answer=self.item(key), number=1, state=state, version=version)  # noqa: E731
        if self.tries(act):
            self.wrote[self.place(key)]["point"] = who

    @rule(key=ITEMS, who=PEOPLE, rating=some.sampled_from(("green", "green", "red", "")))
    def rate(self, key: str, who: str, rating: str) -> None:
        item = self.item(key)
        version = item.rating_version
        if self.tries(lambda: answers.rate(self.by(who), answer=item, rating=rating, version=version)):
            self.wrote[self.place(key)]["rating"] = who

    @rule(key=ITEMS, who=PEOPLE, text=some.sampled_from(("Two runs are missing.", "It is slower.")))
    def describe(self, key: str, who: str, text: str) -> None:
        item = self.item(key)
        version = item.text_version
        if self.tries(lambda: answers.describe(self.by(who), answer=item, text=text, version=version)):
            self.wrote[self.place(key)]["text"] = who

    @rule(key=ITEMS, who=PEOPLE)
    def prove(self, key: str, who: str) -> None:
        title = f"Run {next(self.numbers)} of {who}"
        if self.tries(lambda: review_factory.link(self.by(who), self.item(key), title)):
            self.added[title] = who

    @rule(key=ITEMS, who=PEOPLE)
    def take_evidence_out(self, key: str, who: str) -> None:
        item = self.item(key)
        piece = item.evidence.filter(withdrawn_at=None).first()
        if piece is not None:
            piece.answer = item
            self.tries(lambda: evidence.withdraw(self.by(who), piece=piece, reason="The wrong run."))

    @rule(key=ITEMS, who=PEOPLE)
    def sign(self, key: str, who: str) -> None:
        self.tries(lambda: review_factory.signed(self.by(who), self.item(key)), "sign")

    @rule(key=ITEMS, who=PEOPLE)
    def reopen(self, key: str, who: str) -> None:
        self.tries(lambda: signoffs.reopen(self.by(who), answer=self.item(key), reason="The wrong file."), "reopen")

    @rule(key=ITEMS, who=PEOPLE)
    def give_back(self, key: str, who: str) -> None:
        self.tries(lambda: signoffs.give_back(self.by(who), answer=self.item(key), reason="Of last week."))

    def make_ready(self, key: str) -> None:
        """An item green and signed, unless something is in the way."""
        self.mark(key, "engineer", "ticked")
        self.prove(key, "engineer")
        self.rate(key, "engineer", "green")
        self.sign(key, "approver")

    @rule(who=WHO_DECIDES, but=some.sampled_from(("", "", "", *launches.CRITICAL)))
    def make_ready_and_go(self, who: str, but: str) -> None:
        """What a team does in a week, so that decisions are reached often enough to be tried."""
        for key in BEFORE:
            if key != but:
                self.make_ready(key)
        self.decide(who, "conditional-go" if but else "go")

    @rule(who=WHO_DECIDES, verdict=some.sampled_from(("go", "go", "conditional-go", "no-go")))
    def decide(self, who: str, verdict: str) -> None:
        """With a condition for each item that needs one, due before or after a short waiver ends."""
        owed: list[NewCondition] = []
        if verdict == "conditional-go":
            required = launches.look(self.scene, who=who).outlook.required
            owed = [launches.condition(self.scene, item.key, 6) for item in required]
        if self.tries(lambda: launches.decide(self.scene, verdict, who=who, conditions=owed), verdict):
            self.decided = self.scene.review

    @rule(who=PEOPLE)
    def withdraw(self, who: str) -> None:
        decision = LaunchDecision.objects.filter(service=self.scene.service).order_by("number").last()
        if decision is not None:
            access = self.by(who)
            self.tries(
                lambda: withdrawals.withdraw(access, decision=decision, reason="In error.", proof=launches.proof())
            )

    @rule(who=PEOPLE)
    def deploy(self, who: str) -> None:
        place = self.scene.environment()
        self.tries(
            lambda: release_actions.deployed(self.by(who), release=self.scene.release, environment=place), "deploy"
        )
