"""One service's part of a pack: chapters 1 to 6 and 13 from here, 7 to 12 from the registry."""

import json
from collections.abc import Iterable
from decimal import Decimal

from portal.models import AuditEvent
from readiness import extension_points
from readiness.catalogue import loader
from readiness.choices import AssignmentRole, ItemState, ServiceState, Tier, Verdict
from readiness.models import Assignment, OwnershipDomain, Service
from readiness.queries.packs import decisions, reviews
from readiness.queries.packs.moments import Moment
from readiness.queries.packs.signatures import Meanings
from readiness.queries.packs.trail import trail
from readiness.rules import applicability, scoring
from readiness.rules.applicability import BOOLEAN_WORDS
from readiness.rules.pack_contents import DomainOwner, Glance, LeftOut, Ownership, Pillar, ServiceChapterData
from readiness.rules.pack_decisions import Decision, Fact
from readiness.rules.pack_reviews import Item, Review
from readiness.rules.pack_signatures import Person


def chapters(service: Service, at: Moment, meanings: Meanings) -> ServiceChapterData:
    """Everything that is printed of a service, as it stood at the moment."""
    read = Service.objects.select_related("scope__team", "owner", "target").get(pk=service.pk)
    service = reviews.as_it_stood(read, at)
    shown = reviews.of_service(service, at, meanings)
    decided = decisions.decisions(service, at, meanings)
    return ServiceChapterData(
        slug=service.slug,
        name=service.name,
        team=service.scope.team.name,
        glance=_glance(service, shown, decided, at),
        ownership=_ownership(service, at),
        reviews=shown,
        waivers=decisions.waivers(service, at),
        decisions=decided,
        sections=tuple(section for give in extension_points.pack_sections for section in give(service, at)),
        trail=trail(service, at),
    )


def _glance(service: Service, shown: tuple[Review, ...], decided: tuple[Decision, ...], at: Moment) -> Glance:
    newest = decided[0] if decided else None
    declared = [words[0] for name, words in BOOLEAN_WORDS.items() if getattr(service, name)]
    missing = [words[0] for name, words in BOOLEAN_WORDS.items() if not getattr(service, name)]
    return Glance(
        purpose=service.description,
        state=_state(service, at),
        tier=Tier(service.tier).label,
        headline=Verdict(newest.verdict) if newest else None,
        headline_words=_headline(newest),
        release=newest.release if newest else "",
        models=tuple(sorted({review.model for review in shown if review.model})),
        environments=", ".join(service.environments.values_list("name", flat=True)),
        accountable=service.owner.name,
        traits=(service.get_sourcing_display(), *declared, *service.regulation_labels),
        traits_not_declared=tuple(missing),
        left_out=tuple(_left_out(shown)),
        targets=tuple(_targets(service)),
        pillars=tuple(_pillars(shown)),
    )


def _headline(newest: Decision | None) -> str:
    if newest is None:
        return "No decision was taken yet."
    return f"{newest.verdict.label} for {newest.release} in {newest.environment}, {newest.state.label.lower()}"


def _state(service: Service, at: Moment) -> str:
    """The state at the moment: the newest event that moved it; a draft before any."""
    moved = (
        AuditEvent.objects.filter(scope=service.scope, verb="service.state-changed", number__lte=at.number)
        .order_by("-number")
        .first()
    )
    state = json.loads(moved.body)["facts"]["state"] if moved else ServiceState.DRAFT.value
    return ServiceState(state).label


def _left_out(shown: tuple[Review, ...]) -> Iterable[LeftOut]:
    seen = set()
    for review in shown:
        for item in review.items:
            if item.state == ItemState.NOT_APPLICABLE and item.key not in seen:
                seen.add(item.key)
                yield LeftOut(f"{item.title} ({item.key})", item.reason)


def _targets(service: Service) -> Iterable[Fact]:
    target = service.target
    for field in target._meta.concrete_fields:
        value = getattr(target, field.name)
        if not isinstance(value, Decimal):
            continue
        yield Fact(str(field.verbose_name).capitalize(), format(value.normalize(), "f"))


def _pillars(shown: tuple[Review, ...]) -> Iterable[Pillar]:
    """The ten pillars of the newest review of each kind."""
    newest: dict[str, Review] = {}
    for review in shown:
        newest.setdefault(review.title, review)
    items = loader.items()
    by_pillar: dict[int, list[Item]] = {}
    for review in newest.values():
        for item in review.items:
            by_pillar.setdefault(items[item.key].pillar, []).append(item)
    for section in loader.template("pillars").sections:
        found = by_pillar.get(section.pillar or 0, [])
        states = [item.state for item in found]
        open_items = sum(state in (ItemState.RED, ItemState.YELLOW, ItemState.UNANSWERED) for state in states)
        yield Pillar(section.title, scoring.worst(states), open_items)


def _ownership(service: Service, at: Moment) -> Ownership:
    held = Assignment.objects.filter(service=service, event_id__lte=at.number).select_related("person", "domain")
    standing = [one for one in held if one.ended_event_id is None or one.ended_event_id > at.number]
    return Ownership(domains=tuple(_domain(domain, service, standing) for domain in OwnershipDomain.objects.all()))


def _domain(domain: OwnershipDomain, service: Service, standing: list[Assignment]) -> DomainOwner:
    found = applicability.applies(domain.when, service.traits)
    own = [one for one in standing if one.domain_id == domain.pk]
    holder = next((one for one in own if one.role == AssignmentRole.ACCOUNTABLE), None)
    return DomainOwner(
        domain=domain.title,
        accountable=Person(holder.person.name) if holder else None,
        supporting=tuple(one.person.name for one in own if one.role == AssignmentRole.SUPPORTING),
        since=holder.since.date() if holder else None,
        rule="" if found.applies else found.reason,
        gap="Nobody is accountable." if found.applies and holder is None else "",
    )
