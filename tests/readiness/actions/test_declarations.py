"""Targets, environments, dependencies, models and their versions."""

import datetime
import json
from decimal import Decimal
from typing import Any

import pytest

from portal.errors import Conflict, DomainError, NotPermitted
from portal.models import AuditEvent
from portal.permissions import Role
from readiness.actions import answers, dependencies, environments, reviews, served_models, targets
from readiness.choices import DependencyState, ItemState
from readiness.models import Service, ServiceTarget
from readiness.rules.measures import Targets
from readiness.rules.served_models import RegistryFacts
from tests.factories import portal, readiness

pytestmark = pytest.mark.django_db


def promise(service: Service, revision: int, **numbers: Any) -> ServiceTarget:
    return targets.change(
        portal.access(service.owner),
        service=service,
        targets=Targets(**numbers),
        revision=revision,
    )


def test_targets_become_revisions() -> None:
    service = readiness.service()

    promise(service, 0, p95_ms=Decimal(1800))
    head = promise(service, 1, p95_ms=Decimal(1800), accuracy=Decimal("0.92"), accuracy_metric="F1")

    assert [json.loads(row.content)["accuracy"] for row in head.revisions.all()] == [None, "0.92"]
    facts = json.loads(AuditEvent.objects.filter(verb="targets.changed").latest("number").body)["facts"]
    assert facts["fields"] == ["accuracy", "accuracy_metric"]
    assert facts["digest"] == head.content_digest


def test_the_same_targets_again_are_no_change() -> None:
    service = readiness.service()
    promise(service, 0, p95_ms=Decimal("1800.0"))

    assert promise(service, 1, p95_ms=Decimal(1800)).revision == 1


def test_stale_targets_are_refused_and_say_who_changed_what() -> None:
    service = readiness.service()
    promise(service, 0, p95_ms=Decimal(1800), availability=Decimal("99.9"))

    with pytest.raises(Conflict) as conflict:
        promise(service, 0, p95_ms=Decimal(900))

    assert conflict.value.message == (
        f"{service.owner.name} changed p95 latency and availability in between. Nothing you typed is lost."
    )


def test_a_p99_below_the_p95_is_refused_at_its_field() -> None:
    with pytest.raises(DomainError) as refusal:
        promise(readiness.service(), 0, p95_ms=Decimal(1800), p99_ms=Decimal(1500))

    assert refusal.value.errors == {
        "p99_ms": ["p99 is 1500 ms and p95 is 1800 ms. p99 is never the lower one: check which is which."]
    }


def test_a_stricter_target_turns_a_measured_item_of_an_open_review() -> None:
    service = readiness.service()
    head = promise(service, 0, p95_ms=Decimal(1800), p99_ms=Decimal(2500))
    access = portal.access(service.owner)
    review = reviews.start(access, service=service, kind="deployment", release=readiness.release(service))
    answer = review.answers.get(item_key="perf.latency")
    for name in ("p95_ms", "p99_ms"):
        answer = answers.measure(access, answer=answer, name=name, value="1500", version=0)
    for number in (1, 2, 3, 4):
        answer = answers.mark_point(access, answer=answer, number=number, state="ticked", version=0)
    answer = answers.rate(access, answer=answer, rating="green", version=0)
    assert answer.state == ItemState.GREEN

    promise(service, head.revision, p95_ms=Decimal(1000), p99_ms=Decimal(1200))

    answer.refresh_from_db()
    assert answer.state != ItemState.GREEN


def test_environments_are_added_once() -> None:
    service = readiness.service()
    access = portal.access(service.owner)

    assert environments.add(access, service=service, name=" Production-EU ", kind="production").name == "production-eu"
    for name, kind in (
        ("production-eu", "production"),
        ("", "staging"),
        ("a/b", "staging"),
        ("x" * 41, "staging"),
        ("qa", "moon"),
    ):
        with pytest.raises(DomainError):
            environments.add(access, service=service, name=name, kind=kind)
    assert service.environments.count() == 3


def test_an_engineer_declares_a_dependency_and_says_what_is_wrong() -> None:
    service = readiness.service()
    engineer = portal.access(portal.member(service.team, Role.CONTRIBUTOR))
    added = dependencies.add(engineer, service=service, name="Vector store")
    assert added.state == DependencyState.UNKNOWN

    with pytest.raises(DomainError) as refusal:
        dependencies.declare(engineer, dependency=added, state="down")
    assert set(refusal.value.errors) == {"note"}
    declared = dependencies.declare(engineer, dependency=added, state="down", note="Disk full until noon.")

    assert declared.declared_by == engineer.person
    event = AuditEvent.objects.get(verb="dependency.declared")
    assert {text.name: text.value for text in event.texts.all()} == {
        "name": "Vector store",
        "note": "Disk full until noon.",
    }


