"""A service on the whole deployment checklist, from draft on, and its next release with another model version."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from portal.permissions import Role
from readiness.actions import answers, evidence
from readiness.catalogue import loader
from readiness.catalogue.schema import Item
from readiness.choices import Depends, Stage
from readiness.models import ItemAnswer, ModelVersion, Release, Review, Service
from readiness.queries import answers as answer_queries
from tests.factories import launches, portal, readiness
from tests.factories import reviews as review_factory
from tests.factories.launches import Scene


@dataclass(frozen=True)
class Draft:
    """A service that nobody has reviewed yet, its people and owners, and its first release with model version 3.1."""

    service: Service
    release: Release
    people: Mapping[str, object]

    def reviewed(self, review: Review) -> Scene:
        """The same with its review, once somebody has started it; with the drill and the reviews production asks."""
        self.service.refresh_from_db()
        found = Scene(service=self.service, release=self.release, review=review, **self.people)  # type: ignore[arg-type]
        launches.drill(found)
        launches.reviewed_for_production(found)
        return found


def drafted() -> Draft:
    """Release 41 of a service in draft, with model version 3.1."""
    team = portal.team()
    lead = portal.member(team, Role.LEAD, name="Priya Lead")
    people = {
        "lead": lead,
        "engineer": portal.member(team, Role.CONTRIBUTOR, name="Enno Engineer"),
        "approver": portal.member(team, Role.APPROVER, name="Alma Approver"),
        "decider": portal.member(team, Role.DECIDER, name="Dora Decider"),
    }
    service = readiness.service(team=team, lead=lead)
    version = readiness.model_version(readiness.model(service, "fraud-gbm"), "3.1")
    launches.own_all(service, lead)
    return Draft(service, readiness.release(service, "41", carries=[version]), people)


def next_version(of: Scene, version: str = "3.2") -> ModelVersion:
    """Another version of its model."""
    return readiness.model_version(of.release.model_versions.get().model, version)


def with_review(of: Scene, review: Review) -> Scene:
    """The same people at the next release, whose review somebody has started."""
    assert review.release
    of.service.refresh_from_db()
    return replace(of, release=review.release, review=review)


def asked(of: Scene) -> list[Item]:
    """The items of the catalogue's deployment checklist that a go reads and that apply here, in their order."""
    applies = set(of.review.answers.filter(applies=True).values_list("item_key", flat=True))
    return [row for row in loader.template("deployment").items if row.stage is Stage.BEFORE and row.key in applies]


def critical(of: Scene, *depends: Depends) -> set[str]:
    """The critical items among them that depend on one of these: what has to be signed."""
    return {row.key for row in asked(of) if row.critical and row.depends in depends}


def answer_the_rest(of: Scene) -> None:
    """What is critical becomes green with evidence that names this release and its model; the rest is left yellow."""
    for row in asked(of):
        answer = review_factory.answer(of.review, row.key)
        if row.critical and answer.state != "green":
            _make_green(of, answer)
        elif not row.critical and answer.state != "yellow":
            _leave_yellow(of, answer)


def sign(of: Scene, keys: Iterable[str]) -> None:
    """The approver signs these items, one by one."""
    for key in sorted(keys):
        launches.sign(of, key)


def _make_green(of: Scene, answer: ItemAnswer) -> None:
    by = of.access("engineer")
    row = {row.key: row for row in answer.review.template_version.checklist.items}[answer.item_key]
    done = {tick.number: tick for tick in answer.ticks.all()}
    for point in answer_queries.applicable_points(row, of.service):
        tick = done.get(point.number)
        if tick is None or tick.state == "open":
            version = tick.version if tick else 0
            answer = answers.mark_point(by, answer=answer, number=point.number, state="ticked", version=version)
    version = of.release.model_versions.get()
    evidence.attach_link(by, answer=answer, url="https://ci.example.com/1184", title="Run 1184", model_version=version)
    answer = review_factory.answer(of.review, answer.item_key)
    if answer.state != "green":
        answers.rate(by, answer=answer, rating="green", version=answer.rating_version)


def _leave_yellow(of: Scene, answer: ItemAnswer) -> None:
    by = of.access("engineer")
    answer = answers.describe(by, answer=answer, text="It is not measured yet.", version=answer.text_version)
    answers.rate(by, answer=answer, rating="yellow", version=answer.rating_version)
