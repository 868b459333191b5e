"""Writing model cards: one per model, every revision kept, reviewed in time."""

from django.db import IntegrityError, transaction

from portal.actions import documents
from portal.actions.documents import Kind, Written
from portal.errors import DomainError
from portal.permissions import Access
from readiness import verbs
from readiness.models import ModelCard, ModelCardReview, ModelCardRevision, ModelVersion, ServedModel
from readiness.rules import model_cards as rules

KIND = Kind(
    name="model card",
    fields=rules.FIELDS,
    revisions=ModelCardRevision,
    reviews=ModelCardReview,
    begun=verbs.MODEL_CARD_BEGUN,
    revised=verbs.MODEL_CARD_REVISED,
    reviewed=verbs.MODEL_CARD_REVIEWED,
)


def begin(access: Access, *, model: ServedModel, written: Written, describes: ModelVersion | None = None) -> ModelCard:
    """Writes the card of a model. `describes` is the version it speaks of.

    Raises DomainError at the field that is refused, or where the model has a card already.
    """
    card = ModelCard(model=model, describes=_described(model, describes))
    try:
        with transaction.atomic():
            documents.begin(access, KIND, card, written)
    except IntegrityError as clash:
        raise DomainError(f"{model.name} has a card already. Open it and revise it there.") from clash
    return card


def revise(
    access: Access, *, card: ModelCard, written: Written, seen: int, describes: ModelVersion | None = None
) -> list[str]:
    """Writes the next revision of what was begun at revision `seen`; returns the keys of what changed, if anything.

    Raises Conflict at a field that two people changed, DomainError at the field that is refused.
    """
    with transaction.atomic():
        card.describes = _described(card.model, describes)
        return documents.revise(access, KIND, card, written, seen=seen)


def confirm(access: Access, *, card: ModelCard, seen: int, note: str = "") -> None:
    """Says that revision `seen` is still true; the next review is counted from today. Raises as documents.confirm."""
    documents.confirm(access, KIND, card, seen=seen, note=note)


def _described(model: ServedModel, version: ModelVersion | None) -> ModelVersion | None:
    if version is not None and version.model_id != model.pk:
        raise DomainError.of({"describes": [f"{version} is not a version of {model.name}."]})
    return version
