"""What stands on the items of a review page, for who reads it: narrowing, folding, evidence, returns, findings."""

import datetime
import re
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from portal import clock
from portal.models import User
from portal.permissions import Role
from readiness.actions import applicability, findings, signoffs
from readiness.choices import ReviewState
from readiness.models import Finding, Review
from tests.factories import launches, portal
from tests.factories import reviews as review_factory

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def scene() -> launches.Scene:
    return launches.scene(signed=False)


def as_(who: User) -> Client:
    client = Client()
    client.force_login(who)
    return client


def page(who: User, review: Review, query: str = "") -> str:
    return as_(who).get(f"{review.get_absolute_url()}{query}").content.decode()


def shown(html: str) -> set[str]:
    """The keys of the items on it."""
    return set(re.findall(r'<details class="gh-item" id="([^"]+)"', html))


def card(html: str, key: str) -> str:
    """One item's part of the page."""
    return re.split(r'<details class="gh-item" id="', html.split(f'<details class="gh-item" id="{key}"', 1)[1])[0]


def post(who: User, review: Review, key: str, act: str, **typed: Any) -> Any:
    return as_(who).post(f"{review.get_absolute_url()}items/{key}/{act}/", typed, headers=HTMX)


def test_the_page_narrows_to_what_is_red_to_sign_or_in_the_way(scene: launches.Scene) -> None:
    keys = shown(page(scene.engineer, scene.review))
    signed, green = launches.CRITICAL
    red, other = launches.OTHER
    launches.sign(scene, signed)
    launches.rated(scene, red, "red")

    assert shown(page(scene.engineer, scene.review, "?show=red")) == {red}
    assert shown(page(scene.engineer, scene.review, "?show=unsigned")) == {green, other}
    assert shown(page(scene.engineer, scene.review, "?show=blocking")) == {green}
    assert shown(page(scene.engineer, scene.review, "?show=whatever")) == keys


@pytest.mark.parametrize(("tier", "folded"), [(1, 0), (2, 0), (3, 3), (4, 3)])
def test_at_tier_three_and_four_what_is_not_critical_is_folded_and_does_not_count(tier: int, folded: int) -> None:
    """Two before the go and one after it."""
    scene = launches.scene(tier=tier, answered=False)
    html = page(scene.engineer, scene.review)
    folds = re.findall(
        r'<details class="gh-fold"><summary>\d+ optional at tier .*?</details>\s*</section>', html, re.DOTALL
    )

    assert sum(len(shown(fold)) for fold in folds) == folded
    assert not shown("".join(folds)) & set(launches.CRITICAL)
    assert f"0 of {2 if folded else 4}" in re.sub(r"<[^>]+>", "", html)


def test_outdated_evidence_stays_is_marked_and_keeps_the_item_at_yellow(scene: launches.Scene) -> None:
    """What depends on the service counts for half a year."""
    later = clock.now() + datetime.timedelta(days=181)
    with time_machine.travel(later, tick=False):
        applicability.recount_due(clock.now())
        html = card(page(scene.engineer, scene.review), "env.secrets")

    assert "Run 1184" in html
    assert "gh-evi--stale" in html
    assert "Rated green, counts as yellow" in html
    assert review_factory.answer(scene.review, "env.secrets").state == "yellow"


def test_a_signer_reads_first_what_was_set_aside_and_why(scene: launches.Scene) -> None:
    key = launches.CRITICAL[0]
    version = review_factory.answer(scene.review, key).ticks.get(number=1).version
    set_aside = post(
        scene.engineer, scene.review, key, "points/1", state="na", reason="Nothing is kept there.", version=version
    )
    assert "Does not apply: Nothing is kept there." in set_aside.content.decode()
    missing = post(scene.engineer, scene.review, key, "points/1", state="na", reason="", version=version + 1)
    assert missing.status_code == 422

    path = f"{scene.review.get_absolute_url()}items/{key}/signoff/"
    dialog = as_(scene.approver).get(path, headers=HTMX).content.decode()
    points = dialog.split('class="gh-signed-points"', 1)[1].split("</ul>", 1)[0]
    assert "Does not apply: Nothing is kept there." in points.split("</li>", 1)[0]


