"""What became of an answer since somebody read it, from its revisions."""

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass

from readiness.models import AnswerRevision, Evidence, ItemAnswer
from readiness.queries.review_frame import ReviewFrame
from readiness.rules import answer_changes, measure_kinds, measured_values
from readiness.rules.answer_changes import Change


@dataclass(frozen=True)
class Since:
    """Who changed it last, when, and what changed altogether. No changes: what was read is not on record."""

    by: str
    at: datetime.datetime
    changes: tuple[Change, ...]


def since(answer: ItemAnswer, digest: str) -> Since | None:
    """What changed since the content with this digest stood; None where nothing did. Three statements."""
    revisions = list(
        AnswerRevision.objects.filter(subject=answer).select_related("author", "event").order_by("-number")
    )
    if not revisions or revisions[0].digest == digest:
        return None
    newest = revisions[0]
    read = next((revision for revision in revisions if revision.digest == digest), None)
    by = newest.author.name if newest.author else "The portal"
    if read is None:
        return Since(by, newest.event.at, ())
    before, after = json.loads(read.content), json.loads(newest.content)
    titles = _titles(answer_changes.evidence_of(before, after))
    changes = answer_changes.between(before, after, titles, _labels(answer, {**before["values"], **after["values"]}))
    return Since(by, newest.event.at, changes)


def _titles(pieces: set[str]) -> dict[str, str]:
    found = Evidence.objects.filter(public_id__in=pieces).values_list("public_id", "title")
    return {str(public_id): title for public_id, title in found}


def _labels(answer: ItemAnswer, values: Mapping[str, str]) -> dict[str, str]:
    """What the measured values are called: by their kind, a guardrail by its name and the part."""
    measure = ReviewFrame(answer.review).items[answer.item_key].measure
    labels = {known.name: known.label for known in measure_kinds.FIELDS[measure.kind]} if measure else {}
    labels[measured_values.METRIC] = "Metric"
    for number in measured_values.guardrail_numbers(values):
        title = values.get(measured_values.guardrail_name(number, measured_values.Part.NAME)) or f"Guardrail {number}"
        for part, words in measured_values.PART_WORDS.items():
            labels[measured_values.guardrail_name(number, part)] = f"{title}, {words.lower()}"
    return labels
