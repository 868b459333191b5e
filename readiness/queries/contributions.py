"""Who contributed to an item: who last wrote any part of it (product.md, Sign-off). The guards say the same in SQL."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from portal.models import User
from readiness.models import Evidence, MeasuredValue, PointTick
from readiness.queries.answers import AnswerParts
from readiness.rules.signoffs import Contribution


def by(identity: UUID) -> Q:
    """Answers any part of which this person, whichever account of theirs, wrote last; for a queryset of answers."""
    own = {"answer": OuterRef("pk")}
    ticks = PointTick.objects.filter(**own, by__identity=identity)
    values = MeasuredValue.objects.filter(**own, by__identity=identity)
    pieces = Evidence.objects.filter(**own, added_by__identity=identity, withdrawn_at__isnull=True)
    heads = Q(rating_by__identity=identity) | Q(text_by__identity=identity)
    return heads | Q(Exists(ticks)) | Q(Exists(values)) | Q(Exists(pieces))


def to(parts: AnswerParts) -> Sequence[Contribution]:
    """The same of one answer from its parts, with what each person wrote."""
    return [Contribution(person.identity, what) for person, what in _authors(parts)]


def people(parts: AnswerParts) -> Sequence[User]:
    """The accounts behind them."""
    return [person for person, _ in _authors(parts)]


def _authors(parts: AnswerParts) -> Iterable[tuple[User, str]]:
    answer = parts.answer
    if answer.rating_by:
        yield answer.rating_by, "the rating"
    if answer.text_by:
        yield answer.text_by, "the text"
    yield from ((tick.by, f"point {tick.number}") for tick in parts.ticks.values())
    yield from ((value.by, "a measured value") for value in parts.values.values())
    yield from ((piece.added_by, f"the evidence “{piece.title}”") for piece in parts.evidence)
