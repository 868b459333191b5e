"""Seals: where a sign-off stands or stood, on the answer it was given on and on those it was carried to."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from readiness.models import CarriedSignOff, SignOff, SignOffVoid

WHERE_IT_WAS_GIVEN = ("answer__review__release",)


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
    def given_for(self) -> str:
        """What it was given for, where that is not this answer's own review: “release 41”; else empty."""
        return given_for(self.signoff) if self.carried else ""


def of_answers(
    answers: Collection[int], until: int | None = None, *, has_carried: bool = True
) -> Mapping[int, list[Seal]]:
    """All seals by the key of their answer, in the order of rounds: two statements, one where none `has_carried`.

    `until` is the number of an event: as it stood then, else as it stands now.
    """
    given = SignOff.objects.filter(answer__in=answers).select_related("person", "void__voided_by")
    carried = CarriedSignOff.objects.filter(answer__in=answers).select_related(
        "signoff__person", *(f"signoff__{path}" for path in WHERE_IT_WAS_GIVEN), "void__voided_by"
    )
    if until is not None:
        given, carried = given.filter(event__lte=until), carried.filter(event__lte=until)
    found: defaultdict[int, list[Seal]] = defaultdict(list)
    for signoff in given:
        found[signoff.answer_id].append(Seal(signoff, None, _void(signoff, until)))
    for one in carried if has_carried else ():
        found[one.answer_id].append(Seal(one.signoff, one, _void(one, until)))
    for seals in found.values():
        seals.sort(key=lambda seal: seal.round)
    return found


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
