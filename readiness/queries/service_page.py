"""One service: its head with the tabs, and everything that its first page shows at a glance."""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from portal import clock
from portal.permissions import Access
from portal.queries import teams as team_queries
from portal.rules.hands import Hands
from readiness.choices import DrillKind, ItemState
from readiness.models import (
    AuditPack,
    Dependency,
    Deployment,
    Drill,
    ItemAnswer,
    LaunchDecision,
    ModelVersion,
    PackPart,
    Review,
    Service,
    ServiceTarget,
)
from readiness.models.decisions import LaunchDecisionQuerySet
from readiness.models.reviews import ReviewQuerySet
from readiness.models.services import ServiceQuerySet
from readiness.queries import decisions as decision_queries
from readiness.queries import live_releases, ownership, portfolio, status, waiver_lines, waiver_list, wording
from readiness.queries import scoring as scoring_queries
from readiness.queries import targets as target_queries
from readiness.queries.decisions import Recorded
from readiness.queries.waiver_lines import WaiverLine
from readiness.rules import scoring
from readiness.rules.pillars import Pillar


def services(access: Access) -> ServiceQuerySet:
    """The services this person may see, with what the head and tabs of a service's page need: one statement."""
    found = Service.objects.visible_to(access).select_related("scope__team", "owner", "status")
    return found.annotate(live_release=live_releases.running_label())


def glanced(access: Access) -> ServiceQuerySet:
    """The same with what the first page needs besides: holders, targets, the live release, who decided last."""
    deployed = Deployment.objects.to_production().filter(environment__service=OuterRef("pk")).order_by("-pk")
    headline = LaunchDecision.objects.filter(service=OuterRef("pk"), number=OuterRef("status__decision_number"))
    return (
        ownership.with_holders(Service.objects.visible_to(access))
        .select_related("target", "tier_confirmed_by")
        .annotate(
            live_release=live_releases.running_label(),
            live_release_id=Subquery(deployed.values("release_id")[:1]),
            live_in_id=Subquery(deployed.values("environment_id")[:1]),
            live_since=Subquery(deployed.values("deployed_at")[:1]),
            decided_by=Subquery(headline.values("decided_by__name")[:1]),
        )
    )


@dataclass(frozen=True)
class PillarLine:
    """A pillar with the item that most holds it back, if one does."""

    pillar: Pillar
    why: str
    url: str


@dataclass(frozen=True)
class Glance:
    """What the first page of a service shows.

    `running` is the newest decision on the release that runs in production, `last` the newest one for production; None
    where nothing runs or was decided.
    """

    service: Service
    counts: Mapping[str, int]
    pillars: Sequence[PillarLine]
    owners: ownership.MatrixRow
    running: Recorded | None
    last: Recorded | None
    live_versions: Sequence[ModelVersion]
    dependencies: Sequence[Dependency]
    drill: Drill | None
    targets: Sequence[tuple[str, str]]
    waivers: Sequence[WaiverLine]
    hands: Hands


def glance(service: Service, access: Access, now: datetime.datetime) -> Glance:
    """The first page of a service of `glanced`: seven statements of its own at any size."""
    answers = list(short_of_green(service))
    owners = ownership.row(service, ownership.domains(), now)
    running, last = _decisions(service, now)
    return Glance(
        service=service,
        counts=_counts(service, answers),
        pillars=_pillars(service, answers),
        owners=owners,
        running=running,
        last=last,
        live_versions=_live_versions(service),
        dependencies=list(service.dependencies.filter(removed_at__isnull=True)),
        drill=_latest_drill(service),
        targets=targets_in_words(getattr(service, "target", None)),
        waivers=_waivers(service, access, now),
        hands=_hands(service, now),
    )


def _hands(service: Service, now: datetime.datetime) -> Hands:
    """Whether its team can make a go alone today, and whom it lacks: one statement."""
    return team_queries.hands_at(service.team, clock.today_in(service.team.time_zone, now))


def short_of_green(service: Service) -> QuerySet[Any]:
    """Answers of the current reviews that are not green."""
    return (
        ItemAnswer.objects.exclude(state=ItemState.GREEN)
        .filter(status.in_current_review(service), scoring_queries.has_opened(), review__service=service, applies=True)
        .annotate(owed_since=scoring_queries.owed_since())
        .select_related("review__release")
        .order_by("-critical", "review__started_at", "position")
    )


