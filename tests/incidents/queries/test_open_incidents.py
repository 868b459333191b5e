"""Open incidents on the status row: counted with each change, for those that everybody who sees the service may see."""

import csv
import io
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from incidents.actions import incident_reach, incident_states
from incidents.actions.incident_reach import Touched
from portal.models import User
from readiness import extension_points
from readiness.actions import service_changes
from readiness.models import Service, ServiceStatus
from readiness.queries import status
from tests.factories import callers, portal, readiness
from tests.factories import incidents as factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> Service:
    return readiness.service(name="Fraud scoring", slug="fraud-scoring")


def signed_in(who: User) -> Client:
    client = Client()
    client.force_login(who)
    return client


def kept(service: Service) -> tuple[int, int | None]:
    row = ServiceStatus.objects.get(service=service)
    return row.open_incidents, row.worst_incident


def exported(who: User, **chosen: str) -> list[dict[str, str]]:
    answer = signed_in(who).get("/portfolio/", {**chosen, "_export": "csv"})
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def restrict(service: Service, restricted: bool) -> None:
    service_changes.change(
        portal.access(service.owner),
        service=service,
        owner=service.owner,
        facts=service_changes.declared(service),
        restricted=restricted,
        revision=service.revision,
    )
    service.refresh_from_db()


def test_after_every_act_the_row_counts_what_is_open_as_recomputing_does(service: Service) -> None:
    other = readiness.service(name="Claims")
    access, told = portal.access(service.owner), []

    def after() -> None:
        for one in (service, other):
            computed = status.standing_of(one)
            assert kept(one) == (computed.open_incidents, computed.worst_incident)
        told.append((kept(service), kept(other)))

    after()
    small = factory.declared(service, severity=3)
    after()
    incident_states.change_severity(access, incident=small, severity=2, text="More of them.")
    after()
    incident_reach.affect(access, incident=small, touched=Touched(other))
    after()
    factory.declared(service, severity=1, title="Down")
    after()
    factory.resolved(small)
    after()
    incident_states.move(access, incident=factory.again(small), to="investigating", text="It is back.")
    after()

    assert told == [
        ((0, None), (0, None)),
        ((1, 3), (0, None)),
        ((1, 2), (0, None)),
        ((1, 2), (1, 2)),
        ((2, 1), (1, 2)),
        ((1, 1), (0, None)),
        ((2, 1), (1, 2)),
    ]


def test_what_affects_a_service_counts_there_only_while_its_own_is_not_restricted(service: Service) -> None:
    hidden = readiness.service(team=service.scope.team, lead=service.owner, restricted=True)
    incident = factory.declared(hidden, severity=1, affected=[Touched(service)])
    assert (kept(hidden), kept(service)) == ((1, 1), (0, None))
    restrict(hidden, restricted=False)
    assert kept(service) == (1, 1)
    restrict(hidden, restricted=True)
    assert kept(service) == (0, None)
    stranger = portal.member(portal.team(), portal.Role.VIEWER)
    page = signed_in(stranger).get("/portfolio/").content.decode()
    assert incident.title not in page
    assert "open incident" not in page.replace("An open incident", "")
    assert [row["Open incidents"] for row in exported(stranger)] == ["0"]


def test_the_portfolio_shows_filters_sorts_and_exports_them(service: Service) -> None:
    team, lead = service.scope.team, service.owner
    many, calm = (readiness.service(team=team, lead=lead, name=name) for name in ("Many", "Calm"))
    factory.declared(service, severity=1)
    for title in ("One", "Two"):
        factory.declared(many, severity=3, title=title)

    def names(**chosen: str) -> list[str]:
        return [row["Service"] for row in exported(lead, **chosen)]

    assert names(show="incidents", sort="-incidents") == ["Fraud scoring", "Many"]
    assert names(show="sev-1") == ["Fraud scoring"]
    assert names(sort="-incidents") == ["Fraud scoring", "Many", calm.name]
    assert names(sort="incidents") == [calm.name, "Many", "Fraud scoring"]
    rows = {row["Service"]: (row["Open incidents"], row["Worst of them"]) for row in exported(lead)}
    assert rows == {"Fraud scoring": ("1", "sev-1"), "Many": ("2", "sev-3"), "Calm": ("0", "")}
    page = signed_in(lead).get("/portfolio/").content.decode()
    assert 'href="/services/fraud-scoring/incidents/?state=open"' in page
    assert 'aria-label="2 open incidents, worst sev-3 of Many"' in page


def test_the_page_and_the_status_of_a_service_say_them(service: Service) -> None:
    path = f"services/{service.slug}/status"
    tool, first = callers.caller(service.owner), callers.caller(service.owner).get(path)
    assert callers.as_json(first)["incidents"] == {"open": 0, "worst": None}
    factory.declared(service, severity=2)
    assert callers.as_json(tool.get(path, if_none_match=first["ETag"]))["incidents"] == {"open": 1, "worst": 2}
    page = signed_in(service.owner).get(service.get_absolute_url()).content.decode()
    assert "1 open incident, sev-2" in page


def test_where_nobody_watches_incidents_nothing_is_said_of_them(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extension_points.incident_sources, "_entries", {})
    assert "Open incidents" not in exported(service.owner)[0]
    page = signed_in(service.owner).get("/portfolio/").content.decode()
    assert "ncident" not in page.partition("<main")[2].partition("</main>")[0]
    body = callers.as_json(callers.caller(service.owner).get(f"services/{service.slug}/status"))
    assert body["incidents"] is None


def test_counting_costs_one_statement_for_any_number_of_services(service: Service) -> None:
    source = extension_points.incident_sources["incidents"]
    for _ in range(3):
        factory.declared(service, title="Again")
    keys = [service.pk, readiness.service().pk]
    with CaptureQueriesContext(connection) as asked:
        found = source.open_in(keys)
    assert (len(asked), found[service.pk].number, keys[1] in found) == (1, 3, False)


def test_what_was_open_before_is_counted_when_the_columns_come(service: Service) -> None:
    other = readiness.service(name="Claims")
    hidden = readiness.service(restricted=True)
    factory.declared(service, severity=2, affected=[Touched(other)])
    factory.declared(hidden, severity=1, affected=[Touched(other)])
    factory.resolved(factory.declared(other, severity=1, title="Over"))
    before = {one.pk: kept(one) for one in (service, other, hidden)}
    ServiceStatus.objects.update(open_incidents=0, worst_incident=None)
    import_module("incidents.migrations.0012_count_open_incidents").count(apps, None)
    assert {one.pk: kept(one) for one in (service, other, hidden)} == before
    assert before[other.pk] == (1, 2)
