"""Registering and changing services."""

import datetime
import json
from typing import Any

import pytest
from django.db import connection

from portal.errors import Conflict, DomainError, NotPermitted
from portal.models import AuditEvent, User
from portal.permissions import Role
from readiness.actions import reviews, service_changes, service_states
from readiness.choices import ServiceState
from readiness.models import Service
from readiness.queries import status
from tests.factories import portal, readiness

pytestmark = pytest.mark.django_db


def test_registering_makes_all_that_a_service_needs() -> None:
    service = readiness.service(slug="claims-assistant", restricted=True)

    assert service.state == ServiceState.DRAFT
    assert service.scope.restricted
    assert [place.name for place in service.environments.all()] == ["production", "staging"]
    assert service.target.p95_ms is None
    assert service.status.version == 1
    assert service.revision == 1
    assert json.loads(service.revisions.get().content)["name"] == "Claims assistant"


def test_the_status_of_a_new_service_is_what_recomputing_gives() -> None:
    service = readiness.service()

    kept = {name: getattr(service.status, name) for name in status.standing_of(service).as_fields()}

    assert kept == status.standing_of(service).as_fields()
    assert kept["owner_holes"] == 4


def test_registering_is_one_event_that_carries_the_digest() -> None:
    service = readiness.service(slug="claims-assistant")

    event = AuditEvent.objects.get(verb="service.registered")
    facts = json.loads(event.body)["facts"]
    assert facts["service"] == "claims-assistant"
    assert facts["digest"] == service.content_digest == service.revisions.get().digest


def test_only_a_lead_of_the_team_registers() -> None:
    team = portal.team()
    engineer = portal.member(team, Role.CONTRIBUTOR)
    lead_elsewhere = portal.member(portal.team(), Role.LEAD)

    for person in (engineer, lead_elsewhere):
        with pytest.raises(NotPermitted):
            readiness.service(team=team, lead=person)
    assert not Service.objects.exists()


def test_every_wrong_field_is_named_at_once() -> None:
    with pytest.raises(DomainError) as refusal:
        readiness.service(slug="New", name=" ", tier=7, sourcing="guesswork", personal_data=True, consent="")

    assert refusal.value.errors.keys() == {"slug", "name", "tier", "sourcing", "consent"}


def test_a_taken_short_name_says_whose_it_is_and_proposes_another() -> None:
    readiness.service(slug="claims-assistant", team=portal.team("Claims Automation"))

    with pytest.raises(DomainError) as refusal:
        readiness.service(slug="claims-assistant")

    assert refusal.value.errors["slug"] == [
        "claims-assistant belongs to Claims Automation. Choose another, such as claims-assistant-2."
    ]


def test_a_short_name_taken_by_what_one_may_not_see_tells_nothing_more() -> None:
    readiness.service(slug="secret", team=portal.team("Mergers"), restricted=True)

    with pytest.raises(DomainError) as refusal:
        readiness.service(slug="secret")

    assert "Mergers" not in refusal.value.message


def test_the_owner_is_somebody_of_the_team() -> None:
    service = readiness.service()
    outsider = portal.member(portal.team(), Role.LEAD, name="Olga Outside")

    with pytest.raises(DomainError) as refusal:
        changed(service, owner=outsider)

    assert refusal.value.errors["owner"] == [f"Olga Outside is not in {service.team}. Choose somebody of the team."]


def test_a_change_becomes_the_next_revision_and_names_its_fields() -> None:
    service = readiness.service()

    service = changed(service, caching=True, description="Answers brokers.")

    assert service.revision == 2
    facts = json.loads(AuditEvent.objects.get(verb="service.changed").body)["facts"]
    assert facts["fields"] == ["description", "caching"]
    assert [json.loads(row.content)["caching"] for row in service.revisions.all()] == [False, True]


def test_a_change_of_nothing_leaves_no_trace() -> None:
    service = readiness.service()

    assert changed(service).revision == 1
    assert not AuditEvent.objects.filter(verb="service.changed").exists()


def test_a_stale_change_is_refused_and_says_who_changed_what() -> None:
    service = readiness.service()
    other_lead = portal.member(service.team, Role.LEAD, name="Priya Raghunathan")
    changed(service, by=other_lead, tier=1, caching=True)

    with pytest.raises(Conflict) as conflict:
        changed(service, description="Mine", revision=1)

    assert (
        conflict.value.message
        == "Priya Raghunathan changed the tier and caching in between. Nothing you typed is lost."
    )
    service.refresh_from_db()
    assert service.description == ""


def test_traits_decide_anew_which_items_of_an_open_review_apply() -> None:
    service = readiness.service(streaming=True)
    release = readiness.release(service)
    review = reviews.start(portal.access(service.owner), service=service, kind="deployment", release=release)

    changed(service, streaming=False)

    answer = review.answers.get(item_key="api.streaming")
    assert not answer.applies
    assert "does not stream" in answer.left_out_reason
    facts = json.loads(AuditEvent.objects.get(verb="service.changed").body)["facts"]
    assert facts["left_out"] == ["api.streaming"]
    assert facts["brought_in"] == []


