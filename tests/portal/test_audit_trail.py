"""The audit trail: who sees which events, in which words, and how one finds them."""

import csv
import datetime
import io
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal import audit, clock, origin, verbs
from portal.access import access_of
from portal.append_only import upkeep
from portal.models import AuditEvent, AuditText, User
from portal.permissions import Access, Role
from portal.queries import audit_trail
from readiness.actions import answers
from readiness.models import Service
from readiness.queries import wording
from tests.factories import portal, readiness, record, reviews

pytestmark = pytest.mark.django_db


def shown(access: Access) -> set[int]:
    return set(audit_trail.events(access).values_list("number", flat=True))


def numbers(*kinds: str, **about: Any) -> set[int]:
    return set(AuditEvent.objects.filter(verb__in=kinds, **about).values_list("number", flat=True))


def note(access: Access | None, verb: audit.Verb, target: Any, **said: Any) -> AuditEvent:
    with transaction.atomic():
        return audit.record(access, verb, target, **said)


def page(who: User, query: str = "") -> Any:
    client = Client()
    client.force_login(who)
    return client.get(reverse("portal:audit_trail") + query)


def sentences(who: User, query: str = "") -> list[str]:
    return [line.sentence for line in page(who, query).context["table"].lines]


# Who sees what


def test_events_of_an_open_service_are_seen_by_everybody() -> None:
    service = readiness.service()

    assert numbers("service.registered", scope=service.scope) <= shown(portal.access(portal.person()))


def test_events_of_a_restricted_service_are_seen_by_its_team_and_compliance_alone() -> None:
    service = readiness.service(restricted=True)
    of_it = numbers("service.registered", scope=service.scope)

    assert of_it <= shown(portal.access(service.owner))
    assert of_it <= shown(portal.access(portal.member(None, Role.COMPLIANCE)))
    assert not of_it & shown(portal.access(portal.person()))
    assert not of_it & shown(portal.access(portal.member(None, Role.ADMINISTRATOR)))


def test_what_happened_to_people_is_seen_by_compliance_and_administrators_and_whom_it_concerns() -> None:
    administrator, concerned = portal.member(None, Role.ADMINISTRATOR), portal.person()
    event = note(portal.access(administrator), verbs.PERSON_CLOSED, concerned, texts={"name": concerned.name})

    assert event.number in shown(portal.access(administrator))
    assert event.number in shown(portal.access(portal.member(None, Role.COMPLIANCE)))
    assert event.number in shown(portal.access(concerned))
    assert event.number not in shown(portal.access(portal.member(portal.team(), Role.LEAD)))


def test_what_a_person_did_themselves_is_seen_by_them() -> None:
    person = portal.person()
    event = note(portal.access(person), verbs.SIGNED_IN, person, facts={"method": "password"})

    assert event.number in shown(portal.access(person))


def test_a_token_of_one_team_sees_that_team_alone() -> None:
    service, other = readiness.service(), readiness.service()
    access = access_of(service.owner, only_team=service.scope.team_id)

    assert shown(access) == set(AuditEvent.objects.filter(scope=service.scope).values_list("number", flat=True))
    assert not shown(access) & numbers("service.registered", scope=other.scope)


def test_the_count_says_nothing_of_what_one_may_not_see() -> None:
    person = portal.person()
    before = page(person).context["table"].page.paginator.count
    readiness.service(restricted=True)

    assert page(person).context["table"].page.paginator.count == before


# In which words


@pytest.fixture
def service() -> Service:
    return readiness.service(name="Claims assistant", slug="claims-assistant")


def test_an_event_is_told_as_a_sentence_with_its_place_its_author_and_its_way(service: Service) -> None:
    with origin.arriving("page", "request", "192.0.2.9"):
        review = reviews.started(service)
        engineer, _ = reviews.people(service)
        item = reviews.answer(review, review.answers.all()[0].item_key)
        reviews.green(engineer, item)

    line = audit_trail.lines(engineer, list(audit_trail.events(engineer, scope=service.scope)[:1]))[0]

    assert line.sentence == f"Rated {wording.named(item.item_key)} green"
    assert (line.who, line.place, line.via) == ("Enno Engineer", f"Claims assistant, {item.item_key}", "web")
    assert line.digest == AuditEvent.objects.latest("number").digest


