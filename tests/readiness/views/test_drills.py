"""The pages of drills: the list with what still counts, and the form."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal import clock
from portal.models import AuditEvent, User
from portal.permissions import Role
from readiness.models import Drill
from tests.factories import launches, portal

pytestmark = pytest.mark.django_db


def _as(who: User) -> Client:
    client = Client()
    client.force_login(who)
    return client


def _scene(**declared: Any) -> launches.Scene:
    return launches.scene(answered=False, drilled=False, **declared)


def _list(scene: launches.Scene, query: str = "") -> str:
    return reverse("readiness:service_drills", args=[scene.service.slug]) + query


def _typed(scene: launches.Scene, **changed: Any) -> dict[str, Any]:
    base = {
        "kind": "rollback",
        "environment": str(scene.environment().public_id),
        "from_version": "3.2.0",
        "to_version": "3.1.0",
        "performed_by": str(scene.engineer.public_id),
        "performed_at": f"{clock.now() - datetime.timedelta(hours=1):%Y-%m-%dT%H:%M}",
        "result": "passed",
        "minutes": "4.5",
        "link": "https://ci.example.com/drill",
    }
    return {**base, **changed}


def _record(scene: launches.Scene, **changed: Any) -> Any:
    path = reverse("readiness:drill_record", args=[scene.service.slug])
    return _as(scene.engineer).post(path, _typed(scene, **changed))


def test_a_drill_is_recorded_and_stands_in_the_list() -> None:
    scene = _scene()
    assert _record(scene)["Location"] == _list(scene)
    page = _as(scene.lead).get(_list(scene)).content.decode()
    assert "Enno Engineer" in page
    assert "Until " in page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"performed_at": "0001-01-01T00:00"}, "Choose a day between 2000 and 2099."),
        ({"performed_at": "9999-12-31T23:59"}, "Choose a day between 2000 and 2099."),
        ({"to_version": "3.2.0"}, "That is the version it went from."),
        ({"minutes": "0"}, "Give the minutes it took, above 0."),
    ],
)
def test_what_cannot_have_been_is_refused_at_its_field(changed: dict[str, str], words: str) -> None:
    scene = _scene()
    answer = _record(scene, **changed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Drill.objects.exists()


def test_an_empty_list_says_how_to_begin() -> None:
    scene = _scene()
    assert "Record a drill" in _as(scene.engineer).get(_list(scene)).content.decode()
    assert "An engineer of the team records it here." in _as(scene.approver).get(_list(scene)).content.decode()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"kind": "party"}, "Choose from the list."),
        ({"environment": "00000000-0000-0000-0000-000000000000"}, "Choose from the list."),
        ({"performed_by": "nobody"}, "is not a valid UUID."),
        ({"from_version": ""}, "Say from which version."),
        ({"performed_at": "yesterday"}, "Enter a day and a time"),
        ({"minutes": "four"}, "Enter a number, such as 4.5."),
        ({"result": "failed"}, "Say what went wrong."),
        ({"link": "ftp://x"}, "This is no web address."),
        ({"link": ""}, "Attach what was written down, or give a link to it."),
    ],
)
def test_bad_input_is_said_at_its_field_and_nothing_typed_is_lost(changed: dict[str, str], words: str) -> None:
    scene = _scene()
    answer = _record(scene, **changed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert 'value="3.1.0"' in page
    assert not Drill.objects.exists()


def test_a_rollback_in_production_is_refused_at_the_environment() -> None:
    scene = _scene()
    answer = _record(scene, environment=str(scene.environment("production").public_id))
    assert "A rollback is drilled outside production." in answer.content.decode()
    assert answer.status_code == 422


def test_a_file_comes_back_as_a_download_and_that_is_an_event() -> None:
    scene = _scene()
    _record(scene, link="", file=SimpleUploadedFile("drill.html", b"<script>alert(1)</script>"))
    path = reverse("readiness:drill_file", args=[scene.service.slug, Drill.objects.get().public_id])
    answer = _as(scene.approver).get(path)
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"
    assert AuditEvent.objects.latest("number").verb == "evidence.downloaded"


def test_a_program_is_no_proof() -> None:
    scene = _scene()
    answer = _record(scene, link="", file=SimpleUploadedFile("drill.exe", b"MZ..."))
    assert "It is a program" in answer.content.decode()
    assert answer.status_code == 422


def test_the_list_filters_sorts_and_comes_as_csv() -> None:
    scene = _scene()
    launches.drill(scene, minutes=Decimal(9), to_version="3.0.0")
    launches.drill(scene, kind="restore", to_version="=cmd()")
    client = _as(scene.lead)
    assert "3.0.0" not in client.get(_list(scene, "?kind=restore")).content.decode()
    assert client.get(_list(scene, "?sort=minutes")).status_code == 200
    exported = client.get(_list(scene, "?_export=csv&q=cmd")).content.decode()
    assert "'=cmd()" in exported
    assert "3.0.0" not in exported
    assert "It is not a rollback drill." in exported


def test_who_may_not_record_one_is_refused_and_strangers_see_nothing() -> None:
    scene = _scene(restricted=True)
    path = reverse("readiness:drill_record", args=[scene.service.slug])
    assert _as(scene.approver).post(path, _typed(scene)).status_code == 403
    stranger = _as(portal.member(portal.team(), Role.CONTRIBUTOR))
    assert stranger.get(_list(scene)).status_code == 404
    assert stranger.post(path, _typed(scene)).status_code == 404


def test_the_list_costs_the_same_for_many_as_for_few() -> None:
    scene = _scene()
    client, counts = _as(scene.lead), []
    for number in range(12):
        launches.drill(scene)
        if number in (0, 11):
            client.get(_list(scene))
            with CaptureQueriesContext(connection) as asked:
                client.get(_list(scene))
            counts.append(len(asked))
    assert counts[0] == counts[1] <= 10
