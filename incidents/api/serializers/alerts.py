"""The shapes of alerts, of the sources that tell them, and of the rules that know them."""

from typing import Any

from rest_framework import serializers

from incidents.choices import AlertState, PlacementAct, Severity, SourceKind
from incidents.models import Alert, AlertPlacement, AlertRule, AlertSource
from portal.api.strictness import Input
from portal.canonical import utc_text
from portal.permissions import Access

STATES = f"One of {', '.join(AlertState.values)}."


class AlertPlacementShape(serializers.Serializer[Any]):
    """What a person did with an alert."""

    act = serializers.CharField(help_text=f"One of {', '.join(PlacementAct.values)}.")
    by = serializers.EmailField(allow_null=True)
    at = serializers.DateTimeField()


class ToldAlertShape(serializers.Serializer[Any]):
    """One alert as its source tells it, from firing to resolved."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    state = serializers.CharField(help_text=STATES)
    service = serializers.SlugField(allow_null=True, help_text="Null: it stands in the tray of the source’s team.")
    rule = serializers.UUIDField(allow_null=True, help_text="Null: no rule knows it.")
    incident = serializers.UUIDField(allow_null=True)
    source = serializers.UUIDField(  # type: ignore[assignment]  # a field of the shape, not where a field reads
        help_text="Its `id` of `/alert-sources/`."
    )
    team = serializers.SlugField(help_text="Of the source.")
    labels = serializers.DictField(child=serializers.CharField())
    summary = serializers.CharField()
    url = serializers.CharField(help_text="Where its source shows it; may be empty.")
    fingerprint = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True)
    last_told_at = serializers.DateTimeField()
    times = serializers.IntegerField(help_text="How often it was told.")
    left_out_reason = serializers.CharField(help_text="Empty unless it was left out.")
    ended_reason = serializers.CharField(help_text="Empty unless a person ended it, as its source did not.")
    placements = AlertPlacementShape(many=True, help_text="Empty where a rule or a label placed it when it was told.")


class EndAlertInput(Input):
    """Why an alert is over whose end nobody tells."""

    reason = serializers.CharField(help_text="How you know that it is over.", trim_whitespace=False)


class AlertSourceShape(serializers.Serializer[Any]):
    """A monitoring system that posts. Its token is shown once, when it is made, and never told here."""

    id = serializers.UUIDField()
    team = serializers.SlugField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=SourceKind.values, help_text="The form of its posts.")
    created_at = serializers.DateTimeField()
    last_post_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    stuck_posts = serializers.IntegerField(help_text="Posts that were stored and could not be taken in so far.")


class AlertRuleShape(serializers.Serializer[Any]):
    """An alert that a service knows, and what covers it."""

    id = serializers.UUIDField()
    service = serializers.SlugField()
    name = serializers.CharField()
    matchers = serializers.DictField(child=serializers.CharField(), help_text="Labels that an alert must carry.")
    severity = serializers.IntegerField(help_text=f"From 1, the worst, to {max(Severity.values)}.")
    playbook = serializers.CharField(help_text="Its key; empty where none fits.")
    runbook = serializers.UUIDField(allow_null=True)
    domain = serializers.CharField(help_text="Whose it is, by key; empty: the service’s owner.")
    threshold = serializers.CharField()
    threshold_reviewed_on = serializers.DateField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    revision = serializers.IntegerField()


def alert(row: Alert, access: Access) -> dict[str, Any]:
    """An alert of `queries.alert_tray.told`, as it goes out to this caller."""
    incident = row.incident if row.incident and access.sees(row.incident.service.scope) else None
    return {
        "id": str(row.public_id),
        "name": row.name,
        "state": str(row.state),
        "service": row.service.slug if row.service else None,
        "rule": str(row.rule.public_id) if row.rule else None,
        "incident": str(incident.public_id) if incident else None,
        "source": str(row.source.public_id),
        "team": row.source.team.slug,
        "labels": row.labels,
        "summary": row.summary,
        "url": row.url,
        "fingerprint": row.fingerprint,
        "starts_at": utc_text(row.starts_at),
        "ends_at": utc_text(row.ends_at) if row.ends_at else None,
        "last_told_at": utc_text(row.last_told_at),
        "times": row.times,
        "left_out_reason": row.left_out_reason,
        "ended_reason": row.ended_reason,
        "placements": [_placement(one) for one in row.placements.all()],
    }


def _placement(row: AlertPlacement) -> dict[str, Any]:
    actor = row.event.actor
    return {"act": str(row.act), "by": actor.email if actor else None, "at": utc_text(row.event.at)}


def source(row: AlertSource) -> dict[str, Any]:
    """A source of `queries.alert_tray.sources`, as it goes out."""
    return {
        "id": str(row.public_id),
        "team": row.team.slug,
        "name": row.name,
        "kind": row.kind,
        "created_at": utc_text(row.created_at),
        "last_post_at": utc_text(row.last_post_at) if row.last_post_at else None,
        "revoked_at": utc_text(row.revoked_at) if row.revoked_at else None,
        "stuck_posts": row.stuck,  # type: ignore[attr-defined]  # annotated
    }


def rule(row: AlertRule) -> dict[str, Any]:
    """A rule with its service and runbook, as it goes out."""
    return {
        "id": str(row.public_id),
        "service": row.service.slug,
        "name": row.name,
        "matchers": row.matchers,
        "severity": int(row.severity),
        "playbook": row.playbook,
        "runbook": str(row.runbook.public_id) if row.runbook else None,
        "domain": row.domain_key,
        "threshold": row.threshold,
        "threshold_reviewed_on": row.threshold_reviewed_on.isoformat() if row.threshold_reviewed_on else None,
        "ended_at": utc_text(row.ended_at) if row.ended_at else None,
        "revision": row.revision,
    }
