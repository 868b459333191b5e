"""Where two rows ask the same, the stricter covers the looser, and never by accident the reverse."""

from pathlib import Path

import pytest

from portal.catalogue import CatalogueError
from readiness.catalogue import loader
from readiness.catalogue.schema import Overlap

ONE_WAY = """
prelaunch.load-test > capacity.load-test
prelaunch.load-test > capacity.headroom
prelaunch.load-test > perf.load#1
prelaunch.load-test > perf.load#2
prelaunch.rollback > deploy.rollout#2
prelaunch.prediction-logging > access.audit-log#2 (predictions)
prelaunch.prediction-logging > mon.logging#3
prelaunch.model-registry > model.validation#1
prelaunch.model-registry > post.rollback#1
spend.baseline > mon.metrics#4
api.auth > access.rate-limit
resilience.circuit-breakers > deploy.ordering#4
resilience.feature-flags > deploy.rollout#4
release.canary > deploy.rollout#1
release.versions > post.rollback#1
obs.alert-runbooks > inc.runbooks#1
inc.runbooks > docs.operational#1
obs.role-dashboards > mon.dashboards#1
obs.role-dashboards > mon.dashboards#4
capacity.slo > obs.slo-sli#1 (targets only)
cost.usage > spend.showback
cost.usage > spend.breakdown
privacy.by-design > sec.output#4
quarterly.docs > know.reviews (last pass)
"""
BOTH_WAYS = """
prelaunch.drift-monitoring > data.drift
prelaunch.cost-tracking > spend.baseline
sec.access#4 > access.audit-log#1 (accesses)
resilience.failure-modes > model.fallback#1,2,3
know.runbooks > inc.runbooks
perf.latency#2 > bench.tail-latency
cost.budget#1,2 > spend.api-limits#1,2 (limits and alerts)
"""


def lines(text: str) -> set[str]:
    return set(text.strip().splitlines())


def written(source: object, target: object, note: str | None) -> str:
    return f"{source} > {target}" + (f" ({note})" if note else "")


def found(coverage: str) -> set[str]:
    return {written(o.source, o.target, o.note) for o in loader.overlaps() if o.coverage == coverage}


def test_every_one_way_overlap_ships() -> None:
    assert found("covers") == lines(ONE_WAY)


def test_every_two_way_overlap_ships() -> None:
    assert found("both") == lines(BOTH_WAYS)


def test_secrets_and_environment_secrets_stand_beside_each_other_and_cover_nothing() -> None:
    assert found("beside") == {"env.secrets > access.env-secrets (each covers only its own points)"}
    assert not loader.coverings_of("access.env-secrets")
    assert not loader.coverings_of("env.secrets")


def test_two_ways_become_two_coverings_and_one_way_one() -> None:
    assert len(loader.coverings()) == len(lines(ONE_WAY)) + 2 * len(lines(BOTH_WAYS))
    assert not [c for c in loader.coverings() if c.source.key == "perf.load"]


def test_what_may_serve_an_item_is_found_by_its_key() -> None:
    sources = {str(covering.source): str(covering.target) for covering in loader.coverings_of("deploy.rollout")}
    assert sources == {
        "prelaunch.rollback": "deploy.rollout#2",
        "resilience.feature-flags": "deploy.rollout#4",
        "release.canary": "deploy.rollout#1",
    }


def test_a_range_of_points_is_read_as_each_of_them() -> None:
    overlap = Overlap.model_validate({"source": "model.fallback#1-3", "target": "a.b#2,4"})
    assert (overlap.source.points, overlap.target.points) == ((1, 2, 3), (2, 4))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("{source: perf.lode, target: capacity.load-test}", "perf.lode: source: there is no item perf.lode"),
        ("{source: perf.load, target: 'capacity.load-test#9'}", "perf.load: target: capacity.load-test has no point 9"),
        ("{source: 'quarterly.docs#1', target: know.reviews}", "quarterly.docs#1: source: there is no item"),
    ],
)
def test_an_overlap_with_a_row_that_is_not_there_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: str, message: str
) -> None:
    (tmp_path / "overlaps.yaml").write_text(f"overlaps: [{row}]", encoding="utf-8")
    loader.templates(), loader.items(), loader.recurring()
    monkeypatch.setattr(loader, "FOLDER", tmp_path)
    with pytest.raises(CatalogueError, match=message):
        loader.overlaps.__wrapped__()
