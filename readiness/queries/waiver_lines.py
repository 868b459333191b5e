"""Waivers as pages show them: in words, with what this person may do to each, and the box on an item's card."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

from portal.permissions import Access
from readiness.choices import ItemState, WaiverState
from readiness.models import ItemAnswer, Waiver
from readiness.queries import waivers as waiver_queries
from readiness.queries import wording
from readiness.queries.review_frame import ReviewFrame
from readiness.rules import scoring
from readiness.rules import waivers as rules


@dataclass(frozen=True)
class WaiverLine:
    """One request with its item's title, its state on this day, and why this person may not do what they may not.

    Each refusal is a sentence, "" where the act is allowed.
    """

    waiver: Waiver
    title: str
    state: WaiverState
    left: int
    needs_decider: bool
    approving: str
    settling: str
    withdrawing: str
    revoking: str

    @property
    def is_lapsing(self) -> bool:
        """Whether it is in force for two weeks more at most."""
        return self.state == WaiverState.STANDING and self.left <= rules.SOON_DAYS

    @property
    def left_words(self) -> str:
        """How long it holds still: “12 days left”, “today is its last day”."""
        if not self.left:
            return "today is its last day"
        return f"{self.left} day{'' if self.left == 1 else 's'} left"

    @property
    def renewed_words(self) -> str:
        """How often it was renewed, "" where it never was."""
        return rules.renewed_words(self.waiver.renewals)


def line(waiver: Waiver, access: Access, today: datetime.date) -> WaiverLine:
    """A waiver read `surrounded` as this person sees it; `today` is the day where the team is. No statement."""
    request, person = waiver_queries.request(waiver, today), waiver_queries.person(access, waiver.service)
    return WaiverLine(
        waiver=waiver,
        title=wording.title(waiver.item_key, waiver.service),
        state=request.state,
        left=rules.days_left(waiver.expires_on, today),
        needs_decider=request.needs_decider,
        approving=rules.approving_refusal(request, person, today),
        settling=rules.settling_refusal(request, person),
        withdrawing=rules.withdrawing_refusal(request, person),
        revoking=rules.revoking_refusal(request, person),
    )


@dataclass(frozen=True)
class WaiverBox:
    """What a card says of its item's waivers.

    `speaking` is the one in force or the one that lapsed and was not renewed; `asked` the open request; `earlier` the
    others. `asking` says why nobody can ask now ("" where somebody may), `afterwards` what the item counts as without.
    """

    speaking: WaiverLine | None = None
    asked: WaiverLine | None = None
    earlier: Sequence[WaiverLine] = ()
    asking: str = ""
    afterwards: str = ""
    may_ask: bool = False

    @property
    def stands(self) -> bool:
        """Whether one is in force."""
        return self.speaking is not None and self.speaking.state == WaiverState.STANDING


def box(
    answer: ItemAnswer, frame: ReviewFrame, requests: Sequence[Waiver], facts: scoring.AnswerFacts, access: Access
) -> WaiverBox:
    """The box of an item, from every request for it, newest first and read `with_ends`. No statement."""
    waiver_queries.related(requests)
    for request in requests:
        request.service = frame.service
    lines = [line(request, access, frame.today) for request in requests]
    spoken = waiver_queries.speaking(requests)
    speaking = next((one for one in lines if one.waiver is spoken), None)
    asked = next((one for one in lines if one.state == WaiverState.ASKED), None)
    state = scoring.outcome(facts).state
    return WaiverBox(
        speaking=speaking if state != ItemState.GREEN or (speaking and speaking.left) else None,
        asked=asked,
        earlier=tuple(one for one in lines if one not in (speaking, asked)),
        asking=rules.asking_refusal(waiver_queries.asking(answer, frame, state, asked.waiver if asked else None)),
        afterwards=scoring.outcome(replace(facts, waived=False)).state.label,
        may_ask=waiver_queries.may_ask(access, frame.service),
    )
