"""The pages of gaps and action items: one press from gap to item, the board, several at once, files for trackers."""

import csv
import datetime
import io

import pytest
from django.test import Client

from portal.models import User
from portal.permissions import Role
from readiness.actions import action_item_changes, action_items, findings
from readiness.actions.action_item_changes import Change
from readiness.actions.action_items import NewItem
from readiness.models import ActionItem, Service
from readiness.rules.action_items import Terms
from tests.factories import portal
from tests.factories import readiness as things

pytestmark = pytest.mark.django_db
DUE = datetime.date(2090, 3, 1)


@pytest.fixture
def service() -> Service:
    return things.service(tier=1)


def browser(who: User) -> Client:
    client = Client()
    client.force_login(who)
    return client


def opened(service: Service, title: str, text: str = "") -> ActionItem:
    new = NewItem(Terms(title, text, due_on=DUE), service.owner)
    return action_items.open_item(portal.access(service.owner), service=service, new=new).item


def test_a_domain_nobody_answers_for_is_a_gap_and_becomes_an_action_item_in_one_press(service: Service) -> None:
    client, path = browser(service.owner), f"/services/{service.slug}/gaps/"
    page = client.get(path).content.decode()
    assert "Name an owner for" in page
    assert "3 × 3 × 4 × 1" in page
    key = page.split('name="key" value="')[1].split('"')[0]
    for _ in range(2):
        client.post(path, {"key": key})
    item = ActionItem.objects.get()
    assert (item.origin, item.owner, item.priority) == ("gap", service.owner, 1)
    assert "Action item 1" in client.get(path).content.decode()


def test_who_only_reads_sees_gaps_and_no_button(service: Service) -> None:
    viewer = portal.member(service.team, Role.VIEWER)
    assert 'name="key"' not in browser(viewer).get(f"/services/{service.slug}/gaps/").content.decode()
    assert browser(viewer).post(f"/services/{service.slug}/gaps/", {"key": "x"}).status_code == 403


def test_an_item_is_moved_on_the_board_and_the_board_is_shown_again(service: Service) -> None:
    item, board = opened(service, "Mask account numbers"), "/action-items/board/?show=mine"
    client = browser(service.owner)
    typed = {"state": "in-progress", "revision": item.revision, "next": board}
    answer = client.post(f"{item.get_absolute_url()}move/", typed)
    assert (answer.status_code, answer["Location"]) == (302, board)
    assert ActionItem.objects.get().state == "in-progress"


def test_the_history_says_in_words_what_became_of_it(service: Service) -> None:
    item = opened(service, "Mask account numbers")
    wanted = Change(priority=1, due_on=datetime.date(2090, 4, 2))
    action_item_changes.change(portal.access(service.owner), item=item, wanted=wanted, revision=item.revision)
    page = browser(service.owner).get(item.get_absolute_url()).content.decode()
    assert "priority: <del>medium</del> <ins>highest</ins>" in page
    assert "origin: <ins>opened by hand</ins>" in page


def test_the_list_shows_what_is_to_do_unless_another_state_is_chosen(service: Service) -> None:
    item = opened(service, "Mask account numbers")
    access = portal.access(service.owner)
    action_item_changes.change(access, item=item, wanted=Change(state="done"), revision=item.revision)
    client = browser(service.owner)
    assert "Mask account numbers" not in client.get("/action-items/?q=mask").content.decode()
    assert "Mask account numbers" in client.get("/action-items/?state=done").content.decode()


def test_several_are_changed_and_the_answer_has_a_line_for_each(service: Service) -> None:
    items = [opened(service, f"Thing {number}") for number in range(2)]
    picks = [f"{items[0].public_id}:{items[0].revision}", f"{items[1].public_id}:7"]
    page = browser(service.owner).post("/action-items/change/", {"pick": picks, "priority": "1"}).content.decode()
    assert "1 of 2 changed" in page
    assert "Somebody changed this item in between" in page


