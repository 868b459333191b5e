"""A service that a tool names in what it sends of incidents: unknown or hidden, it is refused at the field."""

from typing import Any

import pytest

from portal.permissions import Role
from tests.factories import callers, portal, readiness

pytestmark = pytest.mark.django_db

BODIES: dict[str, dict[str, Any]] = {
    "incidents/": {"title": "Slow answers", "severity": 2, "text": "Since noon."},
    "runbooks/": {"title": "Roll back", "content": {}},
}


@pytest.mark.parametrize("path", BODIES)
def test_a_service_that_is_not_there_is_refused_at_its_field(path: str) -> None:
    hidden = readiness.service(restricted=True)
    tool = callers.caller(portal.member(portal.team(), Role.LEAD), may="write")
    for slug in ("nowhere", hidden.slug):
        answer = tool.post(path, {"service": slug, **BODIES[path]})
        assert answer.status_code == 422, answer.content
        assert callers.as_json(answer)["errors"] == [{"field": "service", "detail": "There is no such service."}]
