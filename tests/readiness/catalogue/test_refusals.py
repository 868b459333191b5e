"""A row that is incomplete or wrong is refused, naming file, key and field."""

from typing import Any

import pytest

from portal import catalogue
from readiness.catalogue import schema

ITEM: dict[str, Any] = {
    "key": "env.secrets",
    "title": "Secrets stay in the store",
    "critical": True,
    "stage": "before",
    "depends": "service",
    "max_age_days": 180,
    "pillar": 3,
    "domain": None,
    "waivable": True,
    "why": "A leaked key costs money.",
    "how": "Scan the code for secrets.",
    "evidence": "The scan result.",
    "points": [{"number": 1, "text": "All secrets are read from the store"}],
}
CHECK: dict[str, Any] = {
    "key": "weekly.cost-trend",
    "cadence": "weekly",
    "title": "Cost per prediction is explained",
    "stage": "after",
    "depends": "period",
    "pillar": 9,
    "domain": "inference",
    "waivable": False,
    "why": "Small rises add up.",
    "how": "Enter both numbers.",
    "evidence": "The source of both numbers.",
}


def template(item: dict[str, Any]) -> dict[str, Any]:
    section = {"key": "environment", "title": "Environment", "short_title": "Environment", "why": "It matters."}
    return {
        "key": "deployment",
        "title": "Deployment review",
        "purpose": "Shows it.",
        "version": "1.0",
        "sections": [{**section, "items": [item]}],
    }


def refusals(item: dict[str, Any]) -> list[str]:
    with pytest.raises(catalogue.CatalogueError) as caught:
        catalogue.validate(template(item), schema.Template, file="deployment.yaml")
    return [str(problem) for problem in caught.value.problems]


def check_refusals(check: dict[str, Any]) -> list[str]:
    content = {"key": "recurring", "title": "Checks", "purpose": "Keeps it true.", "version": "1.0", "checks": [check]}
    with pytest.raises(catalogue.CatalogueError) as caught:
        catalogue.validate(content, schema.RecurringChecks, file="recurring.yaml")
    return [str(problem) for problem in caught.value.problems]


def test_the_sample_item_is_accepted() -> None:
    assert catalogue.validate(template(ITEM), schema.Template, file="x").items[0].key == "env.secrets"


@pytest.mark.parametrize(
    "field", ["stage", "depends", "pillar", "domain", "waivable", "critical", "why", "how", "evidence"]
)
def test_an_item_without_a_required_field_is_refused(field: str) -> None:
    item = {name: value for name, value in ITEM.items() if name != field}
    assert f"deployment.yaml: env.secrets: {field}: is missing" in refusals(item)


@pytest.mark.parametrize("field", ["stage", "depends", "pillar", "domain", "waivable"])
def test_a_check_without_a_required_field_is_refused(field: str) -> None:
    check = {name: value for name, value in CHECK.items() if name != field}
    assert f"recurring.yaml: weekly.cost-trend: {field}: is missing" in check_refusals(check)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("stage", "during"),
        ("depends", "weather"),
        ("depends", "period"),
        ("max_age_days", 100),
        ("pillar", 11),
        ("pillar", 0),
        ("pillar", "3"),
        ("domain", "backend"),
        ("waivable", "maybe"),
        ("critical", 1),
        ("title", " "),
        ("when", {"colour": True}),
        ("when", {"sourcing": ["rented"]}),
        ("when", {"sourcing": []}),
        ("when", {"streaming": "yes"}),
        ("when", {"regulations": ["law-of-the-jungle"]}),
        ("measure", {"kind": "gut-feeling"}),
        ("measure", {"kind": "headroom"}),
        ("measure", {"kind": "headroom", "limits": {"ratio_at_least": "two"}}),
        ("points", []),
        ("points", [{"number": 2, "text": "The second comes first"}]),
    ],
)
def test_a_bad_value_is_refused_at_its_field(field: str, value: object) -> None:
    assert any(line.startswith(f"deployment.yaml: env.secrets: {field}") for line in refusals({**ITEM, field: value}))


def test_an_item_that_depends_on_the_service_needs_a_maximum_age() -> None:
    (found,) = refusals({name: value for name, value in ITEM.items() if name != "max_age_days"})
    assert found.startswith("deployment.yaml: env.secrets: max_age_days: is missing")


def test_an_item_that_depends_on_the_release_has_no_maximum_age() -> None:
    (found,) = refusals({**ITEM, "depends": "release"})
    assert found == "deployment.yaml: env.secrets: max_age_days: an item that depends on the release has no maximum age"


def test_a_key_used_twice_is_refused() -> None:
    content = template(ITEM)
    content["sections"][0]["items"] = [ITEM, ITEM]
    with pytest.raises(catalogue.CatalogueError, match=r"item key env\.secrets is used twice"):
        catalogue.validate(content, schema.Template, file="deployment.yaml")


def test_an_item_of_another_pillar_is_refused_in_a_pillar() -> None:
    content = template(ITEM)
    content["sections"][0]["pillar"] = 4
    with pytest.raises(catalogue.CatalogueError, match=r"not of pillar 4: env\.secrets"):
        catalogue.validate(content, schema.Template, file="pillars.yaml")


def test_a_check_whose_key_belies_its_cadence_is_refused() -> None:
    (found,) = check_refusals({**CHECK, "cadence": "monthly"})
    assert found.startswith("recurring.yaml: weekly.cost-trend: cadence: ")
