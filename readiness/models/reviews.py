"""Reviews: one run of a template version on a service, with its answers, ticks and measured values."""

import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.functional import cached_property

from portal.models import User
from portal.models.base import PublicIdModel, VisibleQuerySet
from portal.models.revisions import AbstractRevision
from readiness.choices import GO, Colour, ItemState, PointState, ReviewState, TemplateKey
from readiness.models.checklist_templates import TemplateVersion
from readiness.models.releases import Deployment, Release
from readiness.models.services import Service
from readiness.models.targets import TargetRevision


class ReviewQuerySet(VisibleQuerySet["Review"]):
    """Reviews that somebody may see."""

    scope_path = "service__scope"

    def with_surroundings(self) -> "ReviewQuerySet":
        """With the service, its targets, the release, the template, when the release first went live, and what is rare.

        `may_be_locked` spares a page the statement for what is not there.
        """
        live = Deployment.objects.to_production_of("release").order_by("deployed_at")
        going = Release.objects.filter(pk=OuterRef("release"), decisions__verdict__in=GO)
        service = ("service__scope__team", "service__target", "service__owner")
        found = self.select_related(*service, "template_version", "release", "started_by").with_fixed_targets()
        return found.defer("template_version__content").annotate(
            deployed_at=Subquery(live.values("deployed_at")[:1]),
            may_be_locked=Exists(going),
            has_others=Exists(Review.objects.filter(service=OuterRef("service")).exclude(kind=OuterRef("kind"))),
            has_references=Exists(ItemAnswer.objects.filter(review=OuterRef("pk"), references__isnull=False)),
        )

    def last_closed(self, kind: str) -> "ReviewQuerySet":
        """Of one service's: the one of this kind that was closed last, at most one row."""
        return self.filter(kind=kind, state=ReviewState.CLOSED).order_by("-closed_at", "-pk")[:1]

    def with_fixed_targets(self) -> "ReviewQuerySet":
        """With `fixed_targets`: the targets' revision that the newest go for the release saw, None before one."""
        goes = Release.objects.filter(pk=OuterRef(OuterRef("release")), decisions__verdict__in=GO)
        newest = goes.order_by("-decisions__number").values("decisions__event_id")[:1]
        seen = TargetRevision.objects.filter(subject__service=OuterRef("service"), event_id__lte=Subquery(newest))
        return self.annotate(fixed_targets=Subquery(seen.order_by("-number").values("content")[:1]))


