"""What a person owns by machine, and its handing over: who leaves or goes away leaves nothing behind."""

from typing import ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import entity_tags, idempotency
from portal.api.endpoints import Endpoint
from portal.doors import SIGNED_IN, Rule
from portal.errors import DomainError
from portal.models import User
from readiness.actions import handing_over
from readiness.api.serializers import handing_over as shapes
from readiness.queries import absences, holdings

TAGS = ["ownership"]


class Holdings(Endpoint):
    """Everything somebody owns."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}
    parameters = ("person",)

    @extend_schema(operation_id="holdings", parameters=[shapes.Whose], responses=shapes.HoldingsShape, tags=TAGS)
    def get(self, request: Request) -> HttpResponse:
        """Services, domains, items and action items of a person, in services that you see. Conditional by `ETag`."""
        asked = shapes.Whose(data=request.query_params)
        asked.is_valid(raise_exception=True)
        person = _person(User.objects.visible_to(self.access), asked.validated_data["person"], "person")
        held = holdings.of_person(person, self.access)
        return entity_tags.conditional(request, {"results": [shapes.holding(one) for one in held]})


class HandingOver(Endpoint):
    """Giving it to somebody else."""

    doors: ClassVar[dict[str, Rule]] = {"POST": SIGNED_IN}

    @extend_schema(
        operation_id="holdings_hand_over", request=shapes.HandOverInput, responses=shapes.HoldingsShape, tags=TAGS
    )
    def post(self, request: Request) -> Response:
        """Gives the named things of a person to another, all or none, and answers with what was handed over.

        `422` says at `things` of each what speaks against it. Each change is recorded and told as if made by itself.
        """
        return idempotency.once(request, lambda: self._handed_over(request))

    def _handed_over(self, request: Request) -> Response:
        data = self.given(shapes.HandOverInput, request)
        person = _person(User.objects.visible_to(self.access), data["person"], "person")
        to = _person(absences.possible_deputies(), data["to"], "to")
        given = handing_over.hand_over(self.access, person=person, to=to, keys=set(data["things"]))
        return Response({"results": [shapes.holding(one) for one in given]})


def _person(among: QuerySet[User], email: str, field: str) -> User:
    found = among.filter(email__iexact=email).first()
    if found is None:
        raise DomainError.of({field: ["Nobody with this e-mail address can be chosen."]})
    return found
