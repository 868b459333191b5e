"""Portfolio, ownership, a service's pages and My work: who sees what, and in how many statements."""

import csv
import datetime
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal import clock
from portal.models import Team, User
from portal.permissions import Role
from readiness.actions import absences, ownership
from readiness.models import CheckOccurrence, OwnershipDomain, Service, ServiceStatus
from tests.factories import checks, launches, portal, readiness, reviews

pytestmark = pytest.mark.django_db

SHELL, LIST, PAGE = 4, 6, 10


def signed_in(who: User) -> Client:
    client = Client()
    client.force_login(who)
    return client


def rows(response: Any) -> list[dict[str, str]]:
    """A CSV answer, row by row."""
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def statements(who: User, address: str) -> int:
    client = signed_in(who)
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.status_code == 200
    return len(captured)


def assign(service: Service, key: str, person: User, role: str = "accountable") -> None:
    ownership.assign(
        portal.access(service.owner),
        service=service,
        domain=OwnershipDomain.objects.get(key=key),
        person=person,
        role=role,
    )


def crowd(team: Team, lead: User, number: int) -> None:
    """More services with owners, reviews and absences."""
    for _ in range(number):
        service = readiness.service(team=team, lead=lead)
        member = portal.member(team, Role.CONTRIBUTOR)
        assign(service, "drift", member)
        assign(service, "inference", member, "supporting")
        today = clock.today_in(member.time_zone)
        absences.enter(
            portal.access(member), person=member, deputy=lead, starts_on=today, ends_on=today + datetime.timedelta(9)
        )
        reviews.started(service)


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("portfolio", SHELL + LIST),
        ("ownership", SHELL + LIST),
        ("absences", SHELL + LIST),
        ("my_items", SHELL + LIST),
        ("my_signoffs", SHELL + LIST),
        ("my_work", SHELL + PAGE),
    ],
)
def test_a_list_takes_the_same_few_statements_however_long_it_is(name: str, limit: int) -> None:
    team = portal.team()
    lead = portal.member(team, Role.LEAD, Role.APPROVER, Role.DECIDER)
    crowd(team, lead, 2)
    few = statements(lead, reverse(f"readiness:{name}"))

    crowd(team, lead, 4)

    assert statements(lead, reverse(f"readiness:{name}")) == few <= limit


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("service", SHELL + PAGE),
        ("service_ownership", SHELL + LIST),
        ("service_reviews", SHELL + LIST),
        ("service_decisions", SHELL + LIST),
        ("service_checks", SHELL + LIST),
        ("service_packs", SHELL + LIST),
        ("service_history", SHELL + LIST),
    ],
)
def test_a_page_of_a_service_takes_the_same_few_statements_however_much_it_shows(name: str, limit: int) -> None:
    team = portal.team()
    lead = portal.member(team, Role.LEAD)
    service = readiness.service(team=team, lead=lead)
    few = statements(lead, reverse(f"readiness:{name}", args=[service.slug]))

    for key in ("drift", "retraining", "inference", "logging"):
        assign(service, key, portal.member(team, Role.CONTRIBUTOR))
        assign(service, key, portal.member(team, Role.CONTRIBUTOR), "supporting")
    for _ in range(3):
        reviews.started(service)
    many = statements(lead, reverse(f"readiness:{name}", args=[service.slug]))

    assert many <= limit
    assert many - few <= 1, "only who is away is asked once somebody holds something"


PAGES_OF_A_SERVICE = (
    "service",
    "service_ownership",
    "service_reviews",
    "service_decisions",
    "service_checks",
    "service_packs",
    "service_history",
)


@pytest.mark.parametrize("name", PAGES_OF_A_SERVICE)
def test_a_restricted_service_does_not_exist_for_other_teams(name: str) -> None:
    service = readiness.service(restricted=True)
    address = reverse(f"readiness:{name}", args=[service.slug])

    assert signed_in(portal.member(portal.team(), Role.LEAD)).get(address).status_code == 404
    assert signed_in(portal.member(service.team, Role.VIEWER)).get(address).status_code == 200
    assert signed_in(portal.member(None, Role.COMPLIANCE)).get(address).status_code == 200


@pytest.mark.parametrize("name", ["portfolio", "ownership"])
def test_a_restricted_service_changes_no_count_and_no_export_of_others(name: str) -> None:
    outsider = signed_in(portal.member(portal.team(), Role.LEAD))
    readiness.service(name="Open to all")
    address = reverse(f"readiness:{name}")
    moment = {"fresh": "1"}
    before = outsider.get(address, moment).content, outsider.get(address, {"_export": "csv"}).content

    readiness.service(name="Hidden treasure", restricted=True)

    after = outsider.get(address, moment).content, outsider.get(address, {"_export": "csv"}).content
    assert b"Hidden treasure" not in after[0] + after[1]
    assert after[1] == before[1]
    assert b"1 service in 1 team" in after[0] or b"1 service, 4 domains" in after[0]


