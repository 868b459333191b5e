"""The rows of a review as they stood: contents from revisions, who and when from events, seals from their own rows."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from portal import revisions
from portal.models import AuditEvent, User
from readiness.choices import AssignmentRole
from readiness.models import (
    AnswerRevision,
    Assignment,
    Comment,
    Evidence,
    Review,
    Service,
    SignOff,
    SignOffReturn,
    Waiver,
)
from readiness.queries.packs.moments import Moment


@dataclass(frozen=True)
class Rows:
    """Everything of one review that was on record by the moment, by answer.

    `owners` are the accountable people by domain, `names` those an item was given to, by their public id.
    """

    contents: Mapping[int, dict[str, Any]]
    said: Mapping[tuple[str, str], AuditEvent]
    evidence: Mapping[int, list[Evidence]]
    withdrawn: Mapping[str, AuditEvent]
    owners: Mapping[str, str]
    names: Mapping[str, str]
    comments: Mapping[int, list[Comment]]
    seals: Mapping[int, list[SignOff]]
    returns: Mapping[int, list[SignOffReturn]]
    waivers: Mapping[int, list[Waiver]]


def of_review(review: Review, at: Moment) -> Rows:
    """Reads all rows of a review: a fixed number of statements."""
    answers = list(review.answers.values_list("pk", "public_id"))
    names = [str(public_id) for _, public_id in answers]
    stood = revisions.as_of(AnswerRevision.objects.filter(subject__review=review), at.number)
    events = AuditEvent.objects.filter(target_kind="itemanswer", target_id__in=names, number__lte=at.number)
    said, withdrawn = _by_fact(events.select_related("actor").order_by("number"))
    evidence = Evidence.objects.filter(answer__review=review, added_at__lte=at.at).select_related(
        "added_by", "attachment", "environment", "model_version__model", "release", "drill__environment"
    )
    signed = SignOff.objects.filter(answer__review=review, event_id__lte=at.number)
    returned = SignOffReturn.objects.filter(answer__review=review, event_id__lte=at.number)
    return Rows(
        contents={revision.subject_id: json.loads(revision.content) for revision in stood},
        said=said,
        evidence=_grouped(evidence),
        withdrawn=withdrawn,
        owners=_owners(review.service, at),
        names=_names(said.values()),
        comments=_grouped(
            Comment.objects.filter(answer__review=review, at__lte=at.at).select_related("author").order_by("at", "pk")
        ),
        seals=_grouped(signed.select_related("answer", "person", "void__voided_by").order_by("signed_at", "pk")),
        returns=_grouped(returned.select_related("returned_by").order_by("returned_at", "pk")),
        waivers=_grouped(Waiver.objects.filter(answer__review=review, state="approved", settled_at__lte=at.at)),
    )


def _owners(service: Service, at: Moment) -> Mapping[str, str]:
    """Who was accountable for which domain at the moment, by the domain's key."""
    held = Assignment.objects.filter(service=service, role=AssignmentRole.ACCOUNTABLE, event_id__lte=at.number)
    stood = held.filter(Q(ended_event__isnull=True) | Q(ended_event_id__gt=at.number))
    return {one.domain.key: one.person.name for one in stood.select_related("domain", "person")}


def _names(events: Iterable[AuditEvent]) -> Mapping[str, str]:
    given = [json.loads(event.body)["facts"]["person"] for event in events if event.verb == "item.assigned"]
    people = User.objects.filter(public_id__in=[public_id for public_id in given if public_id])
    return {str(person.public_id): person.name for person in people}


def _by_fact(
    events: Iterable[AuditEvent],
) -> tuple[dict[tuple[str, str], AuditEvent], dict[str, AuditEvent]]:
    """The newest event of each thing said: of (answer, “rating”), (answer, “point 3”); of each withdrawal."""
    said: dict[tuple[str, str], AuditEvent] = {}
    withdrawn: dict[str, AuditEvent] = {}
    for event in events:
        facts = json.loads(event.body)["facts"]
        match event.verb:
            case "point.marked":
                said[event.target_id, f"point {facts['point']}"] = event
            case "item.rated":
                said[event.target_id, "rating"] = event
            case "item.described":
                said[event.target_id, "text"] = event
            case "item.assigned":
                said[event.target_id, "owner"] = event
            case "evidence.withdrawn":
                withdrawn[facts["evidence"]] = event
    return said, withdrawn


def _grouped(rows: Iterable[Any]) -> Mapping[int, list[Any]]:
    grouped: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.answer_id].append(row)
    return grouped
