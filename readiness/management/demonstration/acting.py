"""What the demonstration's people do over and over, by the product's actions: register, own, answer, attach, sign."""

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from portal import clock
from portal.identity import Proof
from portal.management.demonstration.days import Line
from portal.management.demonstration.stage import Stage, Storyline
from portal.models import Team
from portal.permissions import Access
from readiness.actions import answers, evidence, ownership, releases, reviews, served_models, services, signoffs
from readiness.catalogue import schema
from readiness.choices import AssignmentRole, ItemState, PointState, ReviewState
from readiness.management.demonstration import files
from readiness.management.demonstration.profiles import Profile
from readiness.models import Environment, ItemAnswer, ModelVersion, OwnershipDomain, Release, Review, Service
from readiness.queries import answers as answer_queries
from readiness.rules import scoring, signing
from readiness.rules.releases import ReleaseFacts
from readiness.rules.served_models import RegistryFacts

EVERY_TEXT, SOME_TEXT, SOME_PROOF = 1.0, 0.55, 0.6
"""How often an item gets a text, and a non-critical one a proof."""


@dataclass(frozen=True)
class Said:
    """What is said of one item where it is not simply green: which points are ticked, and which are set aside why."""

    rating: str = "green"
    text: str = ""
    ticked: tuple[int, ...] | None = None
    aside: Mapping[int, str] = field(default_factory=dict)
    values: Mapping[str, str] | None = None
    proven: bool = True


@dataclass
class Scene:
    """One service on the stage: its thread of time, who answers for which domain, what its release carries."""

    stage: Stage
    line: Line
    profile: Profile
    hands: Mapping[str, str]
    service: Service = field(init=False)
    release: Release = field(init=False)
    version: ModelVersion = field(init=False)

    def by(self, name: str) -> Access:
        """What this person may do now."""
        return self.stage.cast.access(name)

    def environment(self, name: str) -> Environment:
        """An environment of the service."""
        return self.service.environments.get(name=name)

    def hand(self, domain: str) -> str:
        """Who answers for a domain; "" is what no domain answers for."""
        return self.hands.get(domain) or self.hands[""]


def register(scene: Scene, lead: str, team: str, *, restricted: bool = False) -> None:
    """Registers the service, with production and staging and its targets."""
    scene.service = services.register(
        scene.by(lead),
        team=Team.objects.get(slug=team),
        slug=scene.profile.slug,
        owner=scene.stage.cast[lead],
        facts=scene.profile.facts,
        restricted=restricted,
        promised=scene.profile.promised,
    )


def own(scene: Scene, lead: str, accountable: Mapping[str, str], supporting: Collection[tuple[str, str]] = ()) -> None:
    """Names who is accountable for each domain, and who supports it."""
    domains = {domain.key: domain for domain in OwnershipDomain.objects.all()}
    named = [(domain, name, AssignmentRole.ACCOUNTABLE) for domain, name in accountable.items()]
    named += [(domain, name, AssignmentRole.SUPPORTING) for domain, name in supporting]
    for domain, name, role in named:
        person = scene.stage.cast[name]
        ownership.assign(scene.by(lead), service=scene.service, domain=domains[domain], person=person, role=role)


def model(scene: Scene, lead: str, name: str, *, purpose: str, provider: str = "", **registry: Any) -> ModelVersion:
    """Names a model and records two versions of it: `previous`, and the one that the next release carries."""
    served = served_models.add(scene.by(lead), service=scene.service, name=name, purpose=purpose, provider=provider)
    previous = RegistryFacts(
        version=registry.pop("previous"), kind=registry["kind"], promoted_on=registry.pop("previous_since")
    )
    before = served_models.record_version(scene.by(lead), model=served, facts=previous)
    return served_models.record_version(scene.by(lead), model=served, facts=RegistryFacts(**registry), previous=before)


def plan(
    scene: Scene, lead: str, label: str, changes: Sequence[str], summary: str, planned_on: datetime.date
) -> Release:
    """Plans a release that carries the scene's model version."""
    facts = ReleaseFacts(label, tuple(changes), summary, planned_on=planned_on)
    return releases.plan(scene.by(lead), service=scene.service, facts=facts, model_versions=[scene.version])


def start(scene: Scene, who: str, kind: str) -> Review:
    """Starts a review; a deployment review is of the scene's release."""
    release = scene.release if kind == "deployment" else None
    return reviews.start(scene.by(who), service=scene.service, kind=kind, release=release)


def answer(
    scene: Scene,
    review: Review,
    *,
    said: Mapping[str, Said] | None = None,
    only: Collection[str] | None = None,
    stage: str = schema.Stage.BEFORE,
) -> Storyline:
    """Answers the items of a review that count, or `only` these: green but where `said` says otherwise."""
    items = {item.key: item for item in review.template_version.checklist.items}
    for found in review.answers.filter(applies=True, stage=stage):
        counts = scoring.counts(found.critical, scene.service.tier)
        if found.item_key in only if only is not None else counts:
            special = (said or {}).get(found.item_key, Said())
            yield from _answer(scene, found, items[found.item_key], special)


