"""Waivers on pages: asked for and answered on the item's card, listed, revoked; nothing typed is lost."""

import datetime
import html
from typing import Any

import pytest
from django.test import Client

from portal import clock
from portal.models import User
from portal.permissions import Role
from readiness.actions import reviews as review_actions
from readiness.actions import waivers
from readiness.models import Waiver
from tests.factories import launches, portal, reviews, waiving
from tests.factories.launches import Scene
from tests.factories.portal import PASSWORD
from tests.factories.waiving import CRITICAL, OTHER

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def of() -> Scene:
    scene = launches.scene(answered=False)
    for key in (CRITICAL, OTHER):
        launches.rated(scene, key, "red")
    return scene


def browser(who: User) -> Client:
    client = Client()
    client.force_login(who)
    return client


def get(who: User, path: str, **options: Any) -> str:
    return html.unescape(browser(who).get(path, **options).content.decode())


def post(who: User, path: str, typed: dict[str, Any], **options: Any) -> tuple[int, str]:
    answer = browser(who).post(path, typed, **options)
    return answer.status_code, html.unescape(answer.content.decode())


def asking(of: Scene, key: str = CRITICAL) -> str:
    return f"{of.review.get_absolute_url()}items/{key}/waiver/"


def typed(**changed: str) -> dict[str, str]:
    until = clock.today_in("UTC") + datetime.timedelta(days=20)
    return {"reason": waiving.REASON, "control": waiving.CONTROL, "expires_on": str(until), **changed}


def card(of: Scene, who: User, key: str = CRITICAL) -> str:
    return get(who, f"{of.review.get_absolute_url()}items/{key}/", headers=HTMX)


def settling(waiver: Waiver) -> str:
    return f"{waiver.get_absolute_url()}settle/?on={waiver.asked_on.review.number if waiver.asked_on else ''}"


def test_an_engineer_asks_on_the_card_and_sees_that_it_waits(of: Scene) -> None:
    assert "Ask for a waiver" in card(of, of.engineer)
    assert "A decider of the team, not you" in get(of.engineer, asking(of), headers=HTMX)

    status, page = post(of.engineer, asking(of), typed(), headers=HTMX)

    assert status == 200
    assert "Waiver asked for, until" in page
    assert "Withdraw it" in page
    assert Waiver.objects.get().expires_on == clock.today_in("UTC") + datetime.timedelta(days=20)


def test_what_was_typed_stays_when_it_is_refused(of: Scene) -> None:
    status, page = post(of.engineer, asking(of), typed(control="", expires_on="2020-01-01"), headers=HTMX)
    assert status == 422
    assert "Say what keeps the risk small meanwhile." in page
    assert waiving.REASON in page
    status, page = post(of.engineer, asking(of), typed(expires_on="2030-01-01"), headers=HTMX)
    assert (status, "A waiver lasts at most 90 days" in page, waiving.REASON in page) == (422, True, True)


def test_without_scripts_the_same_dialog_is_a_page(of: Scene) -> None:
    assert "<h1" in get(of.engineer, asking(of))
    status, _ = post(of.engineer, asking(of), typed())
    assert (status, Waiver.objects.count()) == (302, 1)


def test_an_approver_who_is_no_decider_is_told_who_may(of: Scene) -> None:
    asked = waiving.ask(of)
    page = get(of.approver, asked.get_absolute_url(), headers=HTMX)
    assert "The item is critical: a decider of the team approves its waiver. Who may: Dora Decider." in page
    assert "Approve it" not in page

    words = {"verdict": "approve", "digest": asked.content_digest, "password": PASSWORD}
    status, page = post(of.approver, settling(asked), words, headers=HTMX)
    assert (status, "critical: a decider" in page) == (403, True)
    assert waiving.state(of) == "red"


def test_a_decider_approves_with_a_password_and_the_card_says_on_credit(of: Scene) -> None:
    asked = waiving.ask(of)
    words = {"verdict": "approve", "digest": asked.content_digest, "note": "For the launch."}
    status, page = post(of.decider, settling(asked), words, headers=HTMX)
    assert (status, "Give your password" in page, "For the launch." in page) == (422, True, True)

    status, page = post(of.decider, settling(asked), {**words, "password": PASSWORD}, headers=HTMX)

    assert status == 200
    assert "On credit until" in page
    assert "It lapses by itself, and the item then counts as red." in page
    assert waiving.state(of) == "waived"


def test_a_refusal_needs_its_reason_and_no_password(of: Scene) -> None:
    asked = waiving.ask(of)
    words = {"verdict": "refuse", "digest": asked.content_digest}
    status, page = post(of.decider, settling(asked), words, headers=HTMX)
    assert (status, "Say why it is refused." in page) == (422, True)
    status, page = post(of.decider, settling(asked), {**words, "note": "Mend it instead."}, headers=HTMX)
    assert (status, "Earlier waivers" in page, "Mend it instead." in page) == (200, True, True)


def test_who_refuses_refuses_the_request_that_they_read(of: Scene) -> None:
    asked = waiving.ask(of)
    words = {"verdict": "refuse", "digest": "of another", "note": "Mend it instead."}
    status, page = post(of.decider, settling(asked), words, headers=HTMX)
    assert (status, "This is not the request you read." in page) == (412, True)
    assert waiving.again(asked).is_open


