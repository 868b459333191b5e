"""The shapes of the gate: what is asked, and what it answers."""

import datetime
from typing import Any

from django.conf import settings
from rest_framework import serializers

from portal.api.strictness import Input
from portal.canonical import utc_text
from readiness.choices import Verdict
from readiness.queries.gate import Asked
from readiness.rules.gate import Answer, Purpose

ANSWERS = [answer.value for answer in Answer]


class Question(Input):
    """What a pipeline asks."""

    release = serializers.CharField(max_length=200, help_text="The release’s label, such as 2.4.0.")
    environment = serializers.CharField(max_length=200, help_text="The environment’s name, such as production.")
    purpose = serializers.ChoiceField(choices=[purpose.value for purpose in Purpose], default=Purpose.DEPLOY.value)


class ReasonShape(serializers.Serializer[Any]):
    """One reason against it: a stable code and a sentence.

    Codes: no-decision, no-go, changed-since-decision, trigger:KEY, expired, condition-lapsed, rolled-back, closed,
    never-live, unknown-release, unknown-environment.
    """

    code = serializers.CharField()
    detail = serializers.CharField()


class ConditionShape(serializers.Serializer[Any]):
    """A condition that is still owed."""

    text = serializers.CharField()
    owner = serializers.CharField()
    due_on = serializers.DateField()


class ReleaseReference(serializers.Serializer[Any]):
    """The release asked about."""

    id = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of the shape, not a field’s label


class DecisionReference(serializers.Serializer[Any]):
    """The decision that was looked at."""

    number = serializers.IntegerField()
    verdict = serializers.ChoiceField(choices=Verdict.values)
    decided_at = serializers.DateTimeField()
    digest = serializers.CharField(help_text="SHA-256 of everything it saw.")
    page = serializers.URLField()


class GateShape(serializers.Serializer[Any]):
    """The gate's answer."""

    verdict = serializers.ChoiceField(choices=ANSWERS)
    purpose = serializers.ChoiceField(choices=[purpose.value for purpose in Purpose])
    service = serializers.SlugField()
    release = ReleaseReference(allow_null=True)
    environment = serializers.CharField()
    reasons = ReasonShape(many=True)
    conditions = ConditionShape(many=True)
    valid_until = serializers.DateTimeField(allow_null=True)
    decision = DecisionReference(allow_null=True)
    evaluated_at = serializers.DateTimeField()


def answer(asked: Asked, slug: str, question: dict[str, str], now: datetime.datetime) -> dict[str, Any]:
    """The gate's answer as it goes out."""
    found, release, decision = asked.answer, asked.release, asked.decision
    return {
        "verdict": found.verdict.value,
        "purpose": question["purpose"],
        "service": slug,
        "release": {"id": str(release.public_id), "label": release.label} if release else None,
        "environment": question["environment"],
        "reasons": [{"code": reason.code, "detail": reason.detail} for reason in found.reasons],
        "conditions": [{"text": one.text, "owner": one.owner, "due_on": str(one.due_on)} for one in found.conditions],
        "valid_until": utc_text(found.valid_until) if found.valid_until else None,
        "decision": {
            "number": decision.number,
            "verdict": decision.verdict,
            "decided_at": utc_text(decision.decided_at),
            "digest": decision.snapshot_digest,
            "page": f"{settings.BASE_URL}/services/{slug}/decisions/{decision.number}/",
        }
        if decision
        else None,
        "evaluated_at": utc_text(now),
    }
