"""Readiness' part of verifying the record: sign-offs, decisions and what they rest on agree with their events."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from portal import canonical
from portal.audit import Verb
from portal.models import AuditEvent
from portal.record_verification import Problem, Tally, facts_of
from readiness import verbs
from readiness.choices import EvidenceKind, LiveVerdict
from readiness.models import (
    AnswerReference,
    CarriedAnswer,
    CarriedSignOff,
    CheckVersion,
    ConditionMet,
    DecisionWithdrawal,
    EmergencyRequest,
    Evidence,
    ItemAnswer,
    LaunchDecision,
    LiveDecision,
    SignOff,
    SignOffReturn,
    SignOffVoid,
    TemplateVersion,
    Waiver,
    WaiverRevocation,
    WaiverSettlement,
)
from readiness.queries import carried_seals

SLICE = 500
"""Rows read at a time."""
Field = str | Coalesce
"""A path to a column, or an expression over some."""


@dataclass(frozen=True)
class Act:
    """A row that an event speaks of: whose act it is, and which facts of the event stand in which of its fields.

    An event may speak of several: then its fact `acts` lists their public ids, and `listed` names the lists that go
    with them. `only` says which rows of the model are meant. No `person`: the event says who.
    """

    name: str
    model: type[models.Model]
    verb: Verb
    person: str = ""
    facts: Mapping[str, Field] = field(default_factory=dict)
    listed: Mapping[str, Field] = field(default_factory=dict)
    only: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rows(self) -> models.QuerySet[Any]:
        """Its rows."""
        return self.model._default_manager.filter(**self.only)


ACTS = (
    Act(
        "sign-offs",
        SignOff,
        verbs.SIGNOFF_GRANTED,
        "person_id",
        {"meaning_version": "meaning_version", "method": "proof_method", "review": "answer__review__number"},
        {"rounds": "round", "digests": "content_digest", "items": "answer__item_key"},
    ),
    Act(
        "carried sign-offs",
        CarriedSignOff,
        verbs.SIGNOFF_CARRIED,
        facts={"review": "answer__review__number"},
        listed={
            "rounds": "round",
            "digests": "content_digest",
            "source_digests": "source_digest",
            "signoffs": "signoff__public_id",
            "items": "answer__item_key",
        },
    ),
    Act(
        "carried answers",
        CarriedAnswer,
        verbs.ANSWERS_CARRIED,
        facts={"review": "answer__review__number", "source": "source__review__number"},
        listed={"items": "answer__item_key", "kept": "kept", "source_digests": "source_digest"},
    ),
    Act(
        "references",
        AnswerReference,
        verbs.ANSWER_COVERED,
        "used_by_id",
        {"review": "answer__review__number"},
        {"items": "answer__item_key", "sources": "source__item_key", "source_digests": "source_digest"},
    ),
    Act(
        "voids",
        SignOffVoid,
        verbs.SIGNOFF_VOIDED,
        "voided_by_id",
        {
            "signoff": Coalesce("signoff__public_id", "carried__signoff__public_id"),
            "digest": Coalesce("signoff__content_digest", "carried__content_digest"),
            "round": Coalesce("signoff__round", "carried__round"),
        },
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
    Act(
        "decisions withdrawn",
        DecisionWithdrawal,
        verbs.DECISION_WITHDRAWN,
        "by_id",
        {"number": "decision__number", "meaning_version": "meaning_version", "method": "proof_method"},
    ),
    Act(
        "emergency requests",
        EmergencyRequest,
        verbs.EMERGENCY_ASKED,
        "asked_by_id",
        {"release": "release__label", "meaning_version": "meaning_version", "method": "proof_method"},
    ),
    *(
        Act(
            f"live releases: {verdict}",
            LiveDecision,
            verb,
            "decided_by_id",
            {
                "verdict": "verdict",
                "sequence": "sequence",
                "meaning_version": "meaning_version",
                "method": "proof_method",
            },
            only={"verdict": verdict},
        )
        for verdict, verb in (
            (LiveVerdict.KEEP, verbs.RELEASE_KEPT),
            (LiveVerdict.ROLL_BACK, verbs.RELEASE_ROLLED_BACK),
        )
    ),
    Act("conditions met", ConditionMet, verbs.CONDITION_MET, "by_id"),
    Act(
        "waivers",
        Waiver,
        verbs.WAIVER_ASKED,
        "asked_by_id",
        {
            "waiver": "public_id",
            "item": "item_key",
            "sequence": "sequence",
            "renewals": "renewals",
            "expires_on": "expires_on",
            "digest": "content_digest",
        },
    ),
    *(
        Act(
            f"waivers {verdict}",
            WaiverSettlement,
            verb,
            "by_id",
            {
                "waiver": "waiver__public_id",
                "digest": "content_digest",
                "meaning_version": "meaning_version",
                "method": "proof_method",
            },
            only={"verdict": verdict},
        )
        for verdict, verb in (
            (WaiverSettlement.Verdict.APPROVED, verbs.WAIVER_APPROVED),
            (WaiverSettlement.Verdict.REFUSED, verbs.WAIVER_REFUSED),
            (WaiverSettlement.Verdict.WITHDRAWN, verbs.WAIVER_WITHDRAWN),
        )
    ),
    Act("waivers revoked", WaiverRevocation, verbs.WAIVER_REVOKED, "by_id", {"waiver": "waiver__public_id"}),
)


def problems(tally: Tally) -> Iterator[Problem]:
    """Everything in readiness that does not agree with the record."""
    for act in ACTS:
        yield from _disagreeing(act, tally)
    yield from _events_without_act()
    yield from _standing_on_other_content()
    yield from carried_seals.problems()
    yield from _other_contents()
    yield from _other_snapshots()
    yield from _other_templates()
    yield from _other_files()


def _disagreeing(act: Act, tally: Tally) -> Iterator[Problem]:
    """Acts whose event is another's, of another kind, or names other facts."""
    tally.acts[act.name] = 0
    asked = {**act.facts, **act.listed}
    kept = {f"kept_{fact}": F(path) if isinstance(path, str) else path for fact, path in asked.items()}
    of_event = {"body": F("event__body"), "verb": F("event__verb"), "actor": F("event__actor_id")}
    rows = act.rows.order_by("event_id").annotate(who=F(act.person or "event__actor_id"), **of_event, **kept)
    for row in rows.values("event_id", "public_id", "who", *of_event, *kept).iterator(SLICE):
        tally.acts[act.name] += 1
        if row["verb"] != act.verb.name or row["actor"] != row["who"]:
            yield Problem(row["event_id"], f"one of the {act.name} hangs on it, but it is {row['verb']} of another.")
        for fact, said in _said(act, facts_of(row["body"]), str(row["public_id"])):
            if str(said) != str(row[f"kept_{fact}"]):
                yield Problem(row["event_id"], f"it names another {fact.removesuffix('s')} than the row in {act.name}.")


