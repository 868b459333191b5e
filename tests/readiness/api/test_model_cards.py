"""Model cards by machine: written, revised, reviewed, imported and handed out, by the rules of the pages."""

from typing import Any

import pytest

from portal.models import User
from portal.permissions import Role
from readiness.models import ModelCard, ServedModel
from tests.factories import callers, portal
from tests.factories import readiness as things
from tests.factories.callers import Caller

pytestmark = pytest.mark.django_db
README = "---\nlicense: mit\n---\n\n## Direct use\n\nScores payments.\n"
CONTENT = {"intended_use": "Scores payments.", "metrics": [{"metric": "Recall", "value": "0.9", "threshold": "0.8"}]}


@pytest.fixture
def model() -> ServedModel:
    return things.model(things.service(), "fraud-gbm")


@pytest.fixture
def ana(model: ServedModel) -> User:
    return portal.member(model.service.scope.team, Role.CONTRIBUTOR, name="Ana")


@pytest.fixture
def tool(ana: User) -> Caller:
    return callers.caller(ana, may="write")


def begun(tool: Caller, of: ServedModel, **said: Any) -> Any:
    return tool.post("model-cards/", {"service": of.service.slug, "model": of.name, **said})


def at(answer: Any, *more: str) -> str:
    return "/".join([f"model-cards/{answer.json()['id']}", *more]) if more else f"model-cards/{answer.json()['id']}/"


def test_a_card_is_written_listed_and_read(tool: Caller, model: ServedModel, ana: User) -> None:
    things.model_version(model, "41")
    made = begun(tool, model, content=CONTENT, describes="41", keeper=ana.email.upper(), review_every=180)
    assert (made.status_code, made.json()["content"], made.json()["describes"]) == (201, CONTENT, "41")
    read = tool.get(at(made))
    assert read.json() == made.json()
    assert tool.get(at(made), if_none_match=read["ETag"]).status_code == 304
    (listed,) = tool.get(f"model-cards/?service={model.service.slug}&stale=false").json()["results"]
    assert listed["id"] == made.json()["id"]
    assert "content" not in listed


def test_a_revision_changes_the_fields_it_names_and_no_other(tool: Caller, model: ServedModel) -> None:
    made = begun(tool, model, content=CONTENT)
    changed = {"content": {"intended_use": "", "users": "Analysts."}, "note": "Said by whom"}
    revised = tool.patch(at(made), changed, if_match=made["ETag"])
    assert (revised.status_code, revised.json()["revision"]) == (200, 2)
    assert revised.json()["content"] == {"users": "Analysts.", "metrics": CONTENT["metrics"]}
    assert ModelCard.objects.get().revisions.get(number=2).note == "Said by whom"
    assert tool.patch(at(made), changed, if_match=made["ETag"]).status_code == 412
    assert tool.patch(at(made), changed).json()["errors"][0]["field"] == "revision"


def test_an_older_revision_is_merged_unless_both_changed_a_field(tool: Caller, model: ServedModel) -> None:
    made = begun(tool, model, content=CONTENT)
    tool.patch(at(made), {"content": {"users": "Analysts."}, "revision": 1})
    merged = tool.patch(at(made), {"content": {"inputs": "Payments."}, "revision": 1})
    assert {"users", "inputs"} <= merged.json()["content"].keys()
    assert tool.patch(at(made), {"content": {"users": "Others."}, "revision": 1}).status_code == 412


def test_a_readme_is_imported_and_handed_out_again(tool: Caller, model: ServedModel) -> None:
    made = begun(tool, model, file=README)
    assert made.json()["content"] == {"intended_use": "Scores payments.", "front_matter": "license: mit"}
    assert ModelCard.objects.get().revisions.get().note == "imported from README.md"
    readme = tool.get(at(made, "readme"))
    assert readme["Content-Type"].startswith("text/markdown")
    same = tool.patch(at(made), {"file": readme.content.decode(), "whole": True, "revision": 1})
    assert same.json()["revision"] == 1
    assert tool.get(at(made, "cyclonedx")).json()["specVersion"] == "1.6"
    assert "# Model card for fraud-gbm" in tool.get(at(made, "markdown") + "?revision=1").content.decode()
    assert tool.get(at(made, "readme") + "?revision=7").status_code == 422


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"file": "---\na: [1\n---\n"}, "file"),
        ({"file": README, "content": CONTENT}, "content"),
        ({"content": {"metrics": [{"metric": "Recall", "value": "much"}]}}, "metrics"),
        ({"content": {"metrics": [{"metric": "Recall", "colour": "red"}]}}, "content"),
        ({"content": {"zebra": "x"}}, "content"),
        ({"describes": "42"}, "describes"),
        ({"keeper": "nobody@example.com"}, "keeper"),
        ({"model": "other"}, "model"),
        ({"content": {"front_matter": "a: *x"}}, "front_matter"),
    ],
)
def test_what_is_refused_names_its_field_and_writes_nothing(
    tool: Caller, model: ServedModel, said: dict[str, Any], field: str
) -> None:
    answer = begun(tool, model, **said)
    assert answer.status_code == 422
    assert any(error["field"].startswith(field) for error in answer.json()["errors"]), answer.json()
    assert not ModelCard.objects.exists()


def test_a_review_is_of_the_revision_that_was_read(tool: Caller, model: ServedModel) -> None:
    made = begun(tool, model, content=CONTENT)
    assert tool.post(at(made, "reviewed"), {"revision": 1, "note": "Read."}).json()["reviewed_revision"] == 1
    tool.patch(at(made), {"content": {"users": "Analysts."}, "revision": 1})
    assert tool.post(at(made, "reviewed"), {"revision": 1}).status_code == 412


def test_the_same_key_twice_writes_one_revision(tool: Caller, model: ServedModel) -> None:
    made = begun(tool, model, content=CONTENT)
    body = {"content": {"users": "Analysts."}, "revision": 1}
    for _ in range(2):
        assert tool.patch(at(made), body, idempotency_key="one").json()["revision"] == 2


def test_strangers_see_no_card_of_a_restricted_service_and_readers_write_none(tool: Caller, model: ServedModel) -> None:
    made = begun(tool, model, content=CONTENT)
    model.service.scope.restricted = True
    model.service.scope.save()
    stranger = callers.caller(portal.member(portal.team(), Role.CONTRIBUTOR), may="write")
    assert [stranger.get(at(made, *more)).status_code for more in ((), ("readme",), ("cyclonedx",))] == [404] * 3
    approver = callers.caller(portal.member(model.service.scope.team, Role.APPROVER), may="write")
    assert approver.patch(at(made), {"content": {}, "revision": 1}).status_code == 403


def test_a_caller_may_ask_for_the_form_alone_and_is_refused_in_json(tool: Caller, model: ServedModel) -> None:
    made = begun(tool, model, content=CONTENT)
    for form, media_type in (
        ("readme", "text/markdown"),
        ("cyclonedx", "application/vnd.cyclonedx+json"),
        ("pdf", "application/pdf"),
    ):
        assert tool.get(at(made, form), accept=media_type)["Content-Type"].startswith(media_type)
        refused = tool.get(at(made, form) + "?revision=x", accept=media_type)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "revision")