def test_an_approver_returns_an_item_with_a_reason_that_stands_there(scene: launches.Scene) -> None:
    key = launches.CRITICAL[0]
    refused = post(scene.approver, scene.review, key, "return", reason=" ")
    assert refused.status_code == 422
    assert "gh-fielderr" in refused.content.decode()

    returned = post(scene.approver, scene.review, key, "return", reason="The second run is missing.")
    assert "Returned by Alma Approver" in returned.content.decode()
    assert "The second run is missing." in card(page(scene.engineer, scene.review), key)
    assert post(scene.engineer, scene.review, key, "return", reason="Mine.").status_code == 403


def test_a_review_is_abandoned_with_a_reason_and_stays_readable(scene: launches.Scene) -> None:
    lead, address = as_(scene.lead), f"{scene.review.get_absolute_url()}abandon/"
    assert lead.post(address, {"reason": ""}).status_code == 422
    assert as_(scene.approver).post(address, {"reason": "Mine."}).status_code == 403

    assert lead.post(address, {"reason": "The release was cancelled."}).status_code == 302
    scene.review.refresh_from_db()
    assert scene.review.state == ReviewState.ABANDONED
    html = page(scene.engineer, scene.review)
    assert "by Priya Lead: “The release was cancelled.”" in re.sub(r"<[^>]+>", "", html)
    assert 'type="radio"' not in html


def found(of: launches.Scene, by: User, key: str, title: str, severity: int = 2) -> Finding:
    return findings.open_finding(
        portal.access(by), service=of.service, severity=severity, title=title, text="Show it.", item_key=key
    )


def test_what_compliance_holds_against_an_item_stands_on_it_until_it_is_closed(scene: launches.Scene) -> None:
    compliance, key = portal.member(None, Role.COMPLIANCE, name="Mo"), launches.CRITICAL[0]
    finding = found(scene, compliance, key, "Keys lie in the repository", severity=1)
    found(scene, compliance, key, "Nobody turns them")
    html = page(scene.engineer, scene.review)
    assert f'<a href="{finding.get_absolute_url()}">Keys lie in the repository</a>' in card(html, key)
    assert "1 more on this item" in card(html, key)
    assert html.count("Compliance found:") == 1
    saved = post(scene.engineer, scene.review, key, "comments", text="It is being turned.")
    assert saved.status_code == 200

    findings.close(portal.access(compliance), finding=finding, text="Seen.")
    html = card(page(scene.engineer, scene.review), key)
    assert "Keys lie in the repository" not in html
    assert "Nobody turns them" in html
    assert "more on this item" not in html


def test_compliance_opens_a_finding_from_the_item_and_nobody_else(scene: launches.Scene) -> None:
    compliance, key = portal.member(None, Role.COMPLIANCE, name="Mo"), launches.CRITICAL[0]
    address = f"{reverse('readiness:finding_open', args=[scene.service.slug])}?item={key}"
    assert f'href="{address}"' in card(page(compliance, scene.review), key)
    assert re.search(rf'<option value="{key}"[^>]* selected', as_(compliance).get(address).content.decode())
    for who in (scene.engineer, scene.lead, scene.approver):
        assert address not in page(who, scene.review)


def test_whoever_holds_every_role_of_a_team_has_its_pages_too(scene: launches.Scene) -> None:
    """All that may wait for a person is counted in one statement, which must not outgrow the database."""
    for role in (Role.CONTRIBUTOR, Role.APPROVER, Role.DECIDER):
        launches.also(scene, "lead", role)
    portal.member(portal.team(), Role.APPROVER, who=scene.lead)
    assert as_(scene.lead).get(scene.review.get_absolute_url()).status_code == 200


def test_a_returned_item_says_to_ask_again_once_it_was_mended(scene: launches.Scene) -> None:
    key = launches.CRITICAL[0]
    approver = scene.access("approver")
    signoffs.give_back(approver, answer=review_factory.answer(scene.review, key), reason="Say for which release.")
    words = "No approver is told until the sign-off is asked for again."
    assert words not in card(page(scene.engineer, scene.review), key)

    answer = post(
        scene.engineer,
        scene.review,
        key,
        "text",
        text="Of release 1.4.0.",
        version=review_factory.answer(scene.review, key).text_version,
    )

    for html in (answer.content.decode(), card(page(scene.engineer, scene.review), key)):
        assert words in html
        assert "Ask for the sign-off again" in html
    assert "Ask for the sign-off again" in as_(scene.engineer).get(reverse("readiness:my_work")).content.decode()

    signoffs.ask(scene.access("engineer"), answer=review_factory.answer(scene.review, key))
    assert words not in card(page(scene.engineer, scene.review), key)
