"""Checklists as published: a version never changes, and a running review stays on its version."""

from collections.abc import Mapping

from django.db import models
from django.db.models import OuterRef, Subquery
from django.urls import reverse

from portal import catalogue
from portal.models import User
from portal.models.base import PublicIdModel
from readiness.catalogue import schema


class ChecklistTemplate(PublicIdModel):
    """A checklist by its stable key."""

    key = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    purpose = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its place on the page of the checklists."""
        return f"{reverse('readiness:templates')}#{self.key}"


class TemplateVersion(PublicIdModel):
    """One published version, whole, as the catalogue's canonical JSON. Append-only.

    Sections, items and points are read from it together and never apart, so they are no tables of their own: the
    version is immutable, so its parsed form is kept in memory and costs no query.
    """

    template = models.ForeignKey(ChecklistTemplate, on_delete=models.PROTECT, related_name="versions")
    number = models.CharField(max_length=20)
    content = models.TextField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["template", "-published_at"]
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="template_version_once"),
            models.UniqueConstraint(fields=["template", "digest"], name="template_content_once"),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.number}"

    @property
    def checklist(self) -> schema.Template:
        """The sections with their items and points."""
        if self.digest not in _PARSED:
            _PARSED[self.digest] = schema.Template.model_validate_json(self.content)
        return _PARSED[self.digest]

    @property
    def asked(self) -> Mapping[str, str]:
        """The digest of each item as this version asks it, by key: equal in two versions that ask the same of it."""
        if self.digest not in _ASKED:
            _ASKED[self.digest] = {item.key: catalogue.digest(item) for item in self.checklist.items}
        return _ASKED[self.digest]


_PARSED: dict[str, schema.Template] = {}
"""Parsed versions by digest: what was published never changes, and there are few. Queries may leave `content` out."""
_ASKED: dict[str, Mapping[str, str]] = {}
"""The digests of their items, kept the same way."""


class RecurringCheck(PublicIdModel):
    """A check that live services owe each week, month or quarter, by its stable key; its versions say what it asks."""

    key = models.CharField(max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(default=0)
    in_catalogue = models.BooleanField(default=True, help_text="No new period opens for one the catalogue dropped.")

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.key


class CheckVersionQuerySet(models.QuerySet["CheckVersion"]):
    """Published versions of recurring checks."""

    def current(self) -> "CheckVersionQuerySet":
        """The newest version of each check that the catalogue still names, in its order: one statement."""
        newest = CheckVersion.objects.filter(recurring_check=OuterRef("recurring_check")).order_by(
            "-published_at", "-pk"
        )
        found = self.filter(recurring_check__in_catalogue=True, pk=Subquery(newest.values("pk")[:1]))
        return found.select_related("recurring_check").order_by("recurring_check__position")


class CheckVersion(PublicIdModel):
    """One published wording of a recurring check, whole, as the catalogue's canonical JSON. Append-only.

    What was owed for a period stays on the version it was opened with. `number` is the version of the catalogue's file
    in which these words first stood.
    """

    recurring_check = models.ForeignKey(RecurringCheck, on_delete=models.PROTECT, related_name="versions")
    number = models.CharField(max_length=20)
    content = models.TextField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = CheckVersionQuerySet.as_manager()

    class Meta:
        ordering = ["recurring_check", "-published_at"]
        constraints = [models.UniqueConstraint(fields=["recurring_check", "number"], name="check_version_once")]

    def __str__(self) -> str:
        return f"{self.row.title} {self.number}"

    @property
    def row(self) -> schema.RecurringCheck:
        """What it asks: title, cadence, pillar, domain, rule, measure."""
        if self.digest not in _PARSED_CHECKS:
            _PARSED_CHECKS[self.digest] = schema.RecurringCheck.model_validate_json(self.content)
        return _PARSED_CHECKS[self.digest]


_PARSED_CHECKS: dict[str, schema.RecurringCheck] = {}
"""The same for checks."""
