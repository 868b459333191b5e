"""The items that a go reads, as they count at this moment."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F, Q, QuerySet, Subquery

from portal import clock
from portal.dates import day_words
from portal.models import User
from readiness.catalogue import loader, schema, tailoring
from readiness.choices import Depends, ItemState, ReviewState, Stage, TemplateKey
from readiness.models import ItemAnswer, Review, Waiver
from readiness.queries import answer_parts, checklists, contributions
from readiness.queries.answer_parts import Counted
from readiness.queries.contributions import Hand
from readiness.queries.launch_facts import Owner
from readiness.queries.launch_subjects import Subject
from readiness.rules import carrying, go_no_go, launch_requirements, ownership, scoring


@dataclass(frozen=True)
class LaunchItem:
    """One answer of a review that a go reads, with what it counts as now and whose it is.

    `counts`: it applies, is asked before the go, and is not optional at the service's tier. `aged`: why the sign-off
    that was carried to it stands no more, though nobody has voided it yet. `hands`: who contributed to it, where that
    was asked for.
    """

    answer: ItemAnswer
    title: str
    state: str
    counts: bool
    owner: Owner
    signed: bool
    aged: str = ""
    hands: tuple[Hand, ...] = ()

    @property
    def facts(self) -> go_no_go.ItemFacts:
        """As the rules take it."""
        return go_no_go.ItemFacts(
            key=self.answer.item_key,
            title=self.title,
            critical=self.answer.critical,
            state=self.state,
            signed=self.signed,
            why=self.why,
            owner=self.owner.name,
            url=self.answer.get_absolute_url(),
        )

    @property
    def signer(self) -> User | None:
        """Whose sign-off stands on it."""
        return self.answer.signoff.person if self.signed and self.answer.signoff else None

    @property
    def why(self) -> str:
        """What is said of it, in few words."""
        answer: Any = self.answer
        match self.state:
            case ItemState.UNANSWERED:
                return "not answered" if self.counts else "not answered, does not count"
            case ItemState.WAIVED:
                return f"on credit until {day_words(answer.waived_until)}" if answer.waived_until else "on credit"
            case ItemState.GREEN:
                void = "sign-off void" if answer.round > 1 or self.aged else "not signed"
                signed = "signed" if self.signed else void
                return f"green, {signed}"
        return scoring.said(answer.rating, self.state, answer.text)


def read(
    subject: Subject, accountable: Mapping[str, Owner], now: datetime.datetime, *, with_hands: bool = False
) -> tuple[LaunchItem, ...]:
    """The items of the reviews that a go for this environment reads: one statement once the checklists are known.

    An item whose state held until today, and that nobody has counted since, is counted here: some ten statements more.
    `with_hands`: and who contributed to each.
    """
    rows = answers(subject)
    if with_hands:
        rows = rows.annotate(hands=contributions.Hands(F("pk")))
    return tuple(_items(list(rows), subject, accountable, subject.today(now)))


def answers(subject: Subject) -> QuerySet[ItemAnswer]:
    """Their answers: of this release's deployment review, and of the last closed pre-launch review in production."""
    asked = Q(review__kind=TemplateKey.DEPLOYMENT, review__release=subject.release)
    if TemplateKey.PRELAUNCH in launch_requirements.reads(subject.environment.kind):
        closed = Review.objects.filter(service=subject.service).last_closed(TemplateKey.PRELAUNCH)
        asked |= Q(review__in=Subquery(closed.values("pk")))
    standing = Waiver.objects.approved().of_answer().order_by()
    return (
        ItemAnswer.objects.filter(asked)
        .exclude(review__state=ReviewState.ABANDONED)
        .select_related("review", "assignee", "rating_by", "text_by", "signoff__person", "carried")
        .annotate(
            template_digest=F("review__template_version__digest"),
            waived_until=Subquery(standing.values("expires_on")[:1]),
            waiver_chain=Subquery(standing.values("chain")[:1]),
        )
        .order_by("review__kind", "position")
    )


def _items(
    rows: Sequence[Any], subject: Subject, accountable: Mapping[str, Owner], today: datetime.date
) -> Iterable[LaunchItem]:
    service, wording = subject.service, loader.domain_rules()
    anew = answer_parts.counted_anew([answer for answer in rows if answer.is_due(today)])
    owner = Owner(str(service.owner.public_id), service.owner.name)
    for answer in rows:
        answer.review.service, answer.review.release = service, _release(answer.review, subject)
        row = checklists.items(answer.template_digest)[answer.item_key]
        before = answer.applies and answer.stage == Stage.BEFORE
        aged = _aged(answer, row, service.team.time_zone, today)
        assignee = Owner(str(answer.assignee.public_id), answer.assignee.name) if answer.assignee else None
        yield LaunchItem(
            answer=answer,
            title=tailoring.tailored(row, service.traits, wording).title,
            state=anew[answer.pk].state if answer.pk in anew else answer.state,
            counts=before and scoring.counts(answer.critical, service.tier),
            owner=ownership.owner_of(assignee, answer.domain_key, accountable, owner).person,
            signed=answer.is_signed_for(answer.content_digest) and not aged,
            aged=aged,
            hands=contributions.read(getattr(answer, "hands", None)),
        )


def _aged(answer: ItemAnswer, row: schema.Item, time_zone: str, today: datetime.date) -> str:
    """Time may have ended a carried sign-off since the portal last looked."""
    if answer.carried is None or answer.signoff is None or row.depends is not Depends.SERVICE:
        return ""
    return carrying.aged(clock.today_in(time_zone, answer.signoff.signed_at), row.max_age_days, today)


def _release(review: Review, subject: Subject) -> Any:
    return subject.release if review.release_id == subject.release.pk else None


def asked_there(items: Iterable[LaunchItem], subject: Subject) -> tuple[LaunchItem, ...]:
    """Those of the items read for another environment of the release that a go for this one reads too."""
    kinds = launch_requirements.reads(subject.environment.kind)
    return tuple(item for item in items if item.answer.review.kind in kinds)


def counted_anew(items: Iterable[LaunchItem], found: Mapping[int, Counted]) -> tuple[LaunchItem, ...]:
    """The items with what was counted anew, by the answer's key."""
    return tuple(
        replace(item, state=anew.state, signed=item.answer.is_signed_for(anew.digest) and not item.aged)
        if (anew := found.get(item.answer.pk))
        else item
        for item in items
    )


def critical(items: Iterable[LaunchItem]) -> list[LaunchItem]:
    """The critical ones among those that count."""
    return [item for item in items if item.counts and item.answer.critical]


def cause(kind: str, key: str) -> str:
    """By which id an item makes the trigger of critical items fire: that of the same item in any review of its kind."""
    return f"item:{kind}/{key}"


def governed(items: Iterable[LaunchItem]) -> dict[str, dict[str, Any]]:
    """What of these items a verdict rests on: content, standing sign-off and waiver of each that counts."""
    return {f"{item.answer.review.kind}/{item.answer.item_key}": _governed(item) for item in items if item.counts}


def _governed(item: LaunchItem) -> dict[str, Any]:
    """A waiver by its chain: one that was renewed is the same exception.

    A waiver hangs on the service and may have been asked for in the review of another release: where the item is green
    here, nothing rests on it. One that has lapsed still tells the exception that was accepted.
    """
    answer: Any = item.answer
    rests = answer.waiver_chain is not None and item.state != ItemState.GREEN
    return {
        "content": answer.content_digest,
        "signoff": str(answer.signoff.public_id) if answer.signoff else None,
        "waiver": str(answer.waiver_chain) if rests else None,
    }
