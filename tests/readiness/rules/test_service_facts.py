"""What may be declared about a service."""

import dataclasses

import pytest

from readiness.rules import services
from readiness.rules.services import Facts

GOOD = Facts(name="Claims assistant", tier=2, tier_reason="Brokers rely on it.", sourcing="self-hosted")


def wrong(**changes: object) -> dict[str, list[str]]:
    return services.refusals(services.tidied(dataclasses.replace(GOOD, **changes)))  # type: ignore[arg-type]


def test_little_is_enough() -> None:
    assert wrong() == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "  "),
        ("name", "x" * 121),
        ("name", "two\x00parts"),
        ("name", "evil\u202ename"),
        ("description", "x" * 2001),
        ("tier", 0),
        ("tier", 5),
        ("tier_reason", ""),
        ("sourcing", "guesswork"),
        ("regulations", ("gdpr", "moon-law")),
        ("serving_stack", "x" * 201),
        ("repository_url", "javascript:alert(1)"),
        ("repository_url", "https://"),
        ("repository_url", "https://[broken"),
        ("repository_url", "https://example.com/" + "x" * 200),
    ],
)
def test_what_is_wrong_is_said_at_its_field(field: str, value: object) -> None:
    assert set(wrong(**{field: value})) == {field}


@pytest.mark.parametrize("name", ["x" * 120, "Претензии 助手 مساعد", "👩‍🔬 lab", "<b>bold</b>", "O’Brien & sons"])
def test_names_in_any_script_are_taken(name: str) -> None:
    assert wrong(name=name) == {}


def test_personal_data_asks_where_why_and_how_it_goes() -> None:
    assert set(wrong(personal_data=True)) == {"residency", "consent", "deletion"}
    assert wrong(personal_data=True, residency="EU", consent="Contract", deletion="After 90 days") == {}


def test_without_personal_data_nothing_is_kept_of_these() -> None:
    assert services.tidied(dataclasses.replace(GOOD, residency="EU")).residency == ""


def test_texts_are_tidied_and_regulations_put_in_order() -> None:
    untidy = dataclasses.replace(
        GOOD, name="  Claims \n assistant ", tier_reason=" One.\r\nTwo. ", regulations=("hipaa", "gdpr", "gdpr")
    )

    tidy = services.tidied(untidy)

    assert (tidy.name, tidy.tier_reason, tidy.regulations) == ("Claims assistant", "One.\nTwo.", ("gdpr", "hipaa"))


@pytest.mark.parametrize("slug", ["a", "claims-assistant", "gpt-4o", "x" * 80])
def test_short_names(slug: str) -> None:
    assert services.slug_refusal(slug) == ""


@pytest.mark.parametrize(
    "slug", ["", "Claims", "a b", "-a", "a-", "a--b", "a_b", "ä", "x" * 81, "new", "import", "../x"]
)
def test_refused_short_names(slug: str) -> None:
    assert services.slug_refusal(slug)


@pytest.mark.parametrize(
    ("name", "taken", "proposed"),
    [
        ("Claims Assistant", (), "claims-assistant"),
        ("Müller’s Größe", (), "mullers-groe"),
        ("New", (), "new-2"),
        ("x" * 200, (), "x" * 76),
        ("Claims", ("claims", "claims-2"), "claims-3"),
    ],
)
def test_a_proposed_short_name_may_be_used_and_is_free(name: str, taken: tuple[str, ...], proposed: str) -> None:
    assert services.proposed_slug(name, taken) == proposed
    assert services.slug_refusal(proposed) == ""


@pytest.mark.parametrize(
    ("state", "target"),
    [
        ("draft", "in-review"),
        ("draft", "live"),
        ("in-review", "live"),
        ("live", "paused"),
        ("paused", "live"),
        ("live", "retired"),
    ],
)
def test_ways_through_life(state: str, target: str) -> None:
    assert services.move_refusal(state, target) == ""


@pytest.mark.parametrize(
    ("state", "target"),
    [("retired", "live"), ("retired", "retired"), ("draft", "paused"), ("live", "in-review"), ("live", "live")],
)
def test_ways_that_are_closed(state: str, target: str) -> None:
    assert services.move_refusal(state, target)


def test_fields_read_as_a_sentence() -> None:
    assert services.in_words(["tier"]) == "the tier"
    assert services.in_words(["tier", "owner", "caching"]) == "the tier, the owner and caching"


def test_a_name_without_a_latin_letter_proposes_nothing() -> None:
    assert services.proposed_slug("助手") == ""
    assert "letters a to z" in services.slug_refusal("")
