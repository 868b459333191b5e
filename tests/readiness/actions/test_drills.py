"""Putting a rehearsal on record, and what it then proves."""

import datetime
import zoneinfo
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.utils import DatabaseError
from django.test import Client

from portal import clock
from portal.errors import DomainError, NotPermitted
from portal.models import AuditEvent, Team
from readiness.actions import answers, drills, evidence
from readiness.actions import reviews as starting
from readiness.actions.drills import Rehearsal
from readiness.choices import ItemState
from readiness.models import Drill, Service
from readiness.queries import drills as drill_queries
from tests.factories import callers, launches, portal, readiness, reviews

pytestmark = pytest.mark.django_db

ROLLBACK_ITEM = "prelaunch.rollback"


def _refused(scene: launches.Scene, **told: object) -> list[str]:
    with pytest.raises(DomainError) as refusal:
        launches.drill(scene, **told)
    assert not Drill.objects.exists()
    return list(refusal.value.errors)


def test_it_is_kept_with_the_way_back_as_it_was() -> None:
    scene = launches.scene(drilled=False, answered=False)
    drill = launches.drill(scene)
    assert drill_queries.standing(drill, scene.service, clock.now())[0] == ""
    Service.objects.filter(pk=scene.service.pk).update(serving_stack="Another gateway")
    scene.service.refresh_from_db()
    assert "way back has changed" in drill_queries.standing(drill, scene.service, clock.now())[0]


def test_a_newer_one_that_failed_ends_what_it_proved() -> None:
    scene = launches.scene()
    minutes_ago = clock.now() - datetime.timedelta(minutes=5)
    launches.drill(scene, result="failed", note="The image was gone.", performed_at=minutes_ago)
    fired = next(one for one in launches.look(scene).snapshot.triggers if one.key == "rollback-drill")
    assert (fired.state, "It did not pass." in fired.facts) == ("firing", True)
    listed = drill_queries.of_service(scene.service).order_by("performed_at")
    said = [drill_queries.standing(drill, scene.service, clock.now())[0] for drill in listed]
    assert said == ["A newer drill of the same way back did not pass.", "It did not pass."]
    status = callers.as_json(callers.caller(scene.engineer).get(f"services/{scene.service.slug}/status"))
    assert "rollback-drill" in str(status["open_triggers"])
    launches.drill(scene, performed_at=clock.now())
    fired = next(one for one in launches.look(scene).snapshot.triggers if one.key == "rollback-drill")
    assert fired.state == "clear"


def test_an_item_that_rests_on_it_is_yellow_at_once_when_a_newer_one_failed() -> None:
    scene = launches.scene(answered=False, drilled=False)
    engineer, older = scene.access("engineer"), launches.drill(scene)
    launches.short_checklist("prelaunch", [ROLLBACK_ITEM])
    review = starting.start(scene.access("lead"), service=scene.service, kind="prelaunch")
    item = reviews.tick_all(engineer, reviews.answer(review, ROLLBACK_ITEM))
    evidence.attach_drill(engineer, answer=item, drill=older)
    answers.rate(engineer, answer=item, rating="green", version=0)
    hours_ago = clock.now() - datetime.timedelta(hours=2)
    launches.drill(scene, result="failed", note="The image was gone.", performed_at=hours_ago)
    assert reviews.answer(review, ROLLBACK_ITEM).state == ItemState.GREEN, "an older one says nothing"

    launches.drill(scene, result="failed", note="The image was gone.", performed_at=clock.now())

    found = reviews.answer(review, ROLLBACK_ITEM)
    assert found.state == ItemState.YELLOW
    browser = Client()
    browser.force_login(scene.engineer)
    assert "only a rollback drill that is still valid" in browser.get(review.get_absolute_url()).content.decode()


def test_a_file_proves_it_as_well_as_a_link() -> None:
    scene = launches.scene(drilled=False, answered=False)
    told = Rehearsal(
        kind="rollback",
        environment=scene.environment(),
        from_version="2",
        to_version="1",
        performed_by=scene.engineer,
        performed_at=clock.now(),
        result="passed",
        minutes=Decimal(3),
    )
    log = SimpleUploadedFile("drill.log", b"back in 3 minutes")
    drill = drills.record(scene.access("engineer"), service=scene.service, rehearsal=told, file=log)
    assert drill.attachment is not None
    assert drill.attachment.size == 17


@pytest.mark.parametrize(
    ("told", "fields"),
    [
        ({"link": ""}, ["file"]),
        ({"from_version": " "}, ["from_version"]),
        ({"performed_at": clock.now() + datetime.timedelta(hours=2)}, ["performed_at"]),
        ({"result": "failed"}, ["note"]),
    ],
)
def test_what_is_missing_is_said_at_its_field(told: dict[str, object], fields: list[str]) -> None:
    assert _refused(launches.scene(drilled=False, answered=False), **told) == fields


def test_a_rollback_is_drilled_outside_production() -> None:
    scene = launches.scene(drilled=False, answered=False)
    assert _refused(scene, environment=scene.environment("production")) == ["environment"]


def test_what_it_names_is_of_this_service() -> None:
    scene, other = launches.scene(drilled=False, answered=False), launches.scene(drilled=False, answered=False)
    assert _refused(scene, environment=other.environment()) == ["environment"]
    assert _refused(scene, release=readiness.release(other.service)) == ["release"]


def test_a_person_who_cannot_see_the_service_did_not_run_it() -> None:
    scene = launches.scene(drilled=False, answered=False, restricted=True)
    assert _refused(scene, performed_by=portal.member(portal.team(), portal.Role.CONTRIBUTOR)) == ["performed_by"]


def test_only_those_who_work_on_it_record_one() -> None:
    scene = launches.scene(drilled=False, answered=False)
    with pytest.raises(NotPermitted):
        drills.record(
            scene.access("approver"),
            service=scene.service,
            rehearsal=Rehearsal(
                "restore", scene.environment(), "2", "1", scene.engineer, clock.now(), "passed", Decimal(1)
            ),
        )


def test_it_is_an_event_and_never_edited() -> None:
    drill = launches.drill(launches.scene(drilled=False, answered=False))
    assert AuditEvent.objects.filter(verb="drill.recorded", target_id=str(drill.public_id)).count() == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        Drill.objects.filter(pk=drill.pk).update(result="passed", minutes=1)


def test_a_drill_of_the_evening_proves_an_item_that_evening_west_of_utc() -> None:
    evening = datetime.datetime(2026, 11, 20, 19, 30, tzinfo=zoneinfo.ZoneInfo("America/New_York"))
    scene = launches.scene(drilled=False, answered=False)
    Team.objects.update(time_zone="America/New_York")
    item = reviews.answer(scene.review, launches.CRITICAL[1])

    with time_machine.travel(evening, tick=False):
        drill = launches.drill(scene, performed_at=evening - datetime.timedelta(minutes=20))
        drill.refresh_from_db()
        piece = evidence.attach_drill(scene.access("engineer"), answer=item, drill=drill)

    assert piece.observed_on == datetime.date(2026, 11, 20)
    assert piece.title == "Rollback drill of 20 Nov 2026"


def test_a_drill_counts_to_the_end_of_the_teams_day() -> None:
    scene = launches.scene(drilled=False, answered=False)
    Team.objects.update(time_zone="America/New_York")
    scene.service.refresh_from_db()
    at = datetime.datetime(2026, 3, 1, 1, tzinfo=datetime.UTC)  # still 28 February over there
    drill = launches.drill(scene, performed_at=at)

    assert drill_queries.standing(drill, scene.service, clock.now())[1] == datetime.date(2026, 5, 29)
