"""The pages of what a service declares: releases, models, dependencies, targets, environments."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal import clock
from portal.permissions import Role
from readiness.actions import dependencies, releases
from readiness.models import Dependency, Deployment, ModelVersion, Release, Service
from tests.factories import portal, readiness

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(client: Client) -> Service:
    service = readiness.service(slug="claims")
    client.force_login(service.owner)
    return service


def url(name: str, *arguments: object) -> str:
    return reverse(f"readiness:{name}", args=["claims", *arguments])


def test_a_release_is_planned_with_the_versions_it_carries(client: Client, service: Service) -> None:
    version = readiness.model_version(readiness.model(service))

    answer = client.post(
        url("release_plan"),
        {
            "label": "2.4.0",
            "changes": ["model", "code"],
            "model_versions": [version.public_id],
            "planned_on": "2026-12-01",
        },
    )

    release = Release.objects.get()
    assert answer["Location"] == "/services/claims/releases/2.4.0/"
    assert list(release.model_versions.all()) == [version]
    assert release.planned_on == datetime.date(2026, 12, 1)


def test_what_is_wrong_with_a_release_is_said_and_kept(client: Client, service: Service) -> None:
    stranger = readiness.model_version(readiness.model(readiness.service()))

    answer = client.post(
        url("release_plan"),
        {
            "label": "a/b",
            "changes": ["model"],
            "model_versions": [stranger.public_id],
            "planned_on": "soon",
            "summary": "Faster",
        },
    )

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"model_versions", "planned_on"}
    assert 'value="Faster"' in answer.content.decode()
    again = client.post(url("release_plan"), {"label": "a/b", "changes": ["model"]})
    assert set(again.context["form"].errors) == {"label", "model_versions"}
    assert 'value="a/b"' in again.content.decode()


def test_the_next_release_begins_with_the_versions_that_are_live(client: Client, service: Service) -> None:
    model = readiness.model(service)
    live, _newer = readiness.model_version(model), readiness.model_version(model)
    Deployment.objects.create(
        release=readiness.release(service, "1", carries=[live]),
        environment=service.environments.get(name="production"),
        deployed_by=service.owner,
        deployed_at=clock.now(),
    )

    assert list(client.get(url("release_plan")).context["form"]["model_versions"].value()) == [live.public_id]

    answer = client.post(url("release_plan"), {"label": "2", "changes": ["code"]})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"model_versions"}
    client.post(url("release_plan"), {"label": "2", "changes": ["code"], "model_versions": [live.public_id]})
    assert list(Release.objects.get(label="2").model_versions.all()) == [live]


def test_a_release_changed_in_between_is_asked_again_with_what_was_typed(client: Client, service: Service) -> None:
    release = readiness.release(service, "1")
    form = client.get(url("release_change", "1")).context["form"]
    client.post(url("release_change", "1"), {"changes": ["code"], "summary": "Theirs", "seen": form["seen"].value()})

    stale = client.post(
        url("release_change", "1"), {"changes": ["code"], "summary": "Mine", "seen": form["seen"].value()}
    )

    assert stale.status_code == 412
    assert "Somebody else changed this release in between" in stale.content.decode()
    assert 'value="Mine"' in stale.content.decode()
    client.post(
        url("release_change", "1"),
        {"changes": ["code"], "summary": "Mine", "seen": stale.context["form"]["seen"].value()},
    )
    release.refresh_from_db()
    assert release.summary == "Mine"


def test_a_refused_deployment_says_why(client: Client, service: Service) -> None:
    readiness.release(service, "1")

    refused = client.post(url("release_deploy", "1"), {"environment": "production"})

    assert refused.status_code == 422
    assert "No current go stands for this release in production" in refused.content.decode()
    client.post(url("release_deploy", "1"), {"environment": "staging"})
    assert "Runs in staging" in client.get(url("release", "1")).content.decode()


def test_a_release_is_cancelled_with_a_reason(client: Client, service: Service) -> None:
    readiness.release(service, "1")

    assert client.post(url("release_cancel", "1"), {"reason": ""}).status_code == 422
    client.post(url("release_cancel", "1"), {"reason": "Wrong branch."})

    assert "Wrong branch." in client.get(url("release", "1")).content.decode()


def test_a_label_with_spaces_and_signs_has_a_page(client: Client, service: Service) -> None:
    readiness.release(service, "release 41+hotfix@eu")

    assert client.get(url("release", "release 41+hotfix@eu")).status_code == 200
    assert client.get(url("release", "none")).status_code == 404


def test_a_model_is_named_and_then_its_version_recorded(client: Client, service: Service) -> None:
    named = client.post(url("model_add"), {"name": "claims-llm", "provider": "Big Provider"})
    form_page = client.get(named["Location"]).content.decode()
    recorded = client.post(named["Location"], {"kind": "pin", "version": "gpt-2026-05-01", "retires_on": "2027-01-01"})

    assert "Pinned model id" in form_page
    assert recorded["Location"] == url("service_models")
    assert str(ModelVersion.objects.get()) == "claims-llm gpt-2026-05-01"


def test_what_is_wrong_with_a_version_is_said_and_kept(client: Client, service: Service) -> None:
    model = readiness.model(service)

    answer = client.post(
        url("model_version_record", model.public_id),
        {"kind": "pin", "version": "x" * 121, "registry_url": "javascript:1", "retires_on": "2027-01-01"},
    )

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"version", "registry_url"}
    assert 'value="javascript:1"' in answer.content.decode()


def test_a_dependency_is_named_declared_and_taken_off(client: Client, service: Service) -> None:
    added = client.post(url("dependency_add"), {"name": "Vector store"})
    refused = client.post(added["Location"], {"state": "down", "note": ""})
    client.post(added["Location"], {"state": "down", "note": "Disk full."})

    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"note"}
    assert "Disk full." in client.get(url("service_dependencies")).content.decode()
    client.post(url("dependency_remove", Dependency.objects.get().public_id))
    assert "What does it need from outside?" in client.get(url("service_dependencies")).content.decode()


def test_a_viewer_sees_no_button_and_a_form_is_refused(client: Client, service: Service) -> None:
    client.force_login(portal.member(service.team, Role.VIEWER))

    pages = [
        client.get(url(f"service_{part}")) for part in ("releases", "models", "dependencies", "targets", "environments")
    ]

    assert [page.status_code for page in pages] == [200] * 5
    assert not any("btn-primary" in page.content.decode() for page in pages)
    for name in ("release_plan", "model_add", "dependency_add", "targets_change", "environment_add"):
        assert client.get(url(name)).status_code == 403
        assert client.post(url(name), {}).status_code == 403


def test_targets_are_changed_and_their_history_is_shown(client: Client, service: Service) -> None:
    refused = client.post(url("targets_change"), {"p95_ms": "1800", "p99_ms": "x", "currency": "EUR", "revision": 0})
    client.post(url("targets_change"), {"p95_ms": "1800", "currency": "EUR", "revision": 0})

    page = client.get(url("service_targets")).content.decode()
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"p99_ms"}
    assert "1.80 s" in page
    assert "Revision 1: p95 latency" in page


def test_stale_targets_are_asked_again_with_what_was_typed(client: Client, service: Service) -> None:
    client.post(url("targets_change"), {"p95_ms": "1800", "currency": "EUR", "revision": 0})

    stale = client.post(url("targets_change"), {"p95_ms": "900", "currency": "EUR", "revision": 0})

    assert stale.status_code == 412
    assert "changed p95 latency in between" in stale.content.decode()
    assert 'value="900"' in stale.content.decode()
    assert stale.context["form"]["revision"].value() == "1"


def test_an_environment_is_added(client: Client, service: Service) -> None:
    assert client.post(url("environment_add"), {"name": "Production EU", "kind": "production"}).status_code == 422
    client.post(url("environment_add"), {"name": "production-eu", "kind": "production"})

    assert "production-eu" in client.get(url("service_environments")).content.decode()


def test_lists_filter_sort_and_export_what_is_shown(client: Client, service: Service) -> None:
    access = portal.access(service.owner)
    readiness.release(service, "1", summary="=cmd()")
    cancelled = readiness.release(service, "2")
    releases.cancel(access, release=cancelled, reason="Wrong.")

    shown = client.get(url("service_releases"), {"stage": "cancelled"}).content.decode()
    exported = client.get(url("service_releases"), {"sort": "label", "_export": "csv"}).content.decode("utf-8-sig")

    assert "/releases/2/" in shown
    assert "/releases/1/" not in shown
    assert [line.split(",")[:3] for line in exported.splitlines()[1:]] == [
        ["1", "'=cmd()", "Planned"],
        ["2", "", "Cancelled"],
    ]


def test_lists_find_by_words_and_by_what_is_chosen(client: Client, service: Service) -> None:
    access = portal.access(service.owner)
    readiness.release(service, "1", changes=("code",), summary="Faster answers")
    readiness.release(service, "2", changes=("configuration",))
    model = readiness.model(service, "claims-llm")
    readiness.model_version(model, "pin-1", kind="pin")
    readiness.model_version(readiness.model(service, "router"), "41")
    dependencies.add(access, service=service, name="Vector store")
    down = dependencies.add(access, service=service, name="Provider")
    dependencies.declare(access, dependency=down, state="down", note="Gone.")

    def found(name: str, **query: str) -> list[str]:
        shown = client.get(url(name), {**query, "_export": "csv"}).content.decode("utf-8-sig")
        return [line.split(",")[0] for line in shown.splitlines()[1:]]

    assert found("service_releases", changes="code") == ["1"]
    assert found("service_releases", q="faster") == ["1"]
    assert found("service_releases", stage="planned", sort="-label") == ["2", "1"]
    assert found("service_models", kind="pin") == ["pin-1"]
    assert found("service_models", model=str(model.public_id)) == ["pin-1"]
    assert found("service_models", q="router") == ["41"]
    assert found("service_dependencies", state="down") == ["Provider"]
    assert found("service_dependencies", q="vector") == ["Vector store"]


def test_a_filter_that_cannot_be_read_says_so_and_shows_all(client: Client, service: Service) -> None:
    readiness.release(service, "1")

    page = client.get(url("service_releases"), {"stage": "moon", "q": "x\x00y"}).content.decode()

    assert "/releases/1/" in page
    assert 'class="gh-note gh-note--yellow"' in page


@pytest.mark.parametrize(
    ("name", "statements"), [("service_releases", 9), ("service_models", 9), ("service_dependencies", 7)]
)
def test_a_list_costs_the_same_at_any_length(client: Client, service: Service, name: str, statements: int) -> None:
    fill(service, 2)
    assert statements_of(client, url(name)) == statements
    fill(service, 20)
    assert statements_of(client, url(name)) == statements


@pytest.mark.parametrize(
    ("address", "statements"),
    [
        ("/services/new/", 11),
        ("/services/claims/edit/", 9),
        ("/services/claims/targets/", 7),
        ("/services/claims/environments/", 6),
        ("/playbooks/", 6),
    ],
)
def test_pages_cost_what_they_cost(client: Client, service: Service, address: str, statements: int) -> None:
    assert statements_of(client, address) == statements


def test_a_release_page_costs_the_same_with_many_deployments(client: Client, service: Service) -> None:
    readiness.release(service, "1")
    few = statements_of(client, url("release", "1"))
    for number in range(5):
        other = readiness.release(service, f"other-{number}")
        for label in ("1", other.label):
            place = service.environments.get(name="staging")
            releases.deployed(
                portal.access(service.owner), release=service.releases.get(label=label), environment=place
            )

    assert statements_of(client, url("release", "1")) == few <= 14


def statements_of(client: Client, address: str) -> int:
    """How many statements a page takes once the session is warm: four of them are the shell's."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def fill(service: Service, rows: int) -> None:
    access = portal.access(service.owner)
    model = readiness.model(service)
    for number in range(rows):
        version = readiness.model_version(model)
        release = readiness.release(service, carries=[version])
        place = service.environments.get(name="staging")
        releases.deployed(access, release=release, environment=place)
        named = dependencies.add(access, service=service, name=f"{model.name} {number}")
        dependencies.declare(access, dependency=named, state="stable")
