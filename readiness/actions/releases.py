"""Planning a release, changing it while it is undecided, cancelling it, and telling that it was deployed."""

from collections.abc import Collection
from dataclasses import replace

from django.db import IntegrityError, transaction

from portal import audit, clock, permissions
from portal.errors import Conflict, DomainError
from portal.permissions import Access, Capability
from portal.rules import texts
from readiness import extension_points, verbs
from readiness.actions import applicability, carried_ends, reviews, service_states, status
from readiness.choices import EnvironmentKind, ReviewState, ServiceState
from readiness.models import Deployment, Environment, LaunchReminder, ModelVersion, Release, Service
from readiness.queries import carrying, release_places
from readiness.queries import releases as release_queries
from readiness.rules import after_items
from readiness.rules import releases as rules
from readiness.rules.releases import ReleaseFacts


def plan(
    access: Access, *, service: Service, facts: ReleaseFacts, model_versions: Collection[ModelVersion] = ()
) -> Release:
    """Plans a release with all the model versions it will carry. Raises DomainError with every refused field."""
    facts = rules.tidied(facts)
    with transaction.atomic():
        permissions.require(access, Capability.RELEASE_PLAN, service.scope)
        if service.state == ServiceState.RETIRED:
            raise DomainError("A retired service has no more releases.")
        _refuse_facts(service, facts, model_versions)
        release = _create(access, service, facts)
        release.model_versions.set(model_versions)
        chained: dict[str, audit.Fact] = {
            "service": service.slug,
            "release": release.label,
            "changes": list(facts.changes),
            "model_versions": sorted(str(version.public_id) for version in model_versions),
            "planned_on": str(facts.planned_on) if facts.planned_on else None,
        }
        audit.record(access, verbs.RELEASE_PLANNED, release, scope=service.scope, facts=chained)
    return release


def change(
    access: Access, *, release: Release, facts: ReleaseFacts, model_versions: Collection[ModelVersion] = (), seen: str
) -> Release:
    """Changes an undecided release; its label stays. `seen` is the digest of the content the person saw.

    Open reviews are counted anew: evidence names model versions. What was signed there and depends on a model that is
    another now is reopened, with the reason. Raises Conflict when it was changed in between.
    """
    facts = rules.tidied(replace(facts, label=release.label))
    with transaction.atomic():
        release = locked(release)
        service = release.service
        permissions.require(access, Capability.RELEASE_PLAN, service.scope)
        if release_queries.seen(release) != seen:
            raise Conflict("Somebody else changed this release in between. Nothing you typed is lost.")
        _refuse_words(rules.change_refusal(release_queries.progress(release)))
        _refuse_facts(service, facts, model_versions)
        before = release_queries.content(release)
        models = carrying.models(release.model_versions.all())
        _put(release, facts)
        release.save(update_fields=["summary", "changes", "new_feature", "planned_on", "fixes_incident"])
        release.model_versions.set(model_versions)
        after = release_queries.content(release, model_versions)
        fields = [name for name in rules.FIELD_WORDS if before[name] != after[name]]
        if not fields:
            return release
        applicability.hold([service])
        status.hold(service)
        carried_ends.models_changed(access, release, models, carrying.models(release.model_versions.all()))
        applicability.recount(service)
        status.refresh(service)
        chained: dict[str, audit.Fact] = {"service": service.slug, "release": release.label, "fields": fields}
        chained |= {"changes": list(facts.changes), "model_versions": after["model_versions"]}
        audit.record(access, verbs.RELEASE_CHANGED, release, scope=service.scope, facts=chained)
    return release


def cancel(access: Access, *, release: Release, reason: str) -> Release:
    """Cancels a release that was not deployed, with a reason. Its open review is abandoned with it."""
    reason = reason.strip()
    if refusal := texts.refusal(reason, 300) if reason else "Say why it is cancelled.":
        raise DomainError.of({"reason": [refusal]})
    with transaction.atomic():
        release = locked(release)
        service = release.service
        permissions.require(access, Capability.RELEASE_PLAN, service.scope)
        _refuse_words(rules.cancel_refusal(release_queries.progress(release)))
        release.cancelled_at, release.cancelled_reason = clock.now(), reason
        release.save(update_fields=["cancelled_at", "cancelled_reason"])
        for review in release.reviews.filter(state=ReviewState.OPEN).select_related("service__scope__team", "release"):
            reviews.abandon(access, review=review, reason=f"Release {release.label} was cancelled: {reason}"[:300])
        status.refresh(service)
        facts: dict[str, audit.Fact] = {"service": service.slug, "release": release.label}
        audit.record(
            access, verbs.RELEASE_CANCELLED, release, scope=service.scope, facts=facts, texts={"reason": reason}
        )
    return release


