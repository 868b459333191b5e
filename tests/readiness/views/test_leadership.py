"""The leadership view says in numbers and words what the services may do, and how that moved."""

import datetime
import io

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal import clock
from portal.permissions import Role
from readiness.models import StatusWeek
from readiness.queries import leadership
from readiness.rules import trends
from tests.factories import aftermath, launches, portal, readiness, reviews, waiving

pytestmark = pytest.mark.django_db

MONDAY = datetime.datetime(2035, 10, 1, 9, tzinfo=datetime.UTC)


def page(person, address: str = "readiness:leadership", **query: str) -> str:
    client = Client()
    client.force_login(person)
    return client.get(reverse(address), query).content.decode()


def test_a_decision_counts_in_words_and_stands_in_the_list() -> None:
    scene = launches.scene()
    launches.going_live(scene)

    shown = page(scene.lead)

    assert "1 of 1 service has a go for production" in " ".join(shown.split())
    assert f"{scene.service.name} {scene.release.label}" in shown


def test_a_service_that_stands_on_an_emergency_go_has_a_go_and_it_is_said() -> None:
    scene = launches.scene(answered=False)
    aftermath.in_an_emergency(scene.access("approver"), scene.access("decider"), scene.release)

    shown = " ".join(page(scene.lead).split())

    assert "1 of 1 service has a go for production, 1 of them in an emergency." in shown


def test_without_a_service_it_says_what_will_stand_here() -> None:
    assert "No service yet" in page(portal.member(portal.team(), Role.LEAD))


def test_the_trend_keeps_each_week_as_it_ended_and_carries_it_on() -> None:
    with time_machine.travel(MONDAY, tick=False):
        review = reviews.started()
        engineer, _ = reviews.people(review.service)
    with time_machine.travel(MONDAY + 2 * trends.A_WEEK, tick=False):
        reviews.green(engineer, reviews.answer(review, "env.configuration"))

    found = leadership.page(engineer, MONDAY + 3 * trends.A_WEEK).trend

    assert [point.green for point in found] == [0, 0, 1, 1]
    assert StatusWeek.objects.count() == 2


def test_credit_is_counted_by_service_with_its_age_and_what_lapses_soon() -> None:
    scene = launches.scene()
    now = clock.now()
    launches.waived(scene, launches.OTHER[0], now.date() + datetime.timedelta(days=10))
    launches.waived(scene, launches.CRITICAL[0], now.date() + datetime.timedelta(days=60))

    debt = leadership.page(scene.access("lead"), now + datetime.timedelta(days=3, minutes=1)).debt

    assert [(credit.service, credit.waivers, credit.oldest_days, credit.share) for credit in debt.services] == [
        (scene.service, 2, 3, 100)
    ]
    assert [waiver.item_key for waiver in debt.soon] == [launches.OTHER[0]]
    assert debt.total == 2
    assert [(person.name, number) for person, number in debt.approvers] == [("Dora Decider", 2)]


@pytest.mark.parametrize(("zone", "hour", "counted"), [("Pacific/Kiritimati", 12, 0), ("Pacific/Pago_Pago", 36, 1)])
def test_credit_ends_with_the_day_where_the_team_is_as_in_the_list(zone: str, hour: int, counted: int) -> None:
    with time_machine.travel(MONDAY, tick=False):
        scene = launches.scene(answered=False)
        waiving.approved(scene, days=20)
    team = scene.service.scope.team
    team.time_zone = zone
    team.save()
    last_day = datetime.datetime(2035, 10, 21, tzinfo=datetime.UTC)
    with time_machine.travel(last_day + datetime.timedelta(hours=hour - 2), tick=False):
        debt = leadership.page(scene.access("lead"), clock.now()).debt
        shown = page(scene.lead, "readiness:waivers", state="standing", _export="csv")

    assert (debt.total, len(debt.soon), waiving.CRITICAL in shown) == (counted, counted, bool(counted))


def test_of_many_decisions_five_are_read_and_all_are_counted() -> None:
    scene = launches.scene()
    for _ in range(4):
        launches.decide(scene)
        launches.decide(scene, "no-go")
    launches.decide(scene)
    access = scene.access("lead")

    with CaptureQueriesContext(connection) as captured:
        found = leadership.page(access, clock.now())

    assert [decision.number for decision in found.decisions] == [9, 8, 7, 6, 5]
    assert (found.verdicts, found.decided) == ([("Go", 5), ("No-go", 4)], 9)
    assert any('FROM "readiness_launchdecision"' in one["sql"] and "LIMIT 5" in one["sql"] for one in captured)
    assert len(captured) == 5


def test_a_renewal_makes_debt_no_younger_and_the_card_leads_to_what_each_approved() -> None:
    with time_machine.travel(MONDAY, tick=False):
        scene = launches.scene(answered=False)
        waiving.approved(scene, waiving.OTHER, days=20, who="approver")
    with time_machine.travel(MONDAY + datetime.timedelta(days=19), tick=False):
        waiving.approved(scene, waiving.OTHER, days=20, who="decider")
        waiving.approved(scene, waiving.CRITICAL, days=20)
        debt = leadership.page(scene.access("lead"), clock.now()).debt
        shown = " ".join(page(scene.lead).split())

    assert [(credit.waivers, credit.oldest_days) for credit in debt.services] == [(2, 19)]
    assert debt.renewed == [(1, 1)]
    assert f'approver={scene.decider.public_id}">Dora Decider</a> 2' in shown
    assert "Alma Approver" not in shown


def test_what_one_may_not_see_counts_nowhere() -> None:
    review = reviews.started(readiness.service(restricted=True))
    outsider = portal.access(portal.member(portal.team(), Role.LEAD))

    found = leadership.page(outsider, clock.now())

    assert review.service.status_weeks.exists()
    assert (found.trend, found.risks, found.figures.services) == ([], [], 0)


def test_the_portfolio_is_a_workbook_too_without_formulas() -> None:
    service = readiness.service(name="=HYPERLINK(1)")
    client = Client()
    client.force_login(service.owner)

    answer = client.get(reverse("readiness:portfolio"), {"_export": "xlsx"})

    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows())
    assert rows[0][0].value == "Service"
    assert rows[1][0].value == "'=HYPERLINK(1)"
    assert {cell.data_type for row in rows for cell in row if cell.value is not None} <= {"s", "n"}
