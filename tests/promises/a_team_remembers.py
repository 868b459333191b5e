"""What a machine that plays a team knows by itself: people, time, who wrote what, and what is on credit (R27)."""

import contextlib
import datetime
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import count

from django.db import transaction
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize

from portal import clock
from portal.errors import DomainError
from portal.permissions import Access, Role
from readiness.actions import applicability, launch_reminders
from readiness.actions import reviews as review_actions
from readiness.models import Evidence, ItemAnswer, Review
from tests.factories import launches
from tests.factories import reviews as review_factory

SOURCE, SERVED = "api.auth", "access.rate-limit"
"""A critical item of the deployment review that serves one of the assessment as a whole."""
CRITICAL = (*launches.CRITICAL, SOURCE)
OF_THE_RELEASE = "deploy.rollout"
"""A critical item that is to be signed anew for each release."""
BEFORE = (*CRITICAL, *launches.OTHER)
PEOPLE = ("lead", "engineer", "approver", "decider")
DECIDERS = frozenset({"decider"})
LET_THROUGH, REFUSED = Counter[str](), Counter[str]()
"""How often acts of some kinds went through, and were refused: without both, nothing is shown."""
A_MINUTE = datetime.timedelta(minutes=1)


class Remembering(RuleBasedStateMachine):
    """One service with a release, its review and an assessment, and four people; some may do more than one thing."""

    def __init__(self) -> None:
        super().__init__()
        self.wrote: dict[tuple[int, str], dict[str, str]] = defaultdict(dict)
        """Who wrote each part of an item last, by review, item and part."""
        self.added: dict[str, str] = {}
        """Who added a piece of evidence, by its title."""
        self.asked: dict[str, tuple[str, datetime.date]] = {}
        """Who asks for a waiver of an item, and until when; nobody has answered."""
        self.credit: dict[str, datetime.date] = {}
        """The last day of the waiver that speaks for an item, whether it has lapsed or not."""
        self.decided: Review | None = None
        self.numbers = count(1)
        self.time = contextlib.ExitStack()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()

    @initialize(begun=some.booleans())
    def a_release(self, begun: bool) -> None:
        launches.short_checklist("deployment", (*launches.SHORT["deployment"], SOURCE))
        launches.short_checklist("pillars", (SERVED,))
        self.scene = launches.scene(answered=begun)
        for who, role in (
            ("approver", Role.CONTRIBUTOR),
            ("decider", Role.APPROVER),
            ("lead", Role.APPROVER),
            ("lead", Role.CONTRIBUTOR),
        ):
            launches.also(self.scene, who, role)
        if begun:
            launches.green(self.scene, SOURCE)
            launches.sign(self.scene, SOURCE)
            for key in BEFORE:
                self.wrote[self.place(key)] = dict.fromkeys(("point", "rating"), "engineer")
            for piece in Evidence.objects.filter(answer__review=self.scene.review):
                self.added[piece.title] = "engineer"
        self.assessment = review_actions.start(self.by("lead"), service=self.scene.service, kind="pillars")
        self.pass_time(A_MINUTE)

    def by(self, who: str) -> Access:
        """What one of the people may do."""
        return self.scene.access(who)

    def name_of(self, person: int) -> str:
        """The one of them whose account this is."""
        return next(who for who in PEOPLE if getattr(self.scene, who).pk == person)

    def review(self, key: str) -> Review:
        """The review in which an item is asked now."""
        return self.assessment if key == SERVED else self.scene.review

    def place(self, key: str) -> tuple[int, str]:
        """Where an item is asked now."""
        return self.review(key).pk, key

    def item(self, key: str) -> ItemAnswer:
        """An item as it stands now."""
        return review_factory.answer(self.review(key), key)

    def pass_time(self, by: datetime.timedelta) -> None:
        """It is later from here on, and what only the day has changed is counted anew, as beat does."""
        self.time.enter_context(clock.at(clock.now() + by))
        applicability.recount_due(clock.now())
        launch_reminders.send_due(clock.now())

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

    def authors(self, item: ItemAnswer) -> set[str]:
        """Who wrote what stands in an item, as the machine remembers it."""
        wrote = self.wrote[(item.review_id, item.item_key)]
        stands = {"rating": item.rating, "text": item.text, "point": item.ticks.exists()}
        pieces = item.evidence.filter(withdrawn_at=None).values_list("title", flat=True)
        return {who for part, who in wrote.items() if stands[part]} | {self.added[title] for title in pieces}

    def on_credit(self, key: str) -> bool:
        """Whether a waiver of the item is in force, as the machine remembers it."""
        return key in self.credit and clock.today_in("UTC") <= self.credit[key]

    def teardown(self) -> None:
        """All is taken back."""
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)
        self.time.close()
