"""A release on its way to a decision, made by the product's own actions, on a checklist of six items of one point.

The short checklist is published as a version of its own: what is decided on does not depend on how long it is.
"""

import contextlib
import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from portal import catalogue, clock
from portal.identity import Proof
from portal.models import Membership, User
from portal.permissions import Access, Role
from readiness.actions import answers, decisions, dependencies, drills, ownership, releases, reviews, service_changes
from readiness.actions.decision_statements import NewCondition, Stated
from readiness.actions.drills import Rehearsal
from readiness.catalogue import loader
from readiness.choices import AssignmentRole
from readiness.extension_points import launch_gates
from readiness.models import (
    ChecklistTemplate,
    Dependency,
    Drill,
    Environment,
    LaunchDecision,
    OwnershipDomain,
    Release,
    Review,
    Service,
    TemplateVersion,
    Waiver,
)
from readiness.queries import launch, launch_subjects
from readiness.rules import ownership as ownership_rules
from tests.factories import portal, readiness
from tests.factories import reviews as review_factory
from tests.factories import waivers as waiver_factory
from tests.harness import kept_scenes

CRITICAL = ("env.secrets", "deploy.rollout")
OTHER = ("api.endpoints", "env.infrastructure")
AFTER = ("post.smoke", "post.comparison")
SHORT = {
    "deployment": (*CRITICAL, *OTHER, *AFTER),
    "prelaunch": ("prelaunch.prediction-logging",),
    "pillars": ("data.pipeline-checks",),
}
"""The items of the short checklists."""

PROOF = "password"


@dataclass(frozen=True)
class Scene:
    """A service with its people, a release and its deployment review."""

    service: Service
    release: Release
    review: Review
    lead: User
    engineer: User
    approver: User
    decider: User

    def environment(self, name: str = "staging") -> Environment:
        return self.service.environments.get(name=name)

    def access(self, who: str) -> Access:
        return portal.access(getattr(self, who))


def also(of: Scene, who: str, role: Role) -> None:
    """One more role for somebody in the team."""
    held = Membership.objects.get(person=getattr(of, who), team=of.service.scope.team)
    held.roles = [*held.roles, role.value]
    held.save(update_fields=["roles"])


def short_checklist(kind: str = "deployment", items: Sequence[str] = ()) -> TemplateVersion:
    """Publishes a short checklist; a deployment review has six items: two critical, two others, two after the go.

    `items` are others than those, where it is the first of its kind to be published.
    """
    template = loader.template(kind).model_dump(mode="json")
    for section in template["sections"]:
        section["items"] = [item for item in section["items"] if item["key"] in (items or SHORT[kind])]
        for item in section["items"]:
            item["points"] = item["points"][:1]
    template["sections"] = [section for section in template["sections"] if section["items"]]
    template["version"] = "0.5"
    row = type(loader.template(kind)).model_validate(template)
    found, _ = TemplateVersion.objects.get_or_create(
        template=ChecklistTemplate.objects.get(key=kind),
        number="0.5",
        defaults={"content": catalogue.content(row), "digest": catalogue.digest(row), "published_at": clock.now()},
    )
    return found


@kept_scenes.kept
def scene(
    *,
    tier: int = 2,
    confirmed: bool = True,
    answered: bool = True,
    signed: bool = True,
    drilled: bool = True,
    **declared: Any,
) -> Scene:
    """A release whose review is answered green and signed, with owners and a valid drill, unless told otherwise.

    A tier that leaves items out is confirmed too.
    """
    short_checklist()
    team = portal.team()
    lead = portal.member(team, Role.LEAD, name="Priya Lead")
    engineer = portal.member(team, Role.CONTRIBUTOR, name="Enno Engineer")
    approver = portal.member(team, Role.APPROVER, name="Alma Approver")
    decider = portal.member(team, Role.DECIDER, name="Dora Decider")
    service = readiness.service(team=team, lead=lead, tier=tier, **declared)
    release = readiness.release(service, "3.2.0")
    own_all(service, lead)
    if confirmed and service.unconfirmed_tier:
        service_changes.confirm_tier(portal.access(approver), service=service, revision=service.revision)
    review = reviews.start(portal.access(lead), service=service, kind="deployment", release=release)
    found = Scene(service, release, review, lead, engineer, approver, decider)
    if drilled:
        drill(found)
    if answered:
        for key in (*CRITICAL, *OTHER):
            green(found, key)
    if answered and signed:
        for key in CRITICAL:
            sign(found, key)
    return found


