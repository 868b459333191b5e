"""A change by machine is laid over the revision that it names; where there is none it is told 412, nothing written."""

import pytest

from portal.actions.documents import Written
from portal.permissions import Role
from readiness.actions import decision_records, model_cards
from tests.factories import callers, incidents, portal, readiness, runbooks

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["model-cards", "decision-records", "runbooks", "post-mortems"])
def test_a_revision_that_does_not_exist_is_no_base(kind: str) -> None:
    service = readiness.service()
    ana = portal.member(service.scope.team, Role.CONTRIBUTOR, name="Ana")
    access, written = portal.access(ana), Written({"users": "Analysts.", "context": "Ten retries."})
    document = {
        "model-cards": lambda: model_cards.begin(access, model=readiness.model(service, "gbm"), written=written),
        "decision-records": lambda: decision_records.propose(access, service=service, title="Once", written=written),
        "runbooks": lambda: runbooks.runbook(service, ana),
        "post-mortems": lambda: incidents.explained(incidents.resolved(incidents.declared(service, ana), ana), ana),
    }[kind]()
    before = (document.revision, document.content)

    answer = callers.caller(ana, "write").patch(f"{kind}/{document.public_id}/", {"content": {}, "revision": 9})

    assert answer.status_code == 412
    assert "has no revision 9" in callers.as_json(answer)["detail"]
    document.refresh_from_db()
    assert (document.revision, document.content) == before
