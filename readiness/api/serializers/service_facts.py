"""The shapes of what is declared about a service: registering, changing, its environments, its targets, its states."""

from typing import Any

from rest_framework import serializers

from portal.api.fields import Day, Version
from portal.api.strictness import Input
from readiness.choices import EnvironmentKind, Regulation, Sourcing, Tier
from readiness.models import ServiceTarget
from readiness.rules import services as rules
from readiness.rules import targets as target_rules
from readiness.rules.measures import Targets
from readiness.rules.traits import TICKS

LONGEST_REASON = 1000
LONGEST_NAME = 80
ACTS = ("pause", "resume", "retire")


def _text(name: str, *, required: bool = False) -> serializers.CharField:
    return serializers.CharField(required=required, allow_blank=not required, max_length=rules.LIMITS[name])


def _facts(*, required: bool) -> dict[str, Any]:
    """The fields that registering and changing share; a change leaves out what stays."""
    ticks = {name: serializers.BooleanField(required=False, help_text=words) for name, words in TICKS.items()}
    return {
        "name": _text("name", required=required),
        "description": _text("description"),
        "tier": serializers.ChoiceField(choices=Tier.values, required=required),
        "tier_reason": serializers.CharField(
            required=required, max_length=rules.LIMITS["tier_reason"], help_text="An approver reads it, and confirms."
        ),
        "sourcing": serializers.ChoiceField(choices=Sourcing.values, required=required),
        **ticks,
        "regulations": serializers.ListField(
            child=serializers.ChoiceField(choices=Regulation.values), required=False, max_length=len(Regulation)
        ),
        **{name: _text(name) for name in rules.PERSONAL_DATA_FACTS},
        "serving_stack": _text("serving_stack"),
        "repository_url": serializers.CharField(required=False, allow_blank=True, max_length=200),
        "restricted": serializers.BooleanField(required=False, help_text="Seen by its team only, and compliance."),
    }


class EnvironmentInput(Input):
    """A place a service runs in; it is never taken away."""

    name = serializers.CharField(max_length=LONGEST_NAME)
    kind = serializers.ChoiceField(choices=EnvironmentKind.values)


ServiceInput: type[Input] = type(
    "ServiceInput",
    (Input,),
    {
        "__doc__": "A new service, which begins as a draft. `owner` is somebody of the team; `slug` never changes.",
        "team": serializers.SlugField(max_length=LONGEST_NAME),
        "slug": serializers.CharField(
            required=False, max_length=LONGEST_NAME, help_text="Left out: made from the name."
        ),
        "owner": serializers.EmailField(required=False, help_text="Left out: you."),
        **_facts(required=True),
        "environments": serializers.ListField(
            child=serializers.ChoiceField(choices=EnvironmentKind.values),
            required=False,
            min_length=1,
            max_length=len(EnvironmentKind),
            help_text="Left out: production and staging.",
        ),
    },
)

ServiceChange: type[Input] = type(
    "ServiceChange",
    (Input,),
    {
        "__doc__": "What is declared instead; what is left out stays. `revision` is the one you saw, "
        "where `If-Match` is not sent.",
        "owner": serializers.EmailField(required=False),
        **_facts(required=False),
        "revision": Version(),
    },
)


class ServiceActInput(Input):
    """What becomes of a service: paused `until` a day, taken back, or retired for good."""

    act = serializers.ChoiceField(choices=ACTS)
    reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=LONGEST_REASON)
    until = Day(required=False, default=None, help_text="The day a paused service comes back.")


class ConfirmTierInput(Input):
    """The tier as declared in the revision that was read."""

    revision = Version()


class TargetsShape(serializers.Serializer[Any]):
    """What a service promises. Null leaves what hangs on it undecided."""

    p95_ms = serializers.CharField(allow_null=True, help_text="Milliseconds.")
    p99_ms = serializers.CharField(allow_null=True, help_text="Milliseconds.")
    error_rate = serializers.CharField(allow_null=True, help_text="Per cent, at most.")
    availability = serializers.CharField(allow_null=True, help_text="Per cent, at least.")
    expected_peak = serializers.CharField(allow_null=True, help_text="Requests a second.")
    rollback_minutes = serializers.CharField(allow_null=True)
    cost_per_prediction = serializers.CharField(allow_null=True)
    currency = serializers.CharField(allow_blank=True)
    accuracy = serializers.CharField(allow_null=True, help_text="At least.")
    accuracy_metric = serializers.CharField(allow_blank=True)
    revision = serializers.IntegerField()


TargetsChange: type[Input] = type(
    "TargetsChange",
    (Input,),
    {
        "__doc__": "What is promised instead; what is left out stays, null takes a target out.",
        **{
            name: serializers.DecimalField(
                required=False, allow_null=True, max_digits=digits, decimal_places=places, coerce_to_string=False
            )
            for name, (digits, places) in target_rules.DECIMALS.items()
        },
        "currency": serializers.CharField(required=False, max_length=3),
        "accuracy_metric": serializers.CharField(required=False, allow_blank=True, max_length=60),
        "revision": Version(),
    },
)


def facts(data: dict[str, Any], standing: rules.Facts | None = None) -> rules.Facts:
    """What is declared by the input, over what stands."""
    names = rules.Facts.__dataclass_fields__
    declared = {name: getattr(standing, name) for name in names} if standing else {}
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in data.items() if name in names}
    return rules.Facts(**{**declared, **given})


def targets(row: ServiceTarget) -> dict[str, Any]:
    """Targets as they go out: numbers as text, so that none is rounded."""
    numbers = {name: getattr(row, name) for name in target_rules.DECIMALS}
    return {
        **{name: None if value is None else format(value, "f") for name, value in numbers.items()},
        "currency": row.currency,
        "accuracy_metric": row.accuracy_metric,
        "revision": row.revision,
    }


def wanted_targets(row: ServiceTarget, data: dict[str, Any]) -> Targets:
    """The targets of the input over those that stand."""
    return Targets(**{name: data.get(name, getattr(row, name)) for name in target_rules.WORDS})
