"""Importing services and owners: tried first, then all or nothing."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.errors import NotPermitted
from portal.models import AuditEvent, Notification, Team, User
from portal.permissions import Access, Role
from readiness.actions import imports
from readiness.models import Assignment, Service
from readiness.queries import imports as import_queries
from readiness.rules.imports import OWNERS, SERVICES, Report
from tests.factories import portal, readiness

pytestmark = pytest.mark.django_db

HEAD = ["slug", "name", "team", "owner", "tier", "tier_reason", "sourcing"]


@pytest.fixture
def team() -> Team:
    return portal.team("Customer Platform", "customer-platform")


@pytest.fixture
def lead(team: Team) -> User:
    return portal.member(team, Role.LEAD, who=portal.person("Priya", "priya@example.com"))


@pytest.fixture
def access(lead: User) -> Access:
    return portal.access(lead)


def row(slug: str = "claims", **changes: str) -> dict[str, str]:
    values = ("Claims", "customer-platform", "priya@example.com", "2", "Brokers rely on it.", "hybrid")
    return {**dict(zip(HEAD, (slug, *values), strict=True)), **changes}


def as_csv(*rows: dict[str, str]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def outcomes(report: Report) -> list[tuple[int, str, str]]:
    return [(line.line, line.outcome, line.words) for line in report.rows]


def test_a_dry_run_says_what_would_happen_and_changes_nothing(access: Access) -> None:
    events = AuditEvent.objects.count()

    report = imports.dry_run(access, kind=SERVICES, content=as_csv(row(), row("fraud", name="Fraud")))

    assert outcomes(report) == [
        (2, "new", "registers Claims in Customer Platform"),
        (3, "new", "registers Fraud in Customer Platform"),
    ]
    assert not report.applied
    assert not Service.objects.exists()
    assert AuditEvent.objects.count() == events


def test_applying_registers_through_the_same_action_and_records_the_file_once(access: Access) -> None:
    report = imports.apply(access, kind=SERVICES, content=as_csv(row(), row("fraud")))

    assert report.applied
    assert {service.slug for service in Service.objects.filter(revision=1)} == {"claims", "fraud"}
    verbs = list(AuditEvent.objects.order_by("number").values_list("verb", flat=True))
    assert verbs[-3:] == ["service.registered", "service.registered", "services.imported"]


def test_one_refused_row_and_nothing_is_done(access: Access) -> None:
    events = AuditEvent.objects.count()
    bad = row("Bad Slug", team="elsewhere", owner="nobody@example.com", tier="9")

    report = imports.apply(access, kind=SERVICES, content=as_csv(row(), bad))

    assert not report.applied
    assert [line.outcome for line in report.rows] == ["new", "refused"]
    assert {column for column, _ in report.rows[1].errors} == {"slug", "team", "owner", "tier"}
    assert not Service.objects.exists()
    assert AuditEvent.objects.count() == events


def test_each_wrong_cell_is_said_at_its_column(access: Access) -> None:
    bad = row("Bad Slug", name="", tier="9", sourcing="moon", caching="perhaps")

    report = imports.dry_run(access, kind=SERVICES, content=as_csv(bad))

    assert {column for column, _ in report.rows[0].errors} == {"slug", "name", "tier", "sourcing", "caching"}


def test_of_two_rows_for_one_service_none_wins_in_silence(access: Access) -> None:
    report = imports.apply(access, kind=SERVICES, content=as_csv(row(), row("CLAIMS", name="Claims again")))

    assert report.rows[1].errors == (("slug", "Line 2 has the same slug. Keep one of them."),)
    assert not Service.objects.exists()


def test_a_file_may_leave_out_every_column_but_the_short_name(access: Access, team: Team, lead: User) -> None:
    readiness.service(team=team, lead=lead, slug="claims", name="Old")
    rows = [{"slug": "claims", "description": "Reads claims."}, {"slug": "fraud", "description": "Finds fraud."}]

    refused = imports.apply(access, kind=SERVICES, content=as_csv(*rows))
    changed = imports.apply(access, kind=SERVICES, content=as_csv(rows[0]))

    lacking = {column for column, words in refused.rows[1].errors if words == "A new service needs this column."}
    assert lacking == set(HEAD[1:])
    assert outcomes(changed) == [(2, "changed", "changes the description")]
    service = Service.objects.get()
    assert (service.name, service.owner, service.description) == ("Old", lead, "Reads claims.")


def test_our_own_file_imported_again_changes_nothing(access: Access, team: Team, lead: User) -> None:
    readiness.service(
        team=team,
        lead=lead,
        slug="claims",
        name="=1+1",
        personal_data=True,
        regulations=("gdpr",),
        description='@risk, "quoted"\nsecond line',
        restricted=True,
    )
    text = io.StringIO()
    csv.writer(text).writerows(import_queries.service_rows(access))
    events = AuditEvent.objects.count()

    report = imports.apply(access, kind=SERVICES, content=text.getvalue().encode("utf-8-sig"))

    assert outcomes(report) == [(2, "same", "stays as it is")]
    assert AuditEvent.objects.count() == events


def test_a_column_that_is_left_out_keeps_what_stands(access: Access, team: Team, lead: User) -> None:
    readiness.service(team=team, lead=lead, slug="claims", caching=True, name="Old", tier_reason="Brokers rely on it.")

    report = imports.apply(access, kind=SERVICES, content=as_csv(row(sourcing="self-hosted")))

    service = Service.objects.get()
    assert outcomes(report) == [(2, "changed", "changes the name")]
    assert (service.name, service.caching, service.revision) == ("Claims", True, 2)


def test_a_file_moves_no_service_to_another_team(access: Access, team: Team, lead: User) -> None:
    other = portal.team(slug="other")
    portal.member(other, Role.LEAD, who=lead)
    readiness.service(team=team, lead=lead, slug="claims")

    report = imports.dry_run(portal.access(lead), kind=SERVICES, content=as_csv(row(team="other")))

    assert report.rows[0].errors == (("team", "It belongs to Customer Platform; a file does not move it."),)


def test_services_of_others_are_neither_changed_nor_revealed(access: Access) -> None:
    mergers = portal.team("Mergers")
    readiness.service(team=mergers, slug="open")
    readiness.service(team=mergers, slug="secret", restricted=True)

    report = imports.dry_run(access, kind=SERVICES, content=as_csv(row("open"), row("secret")))

    assert [line.outcome for line in report.rows] == ["refused", "refused"]
    assert "role lead in Mergers" in report.rows[0].errors[0][1]
    assert "Mergers" not in str(report.rows[1].errors)


def test_who_leads_nothing_imports_nothing(team: Team) -> None:
    engineer = portal.access(portal.member(team, Role.CONTRIBUTOR))

    with pytest.raises(NotPermitted):
        imports.dry_run(engineer, kind=SERVICES, content=as_csv(row()))


def test_what_would_now_be_something_else_is_not_done(access: Access, team: Team, lead: User) -> None:
    content = as_csv(row())
    shown = imports.dry_run(access, kind=SERVICES, content=content)
    readiness.service(team=team, lead=lead, slug="claims", name="Registered meanwhile")

    report = imports.apply(access, kind=SERVICES, content=content, expected=shown.digest)

    assert report.is_stale
    assert not report.applied
    assert Service.objects.get().name == "Registered meanwhile"


def owner(**changes: str) -> dict[str, str]:
    values = {"service": "claims", "domain": "inference", "person": "priya@example.com", "role": "accountable"}
    return {**values, **changes}


def test_owners_are_named_and_told_only_when_it_is_done(access: Access, team: Team, lead: User) -> None:
    readiness.service(team=team, lead=lead, slug="claims")
    engineer = portal.member(team, Role.CONTRIBUTOR, who=portal.person("Hana", "hana@example.com"))
    content = as_csv(owner(), owner(service="Claims", domain="logging", person="HANA@example.com", role="Supporting"))

    shown = imports.dry_run(access, kind=OWNERS, content=content)
    assert not Assignment.objects.exists()
    assert not Notification.objects.filter(recipient=engineer).exists()
    done = imports.apply(access, kind=OWNERS, content=content, expected=shown.digest)

    assert done.applied
    assert {(held.domain.key, held.person, held.role) for held in Assignment.objects.all()} == {
        ("inference", lead, "accountable"),
        ("logging", engineer, "supporting"),
    }
    assert Notification.objects.filter(recipient=engineer).exists()


def test_our_own_file_of_owners_changes_nothing(access: Access, team: Team, lead: User) -> None:
    readiness.service(team=team, lead=lead, slug="claims")
    imports.apply(access, kind=OWNERS, content=as_csv(owner()))
    text = io.StringIO()
    csv.writer(text).writerows(import_queries.owner_rows(access))

    report = imports.apply(access, kind=OWNERS, content=text.getvalue().encode())

    assert [line.outcome for line in report.rows] == ["same"]


def test_wrong_owners_are_said_at_their_column(access: Access, team: Team, lead: User) -> None:
    readiness.service(team=team, lead=lead, slug="claims", sourcing="third-party-api")
    wrong = owner(service="none", domain="moon", person="", role="boss")

    report = imports.dry_run(access, kind=OWNERS, content=as_csv(wrong, owner(domain="drift")))

    assert {column for column, _ in report.rows[0].errors} == {"service", "domain", "person", "role"}
    assert report.rows[1].errors[0][0] == "domain", "a domain that does not apply has no owner"


def test_two_accountable_people_for_one_domain_are_a_mistake_of_the_row(access: Access, team: Team, lead: User) -> None:
    readiness.service(team=team, lead=lead, slug="claims")
    portal.member(team, Role.CONTRIBUTOR, who=portal.person("Hana", "hana@example.com"))
    rows = [owner(), owner(person="hana@example.com"), owner(role="supporting")]

    report = imports.apply(access, kind=OWNERS, content=as_csv(*rows))

    assert [line.errors for line in report.rows] == [
        (),
        (("role", "Line 2 makes somebody else accountable for this domain. Only one person can be."),),
        (("person", "Line 2 has the same service and domain and person. Keep one of them."),),
    ]
    assert not Assignment.objects.exists()


def test_who_is_replaced_may_support_whatever_the_order_of_the_rows(access: Access, team: Team, lead: User) -> None:
    readiness.service(team=team, lead=lead, slug="claims")
    portal.member(team, Role.CONTRIBUTOR, who=portal.person("Hana", "hana@example.com"))
    imports.apply(access, kind=OWNERS, content=as_csv(owner()))

    rows = [owner(role="supporting"), owner(person="hana@example.com")]
    report = imports.apply(access, kind=OWNERS, content=as_csv(*rows))

    assert [(line.line, line.outcome) for line in report.rows] == [(2, "new"), (3, "new")]
    held = Assignment.objects.current().values_list("person__email", "role")
    assert set(held) == {("priya@example.com", "supporting"), ("hana@example.com", "accountable")}
    words = "Hana is now accountable for Inference management of"
    assert not Notification.objects.filter(recipient=lead, subject__startswith=words).exists(), "it is their own act"


@pytest.mark.parametrize("kind", [SERVICES, OWNERS])
def test_a_file_costs_as_few_statements_at_three_hundred_rows_as_at_three(
    access: Access, team: Team, lead: User, kind: str
) -> None:
    few, many = (counted(access, kind, size) for size in (3, 300))

    assert few[0] == many[0] <= 8, "a dry run"
    assert many[1] - few[1] <= 60, "and the import, which writes many rows with each"


def counted(access: Access, kind: str, size: int) -> tuple[int, int]:
    """The statements of a dry run and of an import of so many rows."""
    slugs = [f"s{size}-{number}" for number in range(size)]
    content = as_csv(*(row(slug) for slug in slugs))
    if kind == OWNERS:
        imports.apply(access, kind=SERVICES, content=content)
        content = as_csv(*(owner(service=slug) for slug in slugs))
    with CaptureQueriesContext(connection) as tried:
        assert not imports.dry_run(access, kind=kind, content=content).refused
    with CaptureQueriesContext(connection) as done:
        assert imports.apply(access, kind=kind, content=content).applied
    statuses = size if kind == OWNERS else 0  # one row of status a service that stands already
    return len(tried), len(done) - statuses