def test_the_address_is_shown_to_compliance_and_administrators_alone(service: Service) -> None:
    with origin.arriving("page", "request", "192.0.2.9"):
        note(None, verbs.TEAM_ADDED, service.scope.team, scope=service.scope, facts={"team": "x", "time_zone": "UTC"})
    last = [AuditEvent.objects.latest("number")]

    told = {
        role: audit_trail.lines(portal.access(portal.member(None, role)), last)[0].address
        for role in (Role.COMPLIANCE, Role.ADMINISTRATOR, Role.AUDITOR)
    }
    assert told == {Role.COMPLIANCE: "192.0.2.9", Role.ADMINISTRATOR: "192.0.2.9", Role.AUDITOR: ""}


def test_what_changed_is_told_as_it_was_and_as_it_is(service: Service) -> None:
    review = reviews.started(service)
    engineer, _ = reviews.people(service)
    item = reviews.green(engineer, reviews.answer(review, review.answers.all()[0].item_key))
    answers.describe(engineer, answer=item, text="The limit is not known.", version=0)
    answers.rate(engineer, answer=item, rating="yellow", version=1)

    rated, described = audit_trail.lines(engineer, list(audit_trail.events(engineer, scope=service.scope)[:2]))

    assert [(change.name, change.old, change.new) for change in rated.changes] == [("rating", "green", "yellow")]
    assert [(change.name, change.old, change.new) for change in described.changes] == [
        ("text", "", "The limit is not known.")
    ]


def test_words_that_were_erased_say_so(service: Service) -> None:
    event = note(None, verbs.PERSON_ADDED, portal.person(), texts={"name": "Ann Other", "email": "ann@example.com"})
    compliance = portal.access(portal.member(None, Role.COMPLIANCE))
    record.erase(event)

    line = audit_trail.lines(compliance, [event])[0]

    assert line.sentence == "Added erased"
    assert [(change.name, change.new) for change in line.changes] == [("email", "erased")]


def test_erased_words_do_not_come_back_by_way_of_a_revision(service: Service) -> None:
    review = reviews.started(service)
    engineer, _ = reviews.people(service)
    item = reviews.answer(review, review.answers.all()[0].item_key)
    answers.describe(engineer, answer=item, text="Ask Ann Other.", version=0)
    answers.describe(engineer, answer=reviews.answer(review, item.item_key), text="Ask somebody.", version=1)
    for event in AuditEvent.objects.filter(verb="item.described"):
        record.erase(event)

    lines = audit_trail.lines(engineer, list(AuditEvent.objects.filter(verb="item.described")))

    assert [change.new for line in lines for change in line.changes] == ["erased", "erased"]


def test_an_event_of_a_verb_that_is_no_longer_known_is_still_told(service: Service) -> None:
    strange = audit.Verb("dragon.fed", "fed the dragon {name}", frozenset({"name"}))
    event = note(None, strange, service, scope=service.scope, facts={"name": "Bob"})

    assert audit_trail.lines(portal.access(service.owner), [event])[0].sentence == "Dragon fed"


def test_every_verb_has_a_sentence_and_a_group() -> None:
    grouped = {name for key, _ in audit.verb_groups.items() for name in audit.verbs_of(key)}

    assert {verb.name for verb in audit.verbs} - grouped == set()
    assert all(verb.sentence for verb in audit.verbs)


# How one finds them


def test_one_finds_events_by_person_service_group_and_number(service: Service) -> None:
    other = readiness.service(name="Fraud scoring")
    compliance = portal.member(None, Role.COMPLIANCE, name="Cora Compliance")
    registered = AuditEvent.objects.get(verb="service.registered", scope=service.scope)

    def found(query: str) -> set[int]:
        return {line.number for line in page(compliance, query).context["table"].lines}

    assert found("?service=claims-ass") == found("?service=Claims+assistant") != set()
    assert registered.number in found("?service=claims")
    assert not found("?service=claims") & set(AuditEvent.objects.filter(scope=other.scope).values_list("pk", flat=True))
    assert found(f"?who={service.owner.name.replace(' ', '+')}") >= {registered.number}
    assert found("?who=portal") == set(AuditEvent.objects.filter(actor=None).values_list("number", flat=True))
    assert found("?what=services") >= numbers("service.registered")
    assert not found("?what=decisions")
    assert found(f"?number={registered.number}") == {registered.number}


