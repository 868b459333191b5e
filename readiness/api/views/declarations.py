"""What a service serves, needs and rehearses by machine: models with versions, dependencies, drills."""

from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import entity_tags, idempotency
from portal.api.endpoints import Endpoint, ListEndpoint
from portal.api.parsers import JsonParser
from portal.doors import SIGNED_IN, Rule
from portal.errors import DomainError
from portal.permissions import Capability
from readiness.actions import dependencies, drills, served_models
from readiness.actions.drills import Rehearsal
from readiness.api import people
from readiness.api.serializers import declarations as shapes
from readiness.choices import DrillKind, DrillResult
from readiness.models import Dependency, Drill, ServedModel, Service
from readiness.queries import declarations as queries
from readiness.queries import service_page
from readiness.rules.served_models import RegistryFacts

FORM = "multipart/form-data"


class ServedModels(Endpoint):
    """The models of a service, and a new one."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN, "POST": Capability.RELEASE_PLAN}

    @extend_schema(operation_id="service_models", responses=shapes.ServedModelsShape, tags=["models"])
    def get(self, request: Request, slug: str) -> HttpResponse:
        """The models a service serves with their versions, whose ids evidence and releases name. By `ETag`."""
        rows = queries.models(self.access).filter(service=_service(self, slug))
        return entity_tags.conditional(request, {"results": [shapes.model(row) for row in rows]})

    @extend_schema(
        operation_id="model_add",
        request=shapes.ServedModelInput,
        responses={201: shapes.ServedModelShape},
        tags=["models"],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Names a model of the service."""
        service = _service(self, slug)
        return idempotency.once(request, lambda: self._added(request, service))

    def _added(self, request: Request, service: Service) -> Response:
        made = served_models.add(self.access, service=service, **self.given(shapes.ServedModelInput, request))
        return Response(shapes.model(queries.models(self.access).get(pk=made.pk)), status=201)


