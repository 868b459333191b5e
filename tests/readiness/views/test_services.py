"""The pages on which a service is registered and edited."""

import pytest
from django.test import Client
from django.urls import reverse

from portal.models import Team, User
from portal.permissions import Role
from readiness.choices import ServiceState
from readiness.models import Service
from tests.factories import portal, readiness

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return portal.team("Customer Platform", "customer-platform")


@pytest.fixture
def lead(team: Team) -> User:
    return portal.member(team, Role.LEAD, name="Priya Raghunathan")


def test_a_lead_registers_a_service_in_one_page(client: Client, lead: User) -> None:
    client.force_login(lead)

    answer = client.post("/services/new/", filled_in(lead, p95_ms="1800", streaming="on", environments=["production"]))

    service = Service.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == service.get_absolute_url()
    assert (service.slug, service.name, service.streaming) == ("claims-assistant", "Claims assistant", True)
    assert [place.name for place in service.environments.all()] == ["production"]
    assert service.target.p95_ms == 1800


def test_everything_wrong_is_said_at_its_field_and_nothing_typed_is_lost(client: Client, lead: User) -> None:
    readiness.service(team=lead.memberships.get().team, lead=lead, slug="claims-assistant")
    client.force_login(lead)

    answer = client.post(
        "/services/new/",
        filled_in(
            lead,
            slug="claims-assistant",
            tier_reason="",
            personal_data="on",
            p95_ms="1800",
            p99_ms="1500",
            repository_url="javascript:alert(1)",
            description="Answers brokers.",
            error_rate="a lot",
        ),
    )

    errors = answer.context["form"].errors
    assert answer.status_code == 422
    assert set(errors) == {
        "slug",
        "tier_reason",
        "residency",
        "consent",
        "deletion",
        "p99_ms",
        "repository_url",
        "error_rate",
    }
    assert "belongs to Customer Platform" in errors["slug"][0]
    page = answer.content.decode()
    assert "Answers brokers.</textarea>" in page
    assert 'value="a lot"' in page
    assert 'value="javascript:alert(1)"' in page


def test_a_name_without_a_short_name_gets_a_free_one(client: Client, lead: User) -> None:
    readiness.service(slug="claims-assistant")
    client.force_login(lead)

    client.post("/services/new/", filled_in(lead))

    assert Service.objects.filter(slug="claims-assistant-2").exists()


def test_the_short_name_is_proposed_while_the_name_is_typed_but_never_over_ones_own(client: Client, lead: User) -> None:
    client.force_login(lead)

    proposed = client.get("/services/new/slug/", {"name": "Müller’s Claims!", "slug": "", "proposed": ""})
    own = client.get("/services/new/slug/", {"name": "Other", "slug": "mine", "proposed": "mullers-claims"})

    assert 'value="mullers-claims"' in proposed.content.decode()
    assert 'value="mine"' in own.content.decode()


@pytest.mark.parametrize("roles", [(Role.CONTRIBUTOR,), (Role.APPROVER, Role.DECIDER), (Role.VIEWER,)])
def test_who_leads_no_team_has_no_such_page(client: Client, team: Team, roles: tuple[Role, ...]) -> None:
    client.force_login(portal.member(team, *roles))

    assert client.get("/services/new/").status_code == 403
    assert client.post("/services/new/", {}).status_code == 403


def test_a_lead_registers_in_their_own_teams_only(client: Client, lead: User) -> None:
    portal.team("Elsewhere", "elsewhere")
    client.force_login(lead)

    answer = client.post("/services/new/", filled_in(lead, team="elsewhere"))

    assert answer.context["form"].errors["team"] == ["You lead no such team."]
    assert not Service.objects.exists()


def test_the_panel_says_what_applies_and_what_the_last_tick_did(client: Client, lead: User) -> None:
    client.force_login(lead)

    answer = client.get(
        "/services/new/applies/", {"sourcing": "self-hosted", "before": "sourcing=self-hosted&streaming=on"}
    )

    page = answer.content.decode()
    assert "You unticked “Streams its answers”: 1 fewer to answer." in page
    assert '<li class="is-changed"><span>Deployment review' in page
    assert "Left out: only where the service streams its answers; this service does not stream its answers." in page


def test_the_panel_survives_any_query(client: Client, lead: User) -> None:
    client.force_login(lead)

    answer = client.get("/services/new/applies/", {"sourcing": "<script>", "regulations": "nonsense", "before": "%%%"})

    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode().split("</script>")[-1]


def test_an_edit_is_saved_and_leads_back_to_the_service(client: Client, lead: User) -> None:
    service = readiness.service(team=lead.memberships.get().team, lead=lead)
    client.force_login(lead)

    answer = client.post(edit_url(service), edited(service, name="Claims helper"))

    service.refresh_from_db()
    assert answer.status_code == 302
    assert (service.name, service.revision) == ("Claims helper", 2)