def _said(act: Act, facts: Mapping[str, Any], row: str) -> Iterator[tuple[str, Any]]:
    """What an event says of one row: its single facts, and of each list the entry at the row's place."""
    yield from ((fact, facts[fact]) for fact in act.facts if fact in facts)
    if act.listed:
        acts = facts.get("acts", [])
        place = acts.index(row) if row in acts else None
        for fact in act.listed:
            entries = facts.get(fact, [])
            yield fact, entries[place] if place is not None and place < len(entries) else None


def _events_without_act() -> Iterator[Problem]:
    """Events whose row is gone, or one of their rows."""
    lost: Combinable | Q = Q(pk__in=[])
    for act in ACTS:
        lost |= Q(verb=act.verb.name) & ~Exists(act.rows.filter(event_id=OuterRef("pk")))
    for number, verb in AuditEvent.objects.filter(lost).order_by("number").values_list("number", "verb"):
        yield Problem(number, f"it says {verb}, but what it speaks of is gone.")
    for act in (act for act in ACTS if act.listed):
        yield from _lists_without_act(act)


def _lists_without_act(act: Act) -> Iterator[Problem]:
    """Events that list more rows than there are."""
    there = act.rows.filter(event_id=OuterRef("pk")).order_by().values("event_id")
    counted = Subquery(there.annotate(number=Count("pk")).values("number"))
    events = AuditEvent.objects.filter(verb=act.verb.name).annotate(there=counted).filter(there__gt=0)
    for number, body, found in events.order_by("number").values_list("number", "body", "there").iterator(SLICE):
        listed = len(facts_of(body).get("acts", []))
        if listed != found:
            yield Problem(number, f"it lists {listed} {act.name}, of which {found} are there.")


def _standing_on_other_content() -> Iterator[Problem]:
    """Answers whose standing sign-off is void, was given for other content, or given or carried to another answer."""
    given = Q(carried__isnull=True, signoff__answer=F("pk"), signoff__content_digest=F("content_digest"))
    carried = Q(carried__answer=F("pk"), carried__content_digest=F("content_digest"), carried__signoff=F("signoff"))
    ended = Q(carried__isnull=True, signoff__void__isnull=False) | Q(carried__void__isnull=False)
    found = ItemAnswer.objects.filter(Q(signoff__isnull=False), ended | ~(given | carried))
    for number in found.values_list(Coalesce("carried__event_id", "signoff__event_id"), flat=True):
        yield Problem(number, "the sign-off given here stands on content that was not signed.")


def _other_contents() -> Iterator[Problem]:
    """Requests for waivers and pieces of evidence that do not say what their digest says."""
    for waiver in Waiver.objects.select_related("service").order_by("pk").iterator(SLICE):
        if canonical.digest(waiver.governed_content()) != waiver.content_digest:
            yield Problem(waiver.event_id, "the waiver asked for here is not what its digest says.")
    pieces = Evidence.objects.select_related("drill", "release", "model_version", "environment").order_by("pk")
    for piece in pieces.iterator(SLICE):
        if canonical.digest(piece.governed_content()) != piece.content_digest:
            yield Problem(0, f"Evidence {piece.public_id} is not what its digest says.")


def _other_snapshots() -> Iterator[Problem]:
    """Decisions whose frozen content is not what its digest says."""
    rows = LaunchDecision.objects.order_by("event_id").values_list("event_id", "snapshot", "snapshot_digest")
    for number, snapshot, digest in rows.iterator(SLICE):
        if _digest(snapshot) != digest:
            yield Problem(number, "what the decision saw is not what its digest says.")


def _other_templates() -> Iterator[Problem]:
    """Published checklists and recurring checks whose content is not what their digest says."""
    rows = TemplateVersion.objects.values_list("template__key", "number", "content", "digest")
    for key, number, content, digest in rows.iterator(SLICE):
        if _digest(content) != digest:
            yield Problem(0, f"The checklist {key} {number} is not what its digest says.")
    checks = CheckVersion.objects.values_list("recurring_check__key", "number", "content", "digest")
    for key, number, content, digest in checks.iterator(SLICE):
        if _digest(content) != digest:
            yield Problem(0, f"The recurring check {key} {number} is not what its digest says.")


def _other_files() -> Iterator[Problem]:
    """Evidence whose file is not the one that was attached."""
    files = Evidence.objects.filter(kind=EvidenceKind.FILE).exclude(digest=F("attachment__sha256"))
    for public_id in files.values_list("public_id", flat=True):
        yield Problem(0, f"Evidence {public_id} names another file than was attached.")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
