"""The fragments of the review page: a refusal keeps everything, says why at its field, and can be mended."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.models import Notification, User
from portal.permissions import Role
from readiness.actions import answers, reviews, signoffs
from readiness.models import ItemAnswer, Review
from tests.factories import launches, portal, readiness
from tests.factories import reviews as review_factory

pytestmark = pytest.mark.django_db

KEY = "env.secrets"
GUARDED = "bench.guardrails"
HTMX = {"HX-Request": "true"}


def _as(who: User) -> Client:
    client = Client()
    client.force_login(who)
    return client


def _post(who: User, review: Review, act: str, key: str = KEY, **typed: Any) -> Any:
    """What comes back when the script of the page sends a small form."""
    path = f"{review.get_absolute_url()}items/{key}/{act}/"
    return _as(who).post(path, typed, headers=HTMX)


def _get(who: User, review: Review, act: str, key: str = KEY) -> str:
    page: Any = _as(who).get(f"{review.get_absolute_url()}items/{key}/{act}/", headers=HTMX)
    return str(page.content.decode())


def _field(page: str, name: str) -> str:
    """The tag of the field with this name that was refused."""
    found = [
        tag for tag in re.findall(rf'<(?:input|textarea|select)[^>]*name="{name}"[^>]*>', page) if "invalid" in tag
    ]
    assert len(found) == 1, found
    return str(found[0])


def _words_at(page: str, tag: str) -> str:
    """What stands at the field: the text that its aria-describedby names."""
    described = re.search(r'aria-describedby="([^" ]+)', tag)
    assert described, tag
    after = page.split(f'id="{described[1]}"', 1)[1]
    return re.sub(r"<[^>]+>", "", re.split(r"</(?:p|div)>", after.split(">", 1)[1], maxsplit=1)[0])


@pytest.fixture
def scene() -> launches.Scene:
    return launches.scene(signed=False)


@pytest.fixture
def assessment() -> tuple[Review, User]:
    """An assessment with a guarded item, and its engineer."""
    service = readiness.service()
    engineer = portal.member(service.scope.team, Role.CONTRIBUTOR, name="Enno Engineer")
    return reviews.start(portal.access(service.owner), service=service, kind="pillars"), engineer


def test_refused_evidence_keeps_what_is_attached_and_what_was_typed(scene: launches.Scene) -> None:
    answer = _post(scene.engineer, scene.review, "evidence", title="The second run")
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "Run 1184" in page, "what was attached before is still there"
    assert 'value="The second run"' in page
    assert "Choose a file, or give a link." in page
    target = re.search(r'hx-encoding="multipart/form-data" hx-target="#([^"]+)"', page)
    assert target
    assert f'id="{target[1]}"' in page, "the next try finds the block that it replaces"

    page = _post(scene.engineer, scene.review, "evidence", title="The second run", url="https://ci.example.com/2")
    assert page.status_code == 200
    assert "The second run" in page.content.decode()
    assert "Run 1184" in page.content.decode()


def test_evidence_for_an_item_signed_meanwhile_is_refused_with_its_form(scene: launches.Scene) -> None:
    launches.sign(scene, KEY)
    answer = _post(scene.engineer, scene.review, "evidence", url="https://ci.example.com/2", title="Late")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "signed off and locked" in page
    assert 'value="Late"' in page


def test_the_evidence_form_proposes_release_environment_version_and_day(scene: launches.Scene) -> None:
    version = readiness.model_version(readiness.model(scene.service))
    scene.release.model_versions.add(version)
    file = SimpleUploadedFile("scan.txt", b"no secret was found\n")
    seen_in = scene.environment("staging")
    assert _post(scene.engineer, scene.review, "evidence", file=file, environment=seen_in.pk).status_code == 200

    page = _get(scene.engineer, scene.review, "evidence", "api.endpoints")

    for words in ("staging", str(version)):
        assert re.search(rf"<option[^>]*selected[^>]*>\s*{re.escape(words)}\s*<", page), words
    assert f"Kept as evidence for release {scene.release.label}." in page
    assert re.search(r'type="date" name="observed_on" value="\d{4}-\d\d-\d\d"', page)


def test_evidence_of_an_assessment_is_proposed_for_the_release_at_hand(assessment: tuple[Review, User]) -> None:
    review, engineer = assessment
    release = readiness.release(review.service, "3.1.9")
    assert re.search(r"<option[^>]*selected[^>]*>\s*3.1.9\s*<", _get(engineer, review, "evidence", GUARDED))
    answer = _post(
        engineer, review, "evidence", GUARDED, url="https://ci.example.com/2", title="Run", release=release.pk
    )
    assert "release 3.1.9" in answer.content.decode()


@pytest.mark.parametrize("act", ["return", "reopen"])
@pytest.mark.parametrize(
    ("typed", "words"), [("", "Say why, in a few words."), ("x" * 301, "Use at most 300 characters.")]
)
def test_a_reason_refused_is_said_at_its_field_in_the_open_menu(
    scene: launches.Scene, act: str, typed: str, words: str
) -> None:
    if act == "reopen":
        launches.sign(scene, KEY)
    answer = _post(scene.approver, scene.review, act, reason=typed)
    page = answer.content.decode()

    assert answer.status_code == 422
    assert f'<details class="gh-item" id="{KEY}"' in page, "the card is still there"
    field = _field(page, "reason")
    assert f'value="{typed}"' in field
    assert _words_at(page, field) == words
    assert page.rindex("<details", 0, page.index(field)) == page.rindex(
        '<details class="gh-menu" open>', 0, page.index(field)
    )


def test_a_second_try_of_a_refused_return_works(scene: launches.Scene) -> None:
    _post(scene.approver, scene.review, "return", reason="")
    answer = _post(scene.approver, scene.review, "return", reason="The second key is missing.")
    assert answer.status_code == 200
    assert "The second key is missing." in answer.content.decode()


def test_a_return_that_came_too_late_says_why_and_what_was_written(scene: launches.Scene) -> None:
    launches.sign(scene, KEY)
    answer = _post(scene.approver, scene.review, "return", reason="The second key is missing.")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "signed off and locked" in page
    assert "You had written: <q>The second key is missing.</q>" in page


def test_a_reopening_that_came_too_late_says_so(scene: launches.Scene) -> None:
    launches.sign(scene, KEY)
    signoffs.reopen(
        scene.access("approver"), answer=review_factory.answer(scene.review, KEY), reason="The vault moved."
    )
    answer = _post(scene.engineer, scene.review, "reopen", reason="The vault was moved.")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "No sign-off stands on this item." in page
    assert "The vault was moved." in page


def test_not_applicable_without_a_reason_is_refused_at_its_field(scene: launches.Scene) -> None:
    item = review_factory.answer(scene.review, KEY)
    answers.mark_point(scene.access("engineer"), answer=item, number=1, state="open", version=1)

    answer = _post(scene.engineer, scene.review, "points/1", state="na", reason=" ", version=2)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert _words_at(page, _field(page, "reason")) == "Say why it does not apply."
    assert '<details class="gh-menu gh-point-menu" open>' in page

    page = _post(
        scene.engineer, scene.review, "points/1", state="na", reason="No key is used.", version=2
    ).content.decode()
    assert "Does not apply: No key is used." in page


def test_a_point_set_aside_in_conflict_keeps_the_reason_that_was_typed(scene: launches.Scene) -> None:
    item = review_factory.answer(scene.review, KEY)
    answers.mark_point(scene.access("engineer"), answer=item, number=1, state="open", version=1)
    answer = _post(scene.engineer, scene.review, "points/1", state="na", reason="No key is used.", version=1)
    page = answer.content.decode()
    assert answer.status_code == 412
    assert "Enno Engineer changed this in the meantime." in page
    assert 'value="No key is used."' in page


def test_evidence_is_withdrawn_with_a_reason_only(scene: launches.Scene) -> None:
    piece = review_factory.answer(scene.review, KEY).evidence.get()
    path = f"/evidence/{piece.public_id}/withdraw/"
    answer = _as(scene.engineer).post(path, {"reason": ""}, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert _words_at(page, _field(page, "reason")) == "Say why, in a few words."
    assert "Run 1184" in page

    assert "1 withdrawn" in _as(scene.engineer).post(path, {"reason": "Wrong run."}, headers=HTMX).content.decode()
    late = _as(scene.engineer).post(path, {"reason": "The wrong run."}, headers=HTMX)
    assert late.status_code == 422
    assert "It was withdrawn already." in late.content.decode()
    assert "The wrong run." in late.content.decode()


def test_an_empty_comment_is_refused_at_its_field(scene: launches.Scene) -> None:
    answer = _post(scene.engineer, scene.review, "comments", text="")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert _words_at(page, _field(page, "text"))


def test_no_form_of_the_page_leaves_its_messages_to_the_browser(scene: launches.Scene) -> None:
    launches.sign(scene, KEY)
    page = _as(scene.engineer).get(scene.review.get_absolute_url()).content.decode()
    opened = [_get(scene.engineer, scene.review, act, "api.endpoints") for act in ("evidence", "assignee")]
    dialog = _get(scene.approver, scene.review, "signoff", "deploy.rollout")
    for form in re.findall(r"<form.*?</form>", "".join([page, *opened, dialog]), re.DOTALL):
        assert "novalidate" in form.split(">")[0] or " required" not in form, form[:200]


GUARDRAIL = {"name": "False alarms, per cent", "value": "0.3", "direction": "at-most", "limit": "0.5"}


def test_a_refused_guardrail_keeps_every_value_and_says_why_at_its_field(assessment: tuple[Review, User]) -> None:
    review, engineer = assessment
    answer = _post(engineer, review, "guardrails", GUARDED, **{**GUARDRAIL, "value": "0,3", "direction": "at-least"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Write the decimal point as a full stop: 0.3." in _words_at(page, _field(page, "value"))
    for kept in ('value="False alarms, per cent"', 'value="0.5"', 'value="0,3"'):
        assert kept in page
    assert re.search(r'<option value="at-least"[^>]*selected', page)
    missing = _post(engineer, review, "guardrails", GUARDED, **{**GUARDRAIL, "limit": ""}).content.decode()
    assert _words_at(missing, _field(missing, "limit")) == "Enter the limit."


def test_a_guardrail_is_a_line_in_words_that_can_be_removed(assessment: tuple[Review, User]) -> None:
    review, engineer = assessment
    page = _post(engineer, review, "guardrails", GUARDED, **GUARDRAIL).content.decode()
    assert "guardrail.1.direction</label>" not in page
    labels = re.findall(r'for="value-bench-guardrails-guardrail1[a-z]+">([^<]+)<', page)
    assert labels == ["Name", "Measured", "Keeps", "Limit"]

    versions = dict.fromkeys(GUARDRAIL, 1)
    answer = _post(engineer, review, "guardrails/1/remove", GUARDED, **versions)
    assert answer.status_code == 200
    assert "False alarms" not in answer.content.decode()
    again = _post(engineer, review, "guardrails", GUARDED, **GUARDRAIL)
    assert again.status_code == 200, "its number and name are free again"


def test_a_guardrail_that_somebody_changed_meanwhile_is_not_removed(assessment: tuple[Review, User]) -> None:
    review, engineer = assessment
    _post(engineer, review, "guardrails", GUARDED, **GUARDRAIL)
    _post(engineer, review, "values/guardrail.1.limit", GUARDED, value="0.4", version=1)
    answer = _post(engineer, review, "guardrails/1/remove", GUARDED, name=1, value=1, direction=1, limit=1)
    assert answer.status_code == 412
    assert "Not removed. Enno Engineer changed this in the meantime." in answer.content.decode()
    assert "False alarms" in answer.content.decode()


def test_a_guardrail_is_not_taken_twice(assessment: tuple[Review, User]) -> None:
    review, engineer = assessment
    _post(engineer, review, "guardrails", GUARDED, **GUARDRAIL)
    twin = _post(engineer, review, "guardrails", GUARDED, **{**GUARDRAIL, "name": " false alarms,  PER cent"})
    page = twin.content.decode()
    assert twin.status_code == 422
    assert "has such a limit already. Change that one." in _words_at(page, _field(page, "name"))

    floor = _post(engineer, review, "guardrails", GUARDED, **{**GUARDRAIL, "direction": "at-least", "limit": "0.1"})
    assert floor.status_code == 200, "a floor beside the ceiling"
    turned = _post(engineer, review, "values/guardrail.2.direction", GUARDED, value="at-most", version=1)
    assert turned.status_code == 422


def test_an_item_is_given_to_somebody_and_back_to_its_domain(scene: launches.Scene) -> None:
    form = _get(scene.engineer, scene.review, "assignee")
    assert str(scene.approver.public_id) in form

    page = _post(scene.engineer, scene.review, "assignee", person=str(scene.engineer.public_id)).content.decode()
    assert "this item was given to them" in page
    assert "owner Enno Engineer" in page
    mine = _as(scene.engineer).get(f"{scene.review.get_absolute_url()}?show=mine").content.decode()
    assert f'id="{KEY}"' in mine

    page = _post(scene.engineer, scene.review, "assignee", person="").content.decode()
    assert "owner Priya Lead" in page
    assert "this item was given to them" not in page


def test_an_item_given_to_a_stranger_is_refused_with_the_form(scene: launches.Scene) -> None:
    answer = _post(scene.engineer, scene.review, "assignee", person="00000000-0000-0000-0000-000000000000")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert _words_at(page, _field(page, "person")) == "Choose somebody who may see the service."


def _signing(scene: launches.Scene, **typed: Any) -> Any:
    return _post(scene.approver, scene.review, "signoff", note="Read it.", **typed)


def test_the_dialog_shows_all_that_is_signed(scene: launches.Scene) -> None:
    item = review_factory.answer(scene.review, KEY)
    answers.describe(scene.access("engineer"), answer=item, text="Keys turn every 30 days.", version=0)
    dialog = _get(scene.approver, scene.review, "signoff")
    for words in (
        "Keys turn every 30 days.",
        "Run 1184",
        "Ticked",
        review_factory.answer(scene.review, KEY).content_digest,
    ):
        assert words in dialog


def test_an_item_that_changed_under_the_dialog_is_shown_anew_and_signed_by_one_more_click(
    scene: launches.Scene,
) -> None:
    read = review_factory.answer(scene.review, KEY)
    engineer = scene.access("engineer")
    answers.describe(engineer, answer=read, text="Keys turn every 30 days.", version=0)
    review_factory.link(engineer, review_factory.answer(scene.review, KEY), "Run 1185")
    client = _as(scene.approver)
    path = f"{scene.review.get_absolute_url()}items/{KEY}/signoff/"

    typed = {"note": "Read it.", "digest": read.content_digest, "password": portal.PASSWORD}
    answer = client.post(path, typed, headers=HTMX)
    page = answer.content.decode()
    now = review_factory.answer(scene.review, KEY)

    assert answer.status_code == 412
    assert "Not signed: Enno Engineer changed it" in page
    assert "<dt>Text</dt>" in page
    assert "<ins>“Run 1185”</ins>" in page
    assert f'name="digest" value="{now.content_digest}"' in page
    assert "Read it." in page
    assert 'name="password"' not in page, "the proof that was given holds on"
    behind = page.split(f'id="{KEY}"')[1]
    assert "hx-swap-oob" in behind.split(">")[0]
    assert "Keys turn every 30 days." in behind

    again = client.post(path, {"note": "Read it.", "digest": now.content_digest}, headers=HTMX)
    assert again.status_code == 200
    assert review_factory.answer(scene.review, KEY).is_signed


def test_an_item_that_turned_red_under_the_dialog_cannot_be_signed_and_says_why(scene: launches.Scene) -> None:
    read = review_factory.answer(scene.review, KEY)
    launches.rated(scene, KEY, "red", text="One key lies in a repository.")
    page = _signing(scene, digest=read.content_digest, password=portal.PASSWORD).content.decode()
    assert "<del>Green</del> <ins>Red</ins>" in page
    assert "Only a green item can be signed off." in page
    assert "Sign it</button>" not in page


def test_a_wrong_password_leaves_dialog_and_note(scene: launches.Scene) -> None:
    digest = review_factory.answer(scene.review, KEY).content_digest
    answer = _signing(scene, digest=digest, password="not mine")
    assert answer.status_code == 422
    assert "That is not your password." in answer.content.decode()
    assert "Read it." in answer.content.decode()


def _way(scene: launches.Scene, who: User | None = None) -> str:
    return str(_as(who or scene.engineer).get(f"{scene.review.get_absolute_url()}way/").content.decode())


def test_the_way_to_go_asks_for_the_release_the_review_and_the_tier_first() -> None:
    service = readiness.service()
    client, path = _as(service.owner), f"/services/{service.slug}/way/"
    page = client.get(path).content.decode()
    assert "No release is being prepared." in page
    assert "an approver confirms it" in page

    readiness.release(service, "1.0.0")
    assert "No deployment review of this release was started." in client.get(path).content.decode()


def test_without_a_release_that_waits_the_review_that_needs_none_is_chosen() -> None:
    service = readiness.service()
    start = f"/services/{service.slug}/reviews/start/"

    def chosen() -> list[str]:
        page = _as(service.owner).get(start).content.decode()
        ticked = [tag for tag in re.findall(r'<input[^>]*name="kind"[^>]*>', page) if "checked" in tag]
        return [found[1] for tag in ticked if (found := re.search(r'value="([a-z]+)"', tag))]

    assert chosen() == ["prelaunch"]
    readiness.release(service, "1.0.0")
    assert chosen() == ["deployment"]


def test_a_review_is_offered_to_those_who_may_start_it_and_to_nobody_else() -> None:
    service = readiness.service()
    readiness.release(service, "1.0.0")
    path, start = f"/services/{service.slug}/way/", f"/services/{service.slug}/reviews/start/"
    stranger = portal.member(portal.team(), Role.LEAD)

    page = _as(stranger).get(path).content.decode()

    assert start in _as(service.owner).get(path).content.decode()
    assert start not in page
    assert "No deployment review of this release was started." in page
    assert service.team.name in page
    assert _as(stranger).get(start).status_code == 403


@launches.unwatched()
def test_beside_the_items_stands_what_else_a_go_needs_and_nothing_of_the_items() -> None:
    scene = launches.scene(signed=False, drilled=False)
    page = _way(scene)
    for words in ("No pre-launch review", "No readiness assessment", "rollback drill", "Unknown, to be accepted"):
        assert words in page, words
    assert "not signed off" not in page
    assert "Ask for a decision" in page
    assert "Ask for a decision" not in _way(scene, scene.decider)


def test_a_release_with_all_it_needs_misses_nothing_besides_the_items(scene: launches.Scene) -> None:
    launches.reviewed_for_production(scene)
    page = _way(scene)
    assert "No pre-launch review" not in page
    assert "rollback drill" not in page


def test_the_steps_to_a_go_are_those_the_decision_refuses_it_with() -> None:
    scene = launches.scene(answered=False, drilled=False)
    way = _as(scene.engineer).get(f"/services/{scene.service.slug}/way/").content.decode()
    for reason in launches.look(scene, "production").outlook.go.in_short:
        if reason.code != "trigger:critical-item":
            assert reason.text.replace("’", "&#x27;") in way or reason.text in way, reason.text


def test_a_decision_is_asked_for_once_and_its_deciders_are_told(scene: launches.Scene) -> None:
    path = f"/services/{scene.service.slug}/releases/{scene.release.label}/decide/ask/"
    for _ in range(2):
        assert _as(scene.engineer).post(path).status_code == 302
    told = Notification.objects.filter(kind="decision-asked")
    assert [notice.recipient for notice in told] == [scene.decider]
    assert _as(scene.approver).post(path).status_code == 403


def test_the_panel_tells_open_items_from_those_that_are_only_to_be_signed(scene: launches.Scene) -> None:
    def panel() -> str:
        return str(_as(scene.engineer).get(scene.review.get_absolute_url()).content.decode())

    assert "2 critical items green, to be signed off" in panel()
    assert "2 to sign" in panel()
    launches.rated(scene, KEY, "red")
    assert "1 critical item open, 1 to sign" in panel()


def test_what_was_returned_counts_as_open_and_no_longer_as_to_be_signed() -> None:
    scene = launches.scene(signed=False)
    item = review_factory.answer(scene.review, KEY)
    signoffs.give_back(scene.access("approver"), answer=item, reason="The scan is of another branch.")
    panel = _as(scene.engineer).get(scene.review.get_absolute_url()).content.decode()
    assert "1 critical item open, 1 to sign" in panel


@pytest.mark.parametrize(("tier", "words"), [(2, "Nothing is answered yet"), (3, "No item counts here")])
def test_a_review_in_which_nothing_is_answered_is_not_ready(tier: int, words: str) -> None:
    scene = launches.scene(tier=tier, answered=False)
    ItemAnswer.objects.filter(review=scene.review, critical=True).update(applies=False, state="na")
    page = _as(scene.engineer).get(scene.review.get_absolute_url()).content.decode()
    assert words in page
    assert "The items are ready" not in page
    assert "Items ready" not in page


def test_an_assessment_ends_with_being_closed_and_has_no_decision(assessment: tuple[Review, User]) -> None:
    review, engineer = assessment
    page = _as(engineer).get(review.get_absolute_url()).content.decode()
    assert "Not ready to be closed" in page
    assert "Close the review" not in page
    for words in ("Open the decision", "<span>Decision</span>", "for go", "go possible"):
        assert words not in page, words

    ItemAnswer.objects.filter(review=review).update(state="yellow", rating="yellow", text="To do.")
    page = _as(engineer).get(review.get_absolute_url()).content.decode()
    panel = page.split('id="panel"')[1]
    assert re.search(r'<button class="btn btn-primary[^>]*>.*?Close the review</button>', panel.split("</section>")[0])
    assert _as(engineer).post(f"{review.get_absolute_url()}close/").status_code == 302
    page = _as(engineer).get(review.get_absolute_url()).content.decode()
    assert "Close the review" not in page
    assert "what it says stays" in page


def test_without_a_release_the_start_names_who_can_plan_one_and_the_lead_is_led_there() -> None:
    service = readiness.service()
    engineer = portal.member(service.scope.team, Role.CONTRIBUTOR, name="Enno Engineer")
    path = f"/services/{service.slug}/reviews/start/"
    asked = _as(engineer).get(path).content.decode()
    assert f"{service.owner.name} can plan one" in asked
    assert f'href="/services/{service.slug}/releases/"' in asked
    assert f'href="/services/{service.slug}/releases/new/"' in _as(service.owner).get(path).content.decode()

    readiness.release(service, "1.0.0")
    assert "can plan one" not in _as(engineer).get(path).content.decode()


def test_an_item_that_a_go_locked_says_what_can_be_done_and_asks_for_nothing() -> None:
    scene = launches.scene()
    launches.going_live(scene)
    page = _post(scene.engineer, scene.review, "text", "api.endpoints", text="Late.", version=0).content.decode()
    assert "have a no-go recorded, which leaves them open for the next round, or plan another release" in page
    card = (
        _as(scene.approver).get(f"{scene.review.get_absolute_url()}items/api.endpoints/", headers=HTMX).content.decode()
    )
    assert "For green:" not in card
    assert "Only a green item" not in card
    assert "Nobody can sign it now." in card


def test_an_item_after_the_go_says_when_it_is_due_and_who_hears_of_a_failure() -> None:
    scene = launches.scene()
    key = launches.AFTER[0]
    page = _as(scene.engineer).get(f"{scene.review.get_absolute_url()}items/{key}/", headers=HTMX).content.decode()
    assert "Opens when the release is live, and is due 24 hours later." in page

    launches.live(scene)
    page = _as(scene.engineer).get(f"{scene.review.get_absolute_url()}items/{key}/", headers=HTMX).content.decode()
    assert "due tomorrow" in page or "due today" in page
    assert "told at once to the deciders, the lead and Priya Lead, accountable for inference" in page

    launches.rated(scene, key, "yellow")
    page = _as(scene.engineer).get(f"{scene.review.get_absolute_url()}items/{key}/", headers=HTMX).content.decode()
    assert "It was due" in page, "what is answered is not late"


def test_an_item_after_the_go_that_turns_red_is_told_at_once() -> None:
    scene = launches.scene()
    launches.live(scene)
    launches.rated(scene, launches.AFTER[0], "red", text="Two endpoints fail.")
    told = Notification.objects.filter(kind="after-item-failing")
    assert {notice.recipient.name for notice in told} >= {"Dora Decider", "Priya Lead"}
    assert "keep 3.2.0, or roll it back" in told[0].subject
