"""The shapes of playbooks as services follow them, and of what a team makes of one."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from incidents.actions.adapted_playbooks import LONGEST_NOTE
from incidents.queries.adapted_playbooks import Followed
from incidents.rules import adapted_playbooks as rules
from portal.api.strictness import Input
from portal.canonical import utc_text
from portal.rules.document_fields import LONGEST_LINE, LONGEST_TEXT

SHIPPED, ADAPTED = "shipped", "adapted"
HIGHEST = 2**31 - 1


class PlaybookStepShape(serializers.Serializer[Any]):
    """One step, in the words for the service."""

    of = serializers.IntegerField(allow_null=True, help_text="The step that ships it stands for; null: the team’s own.")
    title = serializers.CharField()
    how = serializers.CharField()


class ShippedChangeShape(serializers.Serializer[Any]):
    """A step that ships otherwise than when the team wrote its own."""

    of = serializers.IntegerField()
    title = serializers.CharField()
    what = serializers.ChoiceField(choices=[rules.NEW, rules.REWORDED, rules.GONE])


class PlaybookShape(serializers.Serializer[Any]):
    """A playbook as a service follows it."""

    service = serializers.SlugField()
    key = serializers.CharField()
    title = serializers.CharField()
    severity = serializers.IntegerField(help_text="As it ships, from 1, the worst.")
    trigger = serializers.CharField(help_text="When it is meant, with the thresholds that ship.")
    domain = serializers.CharField(allow_null=True, help_text="Whose it is, by key; null: the service’s owner.")
    applies = serializers.BooleanField()
    reason = serializers.CharField(help_text="The rule by which it applies, or not.")
    follows = serializers.ChoiceField(choices=[SHIPPED, ADAPTED], help_text="Whose steps incidents take.")
    steps = PlaybookStepShape(many=True, help_text="Those that incidents take.")
    shipped = PlaybookStepShape(many=True)
    shipped_changed = ShippedChangeShape(many=True, help_text="Empty unless adapted: what ships otherwise since.")
    note = serializers.CharField(help_text="Why it stands so; empty where nobody adapted it.")
    adapted_by = serializers.EmailField(allow_null=True, help_text="Who adapted it or went back last.")
    adapted_at = serializers.DateTimeField(allow_null=True)
    revision = serializers.IntegerField(help_text="0: nobody adapted it yet. Send it back with a change.")


class PlaybooksShape(serializers.Serializer[Any]):
    """All playbooks of a service, in the order of the catalogue."""

    results = PlaybookShape(many=True)


class PlaybookStepInput(Input):
    """A step in the order in which it is done. One that carries a rule of the catalogue has to stay."""

    of = serializers.IntegerField(required=False, default=None, allow_null=True, min_value=1, max_value=99)
    title = serializers.CharField(max_length=LONGEST_LINE)
    how = serializers.CharField(max_length=LONGEST_TEXT, trim_whitespace=False)


class PlaybookInput(Input):
    """The steps that the service follows from now on, all of them, and why."""

    steps = PlaybookStepInput(many=True, allow_empty=False)
    note = serializers.CharField(max_length=LONGEST_NOTE, help_text="Why.")
    revision = serializers.IntegerField(required=False, default=None, min_value=0, max_value=HIGHEST)


class PlaybookReturnInput(Input):
    """Why the service follows what ships again; `revision` is the one you saw."""

    note = serializers.CharField(max_length=LONGEST_NOTE, help_text="Why.")
    revision = serializers.IntegerField(required=False, default=None, min_value=1, max_value=HIGHEST)


def playbook(one: Followed) -> dict[str, Any]:
    """A playbook of `queries.adapted_playbooks`, as it goes out."""
    row, ships = one.adapted, one.playbook.playbook
    return {
        "service": one.service.slug,
        "key": ships.key,
        "title": ships.title,
        "severity": int(ships.severity.value[-1]),
        "trigger": ships.trigger.sentence(),
        "domain": ships.domain.value if ships.domain else None,
        "applies": one.applies.applies,
        "reason": one.applies.reason,
        "follows": ADAPTED if one.is_adapted else SHIPPED,
        "steps": [_step(step) for step in one.steps],
        "shipped": [_step(step) for step in one.shipped],
        "shipped_changed": [{"of": int(got.of), "title": got.title, "what": got.what} for got in one.changed],
        "note": row.note if row else "",
        "adapted_by": row.adapted_by.email if row else None,
        "adapted_at": utc_text(row.adapted_at) if row else None,
        "revision": one.seen,
    }


def rows(steps: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The steps that came in, as rows that the action takes."""
    return [{**step, "of": str(step["of"] or "")} for step in steps]


def _step(row: Mapping[str, str]) -> dict[str, Any]:
    return {"of": int(row["of"]) if row.get("of") else None, "title": row["title"], "how": row["how"]}
