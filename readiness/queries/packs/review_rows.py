"""The rows of a review as they stood: contents from revisions, who and when from events, seals from their own rows."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from portal import revisions
from portal.models import AuditEvent, User
from readiness.choices import AssignmentRole
from readiness.models import (
    AnswerRevision,
    Assignment,
    CarriedAnswer,
    Comment,
    Evidence,
    ItemAnswer,
    Review,
    Service,
    SignOffReturn,
    Waiver,
)
from readiness.queries import drill_ends, seals
from readiness.queries.packs.moments import Moment
from readiness.queries.seals import Seal


@dataclass(frozen=True)
class Rows:
    """Everything of one review that was on record by the moment, by answer.

    `owners` are the accountable people by domain, `names` those an item was given to, by their public id; `waivers`
    those that spoke for an item, by its key, lapsed or not; `serving` the answers elsewhere that any of these rests on,
    by public id.
    """

    contents: Mapping[int, dict[str, Any]]
    said: Mapping[tuple[str, str], AuditEvent]
    evidence: Mapping[int, list[Evidence]]
    withdrawn: Mapping[str, AuditEvent]
    owners: Mapping[str, str]
    names: Mapping[str, str]
    comments: Mapping[int, list[Comment]]
    seals: Mapping[int, list[Seal]]
    returns: Mapping[int, list[SignOffReturn]]
    waivers: Mapping[str, list[Waiver]]
    serving: Mapping[str, ItemAnswer]


def of_review(review: Review, at: Moment) -> Rows:
    """Reads all rows of a review: a fixed number of statements."""
    answers = list(review.answers.values_list("pk", "public_id"))
    names = [str(public_id) for _, public_id in answers]
    sources = _sources(dict(answers), at)
    stood = revisions.as_of(AnswerRevision.objects.filter(subject__review=review), at.number)
    events = AuditEvent.objects.filter(
        target_kind="itemanswer", target_id__in=[*names, *sources], number__lte=at.number
    )
    said, withdrawn = _by_fact(events.select_related("actor").order_by("number"), sources)
    there = Q(copied_event__isnull=True, added_at__lte=at.at) | Q(copied_event_id__lte=at.number)
    evidence = (
        Evidence.objects.filter(there, answer__review=review)
        .select_related(
            "added_by", "attachment", "environment", "model_version__model", "release", "drill__environment"
        )
        .annotate(drill_ended_at=drill_ends.read_along(at.at))
    )
    returned = SignOffReturn.objects.filter(answer__review=review, event_id__lte=at.number)
    contents = {revision.subject_id: json.loads(revision.content) for revision in stood}
    serving = _serving(contents.values())
    return Rows(
        contents=contents,
        said=said,
        evidence=_grouped(evidence),
        withdrawn=withdrawn,
        owners=_owners(review.service, at),
        names=_names(said.values()),
        comments=_grouped(
            Comment.objects.filter(answer__review=review, at__lte=at.at).select_related("author").order_by("at", "pk")
        ),
        seals=seals.of_answers([*(pk for pk, _ in answers), *(one.pk for one in serving.values())], at.number),
        returns=_grouped(returned.select_related("returned_by").order_by("returned_at", "pk")),
        waivers={waiver.item_key: [waiver] for waiver in review.service.waivers.approved(at.number)},
        serving=serving,
    )


def _serving(contents: Iterable[Mapping[str, Any]]) -> Mapping[str, ItemAnswer]:
    named = {one["source"] for content in contents for one in content.get("covered_by", ())}
    found = ItemAnswer.objects.filter(public_id__in=named).select_related("review__release")
    return {str(answer.public_id): answer for answer in found}


def _owners(service: Service, at: Moment) -> Mapping[str, str]:
    """Who was accountable for which domain at the moment, by the domain's key."""
    held = Assignment.objects.filter(service=service, role=AssignmentRole.ACCOUNTABLE, event_id__lte=at.number)
    stood = held.filter(Q(ended_event__isnull=True) | Q(ended_event_id__gt=at.number))
    return {one.domain.key: one.person.name for one in stood.select_related("domain", "person")}


def _names(events: Iterable[AuditEvent]) -> Mapping[str, str]:
    given = [json.loads(event.body)["facts"]["person"] for event in events if event.verb == "item.assigned"]
    people = User.objects.filter(public_id__in=[public_id for public_id in given if public_id])
    return {str(person.public_id): person.name for person in people}


def _sources(answers: Mapping[int, UUID], at: Moment) -> Mapping[str, tuple[str, int]]:
    """The answers that these were carried from, back to the first, by public id: which they became, and by which event.

    What was said of an item before it was carried was said there.
    """
    found: dict[str, tuple[str, int]] = {}
    asked = {pk: (str(public_id), at.number) for pk, public_id in answers.items()}
    while asked:
        rows = CarriedAnswer.objects.filter(answer__in=asked, event_id__lte=at.number)
        places = rows.values_list("answer_id", "source_id", "source__public_id", "event_id")
        earlier = {source: (str(name), asked[answer][0], event) for answer, source, name, event in places}
        found |= {name: (own, event) for name, own, event in earlier.values()}
        asked = {source: (own, event) for source, (_, own, event) in earlier.items()}
    return found


def _by_fact(
    events: Iterable[AuditEvent], sources: Mapping[str, tuple[str, int]]
) -> tuple[dict[tuple[str, str], AuditEvent], dict[str, AuditEvent]]:
    """The newest event of each thing said: of (answer, “rating”), (answer, “point 3”); of each withdrawal."""
    said: dict[tuple[str, str], AuditEvent] = {}
    withdrawn: dict[str, AuditEvent] = {}
    for event in events:
        facts = json.loads(event.body)["facts"]
        answer, until = sources.get(event.target_id, (event.target_id, event.number))
        if event.number > until:
            continue
        said |= {(answer, part): event for part in _parts(event.verb, facts)}
        match event.verb:
            case "item.assigned" if event.target_id == answer:
                said[answer, "owner"] = event
            case "evidence.withdrawn":
                withdrawn[facts["evidence"]] = event
    return said, withdrawn


def _parts(verb: str, facts: Mapping[str, Any]) -> Sequence[str]:
    """What of an answer an event says anew, as `answer_writes` calls it."""
    match verb:
        case "point.marked":
            return (f"point {facts['point']}",)
        case "item.rated":
            return ("rating",)
        case "item.described":
            return ("text",)
        case "item.answered":
            return tuple(facts["parts"])
    return ()


def _grouped(rows: Iterable[Any]) -> Mapping[int, list[Any]]:
    grouped: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.answer_id].append(row)
    return grouped