class ModelVersions(Endpoint):
    """A new version of a model."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.RELEASE_PLAN}

    @extend_schema(
        operation_id="model_version_record",
        request=shapes.ModelVersionInput,
        responses={201: shapes.ServedModelShape},
        tags=["models"],
    )
    def post(self, request: Request, model: UUID) -> Response:
        """Records a version: weights, a prompt revision or a provider’s pin, with what its registry says."""
        found = get_object_or_404(queries.models(self.access), public_id=model)
        return idempotency.once(request, lambda: self._recorded(request, found))

    def _recorded(self, request: Request, model: ServedModel) -> Response:
        data = self.given(shapes.ModelVersionInput, request)
        previous = None
        if wanted := data.pop("previous", None):
            previous = model.versions.select_related("model").filter(public_id=wanted).first()
            if previous is None:
                raise DomainError.of({"previous": [f"{model.name} has no such version."]})
        served_models.record_version(self.access, model=model, facts=RegistryFacts(**data), previous=previous)
        return Response(shapes.model(queries.models(self.access).get(pk=model.pk)), status=201)


class Dependencies(Endpoint):
    """What a service needs from outside."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN, "POST": Capability.DEPENDENCY_DECLARE}

    @extend_schema(operation_id="service_dependencies", responses=shapes.DependenciesShape, tags=["dependencies"])
    def get(self, request: Request, slug: str) -> HttpResponse:
        """What stands now, by name, with how each does. Conditional by `ETag`."""
        rows = queries.dependencies(self.access).filter(service=_service(self, slug), removed_at__isnull=True)
        return entity_tags.conditional(request, {"results": [shapes.dependency(row) for row in rows]})

    @extend_schema(
        operation_id="dependency_add",
        request=shapes.DependencyInput,
        responses={201: shapes.DependencyShape},
        tags=["dependencies"],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Names something outside that the service needs. Until it is declared, how it does is unknown."""
        service = _service(self, slug)
        return idempotency.once(request, lambda: self._added(request, service))

    def _added(self, request: Request, service: Service) -> Response:
        data = dict(self.given(shapes.DependencyInput, request))
        if slug := data.pop("upstream"):
            data["upstream"] = queries.may_need(self.access, service).filter(slug=slug).first()
            if data["upstream"] is None:
                raise DomainError.of({"upstream": [f"There is no other service {slug}."]})
        made = dependencies.add(self.access, service=service, **data)
        return Response(shapes.dependency(_dependency(self, made.public_id)), status=201)


class DependencyDeclaration(Endpoint):
    """How a dependency does."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.DEPENDENCY_DECLARE}

    @extend_schema(
        operation_id="dependency_declare",
        request=shapes.DeclarationInput,
        responses=shapes.DependencyShape,
        tags=["dependencies"],
    )
    def post(self, request: Request, dependency: UUID) -> Response:
        """Says that it is stable, degraded or down: the launch triggers read it."""
        found = _dependency(self, dependency)
        return idempotency.once(request, lambda: self._declared(request, found))

    def _declared(self, request: Request, found: Dependency) -> Response:
        data = self.given(shapes.DeclarationInput, request)
        dependencies.declare(self.access, dependency=found, **data)
        return Response(shapes.dependency(_dependency(self, found.public_id)))


class DependencyRemoval(Endpoint):
    """Taking a dependency off."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.DEPENDENCY_DECLARE}

    @extend_schema(
        operation_id="dependency_remove", request=None, responses=shapes.DependencyShape, tags=["dependencies"]
    )
    def post(self, request: Request, dependency: UUID) -> Response:
        """Takes a dependency off; the row stays, because decisions saw it."""
        found = _dependency(self, dependency)
        return idempotency.once(request, lambda: self._removed(found))

    def _removed(self, found: Dependency) -> Response:
        dependencies.remove(self.access, dependency=found)
        return Response(shapes.dependency(_dependency(self, found.public_id)))


class DrillFilter(filters.FilterSet):
    """Filters of the list of drills."""

    service = filters.CharFilter(field_name="service__slug")
    kind = filters.ChoiceFilter(choices=DrillKind.choices)
    result = filters.ChoiceFilter(choices=DrillResult.choices)
    environment = filters.CharFilter(field_name="environment__name")


class Drills(ListEndpoint):
    """The rehearsals of the services the caller may see."""

    model = Drill
    filterset_class = DrillFilter
    ordering = ("-performed_at", "pk")
    ordering_fields = ("performed_at",)

    @extend_schema(operation_id="drills", responses=shapes.DrillShape(many=True), tags=["drills"])
    def get(self, request: Request) -> Response:
        """What was rehearsed, by whom, and how long it took."""
        return self.page(request, queries.drills(self.access), shapes.drill)


class ServiceDrills(Endpoint):
    """Putting a drill of a service on record."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.DRILL_RECORD}
    parser_classes = (JsonParser, MultiPartParser)

    @extend_schema(
        operation_id="drill_record",
        request={"application/json": shapes.DrillInput, FORM: shapes.DrillFileInput},
        responses={201: shapes.DrillShape},
        tags=["drills"],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Keeps a drill for good, with the way back as it is now. A link, or as a form a file, proves it."""
        service = _service(self, slug)
        return idempotency.once(request, lambda: self._recorded(request, service))

    def _recorded(self, request: Request, service: Service) -> Response:
        is_form = (request.content_type or "").startswith(FORM)
        data = self.given(shapes.DrillFileInput if is_form else shapes.DrillInput, request)
        file = data.pop("file", None)
        made = drills.record(self.access, service=service, rehearsal=_rehearsal(service, data), file=file)
        return Response(shapes.drill(queries.drills(self.access).get(pk=made.pk)), status=201)


def _rehearsal(service: Service, data: dict[str, Any]) -> Rehearsal:
    """The drill with the rows that it names, each of this service. Raises DomainError at what is none of it."""
    environment = service.environments.filter(name=data["environment"]).first()
    release = service.releases.filter(label=data["release"]).first() if "release" in data else None
    if environment is None:
        raise DomainError.of({"environment": ["Choose an environment of this service."]})
    if "release" in data and release is None:
        raise DomainError.of({"release": ["Choose a release of this service."]})
    person = people.named(service, data["performed_by"], "performed_by")
    return Rehearsal(**{**data, "environment": environment, "release": release, "performed_by": person})


def _service(endpoint: Endpoint, slug: str) -> Service:
    return get_object_or_404(service_page.services(endpoint.access), slug=slug)


def _dependency(endpoint: Endpoint, dependency: UUID) -> Dependency:
    return get_object_or_404(queries.dependencies(endpoint.access), public_id=dependency)
