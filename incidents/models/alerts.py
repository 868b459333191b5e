"""Alerts: where they come from, which rule knows them, and each as it fired."""

from typing import Any

from django.db import models
from django.db.models import Q

from incidents.choices import AlertState, Severity, SourceKind
from incidents.models.incidents import Incident
from incidents.models.runbooks import Runbook
from incidents.rules.retrying import MOST_ATTEMPTS
from portal.models import Team, User
from portal.models.base import PublicIdModel, VisibleQuerySet
from portal.models.revisions import AbstractRevision
from portal.permissions import Access, Role
from readiness.models import Service


class AlertSourceQuerySet(models.QuerySet["AlertSource"]):
    """Filters over sources."""

    def visible_to(self, access: Access) -> "AlertSourceQuerySet":
        """Those of the teams one belongs to; compliance sees all, and so do administrators, who may end them."""
        across = access.across & {Role.COMPLIANCE, Role.ADMINISTRATOR}
        return self.all() if across else self.filter(team_id__in=list(access.roles))

    def heard_by(self, access: Access) -> "AlertSourceQuerySet":
        """Those whose tray one reads: of the teams one belongs to, and compliance of every team."""
        return self.all() if Role.COMPLIANCE in access.across else self.filter(team_id__in=list(access.roles))


class AlertSource(PublicIdModel):
    """A monitoring system that posts alerts of a team's services. Its token is kept as a digest, shown once.

    `secret` is what it signs its posts with, encrypted, for the kinds that sign. `confirmation_url` is the address at
    which a subscription is confirmed, by a person: nothing here ever opens it.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="alert_sources")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=SourceKind)
    token_digest = models.CharField(max_length=64, unique=True)
    secret = models.TextField(blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_post_at = models.DateTimeField(null=True, blank=True)
    confirmation_url = models.URLField(max_length=1000, blank=True)

    objects = AlertSourceQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class AlertPostQuerySet(models.QuerySet["AlertPost"]):
    """Filters over posts."""

    def stuck(self) -> "AlertPostQuerySet":
        """Those that could not be taken in so far, whether they are tried again by themselves or no more."""
        return self.filter(~Q(error="") | Q(attempts__gte=MOST_ATTEMPTS), worked_at=None)


class AlertPost(models.Model):
    """One post as it came, stored whole before it is answered; worked off later, and let go after some days."""

    source = models.ForeignKey(AlertSource, on_delete=models.PROTECT, related_name="posts")
    body = models.TextField()
    received_at = models.DateTimeField()
    worked_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    objects = AlertPostQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["received_at"], condition=Q(worked_at=None), name="alert_post_waiting")]

    def __str__(self) -> str:
        return f"post of {self.received_at:%-d %b %Y}"

    @property
    def is_given_up(self) -> bool:
        """Whether it is tried again only when a person says so."""
        return self.attempts >= MOST_ATTEMPTS


class AlertRuleQuerySet(VisibleQuerySet["AlertRule"]):
    """Rules that somebody may see."""

    scope_path = "service__scope"


class AlertRule(PublicIdModel):
    """An alert that a service knows: what it looks like, and what covers it: a playbook, a runbook, an owner's domain.

    `matchers` are labels that an alert must carry, by name. `playbook` is the key of a playbook, empty where none fits.
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="alert_rules")
    name = models.CharField(max_length=120)
    matchers = models.JSONField(default=dict)
    severity = models.PositiveSmallIntegerField(choices=Severity, default=Severity.SEV_3)
    playbook = models.CharField(max_length=60, blank=True)
    runbook = models.ForeignKey(Runbook, null=True, blank=True, on_delete=models.PROTECT, related_name="alert_rules")
    domain_key = models.CharField(max_length=30, blank=True)
    threshold = models.CharField(max_length=200, blank=True)
    threshold_reviewed_on = models.DateField(null=True, blank=True)
    threshold_reviewed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)
    content_digest = models.CharField(max_length=64, blank=True)

    objects = AlertRuleQuerySet.as_manager()

    class Meta:
        ordering = ["service__name", "name"]
        constraints = [
            models.UniqueConstraint(fields=["service", "name"], condition=Q(ended_at=None), name="alert_rule_name_once")
        ]

    def __str__(self) -> str:
        return self.name

    def governed_content(self) -> dict[str, Any]:
        """What a revision keeps."""
        reviewer = self.threshold_reviewed_by
        return {
            "service": self.service.slug,
            "name": self.name,
            "matchers": self.matchers,
            "severity": int(self.severity),
            "playbook": self.playbook,
            "runbook": self.runbook.public_id if self.runbook else None,
            "domain": self.domain_key,
            "threshold": self.threshold,
            "threshold_reviewed_on": self.threshold_reviewed_on,
            "threshold_reviewed_by": reviewer.public_id if reviewer else None,
            "ended": self.ended_at is not None,
        }


