"""Refusals that name their fields."""

from portal.errors import DomainError


def test_a_refusal_of_fields_says_its_first_sentence() -> None:
    refusal = DomainError.of({"name": ["Name it.", "Keep it short."], "kind": ["Choose one."]})

    assert refusal.message == "Name it."
    assert refusal.errors == {"name": ["Name it.", "Keep it short."], "kind": ["Choose one."]}
