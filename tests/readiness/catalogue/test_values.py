"""Every row carries the values it was specified with: what it depends on, its pillar, domain, stage and rule."""

from typing import Any

import pytest

from readiness.catalogue import loader
from readiness.catalogue.schema import Item, RecurringCheck

# Keys; what an answer depends on (with its maximum age in days); pillar; domain (- is the service owner).
SPECIFIED = """
env.configuration deploy.rollout deploy.ordering           | release     | 8  | inference
env.infrastructure deploy.traffic                          | service 180 | 4  | inference
env.dependencies                                           | service 90  | 6  | inference
inc.recovery                                               | service 180 | 6  | inference
env.secrets api.auth sec.network sec.access                | service 180 | 3  | -
model.validation                                           | model       | 2  | drift
model.resources perf.load                                  | model       | 4  | inference
model.fallback                                             | model       | 6  | inference
api.endpoints api.versioning                               | release     | 8  | -
api.streaming                                              | release     | 6  | -
mon.metrics mon.dashboards deploy.health                   | service 180 | 5  | inference
mon.alerts                                                 | service 90  | 5  | inference
mon.logging                                                | release     | 5  | logging
sec.input sec.output                                       | model       | 3  | -
perf.latency perf.resources                                | release     | 4  | inference
perf.caching                                               | service 90  | 4  | inference
cost.budget                                                | service 90  | 9  | inference
cost.usage cost.optimisation                               | service 180 | 9  | inference
post.smoke post.rollback                                   | release     | 8  | inference
post.monitoring                                            | release     | 5  | logging
post.comparison                                            | release     | 2  | inference
inc.runbooks                                               | service 90  | 10 | -
inc.communication                                          | service 180 | 10 | -
docs.technical                                             | service 90  | 10 | -
docs.operational docs.user                                 | release     | 10 | -
prelaunch.prediction-logging                               | model       | 5  | logging
prelaunch.model-registry                                   | model       | 8  | retraining
prelaunch.drift-monitoring                                 | model       | 1  | drift
prelaunch.load-test                                        | model       | 4  | inference
prelaunch.rollback                                         | drill       | 8  | inference
prelaunch.cost-tracking                                    | service 90  | 9  | inference
data.pipeline-checks data.business-metrics                 | service 180 | 1  | drift
data.drift                                                 | service 90  | 1  | drift
bench.success                                              | service 365 | 2  | drift
bench.guardrails bench.stratified bench.tail-latency       | model       | 2  | drift
access.env-secrets access.rate-limit access.audit-log      | service 180 | 3  | -
access.security-review                                     | service 365 | 3  | -
capacity.load-test capacity.headroom                       | model       | 4  | inference
capacity.slo capacity.autoscaling                          | service 180 | 4  | inference
obs.slo-sli obs.role-dashboards                            | service 180 | 5  | inference
obs.model-metrics                                          | service 180 | 5  | drift
obs.alert-runbooks                                         | service 90  | 5  | inference
resilience.failure-modes resilience.circuit-breakers       | service 180 | 6  | inference
resilience.feature-flags                                   | service 180 | 6  | inference
resilience.fallback-tests                                  | model       | 6  | inference
privacy.pia privacy.audit-trail                            | service 365 | 7  | -
privacy.by-design privacy.legal                            | service 365 | 7  | -
release.canary release.shadow                              | release     | 8  | inference
release.rollback-triggers release.versions                 | service 180 | 8  | inference
spend.breakdown spend.api-limits spend.showback            | service 90  | 9  | inference
spend.baseline                                             | service 90  | 9  | inference
know.runbooks know.adrs know.model-cards know.reviews      | service 90  | 10 | -
weekly.drift-alerts monthly.thresholds                     | period      | 1  | drift
weekly.cost-trend monthly.cost-optimisation                | period      | 9  | inference
weekly.retraining                                          | period      | 2  | retraining
weekly.prediction-logs                                     | period      | 5  | logging
monthly.log-audit                                          | period      | 7  | logging
monthly.accuracy                                           | period      | 2  | drift
quarterly.docs                                             | period      | 10 | -
"""

