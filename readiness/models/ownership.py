"""Who is accountable for which domain of a service, and who supports."""

from django.db import models
from django.db.models import Q

from portal.models import User
from portal.models.audit import AuditEvent
from portal.models.base import PublicIdModel, VisibleQuerySet
from readiness.catalogue import loader, schema
from readiness.choices import AssignmentRole
from readiness.models.services import Service


class OwnershipDomain(models.Model):
    """An area of responsibility by its key, so that assignments can name it; all else is read from the catalogue."""

    key = models.SlugField(max_length=40, unique=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.title

    @property
    def definition(self) -> schema.OwnershipDomain:
        """What the catalogue says of it. Raises KeyError for a key that it does not name."""
        return loader.ownership_domain(self.key)

    @property
    def title(self) -> str:
        """Its name."""
        return self.definition.title

    @property
    def when(self) -> schema.When:
        """The traits for which it applies."""
        return self.definition.when


class AssignmentQuerySet(VisibleQuerySet["Assignment"]):
    """Assignments that somebody may see."""

    scope_path = "service__scope"

    def current(self) -> "AssignmentQuerySet":
        """Those that have not ended."""
        return self.filter(ended_event__isnull=True)


class Assignment(PublicIdModel):
    """A person holds a domain of a service, from one event until another. The ended ones are its history."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="assignments")
    domain = models.ForeignKey(OwnershipDomain, on_delete=models.PROTECT, related_name="assignments")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=12, choices=AssignmentRole)
    since = models.DateTimeField()
    event = models.ForeignKey(AuditEvent, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_event = models.ForeignKey(
        AuditEvent,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,  # most have not ended: an index of them all misleads SQLite; events are never deleted
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["service", "domain__position", "role", "person__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["service", "domain"],
                condition=Q(role=AssignmentRole.ACCOUNTABLE, ended_event__isnull=True),
                name="assignment_one_accountable",
            ),
            models.UniqueConstraint(
                fields=["service", "domain", "person"],
                condition=Q(ended_event__isnull=True),
                name="assignment_person_once",
            ),
        ]
        indexes = [
            models.Index(fields=["person"], condition=Q(ended_event__isnull=True), name="assignment_current"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.role} for {self.domain}"
