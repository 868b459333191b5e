"""The shapes of a decision: what was decided, what it is worth now, what it asks for, and everything it saw."""

import datetime
import json
from typing import Any

from django.conf import settings
from rest_framework import serializers

from portal.api.strictness import Input
from portal.canonical import utc_text
from readiness.actions.conditions import LONGEST_NOTE
from readiness.choices import DecisionState, Verdict
from readiness.models import Condition, LaunchDecision
from readiness.queries import decisions


class OwedShape(serializers.Serializer[Any]):
    """One condition of a decision. Met after its last day it stays late: what lapsed does not come back."""

    id = serializers.UUIDField()
    item = serializers.CharField(allow_blank=True, help_text="The key of its item; empty for a review that is missing.")
    text = serializers.CharField()
    owner = serializers.CharField()
    due_on = serializers.DateField(help_text="Its last day, where the service’s team is.")
    met_by = serializers.CharField(allow_blank=True)
    met_at = serializers.DateTimeField(allow_null=True)
    late = serializers.BooleanField(help_text="Met, but after its last day.")


class WithdrawnShape(serializers.Serializer[Any]):
    """Who took a decision back, and why."""

    by = serializers.CharField()
    at = serializers.DateTimeField()
    reason = serializers.CharField()


class EmergencyShape(serializers.Serializer[Any]):
    """Who asked for an emergency go, and why it could not wait."""

    by = serializers.CharField()
    at = serializers.DateTimeField()
    reason = serializers.CharField()


class TroubleShape(serializers.Serializer[Any]):
    """An item after the go that failed or was late when its release was rolled back."""

    item = serializers.CharField()
    text = serializers.CharField()


class RolledBackShape(serializers.Serializer[Any]):
    """Who rolled back what the decision let go, why, and what had failed by then."""

    by = serializers.CharField()
    at = serializers.DateTimeField()
    reason = serializers.CharField()
    failed = TroubleShape(many=True)


class RecordedDecisionShape(serializers.Serializer[Any]):
    """One decision and what it is worth at this moment."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    service = serializers.SlugField()
    release = serializers.CharField()
    environment = serializers.CharField()
    verdict = serializers.ChoiceField(choices=Verdict.values)
    state = serializers.ChoiceField(choices=DecisionState.values)
    rationale = serializers.CharField()
    decided_by = serializers.CharField()
    decided_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True, help_text="When it ends by itself, if nobody deploys.")
    conditions = OwedShape(many=True)
    withdrawn = WithdrawnShape(allow_null=True)
    emergency = EmergencyShape(allow_null=True)
    rolled_back = RolledBackShape(allow_null=True)
    digest = serializers.CharField(help_text="SHA-256 of everything it saw.")
    page = serializers.URLField()


class WholeDecisionShape(RecordedDecisionShape):
    """The same with everything it saw, as it was frozen."""

    frozen = serializers.JSONField(help_text="Its canonical JSON has the digest.")


class DecisionInput(Input):
    """What would be decided: where, and how."""

    release = serializers.UUIDField()
    environment = serializers.CharField(max_length=80, help_text="Its name, such as production.")
    verdict = serializers.ChoiceField(choices=Verdict.values)


class MeetInput(Input):
    """By what a condition is met."""

    note = serializers.CharField(max_length=LONGEST_NOTE)


class AskedShape(serializers.Serializer[Any]):
    """Whom a decision was asked of, by name."""

    asked_of = serializers.ListField(child=serializers.CharField())


def decision(row: LaunchDecision, now: datetime.datetime) -> dict[str, Any]:
    """A decision read by `queries.decisions.listed`, as it goes out."""
    found = decisions.worth(row, now)
    withdrawn, emergency = getattr(row, "withdrawal", None), getattr(row, "emergency", None)
    request = emergency.request if emergency else None
    return {
        "id": str(row.public_id),
        "number": row.number,
        "service": row.service.slug,
        "release": row.release.label,
        "environment": row.environment.name,
        "verdict": row.verdict,
        "state": found.state.value,
        "rationale": row.rationale,
        "decided_by": row.decided_by.name,
        "decided_at": utc_text(row.decided_at),
        "expires_at": utc_text(found.expires_at) if found.expires_at else None,
        "conditions": [_owed(one) for one in found.conditions],
        "withdrawn": _said(withdrawn.by.name, withdrawn.at, withdrawn.reason) if withdrawn else None,
        "emergency": _said(request.asked_by.name, request.asked_at, request.reason) if request else None,
        "rolled_back": _rolled_back(found.rollback) if found.rollback else None,
        "digest": row.snapshot_digest,
        "page": f"{settings.BASE_URL}{row.get_absolute_url()}",
    }


def whole(row: LaunchDecision, now: datetime.datetime) -> dict[str, Any]:
    """The same with what it froze."""
    return {**decision(row, now), "frozen": json.loads(row.snapshot)}


def _owed(one: Condition) -> dict[str, Any]:
    met = one.met if decisions.is_met(one) else None
    return {
        "id": str(one.public_id),
        "item": one.item_key,
        "text": one.text,
        "owner": one.owner.name,
        "due_on": str(one.due_on),
        "met_by": met.by.name if met else "",
        "met_at": utc_text(met.at) if met else None,
        "late": bool(met and met.was_late),
    }


def _rolled_back(rollback: decisions.Rollback) -> dict[str, Any]:
    failed = [{"item": item, "text": text} for item, text in rollback.troubles]
    return {**_said(rollback.by, rollback.at, rollback.reason), "failed": failed}


def _said(by: str, at: datetime.datetime, reason: str) -> dict[str, Any]:
    return {"by": by, "at": utc_text(at), "reason": reason}
