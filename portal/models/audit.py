"""The audit record: an append-only chain of events, and beside it the words that may be erased."""

from typing import Self

from django.db import models

from portal.models.base import VisibleQuerySet
from portal.models.scopes import Scope
from portal.models.users import User
from portal.permissions import Access, Role


class AuditEventQuerySet(VisibleQuerySet["AuditEvent"]):
    """Events that somebody may see."""

    def visible_to(self, access: Access) -> Self:
        """Those of scopes the person may see; those of no scope (people, teams, tokens) only where they concern them.

        Compliance and administrators see the latter all; everybody else those that name them: what they did and what
        was done to them. A token that is limited to a team sees none of these.
        """
        of_scopes = super().visible_to(access).filter(scope__isnull=False)
        if access.limited:
            return of_scopes
        unscoped = self.filter(scope__isnull=True)
        if not access.across & {Role.COMPLIANCE, Role.ADMINISTRATOR}:
            unscoped = unscoped.filter(body__contains=f'"{access.person.public_id}"')
        return of_scopes | unscoped


class AuditEvent(models.Model):
    """One change of state. `body` is canonical JSON (RFC 8785); `digest` chains it to the event before.

    The other columns repeat what stands in `body`, to be searched; the body is what is proven.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=60)
    target_kind = models.CharField(max_length=40)
    target_id = models.CharField(max_length=64)
    scope = models.ForeignKey(Scope, null=True, on_delete=models.PROTECT, related_name="+")
    via = models.CharField(max_length=16)
    body = models.TextField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        indexes = [
            models.Index(fields=["scope", "-number"], name="audit_by_scope"),
            models.Index(fields=["target_kind", "target_id", "-number"], name="audit_by_target"),
            models.Index(fields=["verb", "-number"], name="audit_by_verb"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.verb}"


class AuditText(models.Model):
    """Free words and names of an event. The event holds SHA-256(salt, value): erasing both leaves the chain intact."""

    event = models.ForeignKey(AuditEvent, on_delete=models.PROTECT, related_name="texts")
    name = models.CharField(max_length=40)
    salt = models.CharField(max_length=64, blank=True)
    value = models.TextField(blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "name"], name="audit_text_once")]

    def __str__(self) -> str:
        return f"{self.event_id} {self.name}"


class RecordVerification(models.Model):
    """That the record was verified: when, up to which event, and what came of it. Append-only."""

    at = models.DateTimeField()
    number = models.BigIntegerField(help_text="The head at that moment.")
    digest = models.CharField(max_length=64)
    intact = models.BooleanField()
    problem = models.CharField(max_length=300, blank=True, help_text="The first, in words.")
    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{'intact' if self.intact else 'broken'} up to event {self.number}"


class AuditHead(models.Model):
    """Where the chain ends now: one row, the lock under which events are appended."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    deployment = models.UUIDField(help_text="This installation: made once, named in every checkpoint and pack.")
    number = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_head_single")]

    def __str__(self) -> str:
        return f"event {self.number}"
