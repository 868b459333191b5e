"""Several people at the same moment: numbers once, steps once, ends once, proposals once; the rest are told."""

import datetime
from collections import Counter
from collections.abc import Callable

import pytest

from incidents.actions import incident_reminders, incident_states, playbooks, post_mortems, proposals, timelines
from incidents.actions.proposals import NewProposal
from incidents.models import Incident, PostMortem, Proposal, StepRun, TimelineEntry
from portal import clock
from portal.actions.documents import Written
from portal.errors import DomainError
from portal.models import Notification
from portal.permissions import Access, Role
from readiness.actions import templates
from readiness.models import ServiceStatus, TemplateVersion
from readiness.rules.template_additions import AddedPoint
from tests.factories import incidents as factory
from tests.factories import portal, readiness
from tests.harness import at_once
from tests.harness.databases import Database

pytestmark = pytest.mark.postgres

PEOPLE = 4


def results(act: Callable[[int], object]) -> Counter[str]:
    """What came of the same act of several people at once."""

    def one(number: int) -> str:
        try:
            act(number)
        except DomainError:
            return "told"
        return "done"

    return Counter(at_once.call(PEOPLE, one))


def scene(severity: int = 3, playbook: str = "") -> tuple[Incident, Access]:
    playbooks.load()
    service = readiness.service()
    incident = factory.declared(service, severity=severity, commander=service.owner, playbook=playbook)
    return incident, portal.access(service.owner)


def test_what_is_declared_at_once_gets_a_number_each(fresh_database: Database) -> None:
    service = readiness.service()
    came = results(lambda number: factory.declared(service, title=f"Incident {number}"))
    numbers = sorted(Incident.objects.values_list("number", flat=True))
    assert numbers == list(range(1, came["done"] + 1))
    assert came["done"] + came["told"] == PEOPLE
    assert Incident.objects.filter(revision=1).count() == came["done"]


def test_a_step_that_several_tick_at_once_is_done_once(fresh_database: Database) -> None:
    incident, access = scene(playbook="alert.cost-spike")
    came = results(lambda _number: timelines.step(access, incident=incident, number=1, did="done"))
    assert came == {"done": 1, "told": PEOPLE - 1}
    assert StepRun.objects.filter(incident=incident, number=1).count() == 1


def test_several_who_close_at_once_close_it_once(fresh_database: Database) -> None:
    incident, access = scene()
    factory.resolved(incident)
    came = results(lambda _number: incident_states.move(access, incident=incident, to="closed"))
    assert came == {"done": 1, "told": PEOPLE - 1}
    closed = TimelineEntry.objects.filter(incident=incident, kind="state", text__startswith="Closed")
    assert (factory.again(incident).state, closed.count()) == ("closed", 1)


def test_of_several_who_rest_on_the_same_revision_one_moves_it(fresh_database: Database) -> None:
    incident, access = scene()
    came = results(
        lambda number: incident_states.change_severity(
            access, incident=incident, severity=1 + number % 2, text="Worse.", seen=1
        )
    )
    assert came == {"done": 1, "told": PEOPLE - 1}
    row = factory.again(incident)
    assert (row.revision, row.revisions.count()) == (2, 2)
    assert ServiceStatus.objects.filter(service=row.service).count() == 1


def test_notes_at_once_are_all_kept(fresh_database: Database) -> None:
    incident, access = scene()
    came = results(lambda number: timelines.note(access, incident=incident, text=f"Seen from {number}."))
    assert came == {"done": PEOPLE}
    assert TimelineEntry.objects.filter(incident=incident, kind="note").count() == PEOPLE


def test_a_post_mortem_that_several_begin_at_once_is_one(fresh_database: Database) -> None:
    incident, access = scene(severity=2)
    over = factory.resolved(incident)
    came = results(lambda _number: post_mortems.begin(access, incident=over, written=Written(factory.ACCOUNT)))
    assert came == {"done": 1, "told": PEOPLE - 1}
    assert PostMortem.objects.filter(incident=over).count() == 1


def test_a_proposal_is_settled_once_and_makes_one_version(fresh_database: Database) -> None:
    templates.load()
    incident, access = scene(severity=2)
    written = factory.explained(factory.resolved(incident))
    proposal = proposals.propose(
        access, post_mortem=written, new=NewProposal("deployment", "Asked", "It was not.", "perf.caching")
    )
    settles = portal.access(portal.member(None, Role.ADMINISTRATOR))

    def settle(number: int) -> object:
        if number % 2:
            return proposals.decline(settles, proposal=proposal, reason="No.")
        added = AddedPoint("perf.caching", f"Asked by {number}")
        return proposals.accept(settles, proposal=proposal, addition=added, reason="Yes.")

    assert results(settle) == {"done": 1, "told": PEOPLE - 1}
    is_accepted = Proposal.objects.get(pk=proposal.pk).state == "accepted"
    assert TemplateVersion.objects.filter(number__contains="+").count() == int(is_accepted)


def test_schedulers_that_look_at_once_say_a_due_word_once(fresh_database: Database) -> None:
    incident, access = scene()
    timelines.update(access, incident=incident, text="We look into it.", next_word=30)
    later = clock.now() + datetime.timedelta(minutes=31)
    at_once.call(PEOPLE, lambda _number: incident_reminders.send_due(later))
    assert Notification.objects.filter(kind="incident-word-due").count() == 1
