"""A service that a tool names in what it sends: unknown or hidden, it is refused at the field, everywhere alike."""

from typing import Any

import pytest

from portal.permissions import Role
from tests.factories import callers, portal, readiness

pytestmark = pytest.mark.django_db

BODIES: dict[str, dict[str, Any]] = {
    "action-items/": {"title": "Mask account numbers"},
    "decision-records/": {"title": "Retry once", "content": {"context": "Why."}},
    "model-cards/": {"model": "scorer", "content": {}},
    "releases/": {"label": "2.4.0", "changes": ["code"]},
    "waivers/": {"item": "api.endpoints", "reason": "Soon.", "control": "By hand.", "expires_on": "2090-03-01"},
    "findings/": {"severity": "low", "title": "No log", "text": "Of October."},
}


@pytest.mark.parametrize("path", BODIES)
def test_a_service_that_is_not_there_is_refused_at_its_field(path: str) -> None:
    hidden = readiness.service(restricted=True)
    across = portal.team() if path != "findings/" else None
    tool = callers.caller(portal.member(across, Role.LEAD if across else Role.COMPLIANCE), may="write")
    slugs = ["nowhere", hidden.slug] if across else ["nowhere"]  # compliance sees what is hidden
    answers = [tool.post(path, {"service": slug, **BODIES[path]}) for slug in slugs]
    for answer in answers:
        assert answer.status_code == 422, answer.content
        assert callers.as_json(answer)["errors"] == [{"field": "service", "detail": "There is no such service."}]
