"""Reviews with answers, made by the product's own actions."""

from portal import clock
from portal.identity import Proof
from portal.models import User
from portal.permissions import Access, Role
from readiness.actions import answers, evidence, reviews, signoffs
from readiness.models import Comment, Evidence, ItemAnswer, Release, Review, Service, SignOff
from readiness.queries import answers as answer_queries
from tests.factories import portal, readiness
from tests.harness import kept_scenes


def people(service: Service) -> tuple[Access, Access]:
    """An engineer and an approver of the service's team."""
    team = service.scope.team
    return (
        portal.access(portal.member(team, Role.CONTRIBUTOR, name="Enno Engineer")),
        portal.access(portal.member(team, Role.APPROVER, name="Alma Approver")),
    )


@kept_scenes.kept
def started(service: Service | None = None, *, release: Release | None = None, by: User | None = None) -> Review:
    """A deployment review of a new release."""
    service = service or readiness.service()
    release = release or readiness.release(service)
    starter = portal.access(by or service.owner)
    return reviews.start(starter, service=service, kind="deployment", release=release)


def answer(review: Review, key: str) -> ItemAnswer:
    """One item of a review, as it stands now."""
    found = Review.objects.with_surroundings().get(pk=review.pk).answers.get(item_key=key)
    found.review = Review.objects.with_surroundings().get(pk=review.pk)
    return found


def tick_all(by: Access, item: ItemAnswer) -> ItemAnswer:
    """Every applicable point of an untouched item, ticked."""
    row = {row.key: row for row in item.review.template_version.checklist.items}[item.item_key]
    for point in answer_queries.applicable_points(row, item.review.service):
        item = answers.mark_point(by, answer=item, number=point.number, state="ticked", version=0)
    return item


def link(by: Access, item: ItemAnswer, title: str = "Run 1184", **named: object) -> Evidence:
    """A link as evidence; it names the review's release, and a model version it carries, unless told otherwise."""
    release = item.review.release
    if "model_version" not in named and release is not None:
        named["model_version"] = release.model_versions.first()
    return evidence.attach_link(by, answer=item, url="https://ci.example.com/1184", title=title, **named)


def green(by: Access, item: ItemAnswer) -> ItemAnswer:
    """An item answered in full and rated green."""
    item = tick_all(by, item)
    link(by, item)
    return answers.rate(by, answer=item, rating="green", version=0)


def signed(by: Access, item: ItemAnswer) -> SignOff:
    """A sign-off with a proof of just now."""
    proof = Proof("password", clock.now())
    return signoffs.grant(by, answer=item, digest=item.content_digest, proof=proof)


def comment(by: Access, item: ItemAnswer, text: str = "Looked at it with the platform team.") -> None:
    """A word on an item."""
    reviews.comment(by, answer=item, text=text)


def comment_row(by: Access, item: ItemAnswer, text: str) -> Comment:
    """The bare row of a comment, without its act: a floor for benchmarks."""
    return Comment.objects.create(answer=item, author=by.person, at=clock.now(), text=text)
