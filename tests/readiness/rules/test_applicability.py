"""What does not apply is left out, with the rule in words."""

from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from readiness.rules.applicability import Traits, applies

OWN_MODEL = {"sourcing": ["self-hosted", "hybrid"]}


def test_a_row_without_a_rule_applies_to_every_service() -> None:
    found = applies({}, Traits(sourcing="third-party-api"))
    assert (found.applies, found.reason) == (True, "Applies to every service.")


@pytest.mark.parametrize("sourcing", ["self-hosted", "hybrid"])
def test_drift_applies_where_any_part_of_the_model_is_our_own(sourcing: str) -> None:
    assert applies(OWN_MODEL, Traits(sourcing=sourcing)).applies


def test_drift_is_left_out_for_a_third_party_api_and_says_why() -> None:
    found = applies(OWN_MODEL, Traits(sourcing="third-party-api"))
    assert not found.applies
    assert found.reason == (
        "Left out: only where the model is self-hosted or hybrid; this service uses a third-party API."
    )


@pytest.mark.parametrize(
    ("trait", "words"),
    [
        ("automated_retraining", "is retrained automatically; this service is not retrained automatically"),
        ("streaming", "streams its answers; this service does not stream its answers"),
        ("caching", "caches its answers; this service does not cache its answers"),
        ("personal_data", "handles personal data; this service does not handle personal data"),
        ("user_facing", "faces users; this service does not face users"),
        ("file_uploads", "takes file uploads; this service does not take file uploads"),
    ],
)
def test_each_trait_decides_by_itself(trait: str, words: str) -> None:
    without = applies({trait: True}, Traits(sourcing="hybrid"))
    assert (without.applies, without.reason) == (False, f"Left out: only where the service {words}.")
    declared: dict[str, Any] = {trait: True}
    assert applies({trait: True}, Traits(sourcing="hybrid", **declared)).applies


def test_a_rule_may_ask_that_a_trait_is_absent() -> None:
    found = applies({"caching": False}, Traits(sourcing="hybrid", caching=True))
    assert found.reason == (
        "Left out: only where the service does not cache its answers; this service caches its answers."
    )


def test_every_trait_of_a_rule_must_match_and_only_the_missing_ones_are_named() -> None:
    rule = {**OWN_MODEL, "streaming": True, "caching": True}
    found = applies(rule, Traits(sourcing="third-party-api", caching=True))
    assert found.reason == (
        "Left out: only where the model is self-hosted or hybrid, and where the service streams its answers; "
        "this service uses a third-party API and does not stream its answers."
    )


def test_what_applies_names_the_trait_it_applies_by() -> None:
    found = applies({"streaming": True}, Traits(sourcing="hybrid", streaming=True))
    assert found.reason == "Applies: this service streams its answers."


@pytest.mark.parametrize(
    ("declared", "reason"),
    [
        ((), "Left out: only where the service is under HIPAA; this service names no regulation."),
        (("gdpr",), "Left out: only where the service is under HIPAA; this service is under GDPR."),
        (("gdpr", "hipaa"), "Applies: this service is under GDPR and HIPAA."),
    ],
)
def test_one_of_the_regulations_named_is_enough(declared: tuple[str, ...], reason: str) -> None:
    assert applies({"regulations": ["hipaa"]}, Traits(sourcing="hybrid", regulations=declared)).reason == reason


@pytest.mark.parametrize("rule", [{"colour": True}, {"sourcing": ["rented"]}])
def test_a_rule_on_something_no_service_declares_is_an_error(rule: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"colour|rented"):
        applies(rule, Traits(sourcing="hybrid"))


def test_traits_never_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Traits(sourcing="hybrid").streaming = True  # type: ignore[misc]
