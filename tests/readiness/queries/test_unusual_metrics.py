"""A recurring check whose numbers break the baseline fixed at the go fires the trigger “unusual metrics”."""

import datetime
from decimal import Decimal

import pytest

from portal import clock
from readiness.actions import recurring_checks, targets
from readiness.choices import TriggerState
from readiness.models import CheckOccurrence, ServiceTarget
from readiness.queries import service_status
from readiness.rules import measures
from readiness.rules.check_results import Told
from readiness.rules.triggers import Key, Trigger
from tests.factories import launches
from tests.factories.launches import Scene

pytestmark = pytest.mark.django_db

NEXT_WEEK = datetime.timedelta(days=15)


def _live() -> Scene:
    """Live on a go that fixed 0.002 a prediction, with another release on its way."""
    of = launches.scene()
    head = ServiceTarget.objects.get(service=of.service)
    promised = measures.Targets(cost_per_prediction=Decimal("0.002"))
    targets.change(of.access("lead"), service=of.service, targets=promised, revision=head.revision)
    launches.live(of)
    return launches.next_release(of, "3.3.0")


def _measured(of: Scene, cost: str, result: str, note: str = "") -> None:
    recurring_checks.open_due(clock.now())
    row = CheckOccurrence.objects.filter(service__pk=of.service.pk, version__content__contains="cost-trend").latest(
        "opens_at"
    )
    told = Told(result, note, values={"cost": cost, "predictions": "1000"})
    recurring_checks.answer(of.access("engineer"), occurrence=row, told=told, revision=row.revision)


def _metrics(of: Scene, environment: str = "production") -> Trigger:
    found = launches.look(of, environment).watch.triggers
    return next(one for one in found if one.key == Key.UNUSUAL_METRICS)


def test_before_anything_was_measured_it_is_unknown() -> None:
    assert _metrics(_live()).state is TriggerState.UNKNOWN


def test_numbers_within_the_baseline_are_clear_and_say_that_alerts_are_not_watched() -> None:
    of = _live()
    with clock.at(clock.now() + NEXT_WEEK):
        _measured(of, "1.9", "pass")

        found = _metrics(of)
        assert found.state is TriggerState.CLEAR
        assert "Alerts are not monitored here." in found.facts


def test_a_broken_baseline_fires_with_number_baseline_check_and_day() -> None:
    of = _live()
    with clock.at(clock.now() + NEXT_WEEK):
        _measured(of, "9", "fail", "A larger prompt.")

        found = _metrics(of)
        assert found.state is TriggerState.FIRING
        assert "0.009" in found.facts
        assert "0.002" in found.facts
        assert "the baseline" in found.facts
        assert not launches.look(of, "production").outlook.go.possible
        assert _metrics(of, "staging").state is TriggerState.NOT_APPLICABLE
        status = service_status.find(of.access("lead"), of.service.slug, clock.now())
        assert status is not None
        assert Key.UNUSUAL_METRICS in [one.key for one in status.triggers if one.fires]


def test_targets_loosened_since_the_go_do_not_silence_it() -> None:
    of = _live()
    with clock.at(clock.now() + NEXT_WEEK):
        _measured(of, "9", "fail", "A larger prompt.")
        head = ServiceTarget.objects.get(service=of.service)
        loose = measures.Targets(cost_per_prediction=Decimal(1))
        targets.change(of.access("lead"), service=of.service, targets=loose, revision=head.revision)

        assert _metrics(of).state is TriggerState.FIRING


def test_what_was_put_right_is_clear_again() -> None:
    of = _live()
    with clock.at(clock.now() + NEXT_WEEK):
        _measured(of, "9", "fail", "A larger prompt.")
        _measured(of, "1.5", "pass")

        assert _metrics(of).state is TriggerState.CLEAR
