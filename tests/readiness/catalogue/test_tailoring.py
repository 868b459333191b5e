"""Each service reads the catalogue in the words and with the owners that fit it."""

from typing import Any

import pytest

from readiness.catalogue import loader, tailoring
from readiness.catalogue.tailoring import TailoredItem
from readiness.rules.applicability import Traits

EVERYTHING: dict[str, Any] = {
    "automated_retraining": True,
    "streaming": True,
    "caching": True,
    "personal_data": True,
    "user_facing": True,
    "file_uploads": True,
}


def traits(sourcing: str, **other: bool) -> Traits:
    return Traits(sourcing=sourcing, **{**EVERYTHING, **other})


def tailored(key: str, service: Traits) -> TailoredItem:
    return tailoring.tailored(loader.items()[key], service, loader.domain_rules())


def applying(template: str, service: Traits) -> int:
    return sum(tailored(item.key, service).applies for item in loader.template(template).items)


@pytest.mark.parametrize("sourcing", ["self-hosted", "hybrid"])
def test_a_service_with_a_model_of_its_own_is_asked_everything(sourcing: str) -> None:
    counts = [applying(template.key, traits(sourcing)) for template in loader.templates()]
    assert counts == [40, 6, 39]


def test_a_third_party_api_is_not_asked_about_drift() -> None:
    counts = [applying(template.key, traits("third-party-api")) for template in loader.templates()]
    assert counts == [40, 5, 38]
    assert not tailored("prelaunch.drift-monitoring", traits("third-party-api")).applies
    assert not tailored("data.drift", traits("third-party-api")).applies


def test_a_plain_internal_service_is_not_asked_about_streams_caches_users_or_personal_data() -> None:
    plain = Traits(sourcing="self-hosted")
    left_out = [key for key in loader.items() if not tailored(key, plain).applies]
    assert left_out == [
        "api.streaming",
        "perf.caching",
        "inc.communication",
        "docs.user",
        "privacy.pia",
        "privacy.by-design",
    ]


def test_only_the_gpu_point_falls_away_for_a_third_party_api() -> None:
    item = tailored("model.resources", traits("third-party-api"))
    assert [point.number for point in item.applicable_points] == [1, 3, 4]
    assert item.points[1].applicability.reason.startswith("Left out: only where the model is self-hosted")


def test_uploads_are_asked_about_only_where_there_are_any() -> None:
    item = tailored("sec.input", traits("hybrid", file_uploads=False))
    assert [point.number for point in item.applicable_points] == [1, 2, 4]


def test_a_third_party_api_reads_of_pins_quotas_and_the_way_back_to_a_pin() -> None:
    service = traits("third-party-api")
    registry, load, rollback = (
        tailored(f"prelaunch.{name}", service) for name in ("model-registry", "load-test", "rollback")
    )
    words = " ".join(point.text for point in registry.points)
    for fact in ("provider", "pinned model", "prompt revision", "since when", "evaluation", "previous pin", "retires"):
        assert fact in words
    assert load.title == "Quota and rate limits hold at twice the expected peak"
    assert "previous pin" in rollback.title


@pytest.mark.parametrize("sourcing", ["self-hosted", "hybrid"])
def test_every_other_service_reads_the_usual_words(sourcing: str) -> None:
    item = tailored("prelaunch.load-test", traits(sourcing))
    assert (item.title, item.how) == (
        loader.items()["prelaunch.load-test"].title,
        loader.items()["prelaunch.load-test"].how,
    )
    assert "quota" not in " ".join(point.text for point in item.points)


@pytest.mark.parametrize(
    ("key", "sourcing", "domain"),
    [
        ("prelaunch.model-registry", "self-hosted", "retraining"),
        ("prelaunch.model-registry", "third-party-api", "inference"),
        ("model.validation", "self-hosted", "drift"),
        ("model.validation", "third-party-api", None),
        ("mon.logging", "third-party-api", "logging"),
        ("env.secrets", "self-hosted", None),
    ],
)
def test_an_item_belongs_to_a_domain_that_the_service_has_or_to_its_owner(
    key: str, sourcing: str, domain: str | None
) -> None:
    assert tailored(key, traits(sourcing)).domain == domain


def test_accuracy_of_a_third_party_api_is_checked_by_the_service_owner() -> None:
    (check,) = [check for check in loader.recurring_checks() if check.key == "monthly.accuracy"]
    assert tailoring.domain_of(check, traits("third-party-api"), loader.domain_rules()) is None
    assert tailoring.domain_of(check, traits("hybrid"), loader.domain_rules()) == "drift"
