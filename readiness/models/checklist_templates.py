"""Checklists as published: a version never changes, and a running review stays on its version."""

from django.db import models

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


_PARSED: dict[str, schema.Template] = {}
"""Parsed versions by digest: what was published never changes, and there are few. Queries may leave `content` out."""


class RecurringCheck(models.Model):
    """A check that live services answer each week, month or quarter, from the catalogue."""

    key = models.CharField(max_length=60, unique=True)
    cadence = models.CharField(max_length=10)
    title = models.CharField(max_length=160)
    content = models.JSONField(help_text="The whole row of the catalogue.")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.title