def test_days_are_those_of_the_readers_zone(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    compliance = portal.member(None, Role.COMPLIANCE)
    compliance.time_zone = "Pacific/Auckland"
    compliance.save()
    late = datetime.datetime(2026, 11, 11, 12, 30, tzinfo=datetime.UTC)  # 12 Nov, 01:30 in Auckland
    monkeypatch.setattr(clock, "now", lambda: late)
    event = note(None, verbs.TEAM_ADDED, service.scope.team, facts={"team": "x", "time_zone": "UTC"})
    monkeypatch.undo()

    def found(query: str) -> bool:
        return event.number in {line.number for line in page(compliance, query).context["table"].lines}

    assert found("?since=2026-11-12&until=2026-11-12")
    assert not found("?since=2026-11-11&until=2026-11-11")


def test_a_day_that_is_none_is_refused_at_its_field(service: Service) -> None:
    answer = page(service.owner, "?since=yesterday")

    assert answer.status_code == 200
    assert "Enter a valid date" in answer.content.decode()


def test_oldest_first_turns_the_order_round(service: Service) -> None:
    def order(query: str) -> list[int]:
        return [line.number for line in page(service.owner, query).context["table"].lines]

    assert order("?sort=number") == sorted(order(""))
    assert order("") == sorted(order(""), reverse=True)


def test_the_file_holds_exactly_what_is_shown(service: Service) -> None:
    answer = page(service.owner, "?what=services&_export=csv")

    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    lines = page(service.owner, "?what=services").context["table"].lines
    assert [(row["Event"], row["What"], row["Digest"]) for row in rows] == [
        (str(line.number), line.sentence, line.digest) for line in lines
    ]
    assert rows


def test_an_empty_answer_says_how_to_go_on(service: Service) -> None:
    assert "No event fits these filters" in page(service.owner, "?number=999999").content.decode()


def test_the_page_needs_as_many_statements_for_many_events_as_for_few(service: Service) -> None:
    def statements(query: str) -> int:
        client = Client()
        client.force_login(service.owner)
        client.get(reverse("portal:audit_trail"))  # the first page of a session writes the session
        with CaptureQueriesContext(connection) as counted:
            client.get(reverse("portal:audit_trail") + query)
        return len(counted)

    few = statements("?what=services")
    review = reviews.started(service)
    engineer, _ = reviews.people(service)
    reviews.green(engineer, reviews.answer(review, review.answers.all()[0].item_key))

    assert statements("") <= few
    assert few <= 10


# How far it is verified


def test_the_page_says_how_far_the_record_was_verified(service: Service) -> None:
    compliance = portal.member(None, Role.COMPLIANCE)
    assert "The record was not verified yet" in page(compliance).content.decode()
    client = Client()
    client.force_login(compliance)

    answer = client.post(reverse("portal:record_verify"), follow=True)

    last = AuditEvent.objects.latest("number")
    assert f"Record verified up to event {last.number - 1}" in answer.content.decode()
    assert last.verb == "record.verified"
    assert page(compliance).context["verified"].waiting == 1


def test_a_record_that_does_not_verify_is_said_to_everybody(service: Service) -> None:
    compliance = portal.member(None, Role.COMPLIANCE)
    record.put_guards_aside()
    event = AuditText.objects.first() or note(None, verbs.PERSON_ADDED, compliance, texts={"name": "x"}).texts.get()
    AuditText.objects.filter(pk=event.pk).update(value="forged")
    upkeep.put_up()
    client = Client()
    client.force_login(compliance)
    client.post(reverse("portal:record_verify"))

    assert "The record does not verify" in page(service.owner).content.decode()


def test_only_compliance_and_administrators_verify(service: Service) -> None:
    client = Client()
    client.force_login(service.owner)

    assert client.post(reverse("portal:record_verify")).status_code == 403
    assert "Check now" not in page(service.owner).content.decode()


# What a pack prints


def test_a_pack_gets_the_events_of_a_scope_and_period_up_to_an_event_oldest_first(service: Service) -> None:
    other = readiness.service()
    readiness.release(service, label="5.0.0")
    now = clock.now()
    up_to = AuditEvent.objects.latest("number").number
    readiness.release(service, label="6.0.0")
    day = datetime.timedelta(days=1)

    rows = list(audit_trail.rows(audit_trail.of_period(service.scope, now - day, now + day, up_to)))

    assert [row.number for row in rows] == sorted(row.number for row in rows)
    assert rows[-1].sentence == "planned release 5.0.0"
    assert rows[-1].who == service.owner.name
    assert {row.digest for row in rows} == set(
        AuditEvent.objects.filter(scope=service.scope, number__lte=up_to).values_list("digest", flat=True)
    )
    assert not {row.number for row in rows} & set(
        AuditEvent.objects.filter(scope=other.scope).values_list("pk", flat=True)
    )
    assert not audit_trail.of_period(service.scope, now - 2 * day, now - day, up_to).exists()
