"""In-app notices and the messages that wait to leave."""

import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from portal.models.base import PublicIdModel, VisibleQuerySet
from portal.models.scopes import Scope
from portal.models.users import User
from portal.permissions import Access, Capability


class NotificationQuerySet(VisibleQuerySet["Notification"]):
    """Filters over notices."""

    def visible_to(self, access: Access) -> Self:
        """One's own, without those that speak of what one may not see any more."""
        return self.filter(recipient=access.person).speaking_of_what_is_seen_by(access)

    def speaking_of_what_is_seen_by(self, access: Access) -> Self:
        """Anybody's, without those that speak of what this one may not see."""
        return self.filter(Q(scope__isnull=True) | Q(scope__in=Scope.objects.visible_to(access)))


class Notification(PublicIdModel):
    """One notice to one person, shown at once. `key` makes it unique, so that nothing is said twice."""

    recipient = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    subject = models.CharField(max_length=255)
    url = models.CharField(max_length=255)
    scope = models.ForeignKey(Scope, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    message = models.ForeignKey(
        "OutboxMessage", null=True, blank=True, on_delete=models.SET_NULL, related_name="notices"
    )

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["recipient", "key"], name="notification_once")]
        indexes = [
            models.Index(
                fields=["recipient", "-created_at"],
                condition=models.Q(read_at__isnull=True),
                name="notification_unread",
            ),
            models.Index(
                fields=["recipient", "created_at"],
                condition=models.Q(read_at__isnull=True, message__isnull=True),
                name="notification_unmailed",
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    """Filters over waiting and sent mails."""

    def visible_to(self, access: Access) -> "OutboxQuerySet":
        """All of them, for those who look after the outbox."""
        return self.all() if access.can(Capability.OUTBOX_READ) else self.none()

    def claimable(self, now: datetime.datetime) -> "OutboxQuerySet":
        """What may be sent now: due ones, and those whose sender did not come back within its lease."""
        lost = Q(state__in=OutboxMessage.State.held(), claimed_until__lt=now)
        return self.filter(Q(state=OutboxMessage.State.DUE, due_at__lte=now) | lost)


class OutboxMessage(PublicIdModel):
    """A mail that has to leave: claimed with a lease, sent once, tried again until it is dead and shown as such."""

    class State(models.TextChoices):
        """Where it stands."""

        DUE = "due", "Due"
        CLAIMED = "claimed", "Being prepared"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        DEAD = "dead", "Given up"
        DROPPED = "dropped", "Nothing left to say"

        @classmethod
        def held(cls) -> list[str]:
            """The states in which a sender has it."""
            return [cls.CLAIMED, cls.SENDING]

    recipient = models.ForeignKey(User, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200, unique=True)
    content = models.JSONField(default=dict, help_text="What the mail is made of. Never a secret.")
    scopes = models.JSONField(default=list, help_text="Ids of the scopes it speaks of.")
    state = models.CharField(max_length=8, choices=State, default=State.DUE)
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    uncertain = models.BooleanField(default=False, help_text="A sender was lost while sending: it may arrive twice.")
    last_error = models.CharField(max_length=255, blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        ordering = ["-due_at"]
        indexes = [models.Index(fields=["state", "due_at"], name="outbox_due")]

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient}"
