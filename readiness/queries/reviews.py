"""A whole review for its page: sections, items, points, evidence and seals in a constant number of statements."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from portal.models import AuditText
from portal.permissions import Access
from readiness import verbs
from readiness.choices import ReviewState
from readiness.models import CarriedAnswer, ItemAnswer, Review
from readiness.queries import item_card_rows, item_cards, review_summary
from readiness.queries.item_cards import ItemCard
from readiness.queries.review_frame import ReviewFrame
from readiness.queries.review_summary import SectionSummary, Summary
from readiness.rules.carrying import Kept


@dataclass(frozen=True)
class SectionView:
    """A section with its cards; those that are optional at this tier stand apart."""

    summary: SectionSummary
    cards: tuple[ItemCard, ...]
    folded: tuple[ItemCard, ...] = ()


@dataclass(frozen=True)
class Start:
    """What a review started from, and what became of the answers taken over; each is counted once.

    `kept` stand with their sign-off, `reopened` had one and are to be signed anew, `drafts` wait for somebody to
    confirm them, `others` stand as they were answered or have been signed here since.
    """

    source: Review
    kept: int
    reopened: int
    drafts: int
    others: int

    @property
    def answers(self) -> int:
        """All that was taken over."""
        return self.kept + self.reopened + self.drafts + self.others


@dataclass(frozen=True)
class ReviewPage:
    """A review as its page shows it. `start` is None where it started empty, `given_up` but for an abandoned one.

    The latter is the text of its event: the reason, with `event` that says when and by whom.
    """

    review: Review
    frame: ReviewFrame
    summary: Summary
    sections: tuple[SectionView, ...]
    start: Start | None = None
    reopened: int = 0
    offers: int = 0
    given_up: AuditText | None = None


def page(review: Review, access: Access, shown: Callable[[ItemCard], bool] = lambda _card: True) -> ReviewPage:
    """The whole review: nine statements whatever its size, after the review itself (`with_surroundings`).

    `shown` picks the cards for a filter; the rail and the panel always speak of all.
    """
    frame = ReviewFrame(review)
    rows = item_card_rows.read(review, review.answers.all(), frame)
    cards = {card.key: card for card in item_cards.of(review, frame, rows, access)}
    found = review_summary.of(review, rows.answers)
    sections = []
    for section in found.sections:
        own = [cards[item.key] for item in section.section.items if shown(cards[item.key])]
        folded = tuple(card for card in own if card.answer.applies and not card.counts)
        if own:
            sections.append(SectionView(section, tuple(card for card in own if card not in folded), folded))
    return ReviewPage(
        review=review,
        frame=frame,
        summary=found,
        sections=tuple(sections),
        start=_start(cards.values()),
        reopened=sum(1 for card in cards.values() if card.reopened),
        offers=sum(1 for card in cards.values() if card.offers),
        given_up=_given_up(review),
    )


def _given_up(review: Review) -> AuditText | None:
    """Why a review was abandoned, from the record: one statement, none for any other."""
    if review.state != ReviewState.ABANDONED:
        return None
    said = AuditText.objects.filter(
        name="reason",
        event__verb=verbs.REVIEW_ABANDONED.name,
        event__target_kind="review",
        event__target_id=str(review.public_id),
    )
    return said.select_related("event__actor").first()


BECAME = ("kept", "reopened", "drafts", "others")


def _start(cards: Iterable[ItemCard]) -> Start | None:
    """What was carried, from the cards; as it stands now."""
    carried = [(card, card.origin) for card in cards if card.origin is not None]
    if not carried:
        return None
    counted = Counter(_became(card, origin) for card, origin in carried)
    return Start(source=carried[0][1].source.review, **{name: counted[name] for name in BECAME})


def _became(card: ItemCard, origin: CarriedAnswer) -> str:
    """Which one of `Start`'s counts an answer belongs to."""
    if card.answer.carried_id:
        return "kept"
    if card.reopened:
        return "reopened"
    return "drafts" if origin.kept == Kept.DRAFT and not card.answer.is_signed else "others"


def card(answer: ItemAnswer, access: Access) -> ItemCard:
    """One item's card as this person sees it."""
    review = answer.review
    frame = ReviewFrame(review)
    rows = item_card_rows.read(review, ItemAnswer.objects.filter(pk=answer.pk), frame)
    return next(iter(item_cards.of(review, frame, rows, access)))


def card_and_summary(answer: ItemAnswer, access: Access) -> tuple[ItemCard, Summary]:
    """After a change: the item's card, and rail and panel from the same reading of the review's answers."""
    review = answer.review
    answers = item_card_rows.answers(review.answers.all())
    frame = ReviewFrame(review)
    rows = item_card_rows.of(review, [row for row in answers if row.pk == answer.pk], frame)
    found = next(iter(item_cards.of(review, frame, rows, access)))
    return found, review_summary.of(review, answers)