def test_the_portfolio_begins_with_the_most_red_then_yellow_then_by_tier() -> None:
    lead = portal.member(portal.team(), Role.LEAD)
    for name, red, yellow, tier in [("Calm", 0, 0, 1), ("Worse", 2, 0, 3), ("Bad", 1, 3, 2), ("Bad too", 1, 3, 1)]:
        service = readiness.service(lead=lead, name=name, tier=tier, team=lead.memberships.get().team)
        ServiceStatus.objects.filter(service=service).update(red=red, yellow=yellow)

    found = rows(signed_in(lead).get(reverse("readiness:portfolio"), {"_export": "csv"}))

    assert [row["Service"] for row in found] == ["Worse", "Bad too", "Bad", "Calm"]


def test_the_filters_of_the_portfolio_narrow_page_and_export_alike() -> None:
    team = portal.team("Risk", "risk")
    lead = portal.member(team, Role.LEAD)
    one = readiness.service(team=team, lead=lead, name="Fraud", tier=1)
    readiness.service(name="Weather", tier=2)
    ten = ["green 0 1 1"] * 8 + ["red 1 1 0", "green 0 1 1"]
    decided = {"verdict": "go", "decided_for": "production", "decided_for_kind": "production"}
    ServiceStatus.objects.filter(service=one).update(pillars=ten, red=1, owner_holes=0, waived=1, **decided)
    client = signed_in(lead)

    def names(**filters: str) -> list[str]:
        return [row["Service"] for row in rows(client.get("/portfolio/", {**filters, "_export": "csv"}))]

    for filters in (
        {"team": "risk"},
        {"q": "frau"},
        {"tier": "1"},
        {"pillar": "9", "colour": "red"},
        {"colour": "red"},
        {"decision": "go"},
        {"show": "credit"},
    ):
        assert names(**filters) == ["Fraud"], filters
    assert names(pillar="9") == ["Fraud", "Weather"]
    assert names(pillar="1") == ["Weather"]
    assert names(pillar="9", colour="green") == []
    assert names(decision="none") == names(show="holes") == ["Weather"]
    assert sorted(names(state="draft")) == ["Fraud", "Weather"]
    assert names(state="retired") == []


def test_a_filter_that_makes_no_sense_is_said_and_loses_nothing() -> None:
    lead = portal.member(portal.team(), Role.LEAD)
    readiness.service(team=lead.memberships.get().team, lead=lead, name="Fraud")

    response = signed_in(lead).get("/portfolio/", {"tier": "9", "q": "fraud"})

    assert response.status_code == 200
    assert b"Select a valid choice" in response.content
    assert b'value="fraud"' in response.content


def test_a_cell_of_the_export_says_colour_and_open_items() -> None:
    service = readiness.service(name="Fraud")
    reviews.started(service)

    row = rows(signed_in(service.owner).get("/portfolio/", {"_export": "csv"}))[0]

    assert row["Cost"].startswith("Unanswered, ")
    assert row["Data quality"] == "Unanswered"
    assert row["Decision"] == "Not asked"


def test_the_matrix_shows_holes_first_and_names_who_is_away() -> None:
    team = portal.team("Risk")
    lead = portal.member(team, Role.LEAD, name="Lena")
    full = readiness.service(team=team, lead=lead, name="Full")
    for key in ("drift", "retraining", "inference", "logging"):
        assign(full, key, lead)
    readiness.service(team=team, lead=lead, name="Empty")
    today = clock.today_in(lead.time_zone)
    absences.enter(portal.access(lead), person=lead, starts_on=today, ends_on=today)
    client = signed_in(lead)

    page = client.get("/ownership/").content.decode()
    found = rows(client.get("/ownership/", {"_export": "csv"}))

    assert [row["Service"] for row in found] == ["Empty", "Full"]
    assert found[1]["Drift monitoring"] == "Lena"
    assert "One person holds all 4 domains" in page
    assert "no deputy" in page
    assert page.count("Name an owner of") == 4
    assert [row["Service"] for row in rows(client.get("/ownership/", {"show": "holes", "_export": "csv"}))] == ["Empty"]
    assert len(rows(client.get("/ownership/", {"q": "lena", "_export": "csv"}))) == 2


