"""The shapes of a waiver: one that was asked for, and what a tool says to ask for, settle or revoke one."""

import datetime
from typing import Any

from rest_framework import serializers

from portal.api.strictness import Input
from portal.canonical import utc_text
from readiness.choices import WaiverState
from readiness.models import Waiver
from readiness.queries import waivers as waiver_queries
from readiness.rules import answering
from readiness.rules.waivers import LONGEST_WORDS, Wanted

VERDICTS = ["approve", "refuse", "withdraw"]


class WaiverShape(serializers.Serializer[Any]):
    """One request for a waiver, with how it ended. An item under one is on credit, never green."""

    id = serializers.UUIDField()
    service = serializers.SlugField()
    item = serializers.CharField(help_text="Its key in the checklist, such as `deploy.rollout`.")
    critical = serializers.BooleanField()
    state = serializers.ChoiceField(choices=WaiverState.values)
    reason = serializers.CharField()
    control = serializers.CharField(help_text="What keeps the risk small meanwhile.")
    expires_on = serializers.DateField(help_text="The last day on which it holds, where the service’s team is.")
    renewals = serializers.IntegerField(help_text="How often it was renewed before.")
    chain = serializers.UUIDField(help_text="The same for a waiver and all its renewals.")
    asked_by = serializers.CharField()
    asked_at = serializers.DateTimeField()
    settled_by = serializers.CharField(allow_blank=True)
    settled_at = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField(allow_blank=True)
    revoked_by = serializers.CharField(allow_blank=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    revoked_reason = serializers.CharField(allow_blank=True)
    digest = serializers.CharField(help_text="SHA-256 of what was asked for; an approval is bound to it.")


class WaiverInput(Input):
    """What is asked for. Where the item had a waiver before, it is a renewal of that."""

    service = serializers.SlugField()
    item = serializers.CharField(max_length=60)
    reason = serializers.CharField(max_length=LONGEST_WORDS)
    control = serializers.CharField(max_length=LONGEST_WORDS)
    expires_on = serializers.DateField()

    @property
    def wanted(self) -> Wanted:
        """The same as the action takes it."""
        data = self.validated_data
        return Wanted(data["reason"], data["control"], data["expires_on"])


class SettleInput(Input):
    """The answer to a request; `digest` is that of the request you read."""

    verdict = serializers.ChoiceField(choices=VERDICTS)
    digest = serializers.CharField(max_length=64)
    note = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=answering.LONGEST_NOTE,
        help_text="Why, where it is refused.",
    )


class RevokeInput(Input):
    """Why it ends before its last day."""

    reason = serializers.CharField(max_length=answering.LONGEST_REASON)


def waiver(row: Waiver, today: datetime.date) -> dict[str, Any]:
    """A waiver read `surrounded`, as it goes out; `today` is the day where its team is."""
    settled = None if row.is_open else row.settlement
    revoked = row.revocation if row.is_revoked else None
    return {
        "id": str(row.public_id),
        "service": row.service.slug,
        "item": row.item_key,
        "critical": row.critical,
        "state": waiver_queries.request(row, today).state.value,
        "reason": row.reason,
        "control": row.compensating_control,
        "expires_on": row.expires_on.isoformat(),
        "renewals": row.renewals,
        "chain": str(row.chain),
        "asked_by": row.asked_by.name,
        "asked_at": utc_text(row.asked_at),
        "settled_by": settled.by.name if settled else "",
        "settled_at": utc_text(settled.at) if settled else None,
        "note": settled.note if settled else "",
        "revoked_by": revoked.by.name if revoked else "",
        "revoked_at": utc_text(revoked.at) if revoked else None,
        "revoked_reason": revoked.reason if revoked else "",
        "digest": row.content_digest,
    }
