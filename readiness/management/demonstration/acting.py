"""What the demonstration's people do over and over, by the product's actions: register, own, depend, plan."""

import datetime
from collections.abc import Collection, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.management.demonstration.days import Line
from portal.management.demonstration.stage import Stage, Storyline
from portal.models import Team
from portal.permissions import Access
from readiness.actions import (
    dependencies,
    ownership,
    releases,
    served_models,
    services,
)
from readiness.choices import AssignmentRole, DependencyState
from readiness.management.demonstration.profiles import Profile
from readiness.models import Environment, ModelVersion, OwnershipDomain, Release, Service
from readiness.rules.releases import ReleaseFacts
from readiness.rules.served_models import RegistryFacts


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


def model(
    scene: Scene, lead: str, name: str, *, purpose: str, provider: str = "", **registry: Any
) -> Generator[datetime.datetime, None, ModelVersion]:
    """Names a model and records two versions of it: `previous`, and the one that the next release carries."""
    yield scene.line.after(2, 4)
    served = served_models.add(scene.by(lead), service=scene.service, name=name, purpose=purpose, provider=provider)
    previous = RegistryFacts(
        version=registry.pop("previous"), kind=registry["kind"], promoted_on=registry.pop("previous_since")
    )
    before = served_models.record_version(scene.by(lead), model=served, facts=previous)
    yield scene.line.after(2, 4)
    return served_models.record_version(scene.by(lead), model=served, facts=RegistryFacts(**registry), previous=before)


def plan(
    scene: Scene, lead: str, label: str, changes: Sequence[str], summary: str, planned_on: datetime.date
) -> Release:
    """Plans a release that carries the scene's model version."""
    facts = ReleaseFacts(label, tuple(changes), summary, planned_on=planned_on)
    return releases.plan(scene.by(lead), service=scene.service, facts=facts, model_versions=[scene.version])


def depend(scene: Scene, lead: str, who: str, named: Sequence[tuple[str, str, str]]) -> Storyline:
    """Names what the service depends on (name, purpose, fallback), and declares it stable."""
    for name, purpose, fallback in named:
        yield scene.line.after(2, 6)
        added = dependencies.add(scene.by(lead), service=scene.service, name=name, purpose=purpose, fallback=fallback)
        yield scene.line.after(0.5, 2)
        dependencies.declare(scene.by(who), dependency=added, state=DependencyState.STABLE)


def confirm_dependencies(scene: Scene, who: str) -> Storyline:
    """Declares again, before a decision, that all of it is stable."""
    for dependency in scene.service.dependencies.all():
        yield scene.line.after(0.5, 2)
        dependencies.declare(scene.by(who), dependency=dependency, state=DependencyState.STABLE)