OWN_MODEL = {"sourcing": ["self-hosted", "hybrid"]}
RULES: dict[str, dict[str, Any]] = {
    "api.streaming": {"streaming": True},
    "perf.caching": {"caching": True},
    "inc.communication": {"user_facing": True},
    "docs.user": {"user_facing": True},
    "prelaunch.drift-monitoring": OWN_MODEL,
    "data.drift": OWN_MODEL,
    "privacy.pia": {"personal_data": True},
    "privacy.by-design": {"personal_data": True},
    "weekly.drift-alerts": OWN_MODEL,
    "weekly.retraining": {"automated_retraining": True},
    "monthly.thresholds": OWN_MODEL,
}
POINT_RULES = {"model.resources#2": OWN_MODEL, "sec.input#3": {"file_uploads": True}}
MEASURES = {
    "prelaunch.load-test": ("headroom", {"ratio_at_least": "2"}),
    "capacity.headroom": ("headroom", {"ratio_at_least": "2"}),
    "perf.latency": ("latency", {}),
    "bench.tail-latency": ("tail-latency", {}),
    "bench.guardrails": ("guardrails", {}),
    "release.canary": ("canary", {"percent_at_least": "1", "percent_at_most": "5"}),
    "release.rollback-triggers": ("rollback-triggers", {"p99_increase_at_most": "20", "error_rate_at_most": "0.5"}),
    "prelaunch.rollback": ("drill-minutes", {"default_target": "15"}),
    "prelaunch.cost-tracking": ("cost-per-prediction", {}),
    "spend.baseline": ("cost-per-prediction", {}),
    "obs.slo-sli": ("availability", {}),
    "post.comparison": ("comparison", {"tolerance_percent": "0"}),
    "weekly.cost-trend": ("cost-trend", {"rise_at_most": "20"}),
    "monthly.accuracy": ("accuracy", {"sample_size_at_least": "30"}),
}


def rows() -> dict[str, Item | RecurringCheck]:
    return {**loader.items(), **{check.key: check for check in loader.recurring_checks()}}


def specified() -> dict[str, tuple[str, int, str]]:
    found = {}
    for line in SPECIFIED.strip().splitlines():
        keys, depends, pillar, domain = (cell.strip() for cell in line.split("|"))
        found.update({key: (depends, int(pillar), domain) for key in keys.split()})
    return found


def test_the_table_names_every_row_that_ships() -> None:
    assert set(specified()) == set(rows())


@pytest.mark.parametrize("key", sorted(specified()))
def test_a_row_depends_on_what_was_specified(key: str) -> None:
    row = rows()[key]
    age = getattr(row, "max_age_days", None)
    assert (f"{row.depends} {age or ''}".strip(), row.pillar, str(row.domain or "-")) == specified()[key]


def test_only_the_post_items_and_the_checks_come_after_the_go() -> None:
    after = {key for key, row in rows().items() if row.stage == "after"}
    checks = {check.key for check in loader.recurring_checks()}
    assert after == checks | {"post.smoke", "post.monitoring", "post.comparison", "post.rollback"}


def test_only_prediction_logging_and_the_rollback_drill_cannot_be_waived() -> None:
    fixed = {key for key, item in loader.items().items() if not item.waivable}
    assert fixed == {"prelaunch.prediction-logging", "prelaunch.rollback"}


def test_rows_apply_by_the_rules_specified_and_all_others_always() -> None:
    assert {key: row.when for key, row in rows().items() if row.when} == RULES


def test_points_apply_by_the_rules_specified_and_all_others_always() -> None:
    found = {f"{key}#{p.number}": p.when for key, item in loader.items().items() for p in item.points if p.when}
    assert found == POINT_RULES


def test_measured_rows_have_the_kind_and_limits_specified() -> None:
    found = {key: (str(row.measure.kind), row.measure.limits) for key, row in rows().items() if row.measure}
    assert found == MEASURES


def test_the_registry_belongs_to_inference_where_the_model_is_a_third_party_api() -> None:
    by_sourcing = {key: item.domain_by_sourcing for key, item in loader.items().items() if item.domain_by_sourcing}
    assert by_sourcing == {"prelaunch.model-registry": {"third-party-api": "inference"}}


def test_registry_load_test_and_rollback_have_third_party_words_throughout() -> None:
    worded = {key: item for key, item in loader.items().items() if item.third_party}
    assert set(worded) == {"prelaunch.model-registry", "prelaunch.load-test", "prelaunch.rollback"}
    for item in worded.values():
        assert item.third_party is not None
        assert all(item.third_party.model_dump().values())
        assert any(point.third_party for point in item.points)


def test_the_quarterly_review_is_done_by_setting_review_dates() -> None:
    found = {check.key for check in loader.recurring_checks() if check.completed_by == "documents-reviewed"}
    assert found == {"quarterly.docs"}


def test_drift_and_retraining_are_no_domains_of_a_third_party_api() -> None:
    rules = {str(domain.key): domain.when for domain in loader.ownership_domains()}
    assert rules == {"drift": OWN_MODEL, "retraining": OWN_MODEL, "inference": {}, "logging": {}}