def test_only_a_lead_of_the_team_is_offered_the_ways_to_name_somebody() -> None:
    service = readiness.service()
    other_lead = portal.member(portal.team(), Role.LEAD)
    address = reverse("readiness:ownership_assign", args=[service.slug, "drift"])

    assert b"Name an owner" not in signed_in(other_lead).get("/ownership/").content
    refused = signed_in(other_lead).post(address, {"person": str(service.owner.public_id), "role": "accountable"})

    assert refused.status_code == 422
    assert b"This needs the role lead" in refused.content


def test_naming_somebody_from_the_matrix_comes_back_to_where_one_was() -> None:
    service = readiness.service()
    address = reverse("readiness:ownership_assign", args=[service.slug, "drift"])
    client = signed_in(service.owner)
    wanted = {"person": str(service.owner.public_id), "role": "accountable", "next": "/ownership/?show=holes"}

    response = client.post(address, wanted)

    assert response.headers["Location"] == "/ownership/?show=holes"
    assert service.assignments.current().count() == 1
    elsewhere = client.post(
        reverse("readiness:ownership_assign", args=[service.slug, "logging"]),
        {**wanted, "next": "https://evil.example/"},
    )
    assert elsewhere.headers["Location"] == reverse("readiness:service_ownership", args=[service.slug])


def test_a_refused_name_keeps_what_was_chosen_and_says_why() -> None:
    service = readiness.service()
    address = reverse("readiness:ownership_assign", args=[service.slug, "drift"])
    client = signed_in(service.owner)

    nobody = client.post(address, {"person": "", "role": "supporting"})
    twice = [client.post(address, {"person": str(service.owner.public_id), "role": "supporting"}) for _ in range(2)][1]

    assert (nobody.status_code, twice.status_code) == (422, 422)
    assert b"Choose who holds it." in nobody.content
    assert b"is supporting already" in twice.content
    assert b'value="supporting" class="' in twice.content or b"checked" in twice.content


def test_a_name_can_be_taken_off_with_a_reason() -> None:
    service = readiness.service()
    assign(service, "drift", service.owner)
    held = service.assignments.current().get()
    client = signed_in(service.owner)
    address = reverse("readiness:ownership_vacate", args=[service.slug, held.public_id])

    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "Leaves"}).status_code == 302
    assert client.get(address).status_code == 404
    assert not service.assignments.current().exists()


def test_absences_are_entered_changed_and_cancelled_by_those_who_may() -> None:
    team = portal.team()
    lead, ana, ben = (
        portal.member(team, role, name=name)
        for role, name in ((Role.LEAD, "Lena"), (Role.CONTRIBUTOR, "Ana"), (Role.CONTRIBUTOR, "Ben"))
    )
    today = clock.today_in("UTC")
    wanted = {"person": str(ana.public_id), "starts_on": str(today), "ends_on": str(today), "deputy": ""}

    assert signed_in(ben).post("/absences/", wanted).status_code == 422
    assert signed_in(ana).post("/absences/", {**wanted, "ends_on": "2020-01-01"}).status_code == 422
    assert signed_in(ana).post("/absences/", wanted).status_code == 302
    absence = ana.absences.get()
    deputy = reverse("readiness:absence_deputy", args=[absence.public_id])

    assert signed_in(ben).get(deputy).status_code == 404
    assert signed_in(lead).post(deputy, {"deputy": str(ben.public_id)}).status_code == 302
    assert signed_in(ben).post(reverse("readiness:absence_cancel", args=[absence.public_id])).status_code == 404
    assert signed_in(ana).post(reverse("readiness:absence_cancel", args=[absence.public_id])).status_code == 302
    absence.refresh_from_db()
    assert (absence.deputy, absence.cancelled_at is not None) == (ben, True)


@launches.unwatched()
def test_a_service_at_a_glance_says_what_is_missing_on_the_way() -> None:
    service = readiness.service(name="Fraud")
    engineer, _ = reviews.people(service)
    review = reviews.started(service)
    reviews.green(engineer, reviews.answer(review, "env.configuration"))

    client = signed_in(service.owner)
    page = client.get(reverse("readiness:service", args=[service.slug])).content.decode()
    way = client.get(reverse("readiness:way_to_go", args=[service.slug])).content.decode()

    assert f'hx-get="{reverse("readiness:way_to_go", args=[service.slug])}"' in page
    for words in (
        "critical items are neither green nor on credit.",
        "“Configuration fits the target environment” is green and not signed off.",
        "No pre-launch review of this service was closed.",
        "No readiness assessment of this service was closed",
        "no valid rollback drill",
        "key person",
        "Unknown, to be accepted with a reason:",
        "Tier 2 is declared and not confirmed: an approver confirms it.",
    ):
        assert words in way, words
    assert "Ten pillars" in page
    assert "None was deployed to production yet." in page