def reviewed_for_production(of: Scene) -> None:
    """The pre-launch review and the assessment that production asks for, green, signed and closed."""
    version = of.release.model_versions.first() or readiness.model_version(readiness.model(of.service))
    of.release.model_versions.add(version)
    for kind in ("prelaunch", "pillars"):
        short_checklist(kind)
        review = reviews.start(of.access("lead"), service=of.service, kind=kind)
        for key in SHORT[kind]:
            item = review_factory.tick_all(of.access("engineer"), review_factory.answer(review, key))
            review_factory.link(of.access("engineer"), item, model_version=version)
            item = answers.rate(of.access("engineer"), answer=item, rating="green", version=0)
            if item.critical:
                review_factory.signed(of.access("approver"), review_factory.answer(review, key))
        reviews.close(of.access("lead"), review=review)


def going_live(of: Scene) -> LaunchDecision:
    """A go for production."""
    reviewed_for_production(of)
    return decide(of, environment="production")


def live(of: Scene) -> None:
    """The release in production, on a go."""
    going_live(of)
    releases.deployed(of.access("lead"), release=of.release, environment=of.environment("production"))


def own_all(service: Service, person: User) -> None:
    """One person is accountable for every domain that applies."""
    rows = list(OwnershipDomain.objects.all())
    rules = [ownership_rules.DomainRule(row.key, row.when) for row in rows]
    for row, standing in zip(rows, ownership_rules.domains(rules, service.traits, ()), strict=True):
        if standing.applies:
            ownership.assign(
                portal.access(service.owner),
                service=service,
                domain=row,
                person=person,
                role=AssignmentRole.ACCOUNTABLE,
            )


def green(of: Scene, key: str, by: str = "engineer") -> None:
    """An item answered in full and rated green."""
    review_factory.green(of.access(by), review_factory.answer(of.review, key))


def rated(of: Scene, key: str, rating: str, text: str = "Two runs are missing.") -> None:
    """An item rated red or yellow, with what is missing."""
    item = answers.describe(of.access("engineer"), answer=review_factory.answer(of.review, key), text=text, version=0)
    answers.rate(of.access("engineer"), answer=item, rating=rating, version=item.rating_version)


def waived(of: Scene, key: str, until: datetime.date) -> Waiver:
    """An approved waiver; the item counts as on credit."""
    return waiver_factory.approved(of.engineer, of.decider, review_factory.answer(of.review, key), until)


def depends(of: Scene, state: str, name: str = "Model provider") -> Dependency:
    """An external dependency declared in this state; "" leaves it undeclared."""
    added = dependencies.add(of.access("engineer"), service=of.service, name=name)
    if state:
        dependencies.declare(of.access("engineer"), dependency=added, state=state, note="Slow since noon.")
    return added


def sign(of: Scene, key: str, by: str = "approver") -> None:
    """A sign-off on an item."""
    review_factory.signed(of.access(by), review_factory.answer(of.review, key))


def drill(of: Scene, **told: Any) -> Drill:
    """A rollback drill in staging, passed an hour ago."""
    defaults: dict[str, Any] = {
        "kind": "rollback",
        "environment": of.environment("staging"),
        "from_version": "3.2.0",
        "to_version": "3.1.0",
        "performed_by": of.engineer,
        "performed_at": clock.now() - datetime.timedelta(hours=1),
        "result": "passed",
        "minutes": Decimal("4.2"),
        "link": "https://ci.example.com/drill",
    }
    return drills.record(of.access("engineer"), service=of.service, rehearsal=Rehearsal(**{**defaults, **told}))


