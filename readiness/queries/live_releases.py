"""What runs in production after a go: its items, what fails or is late, and what a decider said of it."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery

from portal import clock
from portal.permissions import Access, Capability
from readiness.choices import GO, EnvironmentKind, ItemState, ReviewState, ServiceState, Stage
from readiness.models import Deployment, ItemAnswer, LaunchDecision, LiveDecision, Release, Service
from readiness.models.releases import DeploymentQuerySet
from readiness.queries import scoring as scoring_queries
from readiness.queries import wording
from readiness.rules import after_items, scoring
from readiness.rules.after_items import AfterItem, Trouble


@dataclass(frozen=True)
class LiveRelease:
    """A release in production with its items after the go, and what a decider said of it since it arrived."""

    deployment: Deployment
    items: tuple[AfterItem, ...]
    troubles: tuple[Trouble, ...]
    verdicts: Sequence[LiveDecision]
    now: datetime.datetime

    @property
    def release(self) -> Release:
        """What runs."""
        return self.deployment.release

    @property
    def due_at(self) -> datetime.datetime:
        """When its items after the go are, or were, to be answered."""
        return self.deployment.deployed_at + after_items.DUE_AFTER

    @property
    def waiting(self) -> tuple[AfterItem, ...]:
        """The items that nobody has answered yet."""
        return tuple(item for item in self.items if item.state == ItemState.UNANSWERED)

    @property
    def is_late(self) -> bool:
        """Whether some of them should have been answered by now."""
        return bool(self.waiting) and self.due_at <= self.now

    @property
    def asked(self) -> tuple[Trouble, ...]:
        """What a decider is asked about: keep or roll back."""
        last = self.verdicts[0].decided_at if self.verdicts else None
        return after_items.unsettled(self.troubles, last)

    @property
    def sequence(self) -> int:
        """How often a decider spoke of it: the page shows it, the act gives it back."""
        return max((one.sequence for one in self.verdicts), default=0)


def of(service: Service, now: datetime.datetime) -> LiveRelease | None:
    """What runs in the service's production, None where nothing does: three statements."""
    deployment = running().filter(environment__service=service).order_by("-pk").first()
    if deployment is None:
        return None
    deployment.release.service = service
    items = tuple(_items(deployment.release, service))
    verdicts = deployment.verdicts.select_related("decided_by", "back_to").order_by("-sequence")
    troubles = after_items.troubles(items, deployment.deployed_at, now)
    return LiveRelease(deployment, items, troubles, list(verdicts), now)


def running_label() -> Subquery:
    """The label of what runs in production of a service (the outer row); None where nothing does."""
    there = Deployment.objects.to_production().filter(environment__service=OuterRef("pk")).order_by("-pk")
    return Subquery(there.values("release__label")[:1])


def running() -> DeploymentQuerySet:
    """What runs in production anywhere, with its release and service."""
    found = Deployment.objects.to_production().not_followed()
    return found.select_related("release__service__scope__team", "environment", "deployed_by")


def ways_back(service: Service, of: Release) -> QuerySet[Release]:
    """The releases that may be gone back to: once live in production with a go that was not withdrawn; newest first."""
    production = {"environment__kind": EnvironmentKind.PRODUCTION}
    goes = LaunchDecision.objects.filter(
        release=OuterRef("release"),
        environment=OuterRef("environment"),
        verdict__in=GO,
        withdrawal__isnull=True,
        decided_at__lte=OuterRef("deployed_at"),
    )
    there = Deployment.objects.filter(Exists(goes), release=OuterRef("pk"), **production)
    found = Release.objects.filter(Exists(there), service=service, cancelled_at__isnull=True).exclude(pk=of.pk)
    return found.annotate(
        ran=Max("deployments__deployed_at", filter=Q(deployments__environment__kind="production"))
    ).order_by("-ran")


def waiting_for_a_decider(access: Access) -> QuerySet[Deployment]:
    """What runs in production and fails or is late, where this person may decide and nobody has since it began.

    The rule is `rules.after_items.unsettled`, as a filter.
    """
    asked = ItemAnswer.objects.filter(review__release=OuterRef("release"), stage=Stage.AFTER, applies=True)
    answers = asked.exclude(review__state=ReviewState.ABANDONED).filter(scoring_queries.counts())
    due = clock.now() - after_items.DUE_AFTER
    last = LiveDecision.objects.filter(deployment=OuterRef("pk")).order_by("-sequence")
    settled = Q(settled_at__isnull=True)
    failing = answers.filter(state=ItemState.RED)
    late = answers.filter(state=ItemState.UNANSWERED)
    return (
        running()
        .filter(environment__service__scope__team__in=access.teams_with(Capability.DECISION_RECORD))
        .filter(release__service__in=Service.objects.visible_to(access).exclude(state=ServiceState.RETIRED))
        .annotate(settled_at=Subquery(last.values("decided_at")[:1]))
        .filter(
            (settled & Exists(failing))
            | Exists(failing.filter(rating_at__gt=OuterRef("settled_at")))
            | (
                Q(deployed_at__lte=due)
                & (settled | Q(settled_at__lt=F("deployed_at") + after_items.DUE_AFTER))
                & Exists(late)
            )
        )
        .order_by("deployed_at")
    )


def _items(release: Release, service: Service) -> list[AfterItem]:
    rows = ItemAnswer.objects.filter(review__release=release, stage=Stage.AFTER, applies=True)
    rows = rows.exclude(review__state=ReviewState.ABANDONED).order_by("review", "position")
    return [
        AfterItem(row.item_key, wording.title(row.item_key, service), row.state, row.rating_at, row.text)
        for row in rows
        if scoring.counts(row.critical, service.tier)
    ]