def _answer(scene: Scene, found: ItemAnswer, item: schema.Item, said: Said) -> Storyline:
    line, who = scene.line, scene.hand(found.domain_key)
    yield line.after(2, 14)
    for point in answer_queries.applicable_points(item, scene.service):
        yield from _mark(scene, found, who, point.number, said)
    text = scene.profile.say(said.text) or _text(scene, found)
    if text:
        yield line.after(1, 5)
        answers.describe(scene.by(who), answer=found, text=text, version=0)
    for name, value in _values(scene, found, said).items():
        yield line.after(0.2, 1)
        answers.measure(scene.by(who), answer=found, name=name, value=value, version=0)
    if said.proven and (found.critical or line.chance.random() < SOME_PROOF):
        yield line.after(0.5, 3)
        attach(scene, found, who)
    if said.rating:
        yield line.after(0.2, 1)
        answers.rate(scene.by(who), answer=found, rating=said.rating, version=0)


def _mark(scene: Scene, found: ItemAnswer, who: str, number: int, said: Said) -> Storyline:
    reason = said.aside.get(number, "")
    if reason or said.ticked is None or number in said.ticked:
        yield scene.line.after(0.1, 0.8)
        state = PointState.NOT_APPLICABLE if reason else PointState.TICKED
        answers.mark_point(scene.by(who), answer=found, number=number, state=state, reason=reason, version=0)


def _text(scene: Scene, found: ItemAnswer) -> str:
    """What the catalogue of texts has for this item; a non-critical one goes without now and then."""
    chance = scene.line.chance
    variants = _catalogue()[found.item_key]["text"]
    if chance.random() > (EVERY_TEXT if found.critical else SOME_TEXT):
        return ""
    return scene.profile.say(chance.choice(variants))


def _values(scene: Scene, found: ItemAnswer, said: Said) -> dict[str, str]:
    given = _catalogue()[found.item_key].get("values", {}) if said.values is None else said.values
    return {name: scene.profile.say(str(value)) for name, value in given.items()}


def attach(scene: Scene, found: ItemAnswer, who: str) -> None:
    """Attaches the item's proof, a file or a link, naming release, model version and environment."""
    proof = _catalogue()[found.item_key].get("proof")
    if proof is None:
        return
    line, title = scene.line, scene.profile.say(proof["title"])
    named: dict[str, Any] = {
        "release": scene.release,
        "model_version": scene.version,
        "environment": scene.environment("staging"),
        "observed_on": line.today - datetime.timedelta(days=line.chance.choice((0, 0, 1, 2))),
    }
    if "file" in proof:
        file = files.made(proof["file"], found.item_key, scene.profile, line.chance)
        evidence.attach_file(scene.by(who), answer=found, file=file, title=title, **named)
    else:
        url = scene.profile.say(proof["link"])
        evidence.attach_link(scene.by(who), answer=found, url=url, title=title, **named)


def ask(scene: Scene, who: str, review: Review, keys: Sequence[str]) -> Storyline:
    """Asks for the sign-off of these items."""
    for key in keys:
        yield scene.line.after(0.5, 2)
        signoffs.ask(scene.by(who), answer=item(review, key))


def sign(scene: Scene, review: Review, signers: Sequence[str], leave: Collection[str] = ()) -> Storyline:
    """Signs every critical item that is green, shared between the signers, each in a session of their own."""
    waiting = review.answers.filter(critical=True, state=ItemState.GREEN, signoff=None).exclude(item_key__in=leave)
    rows = list(waiting)
    for place, signer in enumerate(signers):
        share = rows[len(rows) * place // len(signers) : len(rows) * (place + 1) // len(signers)]
        session = Session(scene, signer)
        for found in share:
            yield scene.line.after(0.8, 4)
            session.sign(found)


class Session:
    """A signer's session: one proof of who they are, until it has run out."""

    def __init__(self, scene: Scene, signer: str) -> None:
        self.scene, self.signer = scene, signer
        self._proof: Proof | None = None
        self._last: datetime.datetime | None = None

    def sign(self, found: ItemAnswer, note: str = "") -> None:
        """Signs the item as it stands."""
        now = clock.now()
        if self._proof is None or not signing.may_sign(self._proof.at, self._last, now):
            self._proof, self._last = Proof("password", now), None
        found.refresh_from_db(fields=["content_digest"])
        signoffs.grant(
            self.scene.by(self.signer),
            answer=found,
            digest=found.content_digest,
            proof=self._proof,
            last_signed_at=self._last,
            note=note,
        )
        self._last = now


def close(scene: Scene, who: str, review: Review) -> None:
    """Closes a pre-launch review or an assessment."""
    review = Review.objects.select_related("service__scope__team").get(pk=review.pk)
    reviews.close(scene.by(who), review=review)
    assert review.state == ReviewState.CLOSED  # noqa: S101  what follows rests on it


def comment(scene: Scene, who: str, review: Review, key: str, text: str) -> None:
    """Says a word on an item."""
    reviews.comment(scene.by(who), answer=item(review, key), text=text)


def item(review: Review, key: str) -> ItemAnswer:
    """One item of a review, as it stands now."""
    return ItemAnswer.objects.select_related("review__service__scope__team").get(review=review, item_key=key)


@lru_cache(maxsize=1)
def _catalogue() -> dict[str, dict[str, Any]]:
    """What can be said of each item, by its key."""
    found: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("answers.yaml").read_text("utf-8"))
    return found
