"""The OpenAPI description of the API: every operation names the problem documents it can answer with."""

from typing import Any, Literal

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema as SpectacularAutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from portal.api.exceptions import MEDIA_TYPE
from portal.api.idempotency import HEADER


class FieldProblem(serializers.Serializer[Any]):
    """One thing that is wrong, and with which field; "" is the request as a whole."""

    field = serializers.CharField(allow_blank=True)
    detail = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    """A problem document (RFC 9457)."""

    type = serializers.CharField(help_text="A stable word: `urn:gatehouse:problem:…`.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(allow_blank=True)
    errors = FieldProblem(many=True)  # type: ignore[assignment]  # a field of the shape, not the serializer’s errors


PROBLEMS = {
    400: "The request cannot be read.",
    401: "No token, or one that is not valid.",
    403: "The person may see this, but may not do it; or the token may only read.",
    404: "It does not exist, or not for this person.",
    405: "This address does not answer this method.",
    406: "No form that was asked for can be given; this API answers JSON.",
    412: "It was changed in between.",
    413: "The body is larger than is taken.",
    415: "The body is in a form that is not taken; this API takes JSON.",
    422: "A rule refuses it; `errors` names the fields.",
    428: "It does not say what you saw; `errors` names the versions that are missing.",
    429: "Too many wrong tokens from this address; see `Retry-After`.",
    500: "Something broke on our side.",
    503: "The audit record could not be written, so nothing was changed.",
}
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The `ETag` of what you saw; where it was changed since, 412."
)
READS = (400, 401, 403, 404, 405, 406, 422, 429, 500)
WRITES = (*READS, 412, 413, 415, 428, 503)


class AutoSchema(SpectacularAutoSchema):
    """Adds the problem documents to each operation, and the idempotency key to those that write."""

    def get_override_parameters(self) -> list[Any]:
        """The header that makes a repeated request safe."""
        if self.method in ("GET", "HEAD"):
            return []
        words = "Any value of your own, new for each act: sent again with the same request, nothing happens again."
        return [OpenApiParameter(HEADER, str, OpenApiParameter.HEADER, description=words)]

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> Any:
        """What the view says it answers, and the problems."""
        bodies = super()._get_response_bodies(direction)
        for status in READS if self.method in ("GET", "HEAD") else WRITES:
            told = OpenApiResponse(Problem, description=PROBLEMS[status])
            bodies.setdefault(str(status), self._problem(told, str(status), direction))
        return bodies

    def _get_serializer_name(self, serializer: Any, direction: Any, bypass_extensions: bool = False) -> str:
        """Shapes are called what they are the shape of."""
        name: str = super()._get_serializer_name(serializer, direction, bypass_extensions)
        return name.replace("Shape", "")

    def _problem(self, told: OpenApiResponse, status: str, direction: str) -> Any:
        answer = self._get_response_for_code  # comes without types
        return answer(told, status, [MEDIA_TYPE], direction=direction)  # type: ignore[no-untyped-call]  # nor has this


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # comes without types
    """How a token is sent."""

    target_class = "portal.api.authentication.TokenAuthentication"
    name = "token"
    priority = 1

    def get_security_definition(self, _auto_schema: Any) -> dict[str, str]:
        """A bearer token."""
        return {"type": "http", "scheme": "bearer", "description": "Made under Teams and tokens; shown once."}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # comes without types
    """The session of a signed-in browser, for trying things out on the documentation’s page."""

    target_class = "portal.api.authentication.SessionAuthentication"
    name = "session"
    priority = 1

    def get_security_definition(self, _auto_schema: Any) -> dict[str, str]:
        """A cookie; what writes needs the CSRF header too."""
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
