import datetime

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from portal import clock, record_verification
from portal.models import Team
from readiness.models import ItemAnswer, SignOff
from tests.factories import launches, portal
from tests.harness import kept_scenes

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

Rows = dict[str, list[tuple[object, ...]]]
seen: dict[object, Rows] = {}
"""What the tests before this one found, by the service."""


def rows() -> Rows:
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}" ORDER BY 1')
            found[model._meta.db_table] = cursor.fetchall()
    return found


def taken_back() -> None:
    """A scene as the test before this one had it."""
    kept_scenes.test_begins()
    with transaction.atomic():
        launches.scene(drilled=False)
        transaction.set_rollback(True)
    kept_scenes.test_begins()


def questions() -> list[str]:
    """What is asked of the tables while a scene is made."""
    with CaptureQueriesContext(connection) as captured:
        launches.scene(drilled=False)
    return [query["sql"] for query in captured if query["sql"].startswith("SELECT")]


@pytest.mark.parametrize("time", ["first", "second", "third"])
def test_each_time_it_is_the_same_rows_keys_and_record(time: str) -> None:
    scene = launches.scene(drilled=False)

    found = rows()
    assert seen.setdefault(scene.service.public_id, found) == found
    assert SignOff.objects.filter(answer__review=scene.review, person=scene.approver).count() == len(launches.CRITICAL)
    assert record_verification.verify().problems == ()


@pytest.mark.parametrize("time", ["first", "second"])
def test_what_is_given_is_the_tests_own(time: str) -> None:
    scene = launches.scene(drilled=False)
    assert scene.service.name == "Claims assistant"
    scene.service.name = "Changed"


@pytest.mark.only_on("sqlite")
def test_the_next_test_writes_it_without_the_questions() -> None:
    taken_back()
    assert questions() == []


@pytest.mark.parametrize("time", ["first", "second"])
def test_what_comes_after_it_has_keys_and_names_of_its_own(time: str) -> None:
    first = launches.scene(drilled=False)
    second = launches.scene(drilled=False)

    assert first.service.pk != second.service.pk
    assert first.engineer.email != second.engineer.email
    assert ItemAnswer.objects.filter(review__in=[first.review, second.review]).count() == 12


def test_after_something_else_it_is_made_in_full() -> None:
    portal.team(name="Before")
    scene = launches.scene(drilled=False)
    assert scene.service.team.pk > Team.objects.get(name="Before").pk


@pytest.mark.parametrize("hours", [1, 2])
def test_at_another_moment_it_is_another_scene(hours: int) -> None:
    moment = clock.now() + datetime.timedelta(hours=hours)
    with clock.at(moment):
        scene = launches.scene(drilled=False)
    assert scene.review.started_at == moment


@pytest.mark.only_on("sqlite")
@override_settings(SECOND_FACTOR_REQUIRED=True)
def test_with_other_settings_it_is_made_in_full() -> None:
    taken_back()
    assert questions()
