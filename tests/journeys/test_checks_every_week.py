"""Journey 4: a live service owes its weekly checks; people are told once, answer in place, and silence has a price.

Web, worker and scheduler are real processes and send to a real mail server; the test moves their clock through seven
weeks in the zone of the team.
"""

import datetime
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
import requests
from playwright.sync_api import Page, expect

from portal.models import Notification, OutboxMessage, Team, User
from portal.permissions import Role
from readiness.actions import ownership
from readiness.choices import AssignmentRole
from readiness.models import OwnershipDomain, ServiceStatus
from tests.factories import launches
from tests.factories import portal as people
from tests.harness import browsers, clocks, mailboxes, portals
from tests.harness.clocks import MovedClock
from tests.harness.databases import Database
from tests.harness.mailboxes import Mailbox
from tests.harness.portals import Portal
from tests.harness.waiting import eventually

pytestmark = pytest.mark.journey

BERLIN = ZoneInfo("Europe/Berlin")
LIVE_ON = datetime.datetime(2035, 1, 3, 13, tzinfo=BERLIN)
MONDAYS = [datetime.datetime(2035, 1, 8, 9, tzinfo=BERLIN) + datetime.timedelta(weeks=week) for week in range(7)]
JUST_AFTER = datetime.timedelta(seconds=1)
MAIL = datetime.timedelta(minutes=5, seconds=5)
DRIFT = "Every drift flag of the week was looked into"


@dataclass
class Story:
    """Enno answers for drift, Sam supports him, Priya leads the team and owns the service."""

    portal: Portal
    clock: MovedClock
    mailbox: Mailbox
    scene: launches.Scene
    sam: User

    def pillar(self) -> str:
        """The colour of the pillar that the weekly check of drift belongs to."""
        return ServiceStatus.objects.get(service=self.scene.service).pillars[0].split()[0]

    def told(self, who: User, kind: str) -> list[Notification]:
        """What somebody was told in-app of the check of drift."""
        found = Notification.objects.filter(recipient=who, kind=f"check-{kind}", subject__contains=DRIFT)
        return list(found.order_by("created_at"))

    def monday(self, week: int) -> None:
        """The Monday of a week at nine, when its checks have opened, and then the time of the mail."""
        self.clock.move(MONDAYS[week] + JUST_AFTER)
        period = f"2035-W{week + 2:02}"
        eventually(
            lambda: self.scene.service.occurrences.filter(period=period, remind_at__gt=self.clock.now()).exists()
        )
        self.clock.move(MONDAYS[week] + MAIL)


@pytest.fixture
def story(fresh_database: Database) -> Iterator[Story]:
    """Such a service, live since a Wednesday, on processes whose clock can be moved."""
    clock = MovedClock(fresh_database.data)
    clock.move(LIVE_ON)
    with clock.shared():
        scene = launches.scene()
        sam = people.member(scene.service.team, Role.CONTRIBUTOR, name="Sam Support")
        drift = OwnershipDomain.objects.get(key="drift")
        for who, role in ((scene.engineer, AssignmentRole.ACCOUNTABLE), (sam, AssignmentRole.SUPPORTING)):
            ownership.assign(scene.access("lead"), service=scene.service, domain=drift, person=who, role=role)
        launches.live(scene)
    Team.objects.update(time_zone=str(BERLIN))
    User.objects.update(time_zone=str(BERLIN))
    Notification.objects.all().delete()
    OutboxMessage.objects.all().delete()
    settings = {"DJANGO_SETTINGS_MODULE": clocks.SETTINGS, "DEMO": "true"}
    with (
        mailboxes.mailbox() as mailbox,
        portals.running(fresh_database, EMAIL_URL=mailbox.url, **settings) as portal,
    ):
        yield Story(portal, clock, mailbox, scene, sam)


@pytest.fixture
def engineer(story: Story, open_page: Callable[..., Page]) -> Page:
    """The window of Enno, who signs in whenever his session has ended."""
    return open_page(story.portal)


def enter(page: Page, story: Story, address: str) -> None:
    browsers.enter(page, story.portal.sign_in(story.scene.engineer.email, people.PASSWORD))
    page.goto(address)


def test_a_week_of_checks_is_mailed_answered_escalated_and_counted(story: Story, engineer: Page) -> None:
    enno, lead = story.scene.engineer, story.scene.lead
    first = the_mail_of_the_first_monday(story)
    the_link_lands_on_the_check_and_it_is_answered(story, engineer, first)

    what_is_overdue_is_told_to_those_who_support(story)
    assert story.told(lead, "escalated") == []
    story.monday(2)
    eventually(lambda: story.told(lead, "escalated"))
    eventually(lambda: len(story.mailbox.to(enno.email)) == 2)
    eventually(lambda: "not done in time; the lead is told" in written(story.mailbox.to(lead.email)[-1]))
    assert story.pillar() == "green"

    two_missed_cycles_are_yellow_and_three_red(story, engineer)
    a_completed_one_clears_it(story, engineer)
    one_click_ends_the_mail(story)
    nobody_got_two_mails_a_day(story)


