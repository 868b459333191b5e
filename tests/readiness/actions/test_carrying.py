"""A review starts from the last decided one: what still holds keeps its answer and sign-off, the rest says why not."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal import record_verification
from portal.errors import DomainError
from readiness.actions import answers, reviews
from readiness.models import AnswerRevision, CarriedAnswer, ItemAnswer, Review
from readiness.queries import carrying
from readiness.queries import reviews as review_queries
from tests.factories import checklists, launches, next_release, portal
from tests.factories import reviews as review_factory
from tests.factories.next_release import OF_MODEL, OF_RELEASE, OF_SERVICE, UNSIGNED, Scene

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def scene() -> Scene:
    return next_release.scene()


def signed(review: Review) -> set[str]:
    return set(review.answers.filter(signoff__isnull=False).values_list("item_key", flat=True))


def reasons(review: Review) -> dict[str, str]:
    """Why each sign-off that was not kept was not, by item."""
    found = CarriedAnswer.objects.filter(answer__review=review).exclude(reason="")
    return dict(found.values_list("answer__item_key", "reason"))


def problems() -> list[str]:
    return [str(problem) for problem in record_verification.verify().problems]


def test_with_the_same_model_only_what_belongs_to_the_release_is_asked_again(scene: Scene) -> None:
    review = scene.next_review()

    assert signed(review) == {*OF_SERVICE, *OF_MODEL}
    assert reasons(review) == dict.fromkeys(OF_RELEASE, "Belongs to the release")
    assert problems() == []


def test_another_model_version_asks_again_what_depends_on_it_and_says_which(scene: Scene) -> None:
    review = scene.next_review(version="3.2")

    assert signed(review) == set(OF_SERVICE)
    assert reasons(review) == {
        **dict.fromkeys(OF_MODEL, "The model changed from 3.1 to 3.2"),
        **dict.fromkeys(OF_RELEASE, "Belongs to the release"),
    }
    assert problems() == []


def test_what_was_signed_too_long_ago_is_asked_again(scene: Scene) -> None:
    review = scene.next_review(days=187)

    assert reasons(review)["env.secrets"] == "Signed 187 days ago; it stands for 180"
    assert scene.item(review, "env.secrets").rating == "green"


def test_what_was_said_comes_along_with_its_authors_and_times(scene: Scene) -> None:
    item, source = scene.item(scene.next_review(), "env.secrets"), scene.item(scene.first, "env.secrets")

    assert (item.rating, item.rating_by, item.rating_at) == (source.rating, source.rating_by, source.rating_at)
    said = [(tick.number, tick.state, tick.by, tick.at) for tick in item.ticks.all()]
    assert said == [(tick.number, tick.state, tick.by, tick.at) for tick in source.ticks.all()]
    copy, piece = item.evidence.get(), source.evidence.get()
    assert (copy.copied_from, copy.digest, copy.added_by, copy.added_at) == (
        piece,
        piece.digest,
        piece.added_by,
        piece.added_at,
    )


def test_who_wrote_it_then_cannot_sign_it_now(scene: Scene) -> None:
    launches.also(scene.people, "engineer", portal.Role.APPROVER)
    item = scene.item(scene.next_review(), UNSIGNED)

    assert item.state == "green"
    with pytest.raises(DomainError, match="Someone else must sign"):
        review_factory.signed(portal.access(scene.people.engineer), item)


def test_evidence_of_the_old_release_is_kept_and_no_longer_counts(scene: Scene) -> None:
    item = scene.item(scene.next_review(), "deploy.rollout")
    card = review_queries.card(item, scene.engineer)

    assert [line.outdated for line in card.evidence] == [
        "Kept, but it cannot turn the item green: it does not name this release."
    ]
    assert (item.rating, item.state, item.is_signed) == ("green", "yellow", False)
    review_factory.link(scene.engineer, item)
    assert scene.item(item.review, "deploy.rollout").state == "green"


def test_a_draft_brings_no_numbers_they_were_measured_on_what_was_there(scene: Scene) -> None:
    scene = next_release.scene([*OF_SERVICE], decided=False)
    answers.measure(
        scene.engineer, answer=scene.item(scene.first, "perf.latency"), name="p95_ms", value="120", version=0
    )
    launches.decide(scene.people, "no-go")

    item = scene.item(scene.next_review(), "perf.latency")
    assert list(item.values.all()) == []
    assert CarriedAnswer.objects.get(answer=item).kept == "draft"


def test_an_item_that_asks_in_other_words_is_asked_again(scene: Scene) -> None:
    checklists.reworded({"env.secrets": "Secrets are kept in another way"})

    review = scene.next_review()

    assert reasons(review)["env.secrets"] == "The item’s wording changed"
    assert "api.auth" in signed(review)
    assert problems() == []


def test_items_after_the_go_start_empty(scene: Scene) -> None:
    review = scene.next_review()

    assert not CarriedAnswer.objects.filter(answer__review=review, answer__stage="after").exists()


def test_nothing_comes_from_a_review_that_nobody_decided_on() -> None:
    scene = next_release.scene(decided=False)

    review = scene.next_review()

    assert signed(review) == set()
    assert not CarriedAnswer.objects.exists()
    assert carrying.source_of(scene.service, "deployment") is None


def test_one_event_lists_all_and_each_answer_has_its_first_revision(scene: Scene) -> None:
    review = scene.next_review()

    origins = CarriedAnswer.objects.filter(answer__review=review)
    assert len({origin.event_id for origin in origins}) == 1
    revisions = AnswerRevision.objects.filter(subject__review=review)
    assert {(one.number, one.event_id) for one in revisions} == {(1, origins[0].event_id)}
    assert revisions.count() == origins.count() == len(next_release.SIGNED) + 1
    assert {one.digest for one in revisions} == set(
        ItemAnswer.objects.filter(pk__in=revisions.values("subject")).values_list("content_digest", flat=True)
    )


def test_the_number_of_statements_does_not_grow_with_the_review() -> None:
    """But for the status row and its week, which are written once more where a count of the trend has changed."""
    counts, kept_apart = [], ("readiness_statusweek", "readiness_servicestatus")
    for keys in (OF_SERVICE, (*next_release.SIGNED, "mon.metrics", "sec.network", "sec.access", "inc.runbooks")):
        scene = next_release.scene(keys)
        release = scene.planned()
        with CaptureQueriesContext(connection) as queries:
            reviews.start(scene.lead, service=scene.service, kind="deployment", release=release)
        counts.append(len([one for one in queries if not any(table in one["sql"] for table in kept_apart)]))
    assert counts[0] == counts[1]


def test_a_third_review_starts_from_the_second_and_the_signature_is_still_the_first(scene: Scene) -> None:
    second = scene.next_review()
    people = launches.Scene(**{**vars(scene.people), "release": second.release, "review": second})
    launches.decide(people, "no-go")

    third = scene.next_review("43")

    item = scene.item(third, "env.secrets")
    assert item.signoff == scene.item(scene.first, "env.secrets").signoff
    assert CarriedAnswer.objects.get(answer=item).source.review == second
    assert problems() == []


def test_an_assessment_starts_from_the_one_closed_last() -> None:
    people = launches.scene()
    launches.reviewed_for_production(people)
    first = people.service.reviews.get(kind="pillars")

    again = reviews.start(people.access("lead"), service=people.service, kind="pillars")

    assert [origin.answer.item_key for origin in CarriedAnswer.objects.filter(answer__review=again)] == [
        "data.pipeline-checks"
    ]
    assert CarriedAnswer.objects.get(answer__review=again).source.review == first
    assert signed(again) == signed(first) == set()
