"""Evidence in a review of the service, which belongs to no release: it says itself which release it was seen with."""

import pytest

from portal.errors import DomainError
from portal.permissions import Access
from readiness.actions import answers, evidence, reviews
from readiness.models import ItemAnswer, Release
from tests.factories import portal, readiness
from tests.factories import reviews as review_factory

pytestmark = pytest.mark.django_db

SHADOW = "release.shadow"
"""It depends on the release and is not critical."""


@pytest.fixture
def release() -> Release:
    """The release that is being prepared."""
    return readiness.release(readiness.service())


@pytest.fixture
def item(release: Release) -> ItemAnswer:
    """The item in an assessment, with every point ticked."""
    lead = portal.access(release.service.owner)
    assessment = reviews.start(lead, service=release.service, kind="pillars")
    return review_factory.tick_all(lead, review_factory.answer(assessment, SHADOW))


@pytest.fixture
def lead(release: Release) -> Access:
    return portal.access(release.service.owner)


def attach(lead: Access, item: ItemAnswer, **named: object) -> ItemAnswer:
    piece = evidence.attach_link(lead, answer=item, url="https://ci.example.com/9", title="Both compared", **named)
    return review_factory.answer(piece.answer.review, item.item_key)


def test_a_piece_that_names_the_release_being_prepared_proves_the_item(
    lead: Access, item: ItemAnswer, release: Release
) -> None:
    item = attach(lead, item, release=release)

    assert answers.rate(lead, answer=item, rating="green", version=0).state == "green"


def test_a_piece_for_no_release_is_refused_at_its_field(lead: Access, item: ItemAnswer) -> None:
    with pytest.raises(DomainError) as refusal:
        attach(lead, item)

    assert list(refusal.value.errors) == ["release"]


def test_withdrawing_what_no_longer_counts_does_not_make_the_item_green(
    lead: Access, item: ItemAnswer, release: Release
) -> None:
    item = answers.rate(lead, answer=attach(lead, item, release=release), rating="green", version=0)
    cancelled = item.evidence.get()
    _cancel(lead, release)
    readiness.release(release.service)

    evidence.withdraw(lead, piece=cancelled, reason="It is of a release that never came.")

    item = review_factory.answer(item.review, SHADOW)
    assert item.state == "yellow"
    with pytest.raises(DomainError) as refusal:
        answers.rate(lead, answer=item, rating="green", version=item.rating_version)
    assert "was withdrawn" in refusal.value.errors["rating"][0]


def test_a_piece_that_counts_lifts_it_again(lead: Access, item: ItemAnswer, release: Release) -> None:
    item = answers.rate(lead, answer=attach(lead, item, release=release), rating="green", version=0)
    _cancel(lead, release)
    newer = readiness.release(release.service)
    evidence.withdraw(lead, piece=item.evidence.get(), reason="It is of a release that never came.")

    item = attach(lead, review_factory.answer(item.review, SHADOW), release=newer)

    assert item.state == "green"


def test_withdrawing_a_piece_that_counted_leaves_an_item_that_needs_none_as_it_was(
    lead: Access, item: ItemAnswer, release: Release
) -> None:
    item = answers.rate(lead, answer=attach(lead, item, release=release), rating="green", version=0)

    evidence.withdraw(lead, piece=item.evidence.get(), reason="The wrong file.")

    assert review_factory.answer(item.review, SHADOW).state == "green"


def _cancel(lead: Access, release: Release) -> None:
    from readiness.actions import releases

    releases.cancel(lead, release=release, reason="Another way was found.")
