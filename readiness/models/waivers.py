"""Waivers: accepted, expiring exceptions to one item of a service. Append-only: asked, settled, and perhaps revoked.

A waiver hangs on the service and the item's key, so it outlives the review in which it was asked for. Item keys are
unique over all checklists. Nothing is written when it lapses: its last day says so.
"""

import datetime
import uuid

from django.db import models
from django.db.models import Exists, OuterRef, Q, TextChoices
from django.urls import reverse

from portal.models import User
from portal.models.audit import AuditEvent
from portal.models.base import PublicIdModel, VisibleQuerySet
from readiness.models.reviews import ItemAnswer
from readiness.models.services import Service


class WaiverQuerySet(VisibleQuerySet["Waiver"]):
    """Waivers that somebody may see."""

    scope_path = "service__scope"

    def open(self) -> "WaiverQuerySet":
        """Requests that nobody has settled."""
        return self.filter(settlement__isnull=True)

    def approved(self, until: int | None = None) -> "WaiverQuerySet":
        """The newest approved one of each item, unless it was revoked: it alone speaks, whether it has lapsed or not.

        A renewal that was approved takes the place of the waiver it renews from that moment. `until` is the number of
        an event: as it stood then, else as it stands now.
        """
        granted, ended = Q(settlement__verdict=WaiverSettlement.Verdict.APPROVED), Q(revocation__isnull=False)
        if until is not None:
            granted, ended = granted & Q(settlement__event__lte=until), Q(revocation__event__lte=until)
        item = {"service": OuterRef("service"), "item_key": OuterRef("item_key")}
        newer = Waiver.objects.filter(granted, **item, sequence__gt=OuterRef("sequence"))
        return self.filter(granted, ~ended, ~Exists(newer))

    def standing(self, day: datetime.date, until: int | None = None) -> "WaiverQuerySet":
        """Those in force on a day, in the zone of the service's team; `until` as in `approved`."""
        return self.approved(until).filter(expires_on__gte=day)

    def with_renewed(self) -> "WaiverQuerySet":
        """With `renewed`: whether a newer one of the same item was approved, which speaks in its place."""
        newer = Waiver.objects.filter(
            settlement__verdict=WaiverSettlement.Verdict.APPROVED,
            service=OuterRef("service"),
            item_key=OuterRef("item_key"),
            sequence__gt=OuterRef("sequence"),
        )
        return self.annotate(renewed=Exists(newer))

    def with_ends(self) -> "WaiverQuerySet":
        """With who asked, how it was settled and whether it was revoked: all that the properties of a waiver read."""
        return self.select_related("asked_by", "settlement__by", "revocation__by")

    def of_answer(self) -> "WaiverQuerySet":
        """Inside a statement on answers: those of the answer's service and item."""
        return self.filter(service=OuterRef("review__service"), item_key=OuterRef("item_key"))


class Waiver(PublicIdModel):
    """A request for an exception: what for, why, what is done meanwhile, until when. Never changed.

    `sequence` counts the requests for one item of a service, so that two who ask at once cannot both; a trigger refuses
    another while one is open. `renews` names the approved waiver it would follow, `renewals` counts how often that has
    happened, and `chain` is the public id of the first: the same exception under whichever renewal.
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="waivers")
    item_key = models.CharField(max_length=60)
    critical = models.BooleanField()
    sequence = models.PositiveIntegerField()
    renews = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="renewed_by")
    renewals = models.PositiveSmallIntegerField(default=0)
    chain = models.UUIDField(editable=False)
    asked_on = models.ForeignKey(ItemAnswer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    compensating_control = models.TextField()
    expires_on = models.DateField(help_text="The last day on which it holds, in the zone of the service's team.")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    content_digest = models.CharField(max_length=64)
    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="+")

    objects = WaiverQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        indexes = [models.Index(fields=["expires_on"], name="waiver_by_last_day")]
        constraints = [
            models.UniqueConstraint(fields=["service", "item_key", "sequence"], name="waiver_sequence_once"),
            models.CheckConstraint(
                condition=Q(renews__isnull=True, renewals=0) | Q(renews__isnull=False, renewals__gt=0),
                name="waiver_renewals_are_counted",
            ),
        ]

    def __str__(self) -> str:
        return f"waiver of {self.item_key} until {self.expires_on}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("readiness:waiver", args=[self.public_id])

    def governed_content(self) -> dict[str, object]:
        """What is asked for, and what an approval is bound to."""
        return {
            "service": self.service.slug,
            "item": self.item_key,
            "critical": self.critical,
            "reason": self.reason,
            "control": self.compensating_control,
            "expires_on": self.expires_on,
            "chain": self.chain,
            "renewals": self.renewals,
        }

    @property
    def is_open(self) -> bool:
        """Whether nobody has settled it. Reads `settlement`: lists fetch it with the waiver."""
        return not hasattr(self, "settlement")

    @property
    def is_approved(self) -> bool:
        """Whether it was approved and not revoked; a renewal may speak in its place."""
        settled = getattr(self, "settlement", None)
        return settled is not None and settled.verdict == WaiverSettlement.Verdict.APPROVED and not self.is_revoked

    @property
    def is_revoked(self) -> bool:
        """Whether it was ended before its last day."""
        return hasattr(self, "revocation")

    def follow(self, renewed: "Waiver | None") -> None:
        """Sets its place in a chain: the first of its own, or the next after the one it renews."""
        self.public_id = self.public_id or uuid.uuid4()
        self.renews = renewed
        self.renewals = renewed.renewals + 1 if renewed else 0
        self.chain = renewed.chain if renewed else self.public_id


class WaiverSettlement(PublicIdModel):
    """The answer to a request: approved or refused by another person, or withdrawn by who asked. Append-only.

    An approval is a signature over the request: its words, how and when the person proved who they are, and the digest
    of what was asked for. A trigger refuses an approval by the person who asked, under whichever account.
    """

    class Verdict(TextChoices):
        """How a request ended."""

        APPROVED = "approved", "Approved"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Withdrawn"

    waiver = models.OneToOneField(Waiver, on_delete=models.PROTECT, related_name="settlement")
    verdict = models.CharField(max_length=10, choices=Verdict)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.TextField(blank=True)
    content_digest = models.CharField(max_length=64)
    meaning = models.TextField(blank=True)
    meaning_version = models.CharField(max_length=20, blank=True)
    proof_method = models.CharField(max_length=20, blank=True)
    proof_at = models.DateTimeField(null=True, blank=True)
    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(verdict="approved")
                | (~Q(meaning="") & ~Q(meaning_version="") & ~Q(proof_method="") & Q(proof_at__isnull=False)),
                name="waiver_approval_is_signed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}: {self.waiver}"


class WaiverRevocation(PublicIdModel):
    """The end of an approved waiver before its last day. Append-only."""

    waiver = models.OneToOneField(Waiver, on_delete=models.PROTECT, related_name="revocation")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()
    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"revoked: {self.waiver}"


class WaiverReminder(models.Model):
    """The moment at which somebody is next reminded of an approved waiver (docs/adr/0009); None when nobody is."""

    waiver = models.OneToOneField(Waiver, primary_key=True, on_delete=models.PROTECT, related_name="reminder")
    remind_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["remind_at"], condition=Q(remind_at__isnull=False), name="waiver_reminder_due"),
        ]

    def __str__(self) -> str:
        return f"reminder of {self.waiver_id}"