class AlertRuleRevision(AbstractRevision):
    """A rule as it stood after an event."""

    subject = models.ForeignKey(AlertRule, on_delete=models.PROTECT, related_name="revisions")

    class Meta(AbstractRevision.Meta):
        constraints = [models.UniqueConstraint(fields=["subject", "number"], name="alert_rule_revision_once")]


class AlertQuerySet(models.QuerySet["Alert"]):
    """Filters over alerts."""

    def visible_to(self, access: Access) -> "AlertQuerySet":
        """Those of services one sees; of those that belong to no service yet, the ones of one's own teams' sources."""
        of_services = Q(service__in=Service.objects.visible_to(access))
        return self.filter(of_services | Q(service=None, source__in=AlertSource.objects.heard_by(access)))

    def in_tray(self) -> "AlertQuerySet":
        """Those that no rule knows and nobody left out."""
        return self.filter(rule=None).exclude(state=AlertState.LEFT_OUT)


class Alert(PublicIdModel):
    """One alert as its source tells it, from firing to resolved: the same one by source, fingerprint and beginning.

    Without a `service` it stands in the tray of its source's team. `times` counts how often it was told. `ended_by` is
    who ended it by hand, where no source did.
    """

    source = models.ForeignKey(AlertSource, on_delete=models.PROTECT, related_name="alerts")
    service = models.ForeignKey(Service, null=True, blank=True, on_delete=models.PROTECT, related_name="alerts")
    rule = models.ForeignKey(AlertRule, null=True, blank=True, on_delete=models.PROTECT, related_name="alerts")
    incident = models.ForeignKey(Incident, null=True, blank=True, on_delete=models.PROTECT, related_name="alerts")
    fingerprint = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    labels = models.JSONField(default=dict)
    summary = models.TextField(blank=True)
    url = models.URLField(max_length=1000, blank=True)
    state = models.CharField(max_length=10, choices=AlertState, default=AlertState.FIRING)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    first_told_at = models.DateTimeField()
    last_told_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)
    left_out_reason = models.CharField(max_length=300, blank=True)
    left_out_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_reason = models.CharField(max_length=300, blank=True)
    ended_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["source", "fingerprint", "starts_at"], name="alert_once"),
            models.CheckConstraint(
                condition=~Q(state=AlertState.LEFT_OUT) | ~Q(left_out_reason=""), name="alert_left_out_with_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["service", "state"], name="alert_by_service"),
            models.Index(
                fields=["source", "fingerprint"],
                condition=Q(rule=None) & ~Q(state=AlertState.LEFT_OUT),
                name="alert_in_tray",
            ),
            models.Index(fields=["source", "fingerprint", "ends_at"], name="alert_by_end"),
            models.Index(
                fields=["source", "fingerprint"], condition=Q(incident__isnull=False), name="alert_in_incident"
            ),
        ]

    def __str__(self) -> str:
        return self.name
