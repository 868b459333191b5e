"""The pages on which a decision is withdrawn, and a live release kept or rolled back."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from portal.errors import DomainError
from portal.models import User
from readiness.actions import answers, conditions, live_decisions
from readiness.models import Condition
from readiness.queries import holdings
from tests.factories import callers, launches, portal
from tests.factories import reviews as review_factory
from tests.factories.launches import Scene

pytestmark = pytest.mark.django_db


def _as(who: User) -> Client:
    client = Client()
    client.force_login(who)
    return client


def test_a_decider_rolls_back_on_the_page_and_lands_on_the_release_that_is_live_again() -> None:
    scene = launches.two_live()
    launches.rated(scene, "post.smoke", "red", "Every fifth answer is empty.")
    client, path = _as(scene.decider), reverse("readiness:live", args=[scene.service.slug])

    page = client.get(path).content.decode()
    assert "Every fifth answer is empty." in page
    told = {"verdict": "roll-back", "seen": "0", "reason": "Empty answers.", "back_to": "3.2.0"}
    done = client.post(path, {**told, "password": portal.PASSWORD})

    assert done.status_code == 302
    assert done["Location"] == reverse("readiness:release", args=[scene.service.slug, "3.2.0"])
    assert "Runs there now" in client.get(done["Location"]).content.decode()
    was = client.get(reverse("readiness:release", args=[scene.service.slug, "3.3.0"])).content.decode()
    assert "was rolled back" in was


def test_what_was_typed_stays_when_the_password_is_wrong() -> None:
    scene = launches.two_live()
    path = reverse("readiness:live", args=[scene.service.slug])

    told = {"verdict": "keep", "seen": "0", "reason": "Within what we promised.", "password": "wrong"}
    answer = _as(scene.decider).post(path, told)

    assert answer.status_code == 422
    assert "Within what we promised." in answer.content.decode()


def test_who_was_second_reads_what_was_said_and_may_then_say_theirs() -> None:
    scene = launches.two_live()
    client, path = _as(scene.decider), reverse("readiness:live", args=[scene.service.slug])
    told = {"verdict": "keep", "seen": "0", "reason": "Within what we promised.", "password": portal.PASSWORD}
    assert client.post(path, told).status_code == 302

    late = client.post(path, told)

    assert "Somebody was faster" in late.content.decode()
    assert (late.context["form"]["seen"].value(), late.context["form"]["reason"].value()) == ("1", told["reason"])
    assert client.post(path, {**told, "seen": "1"}).status_code == 302


def test_who_may_not_decide_reads_the_page_and_is_offered_nothing() -> None:
    scene = launches.two_live()
    path = reverse("readiness:live", args=[scene.service.slug])

    assert "Keep it" not in _as(scene.engineer).get(path).content.decode()
    assert _as(scene.engineer).post(path, {"verdict": "keep"}).status_code == 403


def test_what_fails_after_the_go_waits_in_the_deciders_work() -> None:
    scene = launches.two_live()
    launches.rated(scene, "post.smoke", "red")

    assert "Keep or roll back" in _as(scene.decider).get("/").content.decode()
    assert "Keep or roll back" not in _as(scene.engineer).get("/").content.decode()


def test_the_release_says_until_which_hour_its_items_after_the_go_are_due() -> None:
    scene = launches.scene()
    launches.live(scene)

    page = _as(scene.engineer).get(scene.release.get_absolute_url()).content.decode()

    assert "24 hours after 3.2.0 reached production" in page


def test_a_decider_withdraws_a_decision_and_its_page_says_who_and_why() -> None:
    scene = launches.scene()
    decision = launches.decide(scene)
    client = _as(scene.decider)
    assert "Withdraw it" in client.get(decision.get_absolute_url()).content.decode()

    path = reverse("readiness:decision_withdraw", args=[scene.service.slug, decision.number])
    done = client.post(path, {"reason": "Meant for release 3.3.0.", "password": portal.PASSWORD})

    page = client.get(done["Location"]).content.decode()
    assert "Dora Decider: Meant for release 3.3.0." in page
    assert "Withdraw it" not in page
    assert "withdrawn already" in client.get(path).content.decode()


def test_a_rollback_is_told_on_the_pages_of_its_release_its_decision_and_the_next_one(client: Client) -> None:
    scene, owed = rolled_back()
    client.force_login(scene.decider)

    decide = reverse("readiness:decide", args=[scene.service.slug, scene.release.label])
    for path in (decide, owed.decision.get_absolute_url(), scene.release.get_absolute_url()):
        shown = client.get(path).content.decode()
        assert "3.3.0 was rolled back" in shown, path
        assert "by Dora Decider: Errors doubled." in shown
        assert re.search(r'<a href="[^"]*/reviews/\d+/#post.smoke">“[^<]*” fails. Every fifth', shown), path


def test_the_conditions_of_a_go_that_was_rolled_back_end_with_it(client: Client) -> None:
    scene, owed = rolled_back()
    client.force_login(scene.engineer)

    assert "Ended with the decision" in client.get(owed.decision.get_absolute_url()).content.decode()
    assert "Say it is met" not in client.get(reverse("readiness:my_work")).content.decode()
    assert not holdings.conditions(scene.engineer, scene.access("engineer"))
    assert owed.action_items.get().state == "dropped"
    with pytest.raises(DomainError, match="is over"):
        conditions.meet(scene.access("engineer"), condition=owed, note="Run 1190 is green.")


def rolled_back() -> tuple[Scene, Condition]:
    """A release on a conditional go that a decider has rolled back since, and the condition it still owed."""
    before = launches.scene()
    launches.live(before)
    scene = launches.next_release(before, "3.3.0")
    answer = review_factory.answer(scene.review, "api.endpoints")
    answer = answers.describe(scene.access("engineer"), answer=answer, text="Slow.", version=answer.text_version)
    answers.rate(scene.access("engineer"), answer=answer, rating="yellow", version=answer.rating_version)
    asked = [launches.condition(scene, "api.endpoints")]
    decision = launches.decide(scene, "conditional-go", environment="production", conditions=asked)
    launches.deployed(scene)
    launches.rated(scene, "post.smoke", "red", "Every fifth answer is empty.")
    live_decisions.record(
        scene.access("decider"),
        service=scene.service,
        release=scene.release,
        verdict="roll-back",
        reason="Errors doubled.",
        seen=0,
        proof=launches.proof(),
        back_to=before.release,
    )
    return scene, decision.conditions.get()


def test_a_service_tells_what_runs_apart_from_what_was_decided_last() -> None:
    scene = launched_and_decided_next()
    page = shown(scene, scene.service.get_absolute_url())

    assert "Live with 3.2.0" in page
    assert "Go for 3.3.0" in page
    assert "3.3.0 in production" not in page
    card = page[page.index('id="now"') :]
    assert card.index("Conditional go") < card.index("<strong>3.2.0</strong>") < card.index("Go for 3.3.0")
    assert "Conditions of 3.2.0" in card
    assert "3.2.0 runs" in shown(scene, reverse("readiness:portfolio"))
    status = callers.caller(scene.engineer, may="read").get(f"services/{scene.service.slug}/status")
    told = callers.as_json(status)
    assert (told["live_release"], told["decision"]["release"]) == ("3.2.0", "3.3.0")


def test_after_a_rollback_the_service_tells_what_runs_again_and_what_was_rolled_back() -> None:
    scene, _ = rolled_back()
    page = shown(scene, scene.service.get_absolute_url())

    assert "Live with 3.2.0" in page
    assert "Rolled back: 3.3.0" in page
    head = page[page.index('id="now"') :].partition("gh-card-body")[0]
    assert "Go" in head
    assert "Rolled back" not in head


def test_a_decision_proposes_to_return_to_what_is_live_now() -> None:
    scene = launches.scene()
    decide = reverse("readiness:decide", args=[scene.service.slug, scene.release.label])
    assert 'name="return_to" value="3.1.0"' in shown(scene, decide)
    launches.live(scene)
    following = launches.next_release(scene, "3.3.0")

    decide = reverse("readiness:decide", args=[scene.service.slug, following.release.label])
    assert 'name="return_to" value="release 3.2.0"' in shown(scene, decide)


def test_once_a_go_stands_telling_that_it_was_deployed_comes_first_and_nobody_is_asked_to_decide() -> None:
    scene = launches.scene()
    page = shown(scene, scene.release.get_absolute_url(), scene.lead)
    assert "Ask for a decision" in page
    assert not re.search(r'btn-primary"[^>]*><svg[^>]*><use[^>]*></use></svg>It was deployed', page)
    launches.going_live(scene)

    page = shown(scene, scene.release.get_absolute_url(), scene.lead)
    assert "Ask for a decision" not in page
    assert re.findall(r'btn-primary"[^>]*>(?:<svg.*?</svg>)?([^<]+)</a>', page) == ["It was deployed"]


def launched_and_decided_next() -> Scene:
    """The next release with a go that nobody has deployed yet, while the one before runs on a conditional go."""
    before = launches.scene()
    launches.reviewed_for_production(before)
    answer = review_factory.answer(before.review, "api.endpoints")
    answers.describe(before.access("engineer"), answer=answer, text="Slow.", version=answer.text_version)
    answer.refresh_from_db()
    answers.rate(before.access("engineer"), answer=answer, rating="yellow", version=answer.rating_version)
    asked = [launches.condition(before, "api.endpoints")]
    launches.decide(before, "conditional-go", environment="production", conditions=asked)
    launches.deployed(before)
    after = launches.next_release(before, "3.3.0")
    launches.decide(after, environment="production")
    return after


def shown(of: Scene, path: str, who: User | None = None) -> str:
    answer = _as(who or of.decider).get(path)
    assert answer.status_code == 200
    return answer.content.decode()