def test_within_a_signing_session_another_item_asks_for_no_password_and_a_critical_one_within_five_minutes(
    of: Scene,
) -> None:
    first, second = waiving.ask(of, OTHER), waiving.ask(of)
    client = browser(of.decider)
    words = {"verdict": "approve", "digest": first.content_digest, "password": PASSWORD}
    assert client.post(settling(first), words, headers=HTMX).status_code == 200
    with clock.at(clock.now() + datetime.timedelta(minutes=6)):
        assert "Your password" in client.get(second.get_absolute_url(), headers=HTMX).content.decode()


def test_an_item_that_cannot_be_waived_says_so(of: Scene) -> None:
    launches.short_checklist("prelaunch")
    review = review_actions.start(of.access("lead"), service=of.service, kind="prelaunch")
    path = f"{review.get_absolute_url()}items/prelaunch.prediction-logging/"
    page = get(of.engineer, path, headers=HTMX)
    assert "This item cannot be waived" in page
    assert "Ask for a waiver" not in page
    assert post(of.engineer, f"{path}waiver/", typed(), headers=HTMX)[0] == 422


def test_revoking_on_the_card_keeps_what_was_typed_and_turns_the_item_back(of: Scene) -> None:
    waiver = waiving.approved(of)
    path = f"{waiver.get_absolute_url()}revoke/?on={of.review.number}"
    status, page = post(of.decider, path, {"reason": " "}, headers=HTMX)
    assert (status, "Say why, in a few words." in page) == (422, True)
    status, page = post(of.decider, path, {"reason": "It failed in the drill."}, headers=HTMX)
    assert (status, "revoked by Dora Decider: It failed in the drill." in page) == (200, True)
    assert waiving.state(of) == "red"


def test_a_renewal_is_proposed_with_the_words_of_what_it_renews(of: Scene) -> None:
    waiving.approved(of)
    assert "Renew it" in card(of, of.engineer)
    page = get(of.engineer, asking(of), headers=HTMX)
    assert "Renewal 1 of the waiver that Dora Decider approved" in page
    assert waiving.CONTROL in page


def test_once_it_has_lapsed_the_card_says_so(of: Scene) -> None:
    waiving.approved(of, days=5)
    with clock.at(clock.now() + datetime.timedelta(days=6)):
        page = card(of, of.engineer)
    assert "Lapsed: it was on credit until" in page
    assert "Renew it" in page


def test_the_list_shows_each_in_its_state_and_filters_by_it(of: Scene) -> None:
    waiving.approved(of, days=5)
    waiving.ask(of, OTHER)
    page = get(of.lead, "/waivers/")
    assert "The release goes out in steps" in page
    assert "Endpoints answer as documented" in page
    for query, shown, hidden in (
        ("state=asked", OTHER, CRITICAL),
        ("state=standing", CRITICAL, OTHER),
        ("state=lapsing", CRITICAL, OTHER),
        ("critical=yes", CRITICAL, OTHER),
        (f"approver={of.decider.public_id}", CRITICAL, OTHER),
        ("q=documented", OTHER, CRITICAL),
    ):
        rows = get(of.lead, f"/waivers/?{query}&_export=csv")
        assert (shown in rows, hidden in rows) == (True, False), query
    with clock.at(clock.now() + datetime.timedelta(days=6)):
        assert CRITICAL in get(of.lead, "/waivers/?state=lapsed&_export=csv")
        assert CRITICAL not in get(of.lead, "/waivers/?state=standing&_export=csv")


def test_the_state_of_the_list_is_that_of_the_rule_whatever_became_of_a_waiver(of: Scene) -> None:
    first = waiving.approved(of, days=5)
    renewal = waiving.approved(of, days=15)
    waivers.revoke(of.access("decider"), waiver=renewal, reason="It failed.")
    waivers.refuse(of.access("decider"), waiver=waiving.ask(of), reason="No.")
    waivers.withdraw(of.access("engineer"), waiver=waiving.ask(of))
    rows = get(of.lead, "/waivers/?state=ended&_export=csv")
    for word in ("Renewed", "Revoked", "Refused", "Withdrawn"):
        assert word in rows
    assert first.renewals == 0


def test_a_waiver_of_a_restricted_service_does_not_exist_for_outsiders(of: Scene) -> None:
    asked = waiving.ask(of)
    of.service.scope.restricted = True
    of.service.scope.save()
    outsider = portal.member(portal.team(), Role.DECIDER)
    assert browser(outsider).get(asked.get_absolute_url()).status_code == 404
    assert CRITICAL not in get(outsider, "/waivers/?_export=csv")
    assert browser(outsider).post(settling(asked), {"verdict": "refuse"}).status_code == 404


def test_on_its_own_page_the_requester_withdraws_and_reads_why_somebody_else_answers(of: Scene) -> None:
    launches.also(of, "engineer", Role.DECIDER)
    asked = waiving.ask(of)
    assert "You asked for it. Somebody else approves or refuses it" in get(of.engineer, asked.get_absolute_url())
    status, _ = post(of.engineer, f"{asked.get_absolute_url()}withdraw/", {})
    assert status == 302
    assert "Withdrawn" in get(of.engineer, asked.get_absolute_url())


def test_an_empty_list_says_how_it_begins() -> None:
    assert "Nothing was ever on credit" in get(portal.member(portal.team(), Role.VIEWER), "/waivers/")


def test_a_rating_that_turns_green_ends_the_offer(of: Scene) -> None:
    launches.green(of, "env.secrets")
    assert "Ask for a waiver" not in card(of, of.engineer, "env.secrets")
    assert reviews.answer(of.review, "env.secrets").state == "green"