def test_what_was_typed_stands_there_as_it_was_when_somebody_was_faster(service: Service) -> None:
    item, client = opened(service, "Mask account numbers"), browser(service.owner)
    told = {
        "title": "Mask them all",
        "text": "In every log.",
        "owner": str(service.owner.public_id),
        "due_on": "2090-03-01",
        "priority": "1",
        "revision": str(item.revision),
    }
    action_item_changes.change(
        portal.access(service.owner), item=item, wanted=Change(priority=2), revision=item.revision
    )
    form = client.post(item.get_absolute_url(), told).context["form"]
    assert "in between" in str(form.non_field_errors())
    assert (form["title"].value(), form["text"].value(), form["revision"].value()) == (
        "Mask them all",
        "In every log.",
        "2",
    )


def test_nothing_picked_is_said_and_changes_nothing(service: Service) -> None:
    answer = browser(service.owner).post("/action-items/change/", {"priority": "1"})
    assert (answer.status_code, "Pick one item at least" in answer.content.decode()) == (422, True)


def test_what_could_not_be_changed_is_there_to_be_picked_again_with_what_was_chosen(service: Service) -> None:
    client, item = browser(service.owner), opened(service, "Mask account numbers")
    typed = {"pick": f"{item.public_id}:7", "priority": "1", "state": "dropped", "reason": "Done by Finance"}
    page = client.post("/action-items/change/", typed).content.decode()
    assert f'value="{item.public_id}:{item.revision}"' in page
    assert 'value="Done by Finance"' in page
    client.post("/action-items/change/", {**typed, "pick": f"{item.public_id}:{item.revision}"})
    item.refresh_from_db()
    assert (item.priority, item.state, item.reason) == (1, "dropped", "Done by Finance")