def _counts(service: Any, answers: Iterable[Any]) -> Mapping[str, int]:
    """How many items that count are in which state, the green ones from the status row."""
    short = Counter(answer.state for answer in answers if scoring.counts(answer.critical, service.tier))
    return {**short, ItemState.GREEN.value: service.status.green}


def _pillars(service: Service, answers: Iterable[Any]) -> list[PillarLine]:
    worst: dict[int, Any] = {}
    for answer in sorted(answers, key=_badness):
        if scoring.counts(answer.critical, service.tier):
            worst.setdefault(answer.pillar, answer)
    return [_pillar_line(pillar, worst.get(pillar.number), service) for pillar in portfolio.pillars_of(service)]


def _pillar_line(pillar: Pillar, answer: ItemAnswer | None, service: Service) -> PillarLine:
    if answer is None:
        return PillarLine(pillar, "", "")
    return PillarLine(pillar, wording.title(answer.item_key, service), _place(answer, service))


def _badness(answer: ItemAnswer) -> tuple[bool, int]:
    return not answer.critical, scoring.WORST_FIRST.index(ItemState(answer.state))


def _place(answer: ItemAnswer, service: Service) -> str:
    answer.review.service = service
    return answer.get_absolute_url()


def _decisions(service: Any, now: datetime.datetime) -> tuple[Recorded | None, Recorded | None]:
    """The newest decision on what runs, and the one in the service's head, with their conditions: one statement."""
    on_what_runs = Q(release=service.live_release_id, environment=service.live_in_id)
    wanted = on_what_runs | Q(number=service.status.decision_number or 0)
    found = decision_queries.standing(
        LaunchDecision.objects.filter(wanted, service=service), now, clock.today_in(service.team.time_zone, now)
    )
    place = (service.live_release_id, service.live_in_id)
    running = (one for one in found if (one.decision.release_id, one.decision.environment_id) == place)
    last = (one for one in found if one.decision.number == service.status.decision_number)
    return next(running, None), next(last, None)


def _waivers(service: Service, access: Access, now: datetime.datetime) -> list[WaiverLine]:
    """What is on credit, asked for, or lapsed and not renewed."""
    today = clock.today_in(service.team.time_zone, now)
    return [waiver_lines.line(waiver, access, today) for waiver in waiver_list.of_service(service, now)]


def _live_versions(service: Any) -> list[ModelVersion]:
    return list(ModelVersion.objects.filter(releases=service.live_release_id).select_related("model"))


def _latest_drill(service: Service) -> Drill | None:
    return (
        service.drills.filter(kind=DrillKind.ROLLBACK)
        .select_related("performed_by", "environment")
        .order_by("-performed_at")
        .first()
    )


def targets_in_words(target: ServiceTarget | None) -> list[tuple[str, str]]:
    """The targets that were declared, each with its name, in the words of their own page."""
    declared = target_queries.figures(target) if target is not None else []
    return [
        (one.name, f"{one.binds} {one.words}" if one.binds in ("at most", "at least") else one.words)
        for one in declared
        if one.is_declared
    ]


def reviews(service: Service) -> ReviewQuerySet:
    """The reviews of a service with how far each has come, the newest first: one statement.

    Items after the go count once the release is live, here as in the status row and in packs.
    """
    weighty = scoring_queries.counts("answers__critical", "service__tier")
    counts = Q(answers__applies=True) & scoring_queries.has_opened(Q(is_live=True), stage="answers__stage") & weighty
    return (
        Review.objects.filter(service=service)
        .select_related("service", "release", "started_by")
        .alias(is_live=Exists(Deployment.objects.to_production_of("release")))
        .annotate(
            counted=Count("answers", filter=counts),
            answered=Count("answers", filter=counts & ~Q(answers__state=ItemState.UNANSWERED)),
            green=Count("answers", filter=counts & Q(answers__state=ItemState.GREEN)),
        )
        .order_by("-started_at", "-pk")
    )


def decisions(service: Service, access: Access) -> LaunchDecisionQuerySet:
    """The decisions on a service with all that says what each is worth, the newest first: two statements."""
    return decision_queries.listed(access).filter(service=service).order_by("-number")


def packs(service: Service, access: Access) -> QuerySet[AuditPack]:
    """Audit packs with this service in which the person may see every service, the newest first: one statement."""
    hidden = PackPart.objects.filter(pack=OuterRef("pk")).exclude(service__in=Service.objects.visible_to(access))
    return (
        AuditPack.objects.filter(~Exists(hidden), parts__service=service)
        .select_related("requested_by")
        .order_by("-number")
    )