def test_an_approver_confirms_the_tier() -> None:
    service = readiness.service()
    approver = portal.member(service.team, Role.APPROVER)

    confirmed = service_changes.confirm_tier(portal.access(approver), service=service, revision=1)

    assert confirmed.tier_confirmed_by == approver
    with pytest.raises(DomainError, match="confirmed already"):
        service_changes.confirm_tier(portal.access(approver), service=service, revision=1)


def test_who_declared_the_tier_does_not_confirm_it_even_after_others_changed_the_rest() -> None:
    team = portal.team()
    declarer = portal.member(team, Role.LEAD, Role.APPROVER)
    service = readiness.service(team=team, lead=declarer)
    changed(service, by=portal.member(team, Role.LEAD), caching=True)

    with pytest.raises(DomainError, match="You declared tier 2 yourself"):
        service_changes.confirm_tier(portal.access(declarer), service=service, revision=2)


def test_a_second_account_of_the_same_person_does_not_confirm_the_tier() -> None:
    team = portal.team()
    declarer = portal.member(team, Role.LEAD)
    service = readiness.service(team=team, lead=declarer)
    second_account = portal.person(identity=declarer.identity)
    portal.member(team, Role.APPROVER, who=second_account)

    with pytest.raises(DomainError, match="You declared"):
        service_changes.confirm_tier(portal.access(second_account), service=service, revision=1)


def test_a_changed_tier_waits_for_confirmation_again() -> None:
    service = readiness.service()
    service_changes.confirm_tier(
        portal.access(portal.member(service.team, Role.APPROVER)), service=service, revision=service.revision
    )

    assert changed(service, caching=True).tier_confirmed_by is not None
    assert changed(service, caching=True, tier=1).tier_confirmed_by is None


def test_a_lead_does_not_confirm_a_tier() -> None:
    service = readiness.service()
    other_lead = portal.member(service.team, Role.LEAD)

    with pytest.raises(NotPermitted):
        service_changes.confirm_tier(portal.access(other_lead), service=service, revision=1)


def test_a_live_service_pauses_until_a_day_and_comes_back_by_itself() -> None:
    service = live()
    tomorrow = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1)

    service_states.pause(portal.access(service.owner), service=service, until=tomorrow, reason="Provider moves.")
    service.refresh_from_db()
    assert (service.state, service.paused_until) == (ServiceState.PAUSED, tomorrow)

    assert service_states.resume_due(datetime.datetime.now(datetime.UTC)) == 0
    assert service_states.resume_due(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)) == 1
    service.refresh_from_db()
    assert (service.state, service.paused_until) == (ServiceState.LIVE, None)


def test_one_service_that_cannot_come_back_holds_up_no_other() -> None:
    first, second = live(), live()
    Service.objects.update(state=ServiceState.PAUSED, paused_until=datetime.date(2026, 1, 1))

    def retires_first(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Somebody retires the first service in between."""
        if sql.startswith("SELECT") and params == (first.pk,) and "readiness_service" in sql:
            execute(f"UPDATE readiness_service SET state = 'retired' WHERE id = {first.pk}", None, False, context)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(retires_first):
        assert service_states.resume_due(datetime.datetime.now(datetime.UTC)) == 1

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (ServiceState.PAUSED, ServiceState.LIVE)  # the retiring was taken back too


def test_a_draft_is_not_paused_and_a_reason_is_needed() -> None:
    service = readiness.service()
    access, day = portal.access(service.owner), datetime.date(2999, 1, 1)

    with pytest.raises(DomainError, match="A service that is draft cannot become paused"):
        service_states.pause(access, service=service, until=day, reason="Because.")
    with pytest.raises(DomainError) as refusal:
        service_states.pause(access, service=service, until=datetime.date(2020, 1, 1), reason=" ")
    assert refusal.value.errors.keys() == {"until", "reason"}


def test_a_retired_service_stays_retired() -> None:
    service = live()
    access = portal.access(service.owner)

    service_states.retire(access, service=service, reason="Replaced by claims-2.")

    with pytest.raises(DomainError, match="The service is not paused"):
        service_states.resume(access, service=Service.objects.get(pk=service.pk))
    event = AuditEvent.objects.filter(verb="service.state-changed").latest("number")
    assert event.texts.get(name="reason").value == "Replaced by claims-2."


def changed(
    service: Service, *, by: User | None = None, owner: User | None = None, revision: int = 0, **facts: object
) -> Service:
    service = Service.objects.get(pk=service.pk)
    return service_changes.change(
        portal.access(by or service.owner),
        service=service,
        owner=owner or service.owner,
        facts=readiness.facts(**facts),
        restricted=False,
        revision=revision or service.revision,
    )


def live() -> Service:
    service = readiness.service()
    Service.objects.filter(pk=service.pk).update(state=ServiceState.LIVE)
    service.refresh_from_db()
    return service
