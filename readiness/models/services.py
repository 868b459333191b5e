"""The AI services being governed."""

from typing import Any

from django.db import models
from django.urls import reverse

from portal import clock
from portal.models import Scope, Team, User
from portal.models.base import PublicIdModel, VisibleQuerySet
from portal.models.revisions import AbstractRevision
from readiness.choices import EnvironmentKind, Regulation, ServiceState, Sourcing, Tier
from readiness.rules import scoring
from readiness.rules.applicability import Traits


class ServiceQuerySet(VisibleQuerySet["Service"]):
    """Services that somebody may see."""


class Service(PublicIdModel):
    """One AI service of one team: its facts, traits and tier. The slug never changes."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    scope = models.OneToOneField(Scope, on_delete=models.PROTECT, related_name="service")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="owned_services")
    state = models.CharField(max_length=12, choices=ServiceState, default=ServiceState.DRAFT)
    paused_until = models.DateField(null=True, blank=True)
    owes_checks_since = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Recurring checks are owed from the first full period after this; empty while it is not live.",
    )
    tier = models.PositiveSmallIntegerField(choices=Tier)
    tier_reason = models.TextField()
    tier_confirmed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    tier_confirmed_at = models.DateTimeField(null=True, blank=True)

    sourcing = models.CharField("model source", max_length=20, choices=Sourcing)
    automated_retraining = models.BooleanField(default=False)
    streaming = models.BooleanField(default=False)
    caching = models.BooleanField(default=False)
    personal_data = models.BooleanField(default=False)
    user_facing = models.BooleanField(default=False)
    file_uploads = models.BooleanField(default=False)
    regulations = models.JSONField(default=list, blank=True)
    residency = models.CharField("where personal data is kept", max_length=200, blank=True)
    consent = models.CharField("how consent is obtained", max_length=200, blank=True)
    deletion = models.CharField("how personal data is deleted", max_length=200, blank=True)
    serving_stack = models.CharField(
        "what serves the model",
        max_length=200,
        blank=True,
        help_text="The servers, gateway and hosting. A change ends the validity of rollback drills.",
    )
    repository_url = models.URLField(blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    revision = models.PositiveIntegerField(default=0)
    content_digest = models.CharField(max_length=64, blank=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=models.Q(tier__in=[1, 2, 3, 4]), name="service_tier_1_to_4")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("readiness:service", args=[self.slug])

    @property
    def team(self) -> Team:
        """The team that holds it."""
        return self.scope.team

    @property
    def traits(self) -> Traits:
        """What it declares about itself, as the rules take it."""
        return Traits(
            sourcing=self.sourcing,
            automated_retraining=self.automated_retraining,
            streaming=self.streaming,
            caching=self.caching,
            personal_data=self.personal_data,
            user_facing=self.user_facing,
            file_uploads=self.file_uploads,
            regulations=tuple(self.regulations),
        )

    @property
    def unconfirmed_tier(self) -> int:
        """Its tier where that leaves items out and no approver has confirmed it; else 0."""
        return self.tier if scoring.leaves_out(self.tier) and self.tier_confirmed_by_id is None else 0

    @property
    def way_back(self) -> dict[str, Any]:
        """What a rollback depends on; a drill is valid while it is unchanged (product.md, Drills)."""
        return {"serving_stack": self.serving_stack, "sourcing": self.sourcing}

    @property
    def regulation_labels(self) -> list[str]:
        """The regulations in words."""
        return [Regulation(key).label for key in self.regulations]

    def governed_content(self) -> dict[str, Any]:
        """What a revision keeps: facts and traits, people by opaque id."""
        plain = (
            "slug name description tier tier_reason sourcing automated_retraining streaming caching personal_data "
            "user_facing file_uploads regulations residency consent deletion serving_stack repository_url"
        )
        content = {name: getattr(self, name) for name in plain.split()}
        return {
            **content,
            "team": self.scope.team.slug,
            "restricted": self.scope.restricted,
            "owner": self.owner.public_id,
        }


class ServiceRevision(AbstractRevision):
    """A service's facts and traits as they stood after an event."""

    subject = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="revisions")

    class Meta(AbstractRevision.Meta):
        constraints = [models.UniqueConstraint(fields=["subject", "number"], name="service_revision_once")]


class Environment(PublicIdModel):
    """A place the service runs in."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="environments")
    name = models.SlugField(max_length=40)
    kind = models.CharField(max_length=12, choices=EnvironmentKind, default=EnvironmentKind.PRODUCTION)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]
        constraints = [models.UniqueConstraint(fields=["service", "name"], name="environment_once")]

    def __str__(self) -> str:
        return self.name