def deployed(access: Access, *, release: Release, environment: Environment) -> Deployment:
    """Tells that a release reached an environment, by the lead or the pipeline; in production the service is live.

    Raises DomainError where the rules refuse: production needs a current go, or that the release was live there once.
    """
    with transaction.atomic():
        release = locked(release)
        service = release.service
        permissions.require(access, Capability.RELEASE_DEPLOY, service.scope)
        if environment.service_id != service.pk:
            refusal = f"{environment.name} is not an environment of {service.name}."
            raise DomainError.of({"environment": [refusal]})
        now = clock.now()
        facts = release_places.deployment_facts(release, environment, now)
        if refusal := rules.deployment_refusal(facts):
            raise DomainError.of({"environment": [refusal]})
        return _arrived(access, release, environment)


def put_back(access: Access, release: Release, environment: Environment) -> Deployment:
    """Makes a release live again that a decider rolls back to. In the caller's transaction, which has asked the rules.

    Raises DomainError where the rules refuse it: it never was live there with a go, or the service is retired.
    """
    release = locked(release)
    facts = release_places.deployment_facts(release, environment, clock.now())
    refusal = rules.deployment_refusal(facts) if facts.was_live_there else "It never was live there with a go."
    if refusal:
        raise DomainError.of({"back_to": [refusal]})
    return _arrived(access, release, environment)


def _arrived(access: Access, release: Release, environment: Environment) -> Deployment:
    """Writes that a release reached an environment; in production its items after the go are awaited."""
    service = release.service
    deployment = Deployment.objects.create(
        release=release, environment=environment, deployed_by=access.person, deployed_at=clock.now()
    )
    if environment.kind == EnvironmentKind.PRODUCTION:
        due = after_items.due_at(deployment.deployed_at)
        LaunchReminder.objects.create(deployment=deployment, remind_at=due)
        if service.state != ServiceState.LIVE:
            service_states.set_state(access, service, ServiceState.LIVE)
    status.refresh(service)
    chained: dict[str, audit.Fact] = {"service": service.slug, "release": release.label}
    chained |= {"environment": environment.name}
    audit.record(access, verbs.RELEASE_DEPLOYED, deployment, scope=service.scope, facts=chained)
    return deployment


def locked(release: Release) -> Release:
    """The release as it stands now; its service is locked with it where the database can."""
    queryset = Release.objects.select_related("service__scope__team", "service__owner")
    return queryset.select_for_update(of=("self", "service")).get(pk=release.pk)


def _create(access: Access, service: Service, facts: ReleaseFacts) -> Release:
    release = Release(service=service, label=facts.label, planned_by=access.person, planned_at=clock.now())
    _put(release, facts)
    try:
        with transaction.atomic():
            release.save(force_insert=True)
    except IntegrityError as clash:
        refusal = f"{service.name} has a release {facts.label} already."
        raise DomainError.of({"label": [refusal]}) from clash
    return release


def _put(release: Release, facts: ReleaseFacts) -> None:
    release.summary, release.changes = facts.summary, list(facts.changes)
    release.new_feature, release.planned_on = facts.new_feature, facts.planned_on
    release.fixes_incident = facts.fixes_incident


def _refuse_facts(service: Service, facts: ReleaseFacts, model_versions: Collection[ModelVersion]) -> None:
    serves_models = ModelVersion.objects.filter(model__service=service).exists()
    errors = rules.refusals(facts, carries=len(model_versions), serves_models=serves_models)
    if errors := errors | _strangers(service, model_versions) | _unknown_incident(service, facts.fixes_incident):
        raise DomainError.of(errors)


def _strangers(service: Service, model_versions: Collection[ModelVersion]) -> texts.Refusals:
    strange = [version for version in model_versions if version.model.service_id != service.pk]
    names = ", ".join(str(version) for version in strange)
    return {"model_versions": [f"{names}: not a model of {service.name}."]} if strange else {}


def _unknown_incident(service: Service, name: str) -> texts.Refusals:
    """Where somebody watches incidents, the one it fixes has to be one of them."""
    sources = list(extension_points.incident_sources)
    if not name or not sources or any(source.named(service, name) for source in sources):
        return {}
    return {"fixes_incident": [f"No incident that touches {service.name} is called {name}."]}


def _refuse_words(refusal: str) -> None:
    if refusal:
        raise DomainError(refusal)
