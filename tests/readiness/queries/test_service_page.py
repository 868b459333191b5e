"""The list of a service's reviews: how far each has come."""

import pytest

from readiness.models import Review
from readiness.queries import service_page
from tests.factories import launches

pytestmark = pytest.mark.django_db


def test_items_after_the_go_count_once_the_release_is_live() -> None:
    scene = launches.scene()
    counted = {"before": 4, "live": 6}

    def listed() -> tuple[int, int]:
        row: Review = service_page.reviews(scene.service).get(pk=scene.review.pk)
        return vars(row)["counted"], vars(row)["answered"]

    assert listed() == (counted["before"], 4)
    launches.live(scene)
    assert listed() == (counted["live"], 4)
