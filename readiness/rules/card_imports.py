"""What a file that was read makes of a card: laid over what the card says, or in its place. Pure."""

from collections.abc import Mapping
from typing import Any

from portal.rules import document_fields
from readiness.rules import model_cards as rules
from readiness.rules.card_formats.reading import Reading


def laid_over(standing: Mapping[str, Any], read: Reading, *, is_whole: bool) -> dict[str, Any]:
    """The card's content after it: the fields the file speaks of are the file's, the others stay unless it is whole."""
    return dict(read.content) if is_whole else {**standing, **read.content}


def refusals(read: Reading) -> list[str]:
    """Why what was read cannot be kept, each led by its field; and that a file says nothing at all."""
    if not read.content:
        return ["Nothing in this file is for a model card: it has neither text nor results."]
    labels = {field.key: field.label for field in rules.FIELDS}
    found = document_fields.refusals(rules.FIELDS, read.content)
    return [f"{labels[key]}: {words}" for key, many in found.items() for words in many]
