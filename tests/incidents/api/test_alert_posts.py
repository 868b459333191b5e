"""Monitoring systems post their alerts: stored whole before the answer, refused with a reason, never half taken."""

import base64
import hashlib
import hmac
import json
from unittest import mock

import pytest
from django.db import OperationalError
from django.test import Client

from incidents.actions import alert_posts, alert_sources
from incidents.api import authentication
from incidents.models import Alert, AlertPost
from portal.permissions import Role
from readiness.models import Service
from tests.factories import alerts, portal, readiness

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> Service:
    return readiness.service(slug="fraud-scoring")


@pytest.fixture
def made(service: Service) -> alerts.Made:
    return alerts.source(service.scope.team)


def test_a_post_is_stored_whole_and_taken_in(made: alerts.Made) -> None:
    body = alerts.group(alerts.told(), alerts.told("Drift", region="são-paulo"))
    answer = alerts.post(made, body)
    assert answer.status_code == 202
    assert answer.json() == {"stored": True}
    assert AlertPost.objects.get().body == body
    alert_posts.work_off(AlertPost.objects.get().pk)
    assert Alert.objects.count() == 2


def test_basic_authentication_takes_the_token_as_its_password(made: alerts.Made) -> None:
    basic = base64.b64encode(f"anybody:{made.token}".encode()).decode()
    assert alerts.post(made, alerts.group(alerts.told()), authorization=f"Basic {basic}").status_code == 202


def test_sns_posts_plain_text(service: Service) -> None:
    made = alerts.source(service.scope.team, kind="sns")
    body = json.dumps({"AlarmName": "Latency", "NewStateValue": "ALARM"})
    assert alerts.post(made, body, media="text/plain; charset=UTF-8").status_code == 202


def test_pagerduty_may_sign_instead(service: Service) -> None:
    made = alerts.source(service.scope.team, kind="pagerduty", secret="s3cret")
    body = '{"event": {"event_type": "pagey.ping", "data": {"type": "ping"}}}'
    signature = "v1=" + hmac.new(b"s3cret", body.encode(), hashlib.sha256).hexdigest()
    signed = {"x-pagerduty-signature": f"v1=00,{signature}"}
    assert alerts.post(made, body, token="", **signed).status_code == 202
    assert alerts.post(made, body + " ", token="", **signed).status_code == 401


@pytest.mark.parametrize("header", ["", "Bearer gha_wrong", "Basic x", "Basic " + base64.b64encode(b"\xff").decode()])
def test_a_wrong_token_is_refused(made: alerts.Made, header: str) -> None:
    answer = alerts.post(made, alerts.group(alerts.told()), authorization=header)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert not AlertPost.objects.exists()


def test_a_revoked_source_an_unknown_one_and_a_foreign_token_are_refused_alike(made: alerts.Made) -> None:
    other = alerts.source(portal.team())
    foreign = alerts.post(made, alerts.group(alerts.told()), token=other.token)
    alert_sources.revoke(portal.access(portal.member(made.source.team, Role.LEAD)), source=made.source)
    revoked = alerts.post(made, alerts.group(alerts.told()))
    unknown = Client().post("/api/v1/alerts/00000000-0000-0000-0000-000000000000/", "{}", "application/json")
    assert [answer.status_code for answer in (foreign, revoked, unknown)] == [401] * 3
    assert len({answer.json()["detail"] for answer in (foreign, revoked, unknown)}) == 1


def test_guessing_is_throttled(made: alerts.Made) -> None:
    most = authentication.WRONG_TOKENS.most
    answers = [alerts.post(made, "{}", token=f"gha_{number}").status_code for number in range(most + 2)]
    assert answers == [401] * most + [429] * 2
    assert alerts.post(made, alerts.group(alerts.told())).status_code == 202, "who knows the token is not held up"


def test_what_is_malformed_is_refused_with_the_place(made: alerts.Made) -> None:
    answer = alerts.post(made, alerts.group(alerts.told(), {"status": "firing", "labels": {}}))
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"field": "alerts[1].labels.alertname", "detail": "This is needed and is missing or empty."}
    ]
    assert alerts.post(made, "{").status_code == 400
    assert not AlertPost.objects.exists()


def test_no_utf8_another_medium_and_compressed_bodies_are_refused(made: alerts.Made) -> None:
    assert alerts.post(made, b'{"a": "\xff"}').status_code == 400  # type: ignore[arg-type]  # as no sender should
    assert alerts.post(made, alerts.group(alerts.told()), media="text/plain").status_code == 415
    assert alerts.post(made, alerts.group(alerts.told()), **{"content-encoding": "gzip"}).status_code == 415


@pytest.mark.parametrize("megabytes", [3, 7])
def test_what_is_too_large_is_refused(made: alerts.Made, megabytes: int) -> None:
    answer = alerts.post(made, " " * megabytes * 1024**2 + alerts.group(alerts.told()))
    assert answer.status_code == 413
    assert not AlertPost.objects.exists()


def test_what_cannot_be_stored_is_refused_for_now(made: alerts.Made) -> None:
    with mock.patch.object(AlertPost.objects, "create", side_effect=OperationalError("database is locked")):
        answer = alerts.post(made, alerts.group(alerts.told()))
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0


def test_other_methods_are_not_taken_and_a_persons_token_opens_nothing(made: alerts.Made) -> None:
    address = f"/api/v1/alerts/{made.source.public_id}/"
    assert Client().get(address, headers={"authorization": f"Bearer {made.token}"}).status_code == 405
    assert Client().get("/api/v1/services/", headers={"authorization": f"Bearer {made.token}"}).status_code == 401