def proof(age: datetime.timedelta = datetime.timedelta(seconds=20)) -> Proof:
    """A proof of identity of this age."""
    return Proof(PROOF, clock.now() - age)


def stated(of: Scene) -> Stated:
    """The three confirmations, as they should be."""
    now = clock.now()
    return Stated(
        on_call=of.engineer,
        on_call_until=now + datetime.timedelta(days=2),
        drill=of.service.drills.first(),
        return_to="3.1.0",
        told="Broker support and the service desk",
        told_at=now - datetime.timedelta(minutes=5),
    )


@contextlib.contextmanager
def unwatched() -> Iterator[None]:
    """Within this block nobody watches incidents, as where that part of the product is not installed."""
    with launch_gates.holding("incidents", lambda _release, _environments, _at: {}):
        yield


def look(of: Scene, environment: str = "staging", who: str = "decider") -> launch.Launch:
    """The picture that this person gets."""
    subject = launch_subjects.find(of.access(who), of.service.slug, of.release.label, environment)
    assert subject is not None
    return launch.look(subject, of.access(who), clock.now())


def decide(
    of: Scene,
    verdict: str = "go",
    *,
    environment: str = "staging",
    who: str = "decider",
    conditions: Sequence[NewCondition] = (),
    **changed: Any,
) -> LaunchDecision:
    """Records a verdict with all that it needs, unless told otherwise."""
    picture = look(of, environment, who)
    defaults: dict[str, Any] = {
        "rationale": "Fallback and recovery are proven.",
        "seen": picture.sequence,
        "proof": proof(),
        "confirmations": stated(of),
        "acknowledged": {trigger.key: "Watched by hand until it is connected." for trigger in picture.outlook.unknown},
    }
    return decisions.record(
        of.access(who),
        release=of.release,
        environment=of.environment(environment),
        verdict=verdict,
        conditions=conditions,
        **{**defaults, **changed},
    )


def condition(of: Scene, key: str, days: int = 7) -> NewCondition:
    """A condition on an item, due in so many days."""
    due_on = clock.today_in("UTC") + datetime.timedelta(days=days)
    return NewCondition(key, "Bring it to green", of.engineer, due_on)


def next_release(of: Scene, label: str) -> Scene:
    """Another release of the same service, answered green and signed, that carries the same model versions."""
    release = readiness.release(of.service, label)
    release.model_versions.set(of.release.model_versions.all())
    review = reviews.start(of.access("lead"), service=of.service, kind="deployment", release=release)
    found = replace(of, release=release, review=review)
    for key in (*CRITICAL, *OTHER):
        _green_again(found, key)
    for key in CRITICAL:
        if review_factory.answer(review, key).signoff_id is None:
            sign(found, key)
    return found


def on(of: Scene, review: Review) -> Scene:
    """The same people and service, with the review of another release and that release."""
    assert review.release is not None
    return replace(of, release=review.release, review=review)


def _green_again(of: Scene, key: str) -> None:
    """An item green with evidence of this release; what was carried over to it is kept."""
    item = review_factory.answer(of.review, key)
    if item.signoff_id is not None or item.state == "green":
        return
    if not item.ticks.exists():
        green(of, key)
        return
    review_factory.link(of.access("engineer"), item)
    item = review_factory.answer(of.review, key)
    answers.rate(of.access("engineer"), answer=item, rating="green", version=item.rating_version)


def deployed(of: Scene, environment: str = "production") -> None:
    """The release in an environment."""
    releases.deployed(of.access("lead"), release=of.release, environment=of.environment(environment))


@kept_scenes.kept
def two_live(second: str = "3.3.0") -> Scene:
    """A service whose second release has just followed the first in production, each on a go."""
    before = scene()
    live(before)
    after = next_release(before, second)
    decide(after, environment="production")
    deployed(after)
    return after
