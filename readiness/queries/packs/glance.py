"""A service on one page, as it stood at the end of the period."""

import json
from collections.abc import Iterable, Sequence

from portal.models import AuditEvent
from readiness.choices import ItemState, ServiceState, Tier, Verdict
from readiness.models import Absence, Service
from readiness.queries import targets
from readiness.queries.packs import recurring_checks, releases
from readiness.queries.packs.moments import Moment
from readiness.queries.packs.recurring_checks import Stood
from readiness.rules import missed_checks, pack_gaps, pillars
from readiness.rules.absences import Period
from readiness.rules.applicability import BOOLEAN_WORDS
from readiness.rules.pack_contents import Glance, LeftOut, Pillar
from readiness.rules.pack_decisions import Decision, Fact
from readiness.rules.pack_reviews import Item, Review
from readiness.rules.pillars import PillarItem


def glance(
    service: Service, shown: Sequence[Review], decided: Sequence[Decision], checks: Sequence[Stood], at: Moment
) -> Glance:
    """The service of `as_it_stood`, with its reviews and decisions, newest first, and its recurring checks."""
    newest = next((one for one in decided if one.is_headline), None)
    current = [review for review in shown if review.is_current]
    missed = missed_checks.in_a_row((one.cycle for one in checks), at.now)
    standing = pillars.standing([_pillar_item(item) for review in current for item in review.items], missed)
    declared = [words[0] for name, words in BOOLEAN_WORDS.items() if getattr(service, name)]
    missing = [words[0] for name, words in BOOLEAN_WORDS.items() if not getattr(service, name)]
    release, words, models = _release(service, at)
    return Glance(
        purpose=service.description,
        state=_state(service, at),
        tier=Tier(service.tier).label,
        headline=Verdict(newest.verdict) if newest else None,
        headline_words=_headline(newest),
        release=release,
        release_words=words,
        models=models,
        releases=tuple(releases.lines(service, at)),
        environments=", ".join(service.environments.values_list("name", flat=True)),
        accountable=service.owner.name,
        deputy=_deputy(service, at),
        traits=(service.get_sourcing_display(), *declared, *service.regulation_labels),
        traits_not_declared=tuple(missing),
        left_out=tuple(_left_out(shown)),
        targets=tuple(_targets(service)),
        pillars=tuple(Pillar(one.title, ItemState(one.state), one.open) for one in standing.pillars),
        rests_on=tuple(review.title_in_full for review in current),
        applicable=standing.applicable,
        answered=standing.answered,
        green=standing.green,
        overdue_checks=recurring_checks.overdue(checks, at),
        gaps=pack_gaps.heaviest(current, service.tier, at.now),
    )


def _pillar_item(item: Item) -> PillarItem:
    return PillarItem(item.pillar, item.critical, item.state, counts=item.counts)


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


def _release(service: Service, at: Moment) -> tuple[str, str, tuple[str, ...]]:
    """The release that was live, else the one being prepared: its name, how it stood, the model versions it carries."""
    running = releases.live(service, at)
    release = running.release if running else releases.known(service, at).first()
    if release is None:
        return "", "", ()
    words = f"live in production since {running.deployed_at:%Y-%m-%d %H:%M:%S} UTC" if running else "being prepared"
    return release.label, words, tuple(map(str, releases.carried([release], at)[release.pk]))


def _deputy(service: Service, at: Moment) -> str:
    """Who stood in for the owner that day, in words; empty where the owner was there."""
    day = at.day_in(service.owner.time_zone)
    for absence in Absence.objects.filter(person=service.owner).select_related("deputy").order_by("starts_on"):
        cancelled = absence.cancelled_at is not None and absence.cancelled_at <= at.now
        if Period(absence.starts_on, absence.ends_on).covers(day) and not cancelled:
            return f"away until {absence.ends_on}, " + (absence.deputy.name if absence.deputy else "nobody stands in")
    return ""


def _left_out(shown: Iterable[Review]) -> Iterable[LeftOut]:
    seen = set()
    for review in shown:
        for item in review.items:
            if item.state == ItemState.NOT_APPLICABLE and item.key not in seen:
                seen.add(item.key)
                yield LeftOut(f"{item.title} ({item.key})", item.reason)


def _targets(service: Service) -> Iterable[Fact]:
    for one in targets.figures(service.target):
        if one.words:
            yield Fact(one.name, f"{one.words}, {one.binds}" if one.binds.startswith("tested") else _bound(one))


def _bound(one: targets.Figure) -> str:
    return f"{one.binds} {one.words}"