def written(mail: EmailMessage) -> str:
    """The text of a mail for those who read no HTML."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def the_mail_of_the_first_monday(story: Story) -> EmailMessage:
    """One mail with text and HTML, of what opened at nine where the team is, and not a minute earlier."""
    story.clock.move(MONDAYS[0] - datetime.timedelta(seconds=4))
    assert not story.scene.service.occurrences.exists()
    story.monday(0)
    eventually(lambda: story.mailbox.to(story.scene.engineer.email))
    (mail,) = story.mailbox.to(story.scene.engineer.email)
    opened = story.scene.service.occurrences.filter(period="2035-W02")
    assert {row.opens_at for row in opened} == {MONDAYS[0]}
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert f"“{DRIFT}” open, due Fri 12 Jan, 17:00" in written(mail)
    return mail


def the_link_lands_on_the_check_and_it_is_answered(story: Story, page: Page, mail: EmailMessage) -> None:
    found = re.search(re.escape(DRIFT) + r".*\n +(http\S+)", written(mail))
    assert found
    enter(page, story, found[1])
    expect(page.get_by_role("heading", level=1)).to_have_text(DRIFT)
    page.get_by_role("radio", name="Passed").check()
    page.get_by_label("What was found").fill("Two flags, both from the new tariff.")
    page.get_by_role("button", name="Save the result").click()
    expect(page.get_by_role("status")).to_contain_text("passed")
    check = story.scene.service.occurrences.get(recurring_check__key="weekly.drift-alerts", period="2035-W02")
    assert (check.result, check.done_by) == ("pass", story.scene.engineer)


def what_is_overdue_is_told_to_those_who_support(story: Story) -> None:
    """The first week's is done, so that nothing of it is; the second week's is not."""
    story.monday(1)
    assert story.told(story.scene.engineer, "overdue") == []
    story.clock.move(MONDAYS[1] + datetime.timedelta(days=4, hours=8, seconds=1))
    eventually(lambda: story.told(story.sam, "overdue"))
    assert len(story.told(story.scene.engineer, "overdue")) == 1
    assert story.told(story.scene.lead, "overdue") == []


def two_missed_cycles_are_yellow_and_three_red(story: Story, page: Page) -> None:
    for week, colour in ((3, "yellow"), (4, "red")):
        story.monday(week)
        eventually(lambda colour=colour: story.pillar() == colour)
        enter(page, story, f"{story.portal.url}/portfolio/")
        cell = page.get_by_role("row", name=re.compile(story.scene.service.name)).get_by_role("cell").first
        expect(cell).to_contain_text(re.compile(colour, re.IGNORECASE))


def a_completed_one_clears_it(story: Story, page: Page) -> None:
    """Answered in the calendar, without leaving it."""
    page.goto(f"{story.portal.url}/checks/")
    page.get_by_role("link", name=re.compile(f"Answer: {DRIFT}.*2035-W06")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name="Passed").check()
    dialog.get_by_role("button", name="Save the result").click()
    expect(page.get_by_role("status")).to_contain_text("passed")
    assert page.url.endswith("/checks/")
    assert story.pillar() == "green"


def one_click_ends_the_mail(story: Story) -> None:
    """As a mail program does it: a bare POST to the address in the header."""
    enno, lead = story.scene.engineer.email, story.scene.lead.email
    address = str(story.mailbox.to(enno)[-1]["List-Unsubscribe"]).strip("<> ")
    answer = requests.post(address, {"List-Unsubscribe": "One-Click"}, timeout=20)
    assert answer.status_code == 200
    before, of_lead = len(story.mailbox.to(enno)), len(story.mailbox.to(lead))
    story.monday(5)
    eventually(lambda: len(story.mailbox.to(lead)) == of_lead + 1)
    assert len(story.mailbox.to(enno)) == before
    assert story.told(story.scene.engineer, "opened")[-1].created_at >= MONDAYS[5]


def nobody_got_two_mails_a_day(story: Story) -> None:
    """By the day each fell due: as the clock jumps a week, a mail of the old one may leave in the new."""
    sent = OutboxMessage.objects.filter(kind="digest", state="sent")
    days = Counter((one.recipient_id, one.due_at.astimezone(BERLIN).date()) for one in sent)
    assert set(days.values()) == {1}
    arrived = Counter(mail["Message-ID"] for mail in story.mailbox.messages)
    assert set(arrived.values()) == {1}
    assert len(arrived) == len(sent)
