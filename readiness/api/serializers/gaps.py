"""The shape of a gap: what it weighs, by which numbers, whose it is."""

from typing import Any

from rest_framework import serializers

from portal.canonical import utc_text
from readiness.choices import ItemState
from readiness.queries.gaps import Line
from readiness.rules import gaps


class ScoreShape(serializers.Serializer[Any]):
    """The factors of a score: state × critical × tier × (1 + weeks ÷ 12)."""

    state = serializers.IntegerField(help_text="Red 3, unanswered 2, yellow or on credit 1.")
    critical = serializers.IntegerField(help_text="Critical 3, else 1.")
    tier = serializers.IntegerField(help_text="Tier 1 to 4: 4, 3, 2, 1.")
    weeks = serializers.IntegerField(help_text="Full weeks open, at most 12.")


class GapShape(serializers.Serializer[Any]):
    """An item short of green, or a missing thing."""

    key = serializers.CharField(help_text="Send it as `gap` to open its action item.")
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=[state.value for state in gaps.BY_STATE])
    critical = serializers.BooleanField()
    since = serializers.DateTimeField()
    owner = serializers.EmailField()
    score = serializers.DecimalField(max_digits=6, decimal_places=1, help_text="To one place; lists sort by all of it.")
    factors = ScoreShape()
    action_item = serializers.UUIDField(allow_null=True, help_text="The unfinished one that was opened for it.")


class GapsShape(serializers.Serializer[Any]):
    """The gaps of a service, the heaviest first."""

    results = GapShape(many=True)


def gap(line: Line) -> dict[str, Any]:
    """A gap as it goes out."""
    scored, found = line.scored, line.gap
    return {
        "key": found.key,
        "title": found.title,
        "state": ItemState(found.state).value,
        "critical": found.critical,
        "since": utc_text(found.since),
        "owner": line.owner.email,
        "score": f"{scored.score:.1f}",
        "factors": {name: getattr(scored, name) for name in ("state", "critical", "tier", "weeks")},
        "action_item": str(line.item.public_id) if line.item else None,
    }
