"""Readiness' part of verifying the record: sign-offs, decisions and what they rest on agree with their events."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.expressions import Combinable

from portal.audit import Verb
from portal.models import AuditEvent
from portal.record_verification import Problem, Tally, facts_of
from readiness import verbs
from readiness.choices import EvidenceKind
from readiness.models import (
    ConditionMet,
    Evidence,
    ItemAnswer,
    LaunchDecision,
    SignOff,
    SignOffReturn,
    SignOffVoid,
    TemplateVersion,
)

SLICE = 500
"""Rows read at a time."""


@dataclass(frozen=True)
class Act:
    """A row that an event speaks of: whose act it is, and which facts of the event stand in which of its fields."""

    name: str
    model: type[models.Model]
    verb: Verb
    person: str
    facts: Mapping[str, str]


ACTS = (
    Act(
        "sign-offs",
        SignOff,
        verbs.SIGNOFF_GRANTED,
        "person_id",
        {
            "round": "round",
            "digest": "content_digest",
            "meaning_version": "meaning_version",
            "method": "proof_method",
            "item": "answer__item_key",
            "review": "answer__review__number",
        },
    ),
    Act(
        "voids",
        SignOffVoid,
        verbs.SIGNOFF_VOIDED,
        "voided_by_id",
        {"signoff": "signoff__public_id", "digest": "signoff__content_digest", "round": "signoff__round"},
    ),
    Act(
        "returns",
        SignOffReturn,
        verbs.SIGNOFF_RETURNED,
        "returned_by_id",
        {"round": "round", "item": "answer__item_key"},
    ),
    Act(
        "decisions",
        LaunchDecision,
        verbs.DECISION_RECORDED,
        "decided_by_id",
        {
            "verdict": "verdict",
            "number": "number",
            "sequence": "sequence",
            "snapshot_digest": "snapshot_digest",
            "governed_digest": "governed_digest",
            "meaning_version": "meaning_version",
            "method": "proof_method",
        },
    ),
    Act("conditions met", ConditionMet, verbs.CONDITION_MET, "by_id", {}),
)


def problems(tally: Tally) -> Iterator[Problem]:
    """Everything in readiness that does not agree with the record."""
    for act in ACTS:
        yield from _disagreeing(act, tally)
    yield from _events_without_act()
    yield from _standing_on_other_content()
    yield from _other_snapshots()
    yield from _other_templates()
    yield from _other_files()


def _disagreeing(act: Act, tally: Tally) -> Iterator[Problem]:
    """Acts whose event is another's, of another kind, or names other facts."""
    tally.acts[act.name] = 0
    kept = {f"kept_{fact}": F(field) for fact, field in act.facts.items()}
    of_event = {"body": F("event__body"), "verb": F("event__verb"), "actor": F("event__actor_id")}
    rows = act.model._default_manager.order_by("event_id").annotate(who=F(act.person), **of_event, **kept)
    for row in rows.values("event_id", "who", *of_event, *kept).iterator(SLICE):
        tally.acts[act.name] += 1
        if row["verb"] != act.verb.name or row["actor"] != row["who"]:
            yield Problem(row["event_id"], f"one of the {act.name} hangs on it, but it is {row['verb']} of another.")
        facts = facts_of(row["body"])
        for fact in act.facts:
            if fact in facts and str(facts[fact]) != str(row[f"kept_{fact}"]):
                yield Problem(row["event_id"], f"it names another {fact} than the row in {act.name}.")


def _events_without_act() -> Iterator[Problem]:
    """Events whose row is gone."""
    lost: Combinable | Q = Q(pk__in=[])
    for act in ACTS:
        lost |= Q(verb=act.verb.name) & ~Exists(act.model._default_manager.filter(event_id=OuterRef("pk")))
    for number, verb in AuditEvent.objects.filter(lost).order_by("number").values_list("number", "verb"):
        yield Problem(number, f"it says {verb}, but what it speaks of is gone.")


def _standing_on_other_content() -> Iterator[Problem]:
    """Answers whose standing sign-off is void, or was given for other content."""
    other = ~Q(signoff__content_digest=F("content_digest")) | Q(signoff__void__isnull=False)
    for number in ItemAnswer.objects.filter(other, signoff__isnull=False).values_list("signoff__event_id", flat=True):
        yield Problem(number, "the sign-off given here stands on content that was not signed.")


def _other_snapshots() -> Iterator[Problem]:
    """Decisions whose frozen content is not what its digest says."""
    rows = LaunchDecision.objects.order_by("event_id").values_list("event_id", "snapshot", "snapshot_digest")
    for number, snapshot, digest in rows.iterator(SLICE):
        if _digest(snapshot) != digest:
            yield Problem(number, "what the decision saw is not what its digest says.")


def _other_templates() -> Iterator[Problem]:
    """Published checklists whose content is not what their digest says."""
    rows = TemplateVersion.objects.values_list("template__key", "number", "content", "digest")
    for key, number, content, digest in rows.iterator(SLICE):
        if _digest(content) != digest:
            yield Problem(0, f"The checklist {key} {number} is not what its digest says.")


def _other_files() -> Iterator[Problem]:
    """Evidence whose file is not the one that was attached."""
    files = Evidence.objects.filter(kind=EvidenceKind.FILE).exclude(digest=F("attachment__sha256"))
    for public_id in files.values_list("public_id", flat=True):
        yield Problem(0, f"Evidence {public_id} names another file than was attached.")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