def test_a_stale_edit_shows_who_changed_what_and_keeps_what_was_typed(client: Client, lead: User) -> None:
    team = lead.memberships.get().team
    service = readiness.service(team=team, lead=lead)
    other = portal.member(team, Role.LEAD, name="Daniel Kim")
    client.force_login(other)
    client.post(edit_url(service), edited(service, tier_reason="Theirs.", caching="on"))
    client.force_login(lead)

    answer = client.post(edit_url(service), edited(service, tier_reason="Mine.", name="Claims helper"))

    page = answer.content.decode()
    assert answer.status_code == 412
    assert "Daniel Kim changed the reason for the tier and caching in between" in page
    assert "Mine.</textarea>" in page
    assert 'value="Claims helper"' in page
    assert 'name="caching" class="form-check-input" id="id_caching" checked' in page, (
        "what only they changed is taken over"
    )
    service.refresh_from_db()
    assert (service.name, service.tier_reason) == ("Claims assistant", "Theirs.")

    shown_revision = answer.context["form"]["revision"].value()
    client.post(
        edit_url(service),
        edited(service, tier_reason="Mine.", name="Claims helper", caching="on", revision=shown_revision),
    )
    service.refresh_from_db()
    assert (service.name, service.tier_reason, service.caching) == ("Claims helper", "Mine.", True)


def test_nobody_edits_what_they_may_not(client: Client, lead: User, team: Team) -> None:
    service = readiness.service(team=team, lead=lead)
    lead_elsewhere = portal.member(portal.team(), Role.LEAD)
    engineer = portal.member(team, Role.CONTRIBUTOR)
    for person in (lead_elsewhere, engineer):
        client.force_login(person)
        assert client.get(edit_url(service)).status_code == 403
        assert client.post(edit_url(service), edited(service)).status_code == 403


def test_a_restricted_service_does_not_exist_for_others(client: Client, lead: User, team: Team) -> None:
    service = readiness.service(team=team, lead=lead, restricted=True)
    client.force_login(portal.member(portal.team(), Role.LEAD))

    for page in ("edit", "releases", "models", "dependencies", "targets", "environments", "pause", "retire"):
        assert client.get(f"/services/{service.slug}/{page}/").status_code == 404


def test_an_approver_confirms_the_tier_by_one_button(client: Client, lead: User, team: Team) -> None:
    service = readiness.service(team=team, lead=lead)
    client.force_login(portal.member(team, Role.APPROVER, name="Amina El-Sayed"))

    assert "Confirm tier 2" in client.get(service.get_absolute_url()).content.decode()
    client.post(reverse("readiness:tier_confirm", args=[service.slug]), {"revision": service.revision})

    service.refresh_from_db()
    assert service.tier_confirmed_by is not None
    assert "confirmed by Amina El-Sayed" in client.get(service.get_absolute_url()).content.decode()


@pytest.mark.parametrize("revision", ["", "7", "x", "99999999999999999999"])
def test_a_tier_that_was_changed_in_between_is_not_confirmed(
    client: Client, lead: User, team: Team, revision: str
) -> None:
    service = readiness.service(team=team, lead=lead)
    client.force_login(portal.member(team, Role.APPROVER))

    client.post(reverse("readiness:tier_confirm", args=[service.slug]), {"revision": revision})

    service.refresh_from_db()
    assert service.tier_confirmed_by is None


def test_pausing_asks_for_a_day_and_a_reason(client: Client, lead: User, team: Team) -> None:
    service = readiness.service(team=team, lead=lead)
    Service.objects.filter(pk=service.pk).update(state=ServiceState.LIVE)
    client.force_login(lead)
    url = reverse("readiness:service_pause", args=[service.slug])

    refused = client.post(url, {"until": "yesterday", "reason": ""})
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"until", "reason"}
    client.post(url, {"until": "2099-01-01", "reason": "The provider moves."})

    service.refresh_from_db()
    assert service.state == ServiceState.PAUSED
    client.post(reverse("readiness:service_resume", args=[service.slug]))
    service.refresh_from_db()
    assert service.state == ServiceState.LIVE


def test_hostile_words_are_shown_as_words(client: Client, lead: User, team: Team) -> None:
    readiness.service(team=team, lead=lead, slug="x", name="<script>alert(1)</script>", description='"><img src=x>')
    client.force_login(lead)

    for page in ("", "edit/", "releases/", "models/", "dependencies/", "targets/", "environments/"):
        shown = client.get(f"/services/x/{page}").content.decode()
        assert "<script>alert" not in shown
        assert "<img src=x>" not in shown


def filled_in(lead: User, **values: object) -> dict[str, object]:
    defaults: dict[str, object] = {
        "name": "Claims assistant",
        "slug": "",
        "team": "customer-platform",
        "owner": lead.public_id,
        "tier": "2",
        "tier_reason": "Brokers rely on it.",
        "sourcing": "self-hosted",
        "environments": ["production", "staging"],
        "currency": "EUR",
    }
    return {**defaults, **values}


def edited(service: Service, **values: object) -> dict[str, object]:
    defaults: dict[str, object] = {
        "name": "Claims assistant",
        "owner": service.owner.public_id,
        "tier": "2",
        "tier_reason": "Brokers rely on it during the day.",
        "sourcing": "self-hosted",
        "revision": 1,
    }
    return {**defaults, **values}


def edit_url(service: Service) -> str:
    return reverse("readiness:service_edit", args=[service.slug])
