"""What a team does besides: waivers and their last days, the next release, answers used elsewhere (R27)."""

import datetime

from hypothesis import strategies as some
from hypothesis.stateful import rule

from readiness.actions import covering, waivers
from readiness.actions import reviews as review_actions
from readiness.models import Review, Waiver
from tests.factories import launches, readiness, waiving
from tests.promises.a_team_acts import ITEMS, PEOPLE, Acting
from tests.promises.a_team_remembers import BEFORE, DECIDERS, OF_THE_RELEASE, SERVED, SOURCE


class OnCredit(Acting):
    """Waivers, and the days on which they lapse."""

    @rule(key=ITEMS, who=PEOPLE, days=some.sampled_from((2, 20)))
    def ask_for_a_waiver(self, key: str, who: str, days: int) -> None:
        wanted = waiving.wanted(days)
        if self.tries(lambda: waivers.request(self.by(who), answer=self.item(key), wanted=wanted), "ask"):
            assert wanted.expires_on is not None
            self.asked[key] = who, wanted.expires_on

    @rule(key=ITEMS, who=PEOPLE, verdict=some.sampled_from(("approve", "approve", "refuse", "withdraw")))
    def answer_the_request(self, key: str, who: str, verdict: str) -> None:
        found = Waiver.objects.open().filter(item_key=key).first()
        if found is None:
            return
        if verdict == "approve" and self.tries(
            lambda: waivers.approve(self.by(who), waiver=found, digest=found.content_digest, proof=waiving.proof()),
            verdict,
        ):
            asked_by, until = self.asked.pop(key)
            assert who != asked_by, f"{who} approved what they asked for"
            assert who in DECIDERS or not found.critical, f"{who} approved a waiver of a critical item"
            self.credit[key] = until
        elif verdict == "refuse" and self.tries(lambda: waivers.refuse(self.by(who), waiver=found, reason="Mend it.")):
            del self.asked[key]
        elif verdict == "withdraw" and self.tries(lambda: waivers.withdraw(self.by(who), waiver=found)):
            assert self.asked.pop(key)[0] == who

    @rule(key=ITEMS, asker=PEOPLE, days=some.sampled_from((2, 20)))
    def have_one_approved(self, key: str, asker: str, days: int) -> None:
        """Both steps, so that credit is reached often enough."""
        self.ask_for_a_waiver(key, asker, days)
        self.answer_the_request(key, "decider", "approve")

    @rule(key=ITEMS, who=PEOPLE)
    def revoke(self, key: str, who: str) -> None:
        found = Waiver.objects.approved().filter(item_key=key).first()
        if found and self.tries(lambda: waivers.revoke(self.by(who), waiver=found, reason="It failed."), "revoke"):
            del self.credit[key]

    @rule(days=some.sampled_from((1, 3)))
    def days_pass(self, days: int) -> None:
        self.pass_time(datetime.timedelta(days=days))


class OnwardAndElsewhere(OnCredit):
    """The next release, which starts from the last decided one; and answers that serve an item of the assessment."""

    @rule(who=PEOPLE)
    def begin_the_next_release(self, who: str) -> None:
        service, before = self.scene.service, self.decided
        label = f"4.{next(self.numbers)}.0"
        begun: list[Review] = []

        def start() -> None:
            release = readiness.release(service, label)
            begun.append(review_actions.start(self.by(who), service=service, kind="deployment", release=release))

        if not self.tries(start, "next"):
            return
        (review,) = begun
        for key in BEFORE:
            if before is not None:
                self.wrote[(review.pk, key)] = dict(self.wrote[(before.pk, key)])
        self.scene = launches.on(self.scene, review)
        assert self.item(OF_THE_RELEASE).signoff_id is None, "what is of a release was signed for another one"

    @rule(who=PEOPLE)
    def use_it(self, who: str) -> None:
        source = self.wrote[self.place(SOURCE)]
        if self.tries(lambda: covering.use(self.by(who), answer=self.item(SERVED)), "use"):
            served = {part: source[part] for part in ("rating", "text") if part in source}
            self.wrote[self.place(SERVED)] = {**served, "point": source["rating"]}

    @rule(who=PEOPLE)
    def make_the_source_ready_and_use_it(self, who: str) -> None:
        """Both steps, so that something is served often enough."""
        self.make_ready(SOURCE)
        self.use_it(who)

    @rule(key=some.sampled_from(BEFORE), days=some.sampled_from((2, 20)), who=PEOPLE)
    def go_on_credit_and_begin_the_next_release(self, key: str, days: int, who: str) -> None:
        """The way of a release that is short of one item, so that what follows a go is reached often enough."""
        self.have_one_approved(key, "engineer", days)
        self.make_ready_and_go("decider", key)
        self.days_pass(3)
        self.begin_the_next_release(who)

    @rule(who=PEOPLE)
    def answer_it_here(self, who: str) -> None:
        self.tries(lambda: covering.stop(self.by(who), answer=self.item(SERVED), reason="It differs here."), "stop")
