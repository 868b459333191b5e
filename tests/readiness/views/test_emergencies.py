"""The page of an emergency go: one person asks, a decider takes it up, and it is counted."""

import pytest
from django.test import Client
from django.urls import reverse

from portal.models import User
from readiness.models import LaunchDecision
from tests.factories import launches, portal

pytestmark = pytest.mark.django_db


def _as(who: User) -> Client:
    client = Client()
    client.force_login(who)
    return client


def _path(scene: launches.Scene) -> str:
    return f"{reverse('readiness:emergency', args=[scene.service.slug, '3.2.0'])}?environment=production"


def _asked(scene: launches.Scene) -> None:
    told = {"reason": "Every answer is empty.", "password": portal.PASSWORD}
    assert _as(scene.approver).post(_path(scene), told).status_code == 302


def test_one_asks_and_a_decider_records_it() -> None:
    scene = launches.scene(answered=False)
    _asked(scene)
    client = _as(scene.decider)
    assert "Emergency go: " in client.get("/").content.decode()

    page = client.get(_path(scene))
    assert "Every answer is empty." in page.content.decode()
    form = page.context["form"]
    told = {name: "Watched by hand." for name in form.fields if name.startswith("acknowledged-")}
    told |= {"rationale": "One line.", "seen": "0", "request_id": str(form["request_id"].value())}
    done = client.post(_path(scene), {**told, "password": portal.PASSWORD})

    assert done.status_code == 302
    decision = LaunchDecision.objects.get()
    shown = client.get(decision.get_absolute_url()).content.decode()
    assert "Alma Approver asked for it" in shown
    figures = client.get(reverse("readiness:portfolio")).content.decode()
    assert "</svg>1</b><span>Emergency goes in 90 days" in figures
    narrowed = client.get(reverse("readiness:portfolio"), {"show": "emergency"}).content.decode()
    assert scene.service.name in narrowed


@launches.unwatched()
def test_a_reason_left_out_is_said_at_its_field_and_what_was_typed_stays() -> None:
    scene = launches.scene(answered=False)
    _asked(scene)
    client = _as(scene.decider)
    request_id = str(client.get(_path(scene)).context["form"]["request_id"].value())

    told = {"rationale": "One line.", "seen": "0", "request_id": request_id, "password": portal.PASSWORD}
    answer = client.post(_path(scene), told)

    assert answer.status_code == 422
    assert "One line." in answer.content.decode()
    assert "Say why it goes all the same." in answer.content.decode()


def test_an_author_reads_why_it_is_not_theirs() -> None:
    scene = launches.scene()

    page = _as(scene.engineer).get(_path(scene)).content.decode()

    assert "You cannot ask for it" in page
    assert "wrote on its items" in page
