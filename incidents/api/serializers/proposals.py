"""The shapes of what post-mortems propose for the checklists, of settling it, and of who has answered it since."""

from typing import Any

from rest_framework import serializers

from incidents.actions.proposals import LONGEST_REASON, LONGEST_TEXT
from incidents.api.serializers import post_mortems
from incidents.api.serializers.post_mortems import ProposalShape
from incidents.models import Proposal
from incidents.rules import lifecycle
from portal.api.strictness import Input
from portal.canonical import utc_text
from readiness.choices import Stage
from readiness.queries import asked_services
from readiness.queries.asked_services import Reach, Standing
from readiness.rules import template_additions as rules
from readiness.rules.applicability import BOOLEAN_WORDS
from readiness.rules.template_additions import AddedItem, AddedPoint, Addition

TRAITS = ("", *BOOLEAN_WORDS)
ASKED_OF = "The trait that a service must declare to be asked; empty: every service."
MOST_PILLARS = 10


class ListedProposalShape(ProposalShape):
    """A proposal with where it comes from, and who made and settled it."""

    post_mortem = serializers.UUIDField(allow_null=True)
    service = serializers.SlugField(allow_null=True)
    incident_label = serializers.CharField(allow_null=True)
    proposed_by = serializers.EmailField(allow_null=True)
    proposed_at = serializers.DateTimeField()
    settled_by = serializers.EmailField(allow_null=True)
    settled_at = serializers.DateTimeField(allow_null=True)


class ProposalInput(Input):
    """A new item of a checklist, or with `item` a point of one, that every service should be asked."""

    post_mortem = serializers.UUIDField()
    template = serializers.CharField(max_length=20, help_text="By key, such as deployment.")
    item = serializers.CharField(required=False, default="", allow_blank=True, max_length=60, help_text="By key.")
    text = serializers.CharField(max_length=LONGEST_TEXT, help_text="A statement that can be true.")
    why = serializers.CharField(max_length=lifecycle.LONGEST_TEXT)


class AddedPointInput(Input):
    """One more point; what is left out is as it was proposed."""

    item = serializers.CharField(required=False, max_length=60, help_text="By key.")
    text = serializers.CharField(required=False, max_length=rules.LONGEST_POINT)
    asked_of = serializers.ChoiceField(choices=TRAITS, required=False, default="", help_text=ASKED_OF)


class AddedItemInput(Input):
    """One more item; title, points and why are as proposed where they are left out."""

    section = serializers.CharField(max_length=60, help_text="By key.")
    name = serializers.CharField(max_length=rules.LONGEST_KEY, help_text="The second half of its key.")
    title = serializers.CharField(required=False, max_length=rules.LONGEST_TITLE)
    why = serializers.CharField(required=False, max_length=rules.LONGEST_TEXT)
    how = serializers.CharField(max_length=rules.LONGEST_TEXT, help_text="How one verifies it.")
    evidence = serializers.CharField(max_length=rules.LONGEST_TEXT, help_text="What proves it.")
    points = serializers.ListField(
        child=serializers.CharField(max_length=rules.LONGEST_POINT), required=False, allow_empty=False
    )
    critical = serializers.BooleanField(required=False, default=False)
    stage = serializers.ChoiceField(choices=[Stage.BEFORE.value, Stage.AFTER.value], required=False, default="before")
    depends = serializers.ChoiceField(choices=[one.value for one in rules.DEPENDS], required=False, default="service")
    max_age_days = serializers.ChoiceField(choices=rules.AGES, required=False, default=180)
    pillar = serializers.IntegerField(
        required=False,
        default=MOST_PILLARS,
        min_value=1,
        max_value=MOST_PILLARS,
        help_text="Where its section has none.",
    )
    domain = serializers.CharField(required=False, default="", allow_blank=True, max_length=30, help_text="By key.")
    asked_of = serializers.ChoiceField(choices=TRAITS, required=False, default="", help_text=ASKED_OF)


class ProposalAcceptInput(Input):
    """In which words it is taken in: as a `point` or as an `item`, one of the two, and why every service is asked."""

    point = AddedPointInput(required=False)
    item = AddedItemInput(required=False)
    reason = serializers.CharField(max_length=rules.LONGEST_REASON)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Raises ValidationError where it says neither or both."""
        if ("point" in attrs) == ("item" in attrs):
            raise serializers.ValidationError({"point": ["Send a point or an item."]})
        return attrs


class ProposalDeclineInput(Input):
    """Why it is not asked of every service."""

    reason = serializers.CharField(max_length=LONGEST_REASON)


class ReachQuestion(Input):
    """Which of the services."""

    missing = serializers.BooleanField(
        required=False, default=False, help_text="`true`: only those that have not answered it."
    )


class AskedServiceShape(serializers.Serializer[Any]):
    """What one service says to it."""

    service = serializers.SlugField()
    team = serializers.SlugField()
    state = serializers.ChoiceField(choices=asked_services.ORDER, help_text="not-asked: its next review asks it.")
    review = serializers.UUIDField(allow_null=True, help_text="Where it is asked; null while no review asks it.")
    reason = serializers.CharField(help_text="Why it does not apply; else empty.")


class ReachShape(serializers.Serializer[Any]):
    """Which services have answered it: those that one sees and that are under review, live or paused."""

    answered = serializers.IntegerField()
    missing = serializers.IntegerField()
    not_applicable = serializers.IntegerField()
    results = AskedServiceShape(many=True)


def proposal(row: Any) -> dict[str, Any]:
    """A proposal of `queries.proposals.told`, as it goes out: without where it comes from, where that is not seen."""
    incident, by = row.post_mortem.incident, row.settled_by
    origin = {
        "post_mortem": str(row.post_mortem.public_id),
        "service": incident.service.slug,
        "incident_label": incident.label,
        "proposed_by": row.proposed_by.email,
    }
    return {
        **post_mortems.proposal(row),
        **(origin if row.is_seen else dict.fromkeys(origin)),
        "proposed_at": utc_text(row.proposed_at),
        "settled_by": by.email if by else None,
        "settled_at": utc_text(row.settled_at) if row.settled_at else None,
    }


def addition(row: Proposal, data: dict[str, Any]) -> Addition:
    """What is taken in, begun with the proposal's words."""
    if "point" in data:
        point = data["point"]
        return AddedPoint(point.get("item", row.item_key), point.get("text", row.text), point["asked_of"])
    item = {**data["item"]}
    item.setdefault("title", row.text.rstrip("."))
    item.setdefault("why", row.why)
    points = tuple(item.pop("points", (row.text,)))
    return AddedItem(points=points, **item)


def reach(found: Reach, *, missing: bool) -> dict[str, Any]:
    """Who has answered it and who has not, as it goes out; `missing`: the latter alone."""
    wanted = (asked_services.NOT_ASKED, asked_services.WAITING) if missing else asked_services.ORDER
    return {
        "answered": found.answered,
        "missing": found.missing,
        "not_applicable": found.left_out,
        "results": [_asked(row) for row in found.rows if row.state in wanted],
    }


def _asked(row: Standing) -> dict[str, Any]:
    return {
        "service": row.service.slug,
        "team": row.service.scope.team.slug,
        "state": row.state,
        "review": str(row.answer.review.public_id) if row.answer else None,
        "reason": row.reason,
    }
