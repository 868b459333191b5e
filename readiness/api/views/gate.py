"""The gate: may this release go there?"""

from typing import ClassVar

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal import clock
from portal.api.endpoints import Endpoint
from portal.doors import SIGNED_IN, Rule
from readiness.api.serializers import gate as shapes
from readiness.queries import gate


class Gate(Endpoint):
    """What a pipeline asks before it deploys."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}
    parameters = tuple(shapes.Question().fields)

    @extend_schema(
        operation_id="service_gate", parameters=[shapes.Question], responses=shapes.GateShape, tags=["services"]
    )
    def get(self, request: Request, slug: str) -> Response:
        """May this release go to this environment now?

        Always 200 with `verdict`: `allow`, `allow_with_conditions` or `deny`, and the reasons. It is computed at each
        call: the current decision, nothing changed since in what it rests on, no trigger firing. `purpose=rollback`
        allows any release that was once live there with a go. 404 only for a service you may not see.

        A pipeline lets a release pass for `allow` and `allow_with_conditions` alone, and stops it at anything else: a
        status other than 200, no answer, or an answer without one of these words.
        """
        asked = shapes.Question(data=request.query_params)
        asked.is_valid(raise_exception=True)
        question, now = asked.validated_data, clock.now()
        found = gate.ask(self.access, slug, now=now, **question)
        if found is None:
            raise Http404
        return Response(shapes.answer(found, slug, question, now), headers={"Cache-Control": "no-store"})
