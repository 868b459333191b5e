"""Action items by machine: the list, one, opening one, changing one."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal import clock
from portal.api import entity_tags, idempotency, schema
from portal.api.endpoints import Endpoint, ListEndpoint
from portal.doors import SIGNED_IN, Rule
from portal.permissions import Capability
from readiness.actions import action_item_changes, action_items, gaps
from readiness.actions.action_item_changes import Change
from readiness.actions.action_items import NewItem, Opened
from readiness.api import people, services
from readiness.api.serializers import action_items as shapes
from readiness.choices import ActionOrigin, ActionState
from readiness.models import ActionItem, Service
from readiness.queries import action_items as queries
from readiness.queries import service_page
from readiness.rules import action_items as rules


class ActionItemFilter(filters.FilterSet):
    """Filters of the list of action items."""

    service = filters.CharFilter(field_name="service__slug")
    state = filters.ChoiceFilter(choices=ActionState.choices)
    origin = filters.ChoiceFilter(choices=ActionOrigin.choices)
    owner = filters.CharFilter(field_name="owner__email", lookup_expr="iexact", help_text="By e-mail address.")
    overdue = filters.BooleanFilter(method="is_overdue", help_text="`true`: those that are late.")

    def is_overdue(self, found: QuerySet[ActionItem], _name: str, value: bool) -> QuerySet[ActionItem]:
        """Unfinished, and its last day is over."""
        late = queries.overdue(found)
        return late if value else found.exclude(pk__in=late.order_by().values("pk"))


class ActionItems(ListEndpoint):
    """The action items of the services the caller may see, and a new one."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN, "POST": Capability.ACTION_ITEM_CHANGE}
    model = ActionItem
    filterset_class = ActionItemFilter
    ordering = ("-opened_at", "pk")
    ordering_fields = ("opened_at", "due_on", "priority")

    @extend_schema(operation_id="action_items", responses=shapes.ActionItemShape(many=True), tags=["action items"])
    def get(self, request: Request) -> Response:
        """What is to be done on services, and what was."""
        return self.page(request, queries.listed(self.access), shapes.action_item)

    @extend_schema(
        operation_id="action_item_open",
        request=shapes.ActionItemInput,
        responses={201: shapes.ActionItemShape, 200: shapes.ActionItemShape},
        tags=["action items"],
    )
    def post(self, request: Request) -> Response:
        """Opens an action item by the rules of the page.

        With `gap`, the item of that gap: `200` with the unfinished one where there is one already.
        """
        return idempotency.once(request, lambda: self._opened(request))

    def _opened(self, request: Request) -> Response:
        data = self.given(shapes.ActionItemInput, request)
        service = services.named(service_page.glanced(self.access), data["service"])
        opened = self._open(service, data)
        return Response(shapes.action_item(opened.item), status=201 if opened.is_new else 200)

    def _open(self, service: Service, data: dict[str, Any]) -> Opened:
        if data["gap"]:
            return gaps.follow_up(self.access, service=service, key=data["gap"])
        priority = shapes.PRIORITIES[data["priority"]]
        due_on = data["due_on"] or rules.proposed_due(priority, clock.today_in(service.team.time_zone))
        owner = people.named(service, data["owner"], "owner") if data.get("owner") else service.owner
        terms = rules.Terms(data["title"], data["text"], due_on, priority, data["tracker"])
        return action_items.open_item(self.access, service=service, new=NewItem(terms, owner))


class OneActionItem(Endpoint):
    """One action item, and its change."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN, "PATCH": SIGNED_IN}

    @extend_schema(operation_id="action_item", responses=shapes.ActionItemShape, tags=["action items"])
    def get(self, request: Request, item: UUID) -> HttpResponse:
        """One of them. Conditional by `ETag`."""
        return entity_tags.conditional(request, shapes.action_item(self._found(item)))

    @extend_schema(
        operation_id="action_item_change",
        request=shapes.ActionItemChange,
        responses=shapes.ActionItemShape,
        parameters=[schema.IF_MATCH],
        tags=["action items"],
    )
    def patch(self, request: Request, item: UUID) -> Response:
        """Changes or moves it by the rules of the page: its owner moves it, a contributor or lead changes anything.

        Say what you saw: its `ETag` as `If-Match`, or its `revision`. `412` when somebody was faster.
        """
        found = self._found(item)
        return idempotency.once(request, lambda: self._changed(request, found))

    def _changed(self, request: Request, item: ActionItem) -> Response:
        data, body = self.given(shapes.ActionItemChange, request), shapes.action_item(item)
        revision = entity_tags.seen(request, body, current=item.revision, said=data.pop("revision"))
        if "owner" in data:
            data["owner"] = people.named(item.service, data["owner"], "owner")
        if "priority" in data:
            data["priority"] = shapes.PRIORITIES[data["priority"]]
        changed = action_item_changes.change(self.access, item=item, wanted=Change(**data), revision=revision)
        return entity_tags.tagged(shapes.action_item(changed))

    def _found(self, item: UUID) -> ActionItem:
        return get_object_or_404(queries.listed(self.access), public_id=item)
