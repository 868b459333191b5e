"""Writing model cards: one per model, every revision kept, reviewed in time."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import IntegrityError, transaction

from portal.actions import documents
from portal.actions.documents import Written
from portal.document_kinds import Kind, Term
from portal.errors import Conflict, DomainError
from portal.permissions import Access
from portal.queries import documents as document_queries
from readiness import verbs
from readiness.models import ModelCard, ModelCardReview, ModelCardRevision, ModelVersion, ServedModel
from readiness.queries import model_cards as queries
from readiness.rules import card_imports
from readiness.rules import model_cards as rules
from readiness.rules.card_formats import formats, reading
from readiness.rules.card_formats.reading import Reading

KIND = Kind(
    name="model card",
    fields=rules.FIELDS,
    revisions=ModelCardRevision,
    reviews=ModelCardReview,
    begun=verbs.MODEL_CARD_BEGUN,
    revised=verbs.MODEL_CARD_REVISED,
    reviewed=verbs.MODEL_CARD_REVIEWED,
    own_terms=(Term("describes", "Version it speaks of", queries.version_of),),
)


def begin(access: Access, *, model: ServedModel, written: Written, describes: ModelVersion | None = None) -> ModelCard:
    """Writes the card of a model. `describes` is the version it speaks of.

    Raises DomainError at the field that is refused, or where the model has a card already.
    """
    card = ModelCard(model=model)
    try:
        with transaction.atomic():
            documents.begin(access, KIND, card, _described(model, describes, written))
    except IntegrityError as clash:
        raise DomainError(f"{model.name} has a card already. Open it and revise it there.") from clash
    return card


def revise(
    access: Access, *, card: ModelCard, written: Written, seen: int, describes: ModelVersion | None = None
) -> list[str]:
    """Writes the next revision of what was begun at revision `seen`; returns the keys of what changed, if anything.

    Raises as documents.revise.
    """
    with transaction.atomic():
        return documents.revise(access, KIND, card, _described(card.model, describes, written), seen=seen)


@dataclass(frozen=True)
class CardFile:
    """A file that says what a card says: its text, the name it came under, and whether it is the whole card.

    `seen` is the revision it was laid over, 0 where the model had no card. A file that is not whole leaves what it does
    not speak of as it is.
    """

    text: str
    seen: int
    name: str = "README.md"
    is_whole: bool = False


@dataclass(frozen=True)
class Imported:
    """What a file would make of a card: before, after, and what of the file was put where."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    reading: Reading


def import_dry(model: ServedModel, card: ModelCard | None, file: CardFile) -> Imported:
    """What a file would change. Raises DomainError with what of it cannot be read or kept; Conflict for no revision."""
    before: Mapping[str, Any] = {}
    if card is not None:
        before = document_queries.content_at(KIND, card, file.seen)
    elif file.seen:
        raise Conflict(f"{model.name} has no card any more. Open it anew.")
    read = formats.read(file.text, model.name)
    if words := card_imports.refusals(read):
        raise DomainError.of({reading.FIELD: words})
    return Imported(before, card_imports.laid_over(before, read, is_whole=file.is_whole), read)


def import_file(access: Access, *, model: ServedModel, card: ModelCard | None, file: CardFile) -> ModelCard:
    """Begins a card with what a file says, or revises it; the note says where the revision came from.

    Raises as `import_dry`, `begin` and `revise` do.
    """
    after = import_dry(model, card, file).after
    written = Written(after, f"imported from {file.name}")
    if card is None:
        return begin(access, model=model, written=written, describes=model.versions.order_by("-recorded_at").first())
    revise(access, card=card, written=written, seen=file.seen, describes=card.describes)
    return card


def confirm(access: Access, *, card: ModelCard, seen: int, note: str = "") -> None:
    """Says that revision `seen` is still true; the next review is counted from today. Raises as documents.confirm."""
    documents.confirm(access, KIND, card, seen=seen, note=note)


def _described(model: ServedModel, version: ModelVersion | None, written: Written) -> Written:
    if version is not None and version.model_id != model.pk:
        raise DomainError.of({"describes": [f"{version} is not a version of {model.name}."]})
    return replace(written, terms={"describes": version})