def test_a_mistake_in_the_form_keeps_the_rest_of_it_and_what_was_picked(service: Service) -> None:
    client, item = browser(service.owner), opened(service, "Mask account numbers")
    typed = {"pick": f"{item.public_id}:7", "state": "dropped", "due_on": "soon"}
    answer = client.post("/action-items/change/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'value="{item.public_id}:7"' in page  # what was seen, not what stands: nobody was told of that yet
    assert '<option value="dropped" selected>' in page


def test_dropping_several_asks_once_for_the_reason(service: Service) -> None:
    item = opened(service, "Mask account numbers")
    typed = {"pick": f"{item.public_id}:{item.revision}", "state": "dropped"}
    answer = browser(service.owner).post("/action-items/change/", typed)
    assert (answer.status_code, "Say why it is dropped" in answer.content.decode()) == (422, True)


def test_an_item_one_may_not_see_is_not_changed_and_says_nothing_of_itself(service: Service) -> None:
    hidden = opened(things.service(restricted=True), "Mask account numbers")
    typed = {"pick": f"{hidden.public_id}:{hidden.revision}", "priority": "1"}
    answer = browser(service.owner).post("/action-items/change/", typed)
    assert "Mask account" not in answer.content.decode()
    hidden.refresh_from_db()
    assert hidden.priority != 1


def test_only_items_that_one_may_change_have_a_box_to_pick_them(service: Service) -> None:
    own, other = opened(service, "Mask account numbers"), opened(things.service(), "Name the owner")
    page = browser(service.owner).get("/action-items/").content.decode()
    assert f'value="{own.public_id}:' in page
    assert other.title in page
    assert f'value="{other.public_id}:' not in page


@pytest.mark.parametrize(
    ("tracker", "heads"),
    [
        ("jira", ["Issue Type", "Summary", "Description", "Assignee", "Due Date", "Priority", *["Labels"] * 4]),
        ("github", ["title", "body", "labels", "assignees"]),
        ("gitlab", ["title", "description", "due_date"]),
    ],
)
def test_a_tracker_gets_the_columns_it_imports_and_no_formula(service: Service, tracker: str, heads: list[str]) -> None:
    opened(service, "=HYPERLINK(1)", "Twice\nover")
    text = browser(service.owner).get(f"/action-items/{tracker}.csv").content.decode()
    found = list(csv.reader(io.StringIO(text)))
    assert found[0] == heads
    assert "'=HYPERLINK(1)" in found[1]


def read_back(client: Client, tracker: str) -> list[dict[str, list[str]]]:
    """The file as its importer reads it: by the names of the columns, of which some stand more than once."""
    heads, *rows = csv.reader(io.StringIO(client.get(f"/action-items/{tracker}.csv").content.decode()))
    return [
        {head: [cell for name, cell in zip(heads, row, strict=True) if name == head] for head in heads} for row in rows
    ]


def test_jira_reads_who_does_what_until_when_and_a_label_a_column(service: Service) -> None:
    item = opened(service, "Mask account numbers", "All of them,\nin every log.")
    (row,) = read_back(browser(service.owner), "jira")
    assert (row["Summary"], row["Issue Type"], row["Priority"]) == (["Mask account numbers"], ["Task"], ["Medium"])
    assert (row["Assignee"], row["Due Date"]) == ([service.owner.email], ["2090-03-01"])
    assert row["Labels"] == ["gatehouse", service.slug, "other", "priority-medium"]
    assert not any(" " in label for label in row["Labels"])
    assert row["Description"][0].startswith("All of them,\nin every log.")
    assert row["Description"][0].endswith(item.get_absolute_url())


def test_github_reads_title_body_and_labels_between_commas(service: Service) -> None:
    opened(service, "Mask account numbers", "All of them.")
    (row,) = read_back(browser(service.owner), "github")
    assert row["title"] == ["Mask account numbers"]
    assert row["body"][0].startswith("All of them.")
    assert row["labels"] == [f"gatehouse,{service.slug},other,priority-medium"]


def test_gitlab_reads_title_description_and_day_and_carries_nothing_out(service: Service) -> None:
    opened(service, "Mask account numbers", "First this.\n/close\n  /assign @somebody")
    (row,) = read_back(browser(service.owner), "gitlab")
    assert (row["title"], row["due_date"]) == (["Mask account numbers"], ["2090-03-01"])
    assert not any(line.lstrip().startswith("/") for line in row["description"][0].splitlines())
    assert "\\/close" in row["description"][0]


@pytest.mark.parametrize("path", ["/action-items/?_export=csv&state=any", "/findings/?_export=csv"])
def test_files_hold_what_one_sees_and_no_formula(service: Service, path: str) -> None:
    opened(service, "=HYPERLINK(1)")
    opened(things.service(restricted=True), "Mask account numbers")
    office = portal.access(portal.member(None, Role.COMPLIANCE))
    for of, title in ((service, "=cmd()"), (things.service(restricted=True), "Nobody masks")):
        findings.open_finding(office, service=of, severity=1, title=title, text="Show one month.")
    text = browser(service.owner).get(path).content.decode()
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert any(cell.startswith("'=") for cell in cells)
    assert not any(cell.startswith("=") for cell in cells)
    assert "mask" not in text.lower()


def test_my_work_lists_what_i_have_to_do_and_done_ends_it_there(service: Service) -> None:
    item, client = opened(service, "Mask account numbers"), browser(service.owner)
    assert "Done: Mask account numbers" in client.get("/").content.decode()
    client.post(f"{item.get_absolute_url()}move/", {"state": "done", "revision": item.revision, "next": "/"})
    assert "Done: Mask account numbers" not in client.get("/").content.decode()


def test_a_restricted_service_shows_its_items_to_nobody_else() -> None:
    hidden = things.service(restricted=True)
    item = opened(hidden, "Mask account numbers")
    other = browser(portal.member(portal.team(), Role.LEAD))
    assert other.get(item.get_absolute_url()).status_code == 404
    for path in ("/action-items/?state=any&q=mask", "/action-items/board/", "/action-items/jira.csv"):
        assert "Mask account" not in other.get(path).content.decode()


def test_an_item_of_a_finding_says_whose_turn_it_is(service: Service) -> None:
    office = portal.access(portal.member(None, Role.COMPLIANCE))
    finding = findings.open_finding(office, service=service, severity=1, title="No log of October", text="Show it.")
    path = ActionItem.objects.get().get_absolute_url()
    asked = browser(service.owner).get(path).content.decode()
    assert "Answer the finding" in asked
    assert 'value="done"' not in asked
    findings.answer(portal.access(service.owner), finding=finding, text="Here is October.")
    answered = browser(service.owner).get(path).content.decode()
    assert "Done on our side" in answered
    assert "Drop it" not in answered
    board = browser(service.owner).get("/action-items/board/").content.decode()
    assert "Dropped, with a reason" not in board
