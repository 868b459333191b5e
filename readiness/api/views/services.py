"""Services by machine: the list, one, its status; registering one, and changing what is declared about it."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal import clock
from portal.api import entity_tags, idempotency, schema
from portal.api.endpoints import Endpoint, ListEndpoint
from portal.doors import SIGNED_IN, Rule
from portal.errors import DomainError
from portal.models import Membership, Team, User
from portal.permissions import Capability
from readiness.actions import environments, service_changes, service_states, services, targets
from readiness.api.serializers import service_facts as facts_shapes
from readiness.api.serializers import services as shapes
from readiness.choices import EnvironmentKind, ServiceState, Verdict
from readiness.models import Service, ServiceTarget
from readiness.queries import service_page, service_status
from readiness.queries import services as service_queries


class ServiceFilter(filters.FilterSet):
    """Filters of the list of services."""

    team = filters.CharFilter(field_name="scope__team__slug", help_text="A team’s short name.")
    tier = filters.NumberFilter(field_name="tier")
    state = filters.ChoiceFilter(choices=ServiceState.choices)
    verdict = filters.ChoiceFilter(field_name="status__verdict", choices=Verdict.choices)
    q = filters.CharFilter(field_name="name", lookup_expr="icontains", help_text="Part of the name.")


class Services(ListEndpoint):
    """The services the caller may see, and a new one."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN, "POST": Capability.SERVICE_REGISTER}
    model = Service
    filterset_class = ServiceFilter
    ordering = ("name", "pk")
    ordering_fields = ("name", "slug", "tier")

    @extend_schema(operation_id="services", responses=shapes.ServiceLine(many=True), tags=["services"])
    def get(self, request: Request) -> Response:
        """The services you may see, filtered, ordered and in pages by cursor."""
        now = clock.now()
        return self.page(request, service_page.services(self.access), lambda service: shapes.line(service, now))

    @extend_schema(
        operation_id="service_register",
        request=facts_shapes.ServiceInput,
        responses={201: shapes.ServiceDetail},
        tags=["services"],
    )
    def post(self, request: Request) -> Response:
        """Registers a service as a draft of a team, by the rules of the page."""
        return idempotency.once(request, lambda: self._registered(request))

    def _registered(self, request: Request) -> Response:
        data = self.given(facts_shapes.ServiceInput, request)
        led = self.access.teams_with(Capability.SERVICE_REGISTER)
        team = Team.objects.filter(pk__in=led, slug=data["team"]).first()
        if team is None:
            raise DomainError.of({"team": ["You lead no such team."]})
        made = services.register(
            self.access,
            team=team,
            slug=data.get("slug") or service_queries.free_slug(data["name"]),
            owner=_owner(data["owner"], team) if "owner" in data else self.access.person,
            facts=facts_shapes.facts(data),
            restricted=data.get("restricted", False),
            environments=_places(data.get("environments")),
        )
        return entity_tags.tagged(_body(self, made.slug), status=201)


