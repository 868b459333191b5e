"""Services, releases and models, made by the product's own actions."""

import itertools
from collections.abc import Sequence
from typing import Any

from portal.models import Team, User
from portal.permissions import Role
from readiness.actions import releases, served_models, services
from readiness.choices import Change, Sourcing
from readiness.models import ModelVersion, Release, ServedModel, Service
from readiness.rules.releases import ReleaseFacts
from readiness.rules.served_models import RegistryFacts
from readiness.rules.services import Facts
from tests.factories import portal

_numbers = itertools.count(1)


def facts(**declared: Any) -> Facts:
    """What a lead declares; a self-hosted service of tier 2 unless the test says otherwise."""
    defaults: dict[str, Any] = {
        "name": "Claims assistant",
        "tier": 2,
        "tier_reason": "Brokers rely on it during the day.",
        "sourcing": Sourcing.SELF_HOSTED.value,
    }
    if declared.get("personal_data"):
        defaults |= {"residency": "EU", "consent": "Contract", "deletion": "After 90 days"}
    return Facts(**{**defaults, **declared})


def service(
    *,
    team: Team | None = None,
    lead: User | None = None,
    owner: User | None = None,
    slug: str = "",
    restricted: bool = False,
    **declared: Any,
) -> Service:
    """A registered service; its lead owns it unless somebody else is named."""
    team = team or portal.team()
    lead = lead or portal.member(team, Role.LEAD)
    return services.register(
        portal.access(lead),
        team=team,
        slug=slug or f"service-{next(_numbers)}",
        owner=owner or lead,
        facts=facts(**declared),
        restricted=restricted,
    )


def model(of: Service, name: str = "", provider: str = "") -> ServedModel:
    """A model of the service."""
    lead = portal.access(of.owner)
    return served_models.add(lead, service=of, name=name or f"model-{next(_numbers)}", provider=provider)


def model_version(of: ServedModel, version: str = "", **registry: Any) -> ModelVersion:
    """A version of the model."""
    lead = portal.access(of.service.owner)
    facts = RegistryFacts(version=version or f"v{next(_numbers)}", **registry)
    return served_models.record_version(lead, model=of, facts=facts)


def release(of: Service, label: str = "", *, carries: Sequence[ModelVersion] | None = None, **declared: Any) -> Release:
    """A planned release; it carries the newest version of each model unless the test says which."""
    if carries is None:
        newest = {
            version.model_id: version for version in ModelVersion.objects.filter(model__service=of).order_by("pk")
        }
        carries = list(newest.values())
    defaults: dict[str, Any] = {"label": label or f"1.{next(_numbers)}.0", "changes": (Change.CODE.value,)}
    facts = ReleaseFacts(**{**defaults, **declared})
    return releases.plan(portal.access(of.owner), service=of, facts=facts, model_versions=carries)