def test_what_was_wrong_ends_when_it_is_stable_again_and_a_new_note_stays() -> None:
    service = readiness.service()
    engineer = portal.access(portal.member(service.team, Role.CONTRIBUTOR))
    added = dependencies.add(engineer, service=service, name="Vector store")
    dependencies.declare(engineer, dependency=added, state="down", note="Disk full until noon.")

    dependencies.declare(engineer, dependency=added, state="stable", note="Disk full until noon.")
    assert service.dependencies.get().note == ""

    dependencies.declare(engineer, dependency=added, state="degraded", note="Slow since one.")
    dependencies.declare(engineer, dependency=added, state="stable", note="Moved to larger disks.")
    assert service.dependencies.get().note == "Moved to larger disks."


def test_a_dependency_stands_once_and_may_come_back_after_it_was_taken_off() -> None:
    service = readiness.service()
    access = portal.access(service.owner)
    added = dependencies.add(access, service=service, name="Vector store")
    with pytest.raises(DomainError, match="depends on “Vector store” already"):
        dependencies.add(access, service=service, name="Vector store")

    dependencies.remove(access, dependency=added)
    with pytest.raises(DomainError, match="taken off already"):
        dependencies.declare(access, dependency=added, state="stable")

    assert dependencies.add(access, service=service, name="Vector store").pk != added.pk


def test_a_dependency_is_not_declared_unknown_or_by_a_stranger() -> None:
    service = readiness.service()
    added = dependencies.add(portal.access(service.owner), service=service, name="Vector store")

    with pytest.raises(DomainError):
        dependencies.declare(portal.access(service.owner), dependency=added, state="unknown")
    with pytest.raises(NotPermitted):
        dependencies.declare(portal.access(portal.member(portal.team(), Role.LEAD)), dependency=added, state="stable")


def test_a_dependency_on_a_service_of_the_portal_is_chosen_among_those_one_sees() -> None:
    service = readiness.service()
    access = portal.access(service.owner)
    seen, hidden = readiness.service(), readiness.service(restricted=True)
    assert dependencies.add(access, service=service, name="Scores", upstream=seen).upstream == seen
    for refused in (hidden, service):
        with pytest.raises(DomainError) as words:
            dependencies.add(access, service=service, name="Another", upstream=refused)
        assert list(words.value.errors) == ["upstream"]


def test_a_version_keeps_the_registry_facts_and_what_it_follows() -> None:
    model = readiness.model(readiness.service(), "claims-llm", provider="Big Provider")
    first = readiness.model_version(model, "pin-1", kind="pin")

    second = served_models.record_version(
        portal.access(model.service.owner),
        model=model,
        facts=RegistryFacts("prompt-42", kind="prompt", prompt_revision="42", promoted_on=datetime.date(2026, 6, 1)),
        previous=first,
    )

    assert (second.previous, second.prompt_revision) == (first, "42")
    facts = json.loads(AuditEvent.objects.filter(verb="model-version.recorded").latest("number").body)["facts"]
    assert (facts["model"], facts["version"], facts["previous"]) == ("claims-llm", "prompt-42", "pin-1")


def test_what_is_wrong_with_a_version_is_said_at_its_field() -> None:
    model = readiness.model(readiness.service(), "claims-llm")
    stranger = readiness.model_version(readiness.model(readiness.service()))
    facts = RegistryFacts(
        "",
        kind="moon",
        registry_url="ftp://x",
        promoted_on=datetime.date(2026, 6, 1),
        retires_on=datetime.date(2026, 5, 1),
    )

    with pytest.raises(DomainError) as refusal:
        served_models.record_version(portal.access(model.service.owner), model=model, facts=facts, previous=stranger)

    assert set(refusal.value.errors) == {"version", "kind", "registry_url", "retires_on", "previous"}


def test_a_model_and_a_version_stand_once() -> None:
    model = readiness.model(readiness.service(), "claims-llm")
    readiness.model_version(model, "41")

    with pytest.raises(DomainError, match="has a model “claims-llm” already"):
        readiness.model(model.service, "claims-llm")
    with pytest.raises(DomainError, match="claims-llm 41 is recorded already"):
        readiness.model_version(model, "41")
