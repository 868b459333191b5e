"""Pages of runbooks: written in the browser, commands to copy, drilled from their page, retired and brought back."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from incidents.actions import runbooks as actions
from incidents.models import Runbook, RunbookDrill
from portal import clock
from portal.models import User
from portal.permissions import Role
from readiness.models import Service
from tests.factories import portal
from tests.factories import readiness as things
from tests.factories import runbooks as factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> Service:
    return things.service()


@pytest.fixture
def ana(service: Service) -> User:
    return portal.member(service.scope.team, Role.CONTRIBUTOR, name="Ana")


@pytest.fixture
def page(client: Client, ana: User) -> Client:
    client.force_login(ana)
    return client


def address(name: str, service: Service, *more: object) -> str:
    return reverse(f"incidents:{name}", args=[service.slug, *more])


def typed(ana: User, **said: str) -> dict[str, str]:
    return {"seen": "0", "keeper": str(ana.public_id), "review_every": "90", "title": "Roll back", **said}


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def drilled(ana: User, service: Service, **said: str) -> dict[str, str]:
    staging = service.environments.get(name="staging")
    return {
        "revision": "1",
        "kind": "rollback",
        "environment": str(staging.public_id),
        "from_version": "3.2.0",
        "to_version": "3.1.0",
        "performed_by": str(ana.public_id),
        "performed_at": f"{clock.now() - datetime.timedelta(days=1):%Y-%m-%dT%H:%M}",
        "result": "passed",
        "minutes": "4.2",
        "link": "https://ci.example.com/1",
        **said,
    }


def test_a_runbook_is_written_and_its_commands_can_be_copied_exactly(page: Client, service: Service, ana: User) -> None:
    command = 'promote 3.1.0 \\\n  --reason "$INCIDENT" && echo <done>'
    said = typed(
        ana,
        is_rollback="on",
        target_minutes="15",
        **{
            "steps-0-do": "Go back",
            "steps-0-command": command,
            "steps-0-expect": "It says **promoted**",
            "escalation-0-who": "On call",
            "escalation-0-reached": "+49 30 5550142",
        },
    )
    shown = text(page.post(address("runbook_begin", service), said, follow=True))
    assert Runbook.objects.get().content["steps"][0]["command"] == command
    assert 'data-copy="promote 3.1.0 \\\n  --reason &quot;$INCIDENT&quot; &amp;&amp; echo &lt;done&gt;"' in shown
    assert 'aria-label="Copy command: Go back"' in shown
    assert "<strong>promoted</strong>" in shown
    assert 'href="tel:+49305550142"' in shown
    assert "Nobody has drilled it yet" in shown


def test_what_a_runbook_does_is_asked_once_and_its_minutes_stand_as_they_were_typed(
    page: Client, service: Service, ana: User
) -> None:
    page.post(address("runbook_begin", service), typed(ana, target_minutes="15"))

    form = text(page.get(address("runbook_revise", service, Runbook.objects.get().number)))

    assert form.count('name="title"') == 1
    assert 'name="target_minutes" value="15"' in form


def test_what_is_refused_says_why_and_keeps_everything_typed(page: Client, service: Service, ana: User) -> None:
    said = typed(ana, target_minutes="0", **{"steps-0-command": "promote", "links-0-title": "Board"})
    answer = page.post(address("runbook_begin", service), said)
    assert answer.status_code == 422
    assert "Give the minutes it may take" in text(answer)
    answer = page.post(address("runbook_begin", service), {**said, "target_minutes": "15"})
    assert answer.status_code == 422
    assert "Row 1, what to do: this is missing." in text(answer)
    assert "promote</textarea>" in text(answer)
    assert not Runbook.objects.exists()


def test_a_second_way_back_is_refused_at_its_field(page: Client, service: Service, ana: User) -> None:
    factory.runbook(service, ana)
    answer = page.post(address("runbook_begin", service), typed(ana, title="Another", is_rollback="on"))
    assert answer.status_code == 422
    assert "is the way back of this service" in text(answer)


def test_a_drill_recorded_on_its_page_is_linked_to_the_revision_and_shown_there(
    page: Client, service: Service, ana: User
) -> None:
    runbook = factory.runbook(service, ana)
    answer = page.post(address("runbook_drill", service, 1), drilled(ana, service), follow=True)
    assert RunbookDrill.objects.get().revision.subject == runbook
    shown = text(answer)
    assert "ran it to the end on" in shown
    assert "3.2.0 → 3.1.0" in shown
    assert 'class="gh-fill-green"' in shown
    assert ">Drilled<" in shown


def test_a_drill_of_the_way_back_is_no_other_and_what_is_refused_stays_typed(
    page: Client, service: Service, ana: User
) -> None:
    factory.runbook(service, ana)
    said = drilled(ana, service, kind="restore", from_version="7.7.7", revision="4")
    answer = page.post(address("runbook_drill", service, 1), said)
    assert answer.status_code == 422
    assert "Choose from the list." in text(answer)
    assert "Choose a revision of the list." in text(answer)
    assert 'value="7.7.7"' in text(answer)
    assert not RunbookDrill.objects.exists()


def test_two_revisions_stand_beside_each_other_and_an_older_one_is_shown_as_it_was(
    page: Client, service: Service, ana: User
) -> None:
    runbook = factory.runbook(service, ana)
    factory.revise(runbook, ana, purpose="Puts the last good model back.")
    compared = text(page.get(address("runbook_compare", service, 1)))
    assert "<del>release</del>" in compared
    assert "<ins>model</ins>" in compared
    assert "Puts the last good release back." in text(page.get(runbook.get_absolute_url(), {"revision": "1"}))
    assert page.get(runbook.get_absolute_url(), {"revision": "9"}).status_code == 404


def test_a_conflict_shows_what_stands(page: Client, service: Service, ana: User) -> None:
    runbook = factory.runbook(service, ana)
    ben = portal.member(service.scope.team, Role.CONTRIBUTOR, name="Ben")
    factory.revise(runbook, ben, purpose="Ben’s words.")
    said = typed(ana, is_rollback="on", purpose="Ana’s words.") | {"seen": "1"}
    answer = page.post(address("runbook_revise", service, 1), said)
    assert answer.status_code == 412
    assert "<ins>Ben’s </ins>words." in text(answer)
    assert "Ana’s words.</textarea>" in text(answer)


def test_retired_it_leaves_the_list_and_comes_back(page: Client, service: Service, ana: User) -> None:
    runbook = factory.runbook(service, ana)
    listed = reverse("incidents:runbooks")
    refused = page.post(address("runbook_retire", service, 1), {"seen": "1", "note": ""})
    assert refused.status_code == 422
    assert "Say why, in a few words." in text(refused)
    page.post(address("runbook_retire", service, 1), {"seen": "1", "note": "Old"})
    assert ">Retired<" in text(page.get(runbook.get_absolute_url()))
    assert runbook.get_absolute_url() not in text(page.get(listed, {"q": "Roll"}))
    assert runbook.get_absolute_url() in text(page.get(listed, {"standing": "retired"}))
    page.post(address("runbook_bring_back", service, 1), {"seen": "2", "note": "Needed"})
    assert runbook.get_absolute_url() in text(page.get(listed))


def test_the_list_filters_by_standing(page: Client, service: Service, ana: User) -> None:
    with clock.at(clock.now() - datetime.timedelta(days=91)):
        old = factory.runbook(service, ana)
    new = factory.runbook(service, ana, "Empty the cache", is_rollback=False)
    factory.drill(new, ana)
    listed = reverse("incidents:runbooks")
    found = {
        standing: [one.number for one in (old, new) if one.get_absolute_url() in text(page.get(listed, given))]
        for standing, given in {
            "all": {},
            "stale": {"standing": "stale"},
            "reviewed": {"standing": "reviewed"},
            "undrilled": {"standing": "undrilled"},
            "ways back": {"way_back": "yes"},
        }.items()
    }
    assert found == {"all": [1, 2], "stale": [1], "reviewed": [2], "undrilled": [1], "ways back": [1]}


def test_marking_it_reviewed_ends_its_staleness(page: Client, service: Service, ana: User) -> None:
    with clock.at(clock.now() - datetime.timedelta(days=91)):
        runbook = factory.runbook(service, ana)
    assert "Nobody has reviewed this runbook since" in text(page.get(runbook.get_absolute_url()))
    page.post(address("runbook_confirm", service, 1), {"seen": "1"})
    assert "Reviewed in time" in text(page.get(runbook.get_absolute_url()))


def test_a_service_without_a_way_back_has_a_hole_on_its_documents_and_among_its_gaps(
    page: Client, service: Service, ana: User
) -> None:
    part, gaps = address("service_runbooks", service), reverse("readiness:service_gaps", args=[service.slug])
    assert part in text(page.get(reverse("readiness:service_documents", args=[service.slug])))
    assert "the way back is not written down" in text(page.get(part))
    assert "Write the rollback runbook" in text(page.get(gaps))
    runbook = factory.runbook(service, ana)
    assert "the way back is not written down" not in text(page.get(part))
    assert "Write the rollback runbook" not in text(page.get(gaps))
    assert "Drill the runbook “Roll back”" in text(page.get(gaps))
    factory.drill(runbook, ana)
    assert "Drill the runbook" not in text(page.get(gaps))


def test_the_markdown_file_holds_every_command_exactly(page: Client, service: Service, ana: User) -> None:
    steps = [{"do": "Go back", "note": "Both.", "command": "a \\\n  b ```", "expect": "done"}]
    runbook = factory.runbook(service, ana, steps=steps)
    answer = page.get(runbook.get_absolute_url(), {"format": "md"})
    assert answer["Content-Disposition"] == f'attachment; filename="{service.slug}-runbook-1-revision-1.md"'
    written = "1. **Go back**\n\n   Both.\n\n   ````sh\n   a \\\n     b ```\n   ````\n\n   One sees: done\n"
    assert written in text(answer)
    assert "- **On call**, +49 30 5550142\n" in text(answer)


def test_who_may_not_see_the_service_finds_nothing(client: Client, ana: User) -> None:
    hidden = things.service(restricted=True)
    keeper = portal.member(hidden.scope.team, Role.CONTRIBUTOR)
    runbook = factory.runbook(hidden, keeper)
    client.force_login(ana)
    assert client.get(runbook.get_absolute_url()).status_code == 404
    assert client.get(address("service_runbooks", hidden)).status_code == 404
    assert runbook.get_absolute_url() not in text(client.get(reverse("incidents:runbooks")))


def test_readers_are_offered_no_act(client: Client, service: Service, ana: User) -> None:
    runbook = factory.runbook(service, ana)
    actions.confirm(portal.access(ana), runbook=factory.again(runbook), seen=1)
    client.force_login(portal.member(service.scope.team, Role.VIEWER))
    shown = text(client.get(runbook.get_absolute_url()))
    assert "Record a drill" not in shown
    assert "Revise" not in shown.replace("Revised", "")
    assert client.get(address("runbook_revise", service, 1)).status_code == 403
    assert client.post(address("runbook_retire", service, 1), {"seen": "1", "note": "x"}).status_code == 403


def test_what_was_refused_is_listed_before_the_first_card(page: Client, service: Service, ana: User) -> None:
    form = text(page.post(address("runbook_begin", service), typed(ana, title="")))

    assert form.count("1 thing needs another look") == 1
    assert form.index("1 thing needs another look") < form.index('id="group-terms-of-it"')
