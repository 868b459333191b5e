"""Where monitoring systems post their alerts."""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.actions import alert_posts
from incidents.api.authentication import SourceAuthentication, read_body
from incidents.choices import SourceKind
from portal.api import schema
from portal.api.endpoints import Endpoint
from portal.doors import SIGNED_IN, Rule

PLAIN_TEXT = "text/plain"
TOO_LARGE = "The post has more than 2 MB."


class AlertShape(serializers.Serializer[Any]):
    """One alert in the form for any other system; only `name` and `state` are needed."""

    name = serializers.CharField(max_length=200)
    state = serializers.ChoiceField(choices=["firing", "resolved"])
    starts_at = serializers.DateTimeField(
        required=False, help_text="Together with the fingerprint it says which alert this is."
    )
    ends_at = serializers.DateTimeField(required=False)
    fingerprint = serializers.CharField(
        required=False, help_text="What stays the same each time it fires; made of name, service and labels without it."
    )
    labels = serializers.DictField(child=serializers.CharField(), required=False)
    summary = serializers.CharField(required=False)
    url = serializers.URLField(required=False)
    service = serializers.CharField(required=False, help_text="The short name of a service of the source’s team.")
    severity = serializers.CharField(required=False)


class AlertPostShape(serializers.Serializer[Any]):
    """A post in the form for any other system. Other kinds of source post their own form to the same address."""

    alerts = AlertShape(many=True)


class StoredPostShape(serializers.Serializer[Any]):
    """A post that is stored, and will be worked off."""

    stored = serializers.BooleanField()


class AlertPosts(Endpoint):
    """Takes a post of the source that the address names, in the form of its kind."""

    authentication_classes = (SourceAuthentication,)
    doors: ClassVar[dict[str, Rule]] = {"POST": SIGNED_IN}

    @extend_schema(
        operation_id="alerts_tell",
        request=AlertPostShape,
        responses={202: StoredPostShape, 413: OpenApiResponse(schema.Problem, description=TOO_LARGE)},
        tags=["alerts"],
    )
    def post(self, request: Request, source: UUID) -> Response:
        """Tells of alerts, at most 2 MB at once.

        `202` when the post is stored whole; what it tells is worked off in a moment. Told twice, nothing happens twice.
        """
        teller = request.user.source  # type: ignore[union-attr]  # SourceAuthentication lets nobody else in
        _refuse_other_media(request, teller.kind)
        try:
            body = read_body(request).decode()
        except UnicodeDecodeError as error:
            raise alert_posts.UnreadablePost(f"body: It is no UTF-8 at byte {error.start}.") from None
        alert_posts.receive(teller, body=body)
        return Response({"stored": True}, status=202)


def _refuse_other_media(request: Request, kind: str) -> None:
    """SNS sends its JSON as plain text. Raises UnsupportedMediaType for anything else, compressed bodies among it."""
    media = request._request.content_type or ""
    taken = media == "application/json" or (kind == SourceKind.SNS and media == PLAIN_TEXT)
    if not taken or request.headers.get("Content-Encoding", "identity") != "identity":
        raise UnsupportedMediaType(media)
