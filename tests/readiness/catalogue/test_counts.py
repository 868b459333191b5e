"""The catalogue ships whole."""

import pytest

from readiness.catalogue import loader

CRITICAL = {
    "deployment": """env.configuration env.dependencies env.secrets model.validation model.fallback api.auth
        mon.metrics mon.alerts mon.logging sec.input sec.output sec.access perf.load cost.budget deploy.rollout
        post.smoke post.rollback inc.runbooks inc.recovery""",
    "prelaunch": """prelaunch.prediction-logging prelaunch.model-registry prelaunch.drift-monitoring
        prelaunch.load-test prelaunch.rollback prelaunch.cost-tracking""",
    "pillars": """bench.guardrails access.env-secrets access.rate-limit access.audit-log capacity.load-test
        obs.alert-runbooks resilience.fallback-tests privacy.pia release.rollback-triggers know.runbooks
        know.model-cards""",
}


@pytest.mark.parametrize(
    ("key", "sections", "items"), [("deployment", 11, 40), ("prelaunch", 1, 6), ("pillars", 10, 39)]
)
def test_each_review_has_all_its_sections_and_items(key: str, sections: int, items: int) -> None:
    template = loader.template(key)
    assert (len(template.sections), len(template.items)) == (sections, items)


def test_the_deployment_review_has_160_points_four_an_item() -> None:
    points = [len(item.points) for item in loader.template("deployment").items]
    assert (sum(points), set(points)) == (160, {4})


@pytest.mark.parametrize("key", ["prelaunch", "pillars"])
def test_items_of_the_other_reviews_have_two_to_four_points(key: str) -> None:
    assert {len(item.points) for item in loader.template(key).items} <= {2, 3, 4}


@pytest.mark.parametrize("key", list(CRITICAL))
def test_exactly_the_items_marked_critical_are_critical(key: str) -> None:
    assert {item.key for item in loader.template(key).items if item.critical} == set(CRITICAL[key].split())


def test_no_key_is_used_in_two_reviews() -> None:
    assert len(loader.items()) == 85


def test_the_ten_pillars_stand_in_order() -> None:
    sections = loader.template("pillars").sections
    assert [section.pillar for section in sections] == list(range(1, 11))
    assert [len(section.items) for section in sections] == [3, 4, 4, 4, 4, 4, 4, 4, 4, 4]


def test_there_are_nine_checks_in_three_cadences() -> None:
    cadences = [str(check.cadence) for check in loader.recurring_checks()]
    assert cadences == ["weekly"] * 4 + ["monthly"] * 4 + ["quarterly"]


def test_there_are_four_domains() -> None:
    assert [str(domain.key) for domain in loader.ownership_domains()] == ["drift", "retraining", "inference", "logging"]


def test_each_review_carries_its_purpose_and_first_version() -> None:
    assert [template.key for template in loader.templates()] == ["deployment", "prelaunch", "pillars"]
    assert {template.version for template in loader.templates()} == {"1.0"}
    assert all(template.purpose for template in loader.templates())