def test_from_registration_on_it_says_whether_the_team_can_make_a_go_and_whom_it_lacks() -> None:
    team = portal.team()
    lead = portal.member(team, Role.LEAD, Role.CONTRIBUTOR)
    address = reverse("readiness:service", args=[readiness.service(team=team, lead=lead).slug])

    def says() -> str:
        return signed_in(lead).get(address).content.decode()

    assert f"{team.name} cannot make a go yet. It lacks one who signs off and one who decides." in says()
    portal.member(team, Role.APPROVER)
    assert "It lacks one more person: one who decides." in says()
    portal.member(team, Role.DECIDER)
    assert f"{team.name} can make a go alone: 3 persons answer, sign off and decide." in says()


@override_settings(PERSONS_BEHIND_A_GO=2)
def test_where_two_persons_are_enough_a_signer_may_decide() -> None:
    team = portal.team()
    lead = portal.member(team, Role.LEAD, Role.CONTRIBUTOR)
    portal.member(team, Role.APPROVER, Role.DECIDER)
    address = reverse("readiness:service", args=[readiness.service(team=team, lead=lead).slug])
    assert "can make a go alone: 2 persons" in signed_in(lead).get(address).content.decode()


def test_an_empty_service_says_how_to_begin() -> None:
    service = readiness.service()
    client = signed_in(service.owner)

    for name, words in [
        ("service", "Nothing was reviewed yet"),
        ("service_reviews", "No review yet"),
        ("service_decisions", "No decision yet"),
        ("service_checks", "No check was owed yet"),
        ("service_packs", "No pack yet"),
        ("service_ownership", "Nobody was named yet"),
    ]:
        assert words in client.get(reverse(f"readiness:{name}", args=[service.slug])).content.decode()


def test_the_badge_and_the_heads_of_my_work_say_the_same() -> None:
    review = reviews.started()
    engineer, approver = reviews.people(review.service)
    reviews.green(engineer, reviews.answer(review, "env.configuration"))

    page = signed_in(approver.person).get("/").content.decode()

    assert "Waiting for your sign-off" in page
    assert "Tier to confirm" in page
    assert '<span class="visually-hidden">waiting: </span>2' in page


def test_the_history_of_a_service_says_who_did_what_and_can_be_narrowed() -> None:
    service = readiness.service()
    assign(service, "drift", portal.member(service.team, Role.CONTRIBUTOR, name="Ana"))
    client = signed_in(service.owner)
    address = reverse("readiness:service_history", args=[service.slug])

    found = rows(client.get(address, {"_export": "csv"}))
    narrowed = rows(client.get(address, {"_export": "csv", "what": "ownership"}))

    assert [(row["Verb"], row["Who"]) for row in found] == [
        ("ownership.assigned", service.owner.name),
        ("service.registered", service.owner.name),
    ]
    assert "Ana" in found[0]["What"]
    assert len(narrowed) == 1
    assert client.get(address, {"who": "Ana"}).status_code == 200


def test_the_checks_of_a_service_are_its_own_alone() -> None:
    one = checks.opened(checks.day(12))
    checks.opened(checks.day(12))
    address = reverse("readiness:service_checks", args=[one.service.slug])

    page = signed_in(one.service.owner).get(address)
    found = rows(signed_in(one.service.owner).get(address, {"_export": "csv"}))

    assert len(found) == CheckOccurrence.objects.filter(service=one.service).count() > 0
    assert "Calendar" in page.content.decode()


def test_each_decision_in_the_list_says_what_it_is_worth_now() -> None:
    of = launches.scene()
    launches.decide(of, "no-go")
    launches.decide(of, "go")
    address = reverse("readiness:service_decisions", args=[of.service.slug])

    found = rows(signed_in(of.lead).get(address, {"_export": "csv"}))

    assert [(row["Verdict"], row["Stands"]) for row in found] == [("Go", "Current"), ("No-go", "Superseded")]


def test_who_enters_a_deputy_that_is_away_as_well_is_told() -> None:
    team = portal.team()
    ana, ben = (portal.member(team, Role.CONTRIBUTOR, name=name) for name in ("Ana", "Ben"))
    today = clock.today_in("UTC")
    absences.enter(portal.access(ben), person=ben, starts_on=today, ends_on=today)
    wanted = {"person": str(ana.public_id), "starts_on": str(today), "ends_on": str(today + datetime.timedelta(3))}

    page = signed_in(ana).post("/absences/", {**wanted, "deputy": str(ben.public_id)}, follow=True).content.decode()

    assert "Ben is away on some of these days as well." in page
