"""What stops the server from starting."""

import pytest
from django.core.checks import run_checks
from django.test import override_settings


@pytest.mark.parametrize(("persons", "refused"), [(0, True), (1, True), (2, False), (3, False), (4, True)])
def test_two_or_three_persons_stand_behind_a_go(persons: int, refused: bool) -> None:
    with override_settings(PERSONS_BEHIND_A_GO=persons):
        assert ("portal.E003" in {message.id for message in run_checks()}) is refused
