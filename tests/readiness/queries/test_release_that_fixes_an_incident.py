"""A release may name the incident it fixes: who watches incidents reads it, and that one then does not block it."""

import datetime
from collections.abc import Mapping, Sequence

import pytest

from readiness.choices import TriggerState
from readiness.extension_points import launch_gates
from readiness.models import Environment, Release
from readiness.rules.triggers import TITLES, Key, Trigger
from tests.factories import launches

pytestmark = pytest.mark.django_db


def incidents(
    release: Release, environments: Sequence[Environment], at: datetime.datetime
) -> Mapping[int, list[Trigger]]:
    """A source that watches one incident, open at sev-1, in every environment."""
    fixed = release.fixes_incident == "INC-12"
    state = TriggerState.CLEAR if fixed else TriggerState.FIRING
    facts = "INC-12 is open, and this release fixes it." if fixed else "INC-12 is open."
    found = Trigger(Key.SEV1_OPEN, TITLES[Key.SEV1_OPEN], state, facts, "Incidents", at)
    return {environment.pk: [found] for environment in environments}


@pytest.mark.parametrize(("named", "possible"), [("", False), ("INC-12", True), ("INC-13", False)])
def test_only_the_incident_it_names_does_not_block_it(named: str, possible: bool) -> None:
    scene = launches.scene()
    Release.objects.filter(pk=scene.release.pk).update(fixes_incident=named)
    scene.release.refresh_from_db()

    with launch_gates.holding("incidents", incidents):
        assert launches.look(scene).outlook.go.possible is possible
