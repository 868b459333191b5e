"""The list of a service's releases."""

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from portal.templatetags import portal_ui
from readiness.models import Release
from readiness.queries import releases


class ReleaseTable(tables.Table):
    """Releases of `queries.releases.listed`, the newest first."""

    label = tables.Column(verbose_name="Release", linkify=True)
    summary = tables.Column(verbose_name="What it brings", orderable=False)
    stage = tables.Column(empty_values=(), orderable=False)
    changes = tables.Column(verbose_name="Changes", accessor="change_labels", orderable=False)
    carries = tables.Column(verbose_name="Carries", empty_values=(), orderable=False)
    planned_on = tables.Column(verbose_name="Planned for")
    planned_at = tables.Column(verbose_name="Entered")

    noun = "releases"
    caption = "Releases"

    class Meta:
        empty_text = "No release fits these filters."
        order_by = "-planned_at"

    def render_stage(self, record: Release) -> SafeString:
        """Where it runs, what was decided, or that it is cancelled."""
        stage = releases.stage(record)
        return format_html_join(" ", "{}", ((portal_ui.state(key, words),) for key, words in stage))

    def value_stage(self, record: Release) -> str:
        """The same in words, for the file."""
        return ", ".join(words for _, words in releases.stage(record))

    def render_changes(self, value: list[str]) -> str:
        """In words."""
        return ", ".join(value)

    def render_carries(self, record: Release) -> SafeString:
        """Each model version on a line."""
        return format_html_join("", "<div>{}</div>", ((version,) for version in record.model_versions.all()))

    def value_carries(self, record: Release) -> str:
        """The model versions, for the file."""
        return ", ".join(str(version) for version in record.model_versions.all())

    def render_planned_on(self, value: Any) -> SafeString:
        """A day."""
        return portal_ui.when(value)

    def value_planned_on(self, value: Any) -> str:
        """The day, for the file."""
        return str(value)

    def render_planned_at(self, value: Any) -> SafeString:
        """When, in the viewer's zone."""
        return portal_ui.when(value, "day")

    def value_planned_at(self, value: Any) -> str:
        """When, for the file."""
        return str(value.isoformat(timespec="seconds"))
