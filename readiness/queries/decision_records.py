"""Decision records: the list, those of one service, and what one has to do with others."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from portal import clock
from portal.permissions import Access
from portal.queries import documents
from portal.rules import freshness
from portal.rules.freshness import Stage
from readiness.choices import DecisionRecordState as State
from readiness.choices import ServiceState
from readiness.extension_points import EvidenceDocument
from readiness.models import DecisionRecord, DecisionRecordReview, Service
from readiness.models.decision_records import DecisionRecordQuerySet
from readiness.rules import decision_records as rules

RELATED = ("service__scope__team", "keeper", "written_by", "reviewed_by", "superseded_by")


def listed(access: Access) -> DecisionRecordQuerySet:
    """The records this person may see, the youngest of each service first: one statement."""
    found = DecisionRecord.objects.visible_to(access).select_related(*RELATED)
    return found.order_by("service__name", "service__pk", "-number")


def of_service(service: Service) -> list[DecisionRecord]:
    """The records of a service, the youngest first, without their texts: one statement."""
    found = service.decision_records.select_related("superseded_by", "keeper").defer("content")
    return list(found.order_by("-number"))


def kept() -> DecisionRecordQuerySet:
    """Every accepted record of a service that is not retired, with what reminding of its review needs."""
    found = DecisionRecord.objects.filter(state=State.ACCEPTED).exclude(service__state=ServiceState.RETIRED)
    return found.select_related("service__scope__team", "keeper")


def waiting_for(access: Access) -> DecisionRecordQuerySet:
    """The records that this person keeps and whose review is late or due within a week, the latest first."""
    until = clock.now().date() - datetime.timedelta(days=freshness.DAYS_AFTER[Stage.SOON])
    mine = kept().visible_to(access).filter(keeper=access.person, review_on__lte=until)
    found: DecisionRecordQuerySet = mine.order_by("review_on", "pk")
    return found


def as_evidence(service: Service) -> list[EvidenceDocument]:
    """The accepted records of a service as evidence: one statement."""
    held: Any = service.decision_records.filter(state=State.ACCEPTED).select_related("service").order_by("number")
    return [
        EvidenceDocument(
            public_id=record.public_id,
            title=f"Decision record {record}",
            revision=record.revision,
            digest=record.content_digest,
            url=f"{record.get_absolute_url()}?revision={record.revision}",
            seen_on=documents.seen_on(record, service.team.time_zone),
            is_stale=record.freshness.is_stale,
        )
        for record in held.annotate(last_review_at=documents.last_review_at(DecisionRecordReview))
    ]


def stale() -> Q:
    """Which records are stale today (UTC): accepted, and nobody said in time that they still hold."""
    return Q(state=State.ACCEPTED, review_on__lt=clock.now().date())


@dataclass(frozen=True)
class Beside:
    """What a record has to do with others of its service.

    `supersedes`: what it ended, or would end; `questioned_by`: proposals that would end it.
    """

    supersedes: Sequence[DecisionRecord]
    questioned_by: Sequence[DecisionRecord]


def beside(record: DecisionRecord) -> Beside:
    """The records that this one ends, and the proposals that would end it: one statement."""
    named = set(rules.named(record.content))
    others = record.service.decision_records.filter(Q(state=State.PROPOSED) | Q(number__in=named)).order_by("number")
    found = [one for one in others if one.pk != record.pk]
    asking = [one for one in found if one.state == State.PROPOSED and record.number in rules.named(one.content)]
    return Beside([one for one in found if one.number in named], asking)


def supersedable(service: Service, named: Collection[int] = ()) -> list[tuple[str, str]]:
    """The accepted records of a service as a form offers them: number and title, the youngest first; one statement.

    Those that are `named` already are among them whatever became of them, so that nobody takes one off unawares.
    """
    found = service.decision_records.filter(Q(state=State.ACCEPTED) | Q(number__in=named)).order_by("-number")
    rows = found.values_list("number", "title", "state")
    return [(str(number), f"{number}. {title}{_became(state)}") for number, title, state in rows]


def _became(state: str) -> str:
    return "" if state == State.ACCEPTED else f" ({State(state).label.lower()})"
