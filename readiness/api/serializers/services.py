"""The shapes of a service: a line of the list, the whole, and its status.

The classes describe what goes out, for the schema; the functions make it. A test holds one against the other.
"""

import datetime
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from rest_framework import serializers

from portal.canonical import utc_text
from readiness.choices import DecisionState, ItemState, ServiceState, Sourcing, TriggerState, Verdict
from readiness.models import Environment, Release, Service
from readiness.queries import open_incidents
from readiness.queries.service_status import Status
from readiness.rules import pillars
from readiness.rules import services as rules

VERDICTS = [*Verdict.values, ""]
ENDS = (DecisionState.LAPSED, DecisionState.EXPIRED, DecisionState.WITHDRAWN, DecisionState.ROLLED_BACK)
STANDINGS = [*Verdict.values, *(state.value for state in ENDS), ""]
OPEN_STATES = [TriggerState.FIRING.value, TriggerState.UNKNOWN.value]


class PersonShape(serializers.Serializer[Any]):
    """A person: opaque id and name."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class DecisionShape(serializers.Serializer[Any]):
    """The newest decision for production, or where there is none the newest for elsewhere.

    `state` is what it counts as now: the verdict, `lapsed`, `expired`, or "".
    """

    state = serializers.ChoiceField(choices=STANDINGS)
    verdict = serializers.ChoiceField(choices=VERDICTS)
    number = serializers.IntegerField(allow_null=True)
    release = serializers.CharField(allow_blank=True)
    environment = serializers.CharField(allow_blank=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)
    lapses_on = serializers.DateField(allow_null=True, help_text="The earliest date of a condition that is owed.")


class ProgressShape(serializers.Serializer[Any]):
    """Two numbers, never one: answered (progress) and green (compliance); on credit is not green."""

    applicable = serializers.IntegerField()
    answered = serializers.IntegerField()
    green = serializers.IntegerField()
    on_credit = serializers.IntegerField()
    answered_percent = serializers.IntegerField()
    green_percent = serializers.IntegerField()


class ServiceLine(serializers.Serializer[Any]):
    """A service in the list."""

    slug = serializers.SlugField()
    name = serializers.CharField()
    team = serializers.SlugField()
    tier = serializers.IntegerField(min_value=1, max_value=4)
    state = serializers.ChoiceField(choices=ServiceState.values)
    restricted = serializers.BooleanField()
    owner = PersonShape()
    decision = DecisionShape()
    progress = ProgressShape()
    red_pillars = serializers.IntegerField()
    yellow_pillars = serializers.IntegerField()
    owner_holes = serializers.IntegerField(help_text="Domains that apply and have no accountable person.")
    page = serializers.URLField(help_text="Its page, for people.")


class EnvironmentShape(serializers.Serializer[Any]):
    """A place the service runs in."""

    name = serializers.SlugField()
    kind = serializers.CharField()


class ReleaseShape(serializers.Serializer[Any]):
    """A release by its opaque id, which `POST /releases/{id}/deployed` takes."""

    id = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of the shape, not a field’s label
    planned_on = serializers.DateField(allow_null=True)
    cancelled = serializers.BooleanField()


class ServiceDetail(ServiceLine):
    """A service with its facts, environments and newest releases."""

    description = serializers.CharField(allow_blank=True)
    sourcing = serializers.ChoiceField(choices=Sourcing.values)
    traits = serializers.DictField(child=serializers.BooleanField())
    regulations = serializers.ListField(child=serializers.CharField())
    tier_reason = serializers.CharField()
    tier_confirmed_at = serializers.DateTimeField(allow_null=True, help_text="When an approver confirmed the tier.")
    residency = serializers.CharField(allow_blank=True, help_text="Where personal data is kept.")
    consent = serializers.CharField(allow_blank=True)
    deletion = serializers.CharField(allow_blank=True)
    serving_stack = serializers.CharField(allow_blank=True)
    repository_url = serializers.CharField(allow_blank=True)
    paused_until = serializers.DateField(allow_null=True)
    revision = serializers.IntegerField()
    environments = EnvironmentShape(many=True)
    releases = ReleaseShape(many=True, help_text="The twenty newest.")


class PillarShape(serializers.Serializer[Any]):
    """One of the ten pillars: its colour, and how many of its items are open."""

    number = serializers.IntegerField()
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=ItemState.values)
    open = serializers.IntegerField()
    applicable = serializers.IntegerField()
    green = serializers.IntegerField()


class OpenTrigger(serializers.Serializer[Any]):
    """A no-go trigger that fires, or is not known."""

    key = serializers.CharField()
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=OPEN_STATES)


class DueShape(serializers.Serializer[Any]):
    """The next thing with a date."""

    what = serializers.ChoiceField(choices=["condition", "deployment"])
    on = serializers.DateField()


class OwnerShape(serializers.Serializer[Any]):
    """A domain that applies, and who is accountable for it."""

    domain = serializers.CharField()
    title = serializers.CharField()
    person = PersonShape(allow_null=True)


class IncidentsShape(serializers.Serializer[Any]):
    """What is open of incidents that began in the service or affect it, as far as all who see it may see them."""

    open = serializers.IntegerField()
    worst = serializers.IntegerField(allow_null=True, help_text="The severity of the worst of them, 1 to 4.")


class StatusShape(serializers.Serializer[Any]):
    """A service as a dashboard reads it."""

    service = serializers.SlugField()
    name = serializers.CharField()
    team = serializers.SlugField()
    tier = serializers.IntegerField()
    state = serializers.ChoiceField(choices=ServiceState.values)
    live_release = serializers.CharField(
        allow_blank=True, help_text="What runs in production; the decision may be on another release."
    )
    decision = DecisionShape()
    pillars = PillarShape(many=True)
    progress = ProgressShape()
    release = serializers.CharField(allow_blank=True, help_text="The newest planned release: triggers speak of it.")
    open_triggers = OpenTrigger(many=True)
    incidents = IncidentsShape(allow_null=True, help_text="null: nobody watches incidents here.")
    next_due = DueShape(allow_null=True)
    owners = OwnerShape(many=True)
    changed_at = serializers.DateTimeField()


def line(service: Service, now: datetime.datetime) -> dict[str, Any]:
    """A service of `service_page.services` as a line."""
    row = service.status
    return {
        "slug": service.slug,
        "name": service.name,
        "team": service.scope.team.slug,
        "tier": service.tier,
        "state": service.state,
        "restricted": service.scope.restricted,
        "owner": {"id": str(service.owner.public_id), "name": service.owner.name},
        "decision": _decision(service, now),
        "progress": _progress(service),
        "red_pillars": row.red,
        "yellow_pillars": row.yellow,
        "owner_holes": row.owner_holes,
        "page": settings.BASE_URL + service.get_absolute_url(),
    }


def detail(
    service: Service, environments: Iterable[Environment], releases: Iterable[Release], now: datetime.datetime
) -> dict[str, Any]:
    """A service as a whole."""
    traits = {name: value for name, value in vars(service.traits).items() if isinstance(value, bool)}
    return {
        **line(service, now),
        "description": service.description,
        "sourcing": service.sourcing,
        "traits": traits,
        "regulations": list(service.regulations),
        "tier_reason": service.tier_reason,
        "tier_confirmed_at": _moment(service.tier_confirmed_at),
        **{name: getattr(service, name) for name in (*rules.PERSONAL_DATA_FACTS, "serving_stack", "repository_url")},
        "paused_until": str(service.paused_until) if service.paused_until else None,
        "revision": service.revision,
        "environments": [{"name": place.name, "kind": place.kind} for place in environments],
        "releases": [
            {
                "id": str(release.public_id),
                "label": release.label,
                "planned_on": str(release.planned_on) if release.planned_on else None,
                "cancelled": release.cancelled_at is not None,
            }
            for release in releases
        ],
    }


def status(found: Status, now: datetime.datetime) -> dict[str, Any]:
    """A service's status."""
    service = found.service
    return {
        "service": service.slug,
        "name": service.name,
        "team": service.scope.team.slug,
        "tier": service.tier,
        "state": service.state,
        "live_release": found.runs,
        "decision": _decision(service, now),
        "pillars": [_pillar(pillar) for pillar in pillars.from_words(service.status.pillars)],
        "progress": _progress(service),
        "release": found.release,
        "open_triggers": [
            {"key": trigger.key, "title": trigger.title, "state": trigger.state.value} for trigger in found.triggers
        ],
        "incidents": _incidents(service),
        "next_due": {"what": found.next_due.what, "on": str(found.next_due.on)} if found.next_due else None,
        "owners": [
            {
                "domain": domain.key,
                "title": domain.title,
                "person": {"id": domain.owner.public_id, "name": domain.owner.name} if domain.owner else None,
            }
            for domain in found.owners
        ],
        "changed_at": utc_text(service.status.changed_at),
    }