class Review(PublicIdModel):
    """One run of a template version. A deployment review belongs to a release; the others to the service."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="reviews")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=TemplateKey)
    template_version = models.ForeignKey(TemplateVersion, on_delete=models.PROTECT, related_name="reviews")
    release = models.ForeignKey(Release, null=True, blank=True, on_delete=models.PROTECT, related_name="reviews")
    state = models.CharField(max_length=10, choices=ReviewState, default=ReviewState.OPEN)
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(fields=["service", "number"], name="review_number_once"),
            models.UniqueConstraint(
                fields=["release", "kind"],
                condition=~Q(state=ReviewState.ABANDONED) & Q(release__isnull=False),
                name="review_one_per_release",
            ),
            models.UniqueConstraint(
                fields=["service", "kind"],
                condition=Q(state=ReviewState.OPEN, release__isnull=True),
                name="review_one_open_per_service",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}{f', release {self.release.label}' if self.release else ''}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return self._address

    @cached_property
    def _address(self) -> str:
        """Found once: the page of a review names it in every form, hundreds of times."""
        return reverse("readiness:review", args=[self.service.slug, self.number])

    @property
    def is_open(self) -> bool:
        """Whether it can be answered."""
        return self.state == ReviewState.OPEN


class ItemAnswer(PublicIdModel):
    """The head row of one item in one review. Columns from `critical` to `domain` repeat the template, for lists.

    The rating and the text each have an author, a time and a version of their own: conflicts are by field.
    `round` counts sign-off rounds: each reopening starts the next, and a round can be signed once.
    `state` is what the item counts as now, written with every change (rules/scoring.py), `state_since` when it came to
    count as that: a gap is as old. Time alone may change it from
    the day `state_holds_until` on, where the team is: evidence ages, a waiver or a drill runs out; it is counted anew
    then (actions/applicability.py).
    `signoff` is the signature that stands on it; where it was given for another answer, `carried` says so.
    """

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="answers")
    item_key = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField()
    critical = models.BooleanField()
    stage = models.CharField(max_length=8)
    pillar = models.PositiveSmallIntegerField()
    domain_key = models.CharField(max_length=40, blank=True)
    applies = models.BooleanField(default=True)
    left_out_reason = models.CharField(max_length=300, blank=True)
    assignee = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    rating = models.CharField(max_length=8, choices=Colour, blank=True)
    rating_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    rating_at = models.DateTimeField(null=True, blank=True)
    rating_version = models.PositiveIntegerField(default=0)
    text = models.TextField(blank=True)
    text_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    text_at = models.DateTimeField(null=True, blank=True)
    text_version = models.PositiveIntegerField(default=0)

    state = models.CharField(max_length=12, choices=ItemState, default=ItemState.UNANSWERED)
    state_since = models.DateTimeField(null=True, blank=True, help_text="Empty: since the review began.")
    state_holds_until = models.DateField(null=True, blank=True)
    round = models.PositiveIntegerField(default=1)
    signoff = models.ForeignKey(
        "readiness.SignOff",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="standing_on",
        db_index=False,  # most have none: an index of them all misleads SQLite; `answer_by_signoff` holds the rest
    )
    carried = models.OneToOneField(
        "readiness.CarriedSignOff", null=True, blank=True, on_delete=models.PROTECT, related_name="standing_on"
    )
    returned = models.OneToOneField(
        "readiness.SignOffReturn", null=True, blank=True, on_delete=models.PROTECT, related_name="standing_on"
    )
    signoff_asked_at = models.DateTimeField(null=True, blank=True)
    signoff_asked_of = models.ManyToManyField(User, blank=True, related_name="+")
    revision = models.PositiveIntegerField(default=0)
    content_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["review", "position"]
        constraints = [
            models.UniqueConstraint(fields=["review", "item_key"], name="answer_once"),
            models.CheckConstraint(
                condition=Q(carried__isnull=True) | Q(signoff__isnull=False), name="answer_carried_is_signed"
            ),
        ]
        indexes = [
            models.Index(fields=["review", "state"], name="answer_by_state"),
            models.Index(fields=["signoff"], condition=Q(signoff__isnull=False), name="answer_by_signoff"),
            models.Index(
                fields=["state_holds_until"], condition=Q(state_holds_until__isnull=False), name="answer_state_ends"
            ),
        ]

    def __str__(self) -> str:
        return self.item_key

    def get_absolute_url(self) -> str:
        """Its place on the page of its review."""
        return f"{self.review.get_absolute_url()}#{self.item_key}"

    def becomes(self, state: str, now: datetime.datetime) -> None:
        """Takes on what it counts as, not saved yet; the moment since when it does moves on only where that differs."""
        self.state_since = self.state_since if self.state == state else now
        self.state = state

    def is_due(self, today: datetime.date) -> bool:
        """Whether its state has to be counted anew by this day."""
        return self.state_holds_until is not None and self.state_holds_until <= today

    @property
    def is_signed(self) -> bool:
        """Whether a sign-off stands on it."""
        return self.signoff_id is not None

    @property
    def sealed_digest(self) -> str:
        """The digest of the content that its standing sign-off holds here; "" where none stands.

        Reads `signoff` and `carried`: lists fetch both with the answer.
        """
        seal = self.carried or self.signoff
        return seal.content_digest if seal else ""

    def is_signed_for(self, digest: str) -> bool:
        """Whether a sign-off stands, and on content with this digest."""
        return self.is_signed and self.sealed_digest == digest


class AnswerRevision(AbstractRevision):
    """An answer's whole content (rating, text, ticks, values, evidence digests) as it stood after an event."""

    subject = models.ForeignKey(ItemAnswer, on_delete=models.PROTECT, related_name="revisions")

    class Meta(AbstractRevision.Meta):
        constraints = [models.UniqueConstraint(fields=["subject", "number"], name="answer_revision_once")]


class PointTick(models.Model):
    """What was last said of one point."""

    answer = models.ForeignKey(ItemAnswer, on_delete=models.CASCADE, related_name="ticks")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=PointState)
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["answer", "number"], name="tick_once"),
            models.CheckConstraint(
                condition=~Q(state=PointState.NOT_APPLICABLE) | ~Q(reason=""), name="tick_na_needs_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.state}"


class MeasuredValue(models.Model):
    """One number entered for a measured item; `name` says which."""

    answer = models.ForeignKey(ItemAnswer, on_delete=models.CASCADE, related_name="values")
    name = models.CharField(max_length=80)
    value = models.CharField(
        max_length=120, blank=True, help_text="A decimal number as text, or a word such as a metric’s name."
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["answer", "name"], name="value_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.value}"


class Comment(PublicIdModel):
    """A word on an item: not part of what is signed."""

    answer = models.ForeignKey(ItemAnswer, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return self.text[:60]
