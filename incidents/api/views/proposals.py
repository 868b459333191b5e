"""What post-mortems propose, by machine: the list, one, proposing, settling it, and who has answered it since."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.actions import proposals
from incidents.actions.proposals import NewProposal
from incidents.api.serializers import proposals as shapes
from incidents.choices import ProposalState
from incidents.models import Proposal
from incidents.queries import post_mortems as post_mortem_queries
from incidents.queries import proposals as queries
from portal.api import entity_tags, idempotency
from portal.api.endpoints import Endpoint, ListEndpoint
from portal.api.pagination import CursorPages
from portal.doors import SIGNED_IN, Rule
from portal.permissions import Capability


class ProposalFilter(filters.FilterSet):
    """Filters of the list of proposals."""

    service = filters.CharFilter(field_name="post_mortem__incident__service__slug", method="coming_from")
    post_mortem = filters.UUIDFilter(field_name="post_mortem__public_id", method="coming_from")
    template = filters.CharFilter()
    state = filters.ChoiceFilter(choices=ProposalState.choices)

    class Meta:
        model = Proposal
        fields: ClassVar[list[str]] = []

    def coming_from(self, found: QuerySet[Any], name: str, value: object) -> QuerySet[Any]:
        """Those from there, where one may know where they come from."""
        return found.filter(**{name: value}, is_seen=True)


class ProposalPages(CursorPages):
    """The newest first, unless `ordering` says otherwise."""

    ordering = ("-proposed_at", "pk")  # type: ignore[assignment]  # several are as good as one


class Proposals(ListEndpoint):
    """What the post-mortems that the caller may see, or has to settle, propose for the checklists, and one more."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN, "POST": Capability.POST_MORTEM_WRITE}
    filterset_class = ProposalFilter
    ordering_fields = ("proposed_at", "settled_at")
    pagination_class = ProposalPages

    def get_queryset(self) -> QuerySet[Proposal]:
        """What there is to filter; one statement when it is read."""
        if getattr(self, "swagger_fake_view", False):
            return Proposal.objects.none()
        return queries.told(self.access).defer("accepted_in__content")

    @extend_schema(operation_id="proposals", responses=shapes.ListedProposalShape(many=True), tags=["proposals"])
    def get(self, request: Request) -> Response:
        """Proposals with what became of each. Whoever publishes checklists is told of all, to settle them.

        Where one may not see the service, nothing says where a proposal comes from: those fields are null.
        """
        return self.page(request, self.get_queryset(), shapes.proposal)

    @extend_schema(
        operation_id="proposal_make",
        request=shapes.ProposalInput,
        responses={201: shapes.ListedProposalShape},
        tags=["proposals"],
    )
    def post(self, request: Request) -> Response:
        """Proposes an item or a point by the rules of the page; whoever publishes checklists is told."""
        return idempotency.once(request, lambda: self._made(request))

    def _made(self, request: Request) -> Response:
        data = self.given(shapes.ProposalInput, request)
        found = post_mortem_queries.shown(self.access)
        post_mortem = get_object_or_404(found, public_id=data["post_mortem"])
        new = NewProposal(data["template"], data["text"], data["why"], data["item"])
        made = proposals.propose(self.access, post_mortem=post_mortem, new=new)
        return Response(shapes.proposal(_found(self, made.public_id)), status=201)


class OneProposal(Endpoint):
    """One proposal."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}

    @extend_schema(operation_id="proposal", responses=shapes.ListedProposalShape, tags=["proposals"])
    def get(self, request: Request, proposal: UUID) -> HttpResponse:
        """One of them. Conditional by `ETag`."""
        return entity_tags.conditional(request, shapes.proposal(_found(self, proposal)))


class ProposalAccept(Endpoint):
    """Taking a proposal into a checklist."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.TEMPLATE_PUBLISH}

    @extend_schema(
        operation_id="proposal_accept",
        request=shapes.ProposalAcceptInput,
        responses=shapes.ListedProposalShape,
        tags=["proposals"],
    )
    def post(self, request: Request, proposal: UUID) -> Response:
        """Publishes the next version of its checklist with it; new reviews start on that, running ones stay.

        `412` where somebody settled it meanwhile.
        """
        found = _found(self, proposal)
        return idempotency.once(request, lambda: self._accepted(request, found))

    def _accepted(self, request: Request, found: Proposal) -> Response:
        data = self.given(shapes.ProposalAcceptInput, request)
        addition = shapes.addition(found, data)
        proposals.accept(self.access, proposal=found, addition=addition, reason=data["reason"])
        return entity_tags.tagged(shapes.proposal(_found(self, found.public_id)))


class ProposalDecline(Endpoint):
    """Declining a proposal."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.TEMPLATE_PUBLISH}

    @extend_schema(
        operation_id="proposal_decline",
        request=shapes.ProposalDeclineInput,
        responses=shapes.ListedProposalShape,
        tags=["proposals"],
    )
    def post(self, request: Request, proposal: UUID) -> Response:
        """Says why no checklist will ask it; who proposed it is told. `412` where somebody settled it meanwhile."""
        found = _found(self, proposal)
        return idempotency.once(request, lambda: self._declined(request, found))

    def _declined(self, request: Request, found: Proposal) -> Response:
        data = self.given(shapes.ProposalDeclineInput, request)
        proposals.decline(self.access, proposal=found, reason=data["reason"])
        return entity_tags.tagged(shapes.proposal(_found(self, found.public_id)))


class ProposalServices(Endpoint):
    """Who has answered an accepted proposal."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}
    parameters = tuple(shapes.ReachQuestion().fields)

    @extend_schema(
        operation_id="proposal_services",
        parameters=[shapes.ReachQuestion],
        responses=shapes.ReachShape,
        tags=["proposals"],
    )
    def get(self, request: Request, proposal: UUID) -> HttpResponse:
        """The services that one sees, those that have not answered it first. `404` while no checklist asks it."""
        question = shapes.ReachQuestion(data=request.query_params)
        question.is_valid(raise_exception=True)
        reach = queries.reach(self.access, _found(self, proposal))
        if reach is None:
            raise Http404("No checklist asks it.")
        return entity_tags.conditional(request, shapes.reach(reach, **question.validated_data))


def _found(endpoint: Endpoint, proposal: UUID) -> Proposal:
    return get_object_or_404(queries.told(endpoint.access), public_id=proposal)
