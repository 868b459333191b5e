"""Action items: follow-ups of a service with an owner and a date, whatever they come from."""

from typing import Any
from urllib.parse import urlsplit

from django.db import models
from django.db.models import Q
from django.urls import reverse

from portal.models import User
from portal.models.base import PublicIdModel, VisibleQuerySet
from portal.models.revisions import AbstractRevision
from readiness.choices import ActionOrigin, ActionState, Priority
from readiness.models.decisions import Condition
from readiness.models.findings import Finding
from readiness.models.recurring_checks import CheckOccurrence
from readiness.models.services import Service


class ActionItemQuerySet(VisibleQuerySet["ActionItem"]):
    """Filters over what there is to do."""

    scope_path = "service__scope"

    def unfinished(self) -> "ActionItemQuerySet":
        """Those neither done nor dropped."""
        return self.filter(state__in=ActionState.unfinished())


class ActionItem(PublicIdModel):
    """One thing to do, numbered per service.

    `origin_key` names what it comes from within the service; while an item is unfinished, nothing opens a second one
    for the same. `origin_text` and `origin_url` say it to a reader, so that an upper app can open items too. An item of
    a condition says nothing of its own about being met: the condition does (actions/conditions.py).
    `remind_at` is the moment of its owner's next reminder, None when none is due (rules/action_items.py).
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="action_items")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="action_items")
    due_on = models.DateField()
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.MEDIUM)
    state = models.CharField(max_length=12, choices=ActionState, default=ActionState.OPEN)
    reason = models.CharField(max_length=300, blank=True, help_text="Why it was dropped.")
    tracker = models.URLField(max_length=500, blank=True)
    origin = models.CharField(max_length=12, choices=ActionOrigin)
    origin_key = models.CharField(max_length=120)
    origin_text = models.CharField(max_length=200, blank=True)
    origin_url = models.CharField(max_length=500, blank=True)
    occurrence = models.ForeignKey(
        CheckOccurrence, null=True, blank=True, on_delete=models.PROTECT, related_name="action_items"
    )
    condition = models.ForeignKey(
        Condition, null=True, blank=True, on_delete=models.PROTECT, related_name="action_items"
    )
    finding = models.ForeignKey(Finding, null=True, blank=True, on_delete=models.PROTECT, related_name="action_items")
    opened_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    finished_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)
    remind_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)
    content_digest = models.CharField(max_length=64, blank=True)

    objects = ActionItemQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "priority", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["service", "number"], name="action_item_number_once"),
            models.UniqueConstraint(
                fields=["service", "origin_key"],
                condition=Q(state__in=["open", "in-progress"]),
                name="action_item_one_open_per_origin",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "in-progress"], finished_at__isnull=True)
                | Q(state__in=["done", "dropped"], finished_at__isnull=False),
                name="action_item_finished_has_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["remind_at"], condition=Q(remind_at__isnull=False), name="action_item_to_remind"),
            models.Index(
                fields=["owner", "due_on"],
                condition=Q(state__in=["open", "in-progress"]),
                name="action_item_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("readiness:action_item", args=[self.service.slug, self.number])

    @property
    def is_finished(self) -> bool:
        """Whether nobody has anything to do about it any more."""
        return self.state not in ActionState.unfinished()

    @property
    def tracker_name(self) -> str:
        """What the ticket is called there: the last part of its address, such as COP-231; else the host."""
        parts = urlsplit(self.tracker)
        return parts.path.rstrip("/").rpartition("/")[2] or parts.netloc

    def governed_content(self) -> dict[str, Any]:
        """What a revision keeps: people by opaque id."""
        return {
            "number": self.number,
            "title": self.title,
            "text": self.text,
            "owner": self.owner.public_id,
            "due_on": self.due_on,
            "priority": self.priority,
            "state": self.state,
            "reason": self.reason,
            "tracker": self.tracker,
            "origin": self.origin,
            "from": self.origin_key,
        }


class ActionItemRevision(AbstractRevision):
    """An action item as it stood after an event."""

    subject = models.ForeignKey(ActionItem, on_delete=models.PROTECT, related_name="revisions")

    class Meta(AbstractRevision.Meta):
        constraints = [models.UniqueConstraint(fields=["subject", "number"], name="action_item_revision_once")]
