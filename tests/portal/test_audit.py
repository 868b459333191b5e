"""Recording an event: what it may carry, whom it names, and how it is chained."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from django.db import transaction

from portal import audit, canonical, origin, verbs
from portal.append_only import upkeep
from portal.errors import RecordUnavailable
from portal.models import AuditEvent, AuditHead, AuditText, Team
from tests.factories import portal, readiness

pytestmark = pytest.mark.django_db


@transaction.atomic
def note(verb: audit.Verb = verbs.TEAM_CHANGED, target: Any = None, **said: Any) -> AuditEvent:
    return audit.record(None, verb, target or portal.team(), **said)


def body(event: AuditEvent) -> Mapping[str, Any]:
    told: Mapping[str, Any] = json.loads(AuditEvent.objects.get(pk=event.pk).body)
    return told


def test_each_event_follows_the_one_before_and_the_head_moves_with_it() -> None:
    first, second = note(), note()

    assert (second.number, second.previous) == (first.number + 1, first.digest)
    assert second.digest == audit.chained(first.digest, second.body)
    head = AuditHead.objects.get()
    assert (head.number, head.digest) == (second.number, second.digest)


def test_the_first_event_follows_from_the_installation() -> None:
    first = AuditEvent.objects.get(number=1)

    assert first.previous == audit.genesis(str(AuditHead.objects.get().deployment))


def test_the_leaf_is_that_of_rfc_6962() -> None:
    assert audit.leaf("").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


def test_the_body_is_canonical_and_says_what_the_columns_repeat() -> None:
    service = readiness.service()
    with origin.arriving("api", "request-7"), transaction.atomic():
        event = audit.record(portal.access(service.owner), verbs.TEAM_CHANGED, service, scope=service.scope)

    told = body(event)
    assert canonical.dumps(told) == event.body
    assert (told["actor"], told["scope"]) == (str(service.owner.public_id), str(service.scope.public_id))
    assert told["target"] == {"kind": "service", "id": str(service.public_id)}
    assert (told["via"], told["request"], told["verb"]) == ("api", "request-7", "team.changed")


def test_names_and_words_stand_beside_the_chain_as_commitments() -> None:
    event = note(verbs.PERSON_ADDED, texts={"name": "Ann Other", "email": "ann@example.com"})

    assert "Ann" not in event.body
    assert "example.com" not in event.body
    text = AuditText.objects.get(event=event, name="name")
    assert text.value == "Ann Other"
    assert body(event)["texts"]["name"] == audit.commitment(text.salt, "Ann Other")


def test_the_same_words_are_committed_to_differently_each_time() -> None:
    one, other = (body(note(verbs.PERSON_ADDED, texts={"name": "Ann"}))["texts"]["name"] for _ in range(2))

    assert one != other


def test_the_network_address_is_a_text_that_can_be_erased() -> None:
    with origin.arriving("page", "request-1", "192.0.2.1"):
        event = note()

    assert "192.0.2.1" not in event.body
    assert event.texts.get(name="address").value == "192.0.2.1"


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"facts": {"password": "x"}}, "does not carry password"),
        ({"texts": {"diary": "x"}}, "does not carry diary"),
        ({"facts": {"team": "x" * 201}}, "team is longer than a fact is"),
        ({"facts": {"fields": ["ok", "x" * 201]}}, "fields is longer than a fact is"),
    ],
)
def test_what_a_verb_does_not_carry_is_refused(said: dict[str, Any], complaint: str) -> None:
    before = AuditEvent.objects.count()

    with pytest.raises(ValueError, match=complaint):
        note(**said)

    assert AuditEvent.objects.count() == before


def test_a_fact_is_never_a_broken_number() -> None:
    with pytest.raises(TypeError, match="float has no canonical form"):
        note(facts={"team": 0.1})


@pytest.mark.parametrize(
    ("name", "sentence", "carried"),
    [
        ("Team changed", "changed", {}),
        ("dragon.fed", "fed {whom}", {"facts": "who"}),
        ("dragon.fed", "fed", {"facts": "who", "texts": "who"}),
        ("team.changed", "again", {}),
    ],
    ids=["no such name", "a sentence of what it does not carry", "both a fact and a text", "declared twice"],
)
def test_a_verb_is_declared_once_and_completely(name: str, sentence: str, carried: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"no verb|does not carry|twice"):
        audit.verb(name, sentence, **carried)


def test_an_event_is_refused_outside_of_its_changes_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction.get_connection(), "in_atomic_block", False)

    with pytest.raises(RuntimeError, match="transaction of its change"):
        audit.record(None, verbs.TEAM_CHANGED, Team(pk=1))


def test_a_record_without_a_head_takes_no_event() -> None:
    upkeep.take_down()
    AuditHead.objects.all()._raw_delete(using="default")

    with pytest.raises(RecordUnavailable):
        note()


def test_probing_the_record_leaves_nothing_behind() -> None:
    note()
    before = list(AuditEvent.objects.values()), list(AuditHead.objects.values()), AuditText.objects.count()

    audit.probe()

    assert (list(AuditEvent.objects.values()), list(AuditHead.objects.values()), AuditText.objects.count()) == before
