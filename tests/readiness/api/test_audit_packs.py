"""Audit packs by machine: asked for, watched while they are made, and handed out with an event."""

from typing import Any

import pytest
from django.core.files.base import ContentFile

from portal import clock
from portal.models import AuditEvent
from portal.permissions import Role
from readiness.models import AuditPack, Service
from tests.factories import callers, portal, readiness

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> Service:
    return readiness.service(slug="fraud-scoring")


@pytest.fixture
def office() -> callers.Caller:
    return callers.caller(portal.member(None, Role.COMPLIANCE), may="write")


def body(**changed: Any) -> dict[str, Any]:
    today = str(clock.today_in("UTC"))
    return {"services": ["fraud-scoring"], "since": "2026-01-01", "until": today, "purpose": "Yearly", **changed}


def fields(answer: Any) -> set[str]:
    return {error["field"] for error in callers.as_json(answer)["errors"]}


def test_a_pack_is_asked_for_once_and_watched(service: Service, office: callers.Caller) -> None:
    made, again = (office.post("audit-packs/", body(), idempotency_key="pack-1") for _ in range(2))
    assert (made.status_code, again.status_code, AuditPack.objects.count()) == (201, 201, 1), made.content
    told = callers.as_json(made)
    assert (told["state"], told["percent"], told["purpose"]) == ("requested", 0, "Yearly")
    assert told["services"] == [{"service": "fraud-scoring", "state": "requested", "error": ""}]

    path = f"audit-packs/{told['id']}/"
    read = office.get(path)
    assert office.get(path, if_none_match=read["ETag"]).status_code == 304
    waiting = office.get(f"{path}pdf")
    assert (waiting.status_code, "not ready" in callers.as_json(waiting)["detail"]) == (422, True)


def test_the_files_of_a_ready_pack_are_handed_out_with_an_event(service: Service, office: callers.Caller) -> None:
    told = callers.as_json(office.post("audit-packs/", body()))
    pack = AuditPack.objects.get()
    pack.pdf.save("pack.pdf", ContentFile(b"%PDF-"), save=False)
    pack.archive.save("pack.zip", ContentFile(b"PK"), save=False)
    pack.state = "ready"
    pack.save()
    pack.parts.update(state="ready")
    path = f"audit-packs/{told['id']}/"
    assert callers.as_json(office.get(path))["percent"] == 100
    for name, content, media_type in (("pdf", b"%PDF-", "application/pdf"), ("archive", b"PK", "application/zip")):
        file = office.get(f"{path}{name}")
        assert (b"".join(file.streaming_content), file["Content-Type"]) == (content, media_type)
    assert AuditEvent.objects.filter(verb="pack.downloaded", target_id=told["id"]).count() == 2


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"services": []}, "services"),
        ({"services": ["nothing"]}, "services"),
        ({"services": "fraud-scoring"}, "services"),
        ({"since": "2999-01-01"}, "since"),
        ({"since": "then"}, "since"),
        ({"until": "2025-01-01"}, "until"),
        ({"until": "2099-01-01"}, "until"),
        ({"purpose": "x" * 201}, "purpose"),
        ({"as_of": 3}, "as_of"),
    ],
)
def test_what_is_wrong_is_named(service: Service, office: callers.Caller, changed: dict[str, Any], field: str) -> None:
    answer = office.post("audit-packs/", body(**changed))
    assert answer.status_code == 422, answer.content
    assert field in fields(answer)
    assert not AuditPack.objects.exists()


def test_a_pack_with_a_hidden_service_is_not_there(service: Service, office: callers.Caller) -> None:
    told = callers.as_json(office.post("audit-packs/", body()))
    service.scope.restricted = True
    service.scope.save()
    stranger = callers.caller(portal.member(portal.team(), Role.LEAD), may="write")
    assert stranger.get(f"audit-packs/{told['id']}/").status_code == 404
    assert stranger.get(f"audit-packs/{told['id']}/pdf").status_code == 404
    assert callers.as_json(stranger.get("audit-packs/"))["results"] == []
    assert fields(stranger.post("audit-packs/", body())) == {"services"}


def test_who_may_not_ask_is_told(service: Service) -> None:
    engineer = callers.caller(portal.member(service.team, Role.CONTRIBUTOR), may="write")
    assert engineer.post("audit-packs/", body()).status_code == 403
    other_lead = callers.caller(portal.member(portal.team(), Role.LEAD), may="write")
    assert other_lead.post("audit-packs/", body()).status_code == 403
