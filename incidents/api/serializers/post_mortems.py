"""The shapes of a post-mortem: one that goes out, one that is begun, and what a tool revises of one."""

from typing import Any

from rest_framework import serializers

from incidents.choices import PostMortemState, ProposalState
from incidents.models import PostMortem, Proposal
from portal.api.fields import Version
from portal.api.strictness import Input
from portal.canonical import utc_text
from portal.rules import freshness
from portal.rules.document_fields import LONGEST_TEXT

EVERY = [days for days, _ in freshness.EVERY]


class PostMortemTimelineRow(Input):
    """What happened when, as the account tells it."""

    at = serializers.CharField(max_length=300)
    what = serializers.CharField(max_length=300)


class PostMortemFields(Input):
    """What a post-mortem says, by field; texts are Markdown. Published it needs summary, impact and root_cause."""

    summary = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT)
    impact = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT)
    detection = serializers.CharField(required=False, allow_blank=True, max_length=300)
    timeline = PostMortemTimelineRow(many=True, required=False)
    root_cause = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT)
    contributing = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT)
    model_part = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT)
    went_well = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT)
    went_badly = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT)
    lucky = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT)
    steps = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT)


class PostMortemInput(Input):
    """Of which incident; it begins with what the incident knows of itself, and `content` goes over that."""

    incident = serializers.UUIDField()
    content = PostMortemFields(required=False, default=dict)


class PostMortemChange(Input):
    """The next revision; what is left out stays, also field by field. `revision` is the one you saw."""

    content = PostMortemFields(required=False, default=dict)
    keeper = serializers.EmailField(required=False)
    review_every = serializers.ChoiceField(choices=EVERY, required=False)
    note = serializers.CharField(required=False, default="", allow_blank=True, max_length=300, help_text="Why.")
    revision = Version()


class PostMortemSeen(Input):
    """Which revision you read; not needed with its `ETag` as `If-Match`."""

    revision = Version()


class ProposalShape(serializers.Serializer[Any]):
    """What it proposes for a checklist, and what became of it."""

    id = serializers.UUIDField()
    template = serializers.CharField()
    item = serializers.CharField(allow_null=True, help_text="Of the item it is a point of; null: an item of its own.")
    text = serializers.CharField()
    why = serializers.CharField()
    state = serializers.CharField(help_text=f"One of {', '.join(ProposalState.values)}.")
    reason = serializers.CharField(help_text="Why it was settled so.")
    asked_by = serializers.CharField(allow_null=True, help_text="The version that asks it, such as deployment 1.0+1.")
    asked_item = serializers.CharField(allow_null=True)
    asked_point = serializers.IntegerField(allow_null=True)


class PostMortemShape(serializers.Serializer[Any]):
    """One post-mortem as it stands."""

    id = serializers.UUIDField()
    service = serializers.SlugField()
    incident = serializers.UUIDField()
    label = serializers.CharField(help_text="Of the incident.")  # type: ignore[assignment]  # a field of the shape
    state = serializers.CharField(help_text=f"One of {', '.join(PostMortemState.values)}.")
    due_on = serializers.DateField(allow_null=True)
    published_at = serializers.DateTimeField(allow_null=True)
    content = PostMortemFields()
    keeper = serializers.EmailField()
    written_by = serializers.EmailField()
    written_at = serializers.DateTimeField()
    review_every = serializers.IntegerField(help_text="Days.")
    review_on = serializers.DateField()
    revision = serializers.IntegerField(help_text="Send it back with a change.")
    digest = serializers.CharField()


class OnePostMortemShape(PostMortemShape):
    """The same with what it proposes and the action items that follow from it."""

    proposals = ProposalShape(many=True)
    action_items = serializers.ListField(child=serializers.UUIDField())


def post_mortem(row: PostMortem) -> dict[str, Any]:
    """A post-mortem of the list, as it goes out."""
    incident = row.incident
    return {
        "id": str(row.public_id),
        "service": incident.service.slug,
        "incident": str(incident.public_id),
        "label": incident.label,
        "state": str(row.state),
        "due_on": incident.post_mortem_due_on.isoformat() if incident.post_mortem_due_on else None,
        "published_at": utc_text(row.published_at) if row.published_at else None,
        "content": row.content,
        "keeper": row.keeper.email,
        "written_by": row.written_by.email,
        "written_at": utc_text(row.written_at),
        "review_every": row.review_every,
        "review_on": row.review_on.isoformat(),
        "revision": row.revision,
        "digest": row.content_digest,
    }


def proposal(row: Proposal) -> dict[str, Any]:
    """A proposal, as it goes out."""
    version = row.accepted_in
    return {
        "id": str(row.public_id),
        "template": row.template,
        "item": row.item_key or None,
        "text": row.text,
        "why": row.why,
        "state": str(row.state),
        "reason": row.settled_reason,
        "asked_by": f"{version.template.key} {version.number}" if version else None,
        "asked_item": row.asked_item or None,
        "asked_point": row.asked_point,
    }
