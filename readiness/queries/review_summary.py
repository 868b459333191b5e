"""What rail and decision panel say of a review: its sections, its numbers, what stands in the way of a go."""

from collections.abc import Mapping
from dataclasses import dataclass

from readiness.catalogue import loader, schema, tailoring
from readiness.choices import ItemState, Stage, TemplateKey
from readiness.models import ItemAnswer, Review
from readiness.rules import closing, scoring


@dataclass(frozen=True)
class SectionSummary:
    """A section in the rail: its colour, and its green of applicable."""

    section: schema.Section
    colour: str
    progress: scoring.Progress
    after_go: bool


@dataclass(frozen=True)
class Blocker:
    """An item that stands between a review and a go."""

    answer: ItemAnswer
    title: str
    why: str


@dataclass(frozen=True)
class Summary:
    """What rail and decision panel show; made from the answers' rows alone."""

    review: Review
    sections: tuple[SectionSummary, ...]
    progress: scoring.Progress
    blockers: tuple[Blocker, ...]
    not_applicable: int
    after_go: int
    closing: str = ""

    @property
    def outlook(self) -> str:
        """In one word what the items allow: "not-ready", "conditions", "ready", or "empty" where none counts.

        A deployment review ends with a decision, whose triggers are its own; another is closed (`closing` says why not
        yet), and an item on credit or red does not stop that.
        """
        if not self.progress.applicable:
            return "empty"
        if self.review.kind != TemplateKey.DEPLOYMENT:
            return "not-ready" if self.closing else "ready"
        if self.blockers or not self.progress.answered:
            return "not-ready"
        loose = self.progress.red + self.progress.unanswered + self.progress.waived
        return "conditions" if loose else "ready"

    @property
    def to_sign(self) -> int:
        """How many critical items are green and only wait for their signature; one that was returned waits for more."""
        return sum(
            1 for blocker in self.blockers if blocker.answer.state == ItemState.GREEN and not blocker.answer.returned_id
        )

    @property
    def in_the_way(self) -> str:
        """What stands in the way in few words: "3 critical items open, 14 to sign"; "" where nothing does."""
        open_ones, to_sign = len(self.blockers) - self.to_sign, self.to_sign
        noun = "critical item" if (open_ones or to_sign) == 1 else "critical items"
        if not open_ones and not to_sign:
            return "" if self.progress.answered else "nothing is answered yet"
        if not open_ones:
            return f"{to_sign} {noun} green, to be signed off"
        return f"{open_ones} {noun} open{f', {to_sign} to sign' if to_sign else ''}"

    @property
    def in_short(self) -> str:
        """The same for the rail: "3 open", "14 to sign"; "" where nothing stands in the way."""
        open_ones = len(self.blockers) - self.to_sign
        return f"{open_ones} open" if open_ones else f"{self.to_sign} to sign" if self.to_sign else ""


def of(review: Review, answers: list[ItemAnswer]) -> Summary:
    """Rail and panel from answers already read."""
    tier, items = review.service.tier, {item.key: item for item in review.template_version.checklist.items}
    counted = {answer.item_key: answer for answer in answers if scoring.counts(answer.critical, tier)}
    before = [answer for answer in counted.values() if answer.stage == Stage.BEFORE]
    wording = loader.domain_rules()
    return Summary(
        review=review,
        sections=tuple(_section(section, counted) for section in review.template_version.checklist.sections),
        progress=scoring.progress(answer.state for answer in before),
        blockers=tuple(
            Blocker(
                answer, tailoring.tailored(items[answer.item_key], review.service.traits, wording).title, _why(answer)
            )
            for answer in sorted(filter(blocks, before), key=_worst_first)
        ),
        not_applicable=sum(1 for answer in answers if not answer.applies),
        after_go=sum(1 for answer in answers if answer.applies and answer.stage == Stage.AFTER),
        closing=closing.refusal(
            review.kind,
            [closing.ClosingItem(one.critical, one.state, one.is_signed) for one in answers if one.applies],
            tier,
        ),
    )


def blocks(answer: ItemAnswer) -> bool:
    """Whether it stands in the way of a go: a critical item before it, neither green and signed nor on credit."""
    if not (answer.critical and answer.applies and answer.stage == Stage.BEFORE):
        return False
    met = answer.state == ItemState.GREEN and answer.is_signed
    return not met and answer.state != ItemState.WAIVED


def _why(answer: ItemAnswer) -> str:
    match answer.state:
        case ItemState.GREEN if answer.returned_id:
            return "returned, sign-off not asked for again"
        case ItemState.GREEN if answer.round > 1:
            return "green, sign-off void"
        case ItemState.GREEN:
            return "green, not signed"
        case ItemState.UNANSWERED:
            return "not answered"
    return scoring.said(answer.rating, answer.state, answer.text)


def _section(section: schema.Section, counted: Mapping[str, ItemAnswer]) -> SectionSummary:
    found = [(item.critical, counted[item.key].state) for item in section.items if item.key in counted]
    return SectionSummary(
        section=section,
        colour=scoring.colour(found),
        progress=scoring.progress(state for _, state in found),
        after_go=all(item.stage == Stage.AFTER for item in section.items),
    )


def _worst_first(answer: ItemAnswer) -> tuple[int, int]:
    return (scoring.WORST_FIRST.index(ItemState(answer.state)), answer.position)
