"""The shapes of a model card: one as it stands, and what a tool says to write, revise or review one."""

from typing import Any

from rest_framework import serializers

from portal.api.fields import Version
from portal.api.strictness import Input
from portal.canonical import utc_text
from portal.rules import document_fields, freshness
from portal.rules.document_fields import DocumentField
from readiness.models import ModelCard
from readiness.rules import model_cards as rules
from readiness.rules.card_formats import reading


def _text(help_text: str = "") -> serializers.CharField:
    return serializers.CharField(required=False, allow_blank=True, trim_whitespace=False, help_text=help_text)


def _field(field: DocumentField) -> serializers.Field[Any, Any, Any, Any]:
    if not field.is_table:
        return _text(field.hint)
    columns = {column.key: _text(column.label) for column in field.columns}
    row: type[Input] = type(f"ModelCard{field.key.capitalize()}Row", (Input,), {"__doc__": field.hint, **columns})
    return row(many=True, required=False, max_length=document_fields.MOST_ROWS)  # type: ignore[call-arg]  # of the list


ModelCardContent: type[Input] = type(
    "ModelCardContent",
    (Input,),
    {
        "__doc__": "What a card says, by field. What is empty is left out.",
        **{one.key: _field(one) for one in rules.FIELDS},
    },
)


class ModelCardLineShape(serializers.Serializer[Any]):
    """A card without its content."""

    id = serializers.UUIDField()
    service = serializers.SlugField()
    model = serializers.CharField()
    describes = serializers.CharField(allow_null=True, help_text="The version it speaks of.")
    keeper = serializers.EmailField()
    review_every = serializers.IntegerField(help_text="Days.")
    revision = serializers.IntegerField(help_text="Send it back with a change.")
    digest = serializers.CharField(help_text="SHA-256 of the revision.")
    written_by = serializers.CharField()
    written_at = serializers.DateTimeField()
    reviewed_by = serializers.CharField()
    reviewed_on = serializers.DateField()
    reviewed_revision = serializers.IntegerField()
    review_on = serializers.DateField(help_text="When the next review is due.")
    stale = serializers.BooleanField(help_text="Nobody reviewed it in time.")


class ModelCardShape(ModelCardLineShape):
    """A card as it stands."""

    content = ModelCardContent()


class _Terms(Input):
    content = ModelCardContent(required=False, help_text="Instead of `file`.")
    file = serializers.CharField(
        required=False,
        trim_whitespace=False,
        max_length=reading.MOST_BYTES,
        help_text="The text of a README.md or of a CycloneDX file, instead of `content`.",
    )
    file_name = serializers.CharField(required=False, default="README.md", max_length=200)
    describes = serializers.CharField(required=False, allow_null=True, help_text="A version on record.")
    keeper = serializers.EmailField(required=False)
    review_every = serializers.ChoiceField(choices=[days for days, _ in freshness.EVERY], required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A file says everything by itself."""
        beside = {"content", "describes", "keeper", "review_every", "note", "reviewed"} & attrs.keys()
        if "file" in attrs and beside:
            name = min(beside)
            raise serializers.ValidationError({name: ["Send it by itself, without a file."]})
        return attrs


class ModelCardInput(_Terms):
    """A model's first card, as content by field or as a file."""

    service = serializers.SlugField()
    model = serializers.CharField(max_length=200, help_text="Its name within the service.")


class ModelCardChange(_Terms):
    """The next revision: fields that are left out stay, empty ones are emptied. A file changes what it speaks of."""

    note = serializers.CharField(required=False, allow_blank=True, max_length=300, help_text="What changed, and why.")
    reviewed = serializers.BooleanField(required=False, help_text="You went over all of it.")
    whole = serializers.BooleanField(
        required=False, default=False, help_text="The file is the whole card: what it does not speak of is emptied."
    )
    revision = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, help_text="The one you saw, without `If-Match`."
    )


class ReviewedInput(Input):
    """That a card is still true."""

    revision = Version(help_text="The one you read, where `If-Match` is not sent.")
    note = serializers.CharField(required=False, default="", allow_blank=True, max_length=5_000)


def line(card: ModelCard) -> dict[str, Any]:
    """A card in the list."""
    return {
        "id": str(card.public_id),
        "service": card.service.slug,
        "model": card.model.name,
        "describes": card.describes.version if card.describes else None,
        "keeper": card.keeper.email,
        "review_every": card.review_every,
        "revision": card.revision,
        "digest": card.content_digest,
        "written_by": card.written_by.name,
        "written_at": utc_text(card.written_at),
        "reviewed_by": card.reviewed_by.name,
        "reviewed_on": card.reviewed_on.isoformat(),
        "reviewed_revision": card.reviewed_revision,
        "review_on": card.review_on.isoformat(),
        "stale": card.freshness.is_stale,
    }


def model_card(card: ModelCard) -> dict[str, Any]:
    """A card with what it says."""
    return {**line(card), "content": card.content}
