"""Post-mortems by machine: the list, one, beginning one, revising it, publishing it."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.actions import post_mortems
from incidents.api.serializers import post_mortems as shapes
from incidents.choices import PostMortemState
from incidents.models import PostMortem
from incidents.queries import incidents as incident_queries
from incidents.queries import pack_sections, proposals
from incidents.queries import post_mortems as queries
from incidents.rules import post_mortems as rules
from portal import clock
from portal.actions.documents import Written
from portal.api import entity_tags, files, idempotency, schema
from portal.api.endpoints import Endpoint, ListEndpoint
from portal.doors import SIGNED_IN, Rule
from portal.permissions import Capability
from portal.queries import documents
from readiness.api import people, printing


class PostMortemFilter(filters.FilterSet):
    """Filters of the list of post-mortems."""

    service = filters.CharFilter(field_name="incident__service__slug")
    state = filters.ChoiceFilter(choices=PostMortemState.choices)
    overdue = filters.BooleanFilter(method="is_overdue", help_text="`true`: drafts that were due before today (UTC).")

    def is_overdue(self, found: QuerySet[PostMortem], _name: str, value: bool) -> QuerySet[PostMortem]:
        """Drafts whose day has passed, or all others."""
        late = {"state": PostMortemState.DRAFT, "incident__post_mortem_due_on__lt": clock.now().date()}
        return found.filter(**late) if value else found.exclude(**late)


class PostMortems(ListEndpoint):
    """The post-mortems of the incidents the caller may see, and a new one."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN, "POST": Capability.POST_MORTEM_WRITE}
    model = PostMortem
    filterset_class = PostMortemFilter
    ordering = ("-written_at", "pk")
    ordering_fields = ("written_at", "review_on")

    @extend_schema(operation_id="post_mortems", responses=shapes.PostMortemShape(many=True), tags=["post-mortems"])
    def get(self, request: Request) -> Response:
        """What was learnt, with its fields."""
        return self.page(request, queries.shown(self.access), shapes.post_mortem)

    @extend_schema(
        operation_id="post_mortem_begin",
        request=shapes.PostMortemInput,
        responses={201: shapes.OnePostMortemShape},
        tags=["post-mortems"],
    )
    def post(self, request: Request) -> Response:
        """Begins the post-mortem of an incident by the rules of the page: once, and once it is mitigated."""
        return idempotency.once(request, lambda: self._begun(request))

    def _begun(self, request: Request) -> Response:
        data = self.given(shapes.PostMortemInput, request)
        incident = get_object_or_404(incident_queries.shown(self.access), public_id=data["incident"])
        known = rules.begun_from(queries.known(incident))
        written = Written({**known, **data["content"]}, review_every=post_mortems.REVIEWED_EVERY)
        made = post_mortems.begin(self.access, incident=incident, written=written)
        return Response(_body(queries.shown(self.access).get(pk=made.pk)), status=201)


class OnePostMortem(Endpoint):
    """One post-mortem, and its next revision."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN, "PATCH": Capability.POST_MORTEM_WRITE}

    @extend_schema(operation_id="post_mortem", responses=shapes.OnePostMortemShape, tags=["post-mortems"])
    def get(self, request: Request, post_mortem: UUID) -> HttpResponse:
        """One of them, with what it proposes and what follows from it. Conditional by `ETag`."""
        return entity_tags.conditional(request, _body(_found(self, post_mortem)))

    @extend_schema(
        operation_id="post_mortem_revise",
        request=shapes.PostMortemChange,
        responses=shapes.OnePostMortemShape,
        parameters=[schema.IF_MATCH],
        tags=["post-mortems"],
    )
    def patch(self, request: Request, post_mortem: UUID) -> Response:
        """Writes the next revision by the rules of the page; a field that is left out stays.

        Say what you saw: its `ETag` as `If-Match`, or its `revision`. `412` where somebody changed the same field.
        """
        found = _found(self, post_mortem)
        return idempotency.once(request, lambda: self._revised(request, found))

    def _revised(self, request: Request, found: PostMortem) -> Response:
        data = self.given(shapes.PostMortemChange, request)
        seen = _seen(request, found, data["revision"])
        keeper = people.named(found.service, data["keeper"], "keeper") if "keeper" in data else None
        content = {**documents.content_at(post_mortems.KIND, found, seen), **data["content"]}
        written = Written(content, data["note"], keeper, data.get("review_every"))
        post_mortems.revise(self.access, post_mortem=found, written=written, seen=seen)
        return entity_tags.tagged(_body(_found(self, found.public_id)))


class PostMortemPublish(Endpoint):
    """Publishing one."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.POST_MORTEM_WRITE}

    @extend_schema(
        operation_id="post_mortem_publish",
        request=shapes.PostMortemSeen,
        responses=shapes.OnePostMortemShape,
        parameters=[schema.IF_MATCH],
        tags=["post-mortems"],
    )
    def post(self, request: Request, post_mortem: UUID) -> Response:
        """Lets others rely on it, and the incident be closed; the teams are told. `422` says what lacks."""
        found = _found(self, post_mortem)
        return idempotency.once(request, lambda: self._published(request, found))

    def _published(self, request: Request, found: PostMortem) -> Response:
        data = self.given(shapes.PostMortemSeen, request)
        seen = _seen(request, found, data["revision"])
        post_mortems.publish(self.access, post_mortem=found, seen=seen)
        return entity_tags.tagged(_body(_found(self, found.public_id)))


class PostMortemPdf(Endpoint):
    """A post-mortem in print. What is refused is told in JSON."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}
    parameters = ("revision",)
    renderer_classes = (JSONRenderer, files.AsPdf)

    @extend_schema(
        operation_id="post_mortem_pdf",
        parameters=[files.REVISION],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
        tags=["post-mortems"],
    )
    def get(self, request: Request, post_mortem: UUID) -> HttpResponse:
        """A revision in print, in the look of an audit pack, with the facts of its incident."""
        found = _found(self, post_mortem)
        return printing.answer(pack_sections.printed(found, files.revision(request, found.revision)))


def _seen(request: Request, found: PostMortem, said: int | None) -> int:
    return entity_tags.seen(request, _body(found), current=found.revision, said=said)


def _found(endpoint: Endpoint, post_mortem: UUID) -> PostMortem:
    return get_object_or_404(queries.shown(endpoint.access), public_id=post_mortem)


def _body(row: PostMortem) -> dict[str, Any]:
    return {
        **shapes.post_mortem(row),
        "proposals": [shapes.proposal(one) for one in proposals.of(row)],
        "action_items": [str(item.public_id) for item in queries.follow_ups(row)],
    }