def _incidents(service: Service) -> dict[str, int | None] | None:
    if not open_incidents.are_watched():
        return None
    return {"open": service.status.open_incidents, "worst": service.status.worst_incident}


def _decision(service: Service, now: datetime.datetime) -> dict[str, Any]:
    row = service.status
    return {
        "state": row.standing_at(now),
        "verdict": row.verdict,
        "number": row.decision_number,
        "release": row.decided_release,
        "environment": row.decided_for,
        "decided_at": _moment(row.decided_at),
        "expires_at": _moment(row.expires_at),
        "lapses_on": str(row.lapses_on) if row.lapses_on else None,
    }


def _progress(service: Service) -> dict[str, int]:
    row = service.status
    whole = row.applicable
    return {
        "applicable": whole,
        "answered": row.answered,
        "green": row.green,
        "on_credit": row.waived,
        "answered_percent": 100 * row.answered // whole if whole else 0,
        "green_percent": 100 * row.green // whole if whole else 0,
    }


def _pillar(pillar: pillars.Pillar) -> dict[str, Any]:
    names = ("number", "title", "state", "open", "applicable", "green")
    return {name: getattr(pillar, name) for name in names}


def _moment(moment: datetime.datetime | None) -> str | None:
    return utc_text(moment) if moment else None