class OneService(Endpoint):
    """One service, and what is declared about it."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN, "PATCH": Capability.SERVICE_EDIT}

    @extend_schema(operation_id="service", responses=shapes.ServiceDetail, tags=["services"])
    def get(self, request: Request, slug: str) -> HttpResponse:
        """A service with its facts, environments and newest releases. Conditional by `ETag`."""
        return entity_tags.conditional(request, _body(self, slug))

    @extend_schema(
        operation_id="service_change",
        request=facts_shapes.ServiceChange,
        responses=shapes.ServiceDetail,
        parameters=[schema.IF_MATCH],
        tags=["services"],
    )
    def patch(self, request: Request, slug: str) -> Response:
        """Changes what is declared; open reviews are asked again which items apply.

        Say what you saw: its `ETag` as `If-Match`, or its `revision`. `412` when somebody was faster.
        """
        service = _found(self, slug)
        return idempotency.once(request, lambda: self._changed(request, service))

    def _changed(self, request: Request, service: Service) -> Response:
        data = self.given(facts_shapes.ServiceChange, request)
        seen = entity_tags.seen(request, _body(self, service.slug), current=service.revision, said=data["revision"])
        service_changes.change(
            self.access,
            service=service,
            owner=_owner(data["owner"], service.team, service.owner) if "owner" in data else service.owner,
            facts=facts_shapes.facts(data, service_changes.declared(service)),
            restricted=data.get("restricted", service.scope.restricted),
            revision=seen,
        )
        return entity_tags.tagged(_body(self, service.slug))


class ServiceActs(Endpoint):
    """The states of a service’s life."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.SERVICE_EDIT}

    @extend_schema(
        operation_id="service_act",
        request=facts_shapes.ServiceActInput,
        responses=shapes.ServiceDetail,
        tags=["services"],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Pauses a live service until a day, takes a paused one back, or retires one for good."""
        service = _found(self, slug)
        return idempotency.once(request, lambda: self._done(request, service))

    def _done(self, request: Request, service: Service) -> Response:
        data = self.given(facts_shapes.ServiceActInput, request)
        match data["act"]:
            case "pause":
                if data["until"] is None:
                    raise DomainError.of({"until": ["Choose the day it comes back."]})
                service_states.pause(self.access, service=service, until=data["until"], reason=data["reason"])
            case "resume":
                service_states.resume(self.access, service=service, reason=data["reason"])
            case _:
                service_states.retire(self.access, service=service, reason=data["reason"])
        return entity_tags.tagged(_body(self, service.slug))


class TierConfirmation(Endpoint):
    """An approver’s word on the tier."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.TIER_CONFIRM}

    @extend_schema(
        operation_id="service_confirm_tier",
        request=facts_shapes.ConfirmTierInput,
        responses=shapes.ServiceDetail,
        parameters=[schema.IF_MATCH],
        tags=["services"],
    )
    def post(self, request: Request, slug: str) -> Response:
        """An approver confirms the tier as declared in the revision they read; never who declared it."""
        service = _found(self, slug)
        return idempotency.once(request, lambda: self._confirmed(request, service))

    def _confirmed(self, request: Request, service: Service) -> Response:
        data = self.given(facts_shapes.ConfirmTierInput, request)
        seen = entity_tags.seen(request, _body(self, service.slug), current=service.revision, said=data["revision"])
        service_changes.confirm_tier(self.access, service=service, revision=seen)
        return entity_tags.tagged(_body(self, service.slug))


class ServiceEnvironments(Endpoint):
    """The places a service runs in."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.SERVICE_EDIT}

    @extend_schema(
        operation_id="service_environment_add",
        request=facts_shapes.EnvironmentInput,
        responses={201: shapes.ServiceDetail},
        tags=["services"],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Adds an environment; it is never taken away, because decisions and deployments name it."""
        service = _found(self, slug)
        return idempotency.once(request, lambda: self._added(request, service))

    def _added(self, request: Request, service: Service) -> Response:
        data = self.given(facts_shapes.EnvironmentInput, request)
        environments.add(self.access, service=service, name=data["name"], kind=data["kind"])
        return entity_tags.tagged(_body(self, service.slug), status=201)


class ServiceTargets(Endpoint):
    """What a service promises."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN, "PATCH": Capability.SERVICE_EDIT}

    @extend_schema(operation_id="service_targets", responses=facts_shapes.TargetsShape, tags=["services"])
    def get(self, request: Request, slug: str) -> HttpResponse:
        """The targets that measured items are decided against. Conditional by `ETag`."""
        return entity_tags.conditional(request, facts_shapes.targets(_target(_found(self, slug))))

    @extend_schema(
        operation_id="service_targets_change",
        request=facts_shapes.TargetsChange,
        responses=facts_shapes.TargetsShape,
        parameters=[schema.IF_MATCH],
        tags=["services"],
    )
    def patch(self, request: Request, slug: str) -> Response:
        """Declares targets; measured items of open reviews are decided anew.

        Say what you saw: the `ETag` as `If-Match`, or the `revision`. `412` when somebody was faster.
        """
        service = _found(self, slug)
        return idempotency.once(request, lambda: self._changed(request, service))

    def _changed(self, request: Request, service: Service) -> Response:
        data, row = self.given(facts_shapes.TargetsChange, request), _target(service)
        seen = entity_tags.seen(request, facts_shapes.targets(row), current=row.revision, said=data["revision"])
        wanted = facts_shapes.wanted_targets(row, data)
        targets.change(self.access, service=service, targets=wanted, revision=seen)
        return entity_tags.tagged(facts_shapes.targets(_target(service)))


class ServiceStatusCall(Endpoint):
    """What a dashboard reads."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}

    @extend_schema(operation_id="service_status", responses=shapes.StatusShape, tags=["services"])
    def get(self, request: Request, slug: str) -> HttpResponse:
        """Decision state, pillars, progress and compliance, open triggers and incidents, next due, owners.

        Cheap, and conditional: send the `ETag` back as `If-None-Match` and nothing is sent while nothing changed.
        """
        now = clock.now()
        found = service_status.find(self.access, slug, now)
        if found is None:
            raise Http404
        return entity_tags.conditional(request, shapes.status(found, now))


def _found(endpoint: Endpoint, slug: str) -> Service:
    return get_object_or_404(service_page.services(endpoint.access), slug=slug)


def _body(endpoint: Endpoint, slug: str) -> dict[str, Any]:
    service = _found(endpoint, slug)
    releases = service.releases.order_by("-planned_at")[:20]
    return shapes.detail(service, service.environments.all(), releases, clock.now())


def _target(service: Service) -> ServiceTarget:
    return ServiceTarget.objects.get(service=service)


def _places(kinds: list[str] | None) -> Sequence[tuple[str, str]]:
    """Name and kind of each, production first; left out, what a service begins with."""
    if kinds is None:
        return services.DEFAULT_ENVIRONMENTS
    return [(kind, kind) for kind in EnvironmentKind.values if kind in kinds]


def _owner(email: str, team: Team, standing: User | None = None) -> User:
    """Somebody of the team by their address, or who owns the service now; nobody else is told apart from nobody."""
    if standing is not None and standing.email.lower() == email.lower():
        return standing
    members = Membership.objects.current(clock.now().date()).filter(team=team, person__is_active=True)
    found = members.filter(person__email__iexact=email).select_related("person").first()
    if found is None:
        raise DomainError.of({"owner": ["Nobody of the team has this e-mail address."]})
    return found.person
