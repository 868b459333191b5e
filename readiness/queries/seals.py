"""Seals: where a sign-off stands or stood, on the answer it was given on and on those it was carried to."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, F, FilteredRelation, Q, QuerySet, Value, When
from django.db.models.functions import Concat

from readiness.models import CarriedSignOff, SignOff, SignOffVoid

WHERE_IT_WAS_GIVEN = ("answer__review__release",)
VERSION = "answer__review__template_version"
SIGNED_UNDER = Case(
    When(
        template_digest=F(f"{VERSION}__digest"),
        then=Concat(f"{VERSION}__template__title", Value(" "), f"{VERSION}__number", output_field=CharField()),
    ),
    default=Value(""),
)
"""The template version that was signed under, by its name, while the review still follows it."""


@dataclass(frozen=True)
class Seal:
    """One sign-off on one answer, standing or void. `carried` is how it came there, None where it was given there."""

    signoff: SignOff
    carried: CarriedSignOff | None
    void: SignOffVoid | None

    @property
    def round(self) -> int:
        """The round of the answer that it closed."""
        return self.carried.round if self.carried else self.signoff.round

    @property
    def digest(self) -> str:
        """What it holds for on this answer."""
        return self.carried.content_digest if self.carried else self.signoff.content_digest

    @property
    def rules(self) -> str:
        """The template version that was signed under: “Deployment review 1.0”, else the start of its digest."""
        return getattr(self.signoff, "signed_under", "") or self.signoff.template_digest[:12]

    @property
    def given_for(self) -> str:
        """What it was given for, where that is not this answer's own review: “release 41”; else empty."""
        return given_for(self.signoff) if self.carried else ""


def of_answers(answers: Collection[int], until: int | None = None) -> Mapping[int, list[Seal]]:
    """All seals by the key of their answer, in the order of rounds: one statement.

    `until` is the number of an event: as it stood then, else as it stands now.
    """
    by_then = Q() if until is None else Q(event__lte=until)
    carried_by_then = Q() if until is None else Q(carried_to__event__lte=until)
    here = FilteredRelation("carried_to", condition=Q(carried_to__answer__in=answers) & carried_by_then)
    rows: QuerySet[Any] = SignOff.objects.annotate(here=here, signed_under=SIGNED_UNDER).filter(
        Q(by_then, answer__in=answers) | Q(here__isnull=False)
    )
    rows = rows.select_related("person", "void__voided_by", "here__void__voided_by", *WHERE_IT_WAS_GIVEN)
    within, found = set(answers), defaultdict[int, dict[tuple[int, int], Seal]](dict)
    for signoff in rows:
        seals = [(signoff.answer_id, Seal(signoff, None, _void(signoff, until)))] if signoff.answer_id in within else []
        carried: CarriedSignOff | None = getattr(signoff, "here", None)
        if carried is not None:
            seals.append((carried.answer_id, Seal(signoff, carried, _void(carried, until))))
        for answer, seal in seals:
            found[answer][seal.round, signoff.pk] = seal
    ordered = {answer: [of_round for _, of_round in sorted(own.items())] for answer, own in found.items()}
    return defaultdict(list, ordered)


def _void(ended: SignOff | CarriedSignOff, until: int | None) -> SignOffVoid | None:
    void: SignOffVoid | None = getattr(ended, "void", None)
    return void if void is not None and (until is None or void.event_id <= until) else None


def given_for(signoff: SignOff) -> str:
    """What a sign-off was given for: the release of its review, or the review itself."""
    review = signoff.answer.review
    return f"release {review.release.label}" if review.release else review.get_kind_display()


def places(signoffs: Collection[int]) -> Mapping[int, str]:
    """What each of these sign-offs was given for, by its key: one statement, none where there are none."""
    if not signoffs:
        return {}
    found = SignOff.objects.filter(pk__in=signoffs).select_related(*WHERE_IT_WAS_GIVEN)
    return {signoff.pk: given_for(signoff) for signoff in found}
