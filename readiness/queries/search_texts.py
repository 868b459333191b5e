"""What of readiness can be found: what each kind of thing says, in whose scope, and where its page is.

Each takes the rows that are to be read again and reads them in as many statements as one; words are people's own.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from portal.extension_points import SearchText
from portal.rules import searching
from readiness.models import (
    ActionItem,
    CheckOccurrence,
    Comment,
    DecisionRecord,
    Dependency,
    Drill,
    Evidence,
    Finding,
    ItemAnswer,
    LaunchDecision,
    ModelCard,
    PointTick,
    Release,
    ServedModel,
    Service,
    Waiver,
)
from readiness.queries import wording


def services(rows: QuerySet[Service]) -> Iterator[SearchText]:
    """Services by name, key and what they declare of themselves."""
    for one in rows:
        declared = (one.residency, one.consent, one.deletion, one.serving_stack, one.repository_url)
        body = _lines(one.slug, one.description, one.tier_reason, *declared)
        yield _text(one, one.scope_id, one.name, body, one.get_absolute_url(), one.created_at)


def releases(rows: QuerySet[Release]) -> Iterator[SearchText]:
    """Releases by label and summary."""
    for one in rows.select_related("service"):
        body = _lines(one.summary, *one.change_labels, one.fixes_incident, one.cancelled_reason)
        yield _text(one, one.service.scope_id, f"Release {one.label}", body, one.get_absolute_url(), one.planned_at)


def served_models(rows: QuerySet[ServedModel]) -> Iterator[SearchText]:
    """Models by name, provider and the names of their versions."""
    for one in rows.select_related("service").prefetch_related("versions"):
        versions = (f"{version.version} {version.prompt_revision}" for version in one.versions.all())
        address = reverse("readiness:service_models", args=[one.service.slug])
        yield _text(one, one.service.scope_id, one.name, _lines(one.purpose, one.provider, *versions), address)


def dependencies(rows: QuerySet[Dependency]) -> Iterator[SearchText]:
    """Dependencies that stand, by name and what is declared of them."""
    for one in rows.filter(removed_at=None).select_related("service"):
        address = reverse("readiness:service_dependencies", args=[one.service.slug])
        body = _lines(one.purpose, one.fallback, one.note)
        yield _text(one, one.service.scope_id, one.name, body, address, one.declared_at)


def drills(rows: QuerySet[Drill]) -> Iterator[SearchText]:
    """Drills by what was written of them."""
    for one in rows.select_related("service"):
        body = _lines(one.note, one.from_version, one.to_version, one.get_result_display())
        address = reverse("readiness:service_drills", args=[one.service.slug])
        yield _text(one, one.service.scope_id, str(one), body, address, one.performed_at)


def answers(rows: QuerySet[ItemAnswer]) -> Iterator[SearchText]:
    """Answers of reviews by the item's title, where anybody wrote a word: text, reasons, comments, evidence."""
    of_answer = {"answer": OuterRef("pk")}
    wordy = (
        ~Q(text="")
        | Exists(PointTick.objects.filter(~Q(reason=""), **of_answer))
        | Exists(Comment.objects.filter(**of_answer))
        | Exists(Evidence.objects.filter(**of_answer))
    )
    found = rows.filter(wordy).select_related("review__service", "review__release")
    for one in found.prefetch_related("ticks", "comments", "evidence"):
        said = [tick.reason for tick in one.ticks.all()]
        said += [comment.text for comment in one.comments.all()]
        said += [f"{piece.title} {piece.url}" for piece in one.evidence.all() if piece.withdrawn_at is None]
        service = one.review.service
        title = f"{wording.title(one.item_key, service)} ({one.review})"
        body = _lines(one.text, *said, one.item_key)
        yield _text(one, service.scope_id, title, body, one.get_absolute_url(), one.text_at or one.rating_at)


def decisions(rows: QuerySet[LaunchDecision]) -> Iterator[SearchText]:
    """Decisions by their reasons and conditions."""
    found = rows.select_related("service", "release", "environment", "withdrawal").defer("snapshot")
    for one in found.prefetch_related("conditions__met"):
        said = [one.rationale, one.told, one.return_to, *one.acknowledged.values()]
        for condition in one.conditions.all():
            said += [condition.text, _of(condition, "met", "note")]
        body = _lines(*said, _of(one, "withdrawal", "reason"))
        yield _text(one, one.service.scope_id, str(one), body, one.get_absolute_url(), one.decided_at)


def waivers(rows: QuerySet[Waiver]) -> Iterator[SearchText]:
    """Waivers by the item, the reason and what is done meanwhile."""
    for one in rows.select_related("service", "settlement", "revocation"):
        ends = (_of(one, "settlement", "note"), _of(one, "revocation", "reason"))
        body = _lines(one.reason, one.compensating_control, *ends, one.item_key)
        title = f"Waiver: {wording.title(one.item_key, one.service)}"
        yield _text(one, one.service.scope_id, title, body, one.get_absolute_url(), one.asked_at)


def findings(rows: QuerySet[Finding]) -> Iterator[SearchText]:
    """Findings with all that was said on them."""
    for one in rows.select_related("service").prefetch_related("entries"):
        body = _lines(one.text, *(entry.text for entry in one.entries.all()), one.item_key)
        yield _text(one, one.service.scope_id, one.title, body, one.get_absolute_url(), one.opened_at)


def action_items(rows: QuerySet[ActionItem]) -> Iterator[SearchText]:
    """Action items by title, text and where they come from."""
    for one in rows.select_related("service"):
        body = _lines(one.text, one.origin_text, one.reason, one.tracker)
        yield _text(one, one.service.scope_id, one.title, body, one.get_absolute_url(), one.opened_at)


def check_occurrences(rows: QuerySet[CheckOccurrence]) -> Iterator[SearchText]:
    """Checks on which somebody wrote a note, or why they wait."""
    said = rows.exclude(note="", snooze_reason="")
    for one in said.select_related("service", "recurring_check", "version"):
        body = _lines(one.note, one.snooze_reason, one.link)
        title = f"{one.version.row.title}, {one.period}"
        yield _text(one, one.service.scope_id, title, body, one.get_absolute_url(), one.done_at or one.opens_at)


def model_cards(rows: QuerySet[ModelCard]) -> Iterator[SearchText]:
    """Model cards with all their fields."""
    for one in rows.select_related("model__service"):
        yield document(one, str(one), one.service.scope_id)


def decision_records(rows: QuerySet[DecisionRecord]) -> Iterator[SearchText]:
    """Decision records with all their fields."""
    for one in rows.select_related("service"):
        yield document(one, str(one), one.service.scope_id)


def document(one: Any, title: str, scope_id: int) -> SearchText:
    """What a document says: every text in its fields as they stand."""
    return _text(one, scope_id, title, searching.plain(one.content), one.get_absolute_url(), one.written_at)


def _text(row: Any, scope_id: int | None, title: str, body: str, address: str, changed_at: Any = None) -> SearchText:
    return SearchText(str(row.public_id), scope_id, title, body, address, changed_at)


def _lines(*said: str) -> str:
    return "\n".join(_filled(said))


def _filled(said: Iterable[str]) -> Iterator[str]:
    return (words for words in said if words)


def _of(row: Any, relation: str, field: str) -> str:
    """The words of a row that may stand one to one beside another; "" where there is none."""
    beside = getattr(row, relation, None)
    return getattr(beside, field, "") if beside is not None else ""
