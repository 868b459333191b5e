"""The list of a service's model versions."""

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.templatetags import portal_ui
from readiness.models import ModelVersion


class ModelVersionTable(tables.Table):
    """Each version with the registry's facts."""

    version = tables.Column(verbose_name="Version")
    model = tables.Column(accessor="model__name", verbose_name="Model")
    kind = tables.Column()
    prompt_revision = tables.Column(verbose_name="Prompt revision")
    promoted_on = tables.Column(verbose_name="In production since")
    evaluation_passed = tables.Column(verbose_name="Evaluation passed", orderable=False)
    previous = tables.Column(accessor="previous__version", verbose_name="Previous", orderable=False)
    retires_on = tables.Column(verbose_name="Provider retires it")
    recorded_at = tables.Column(verbose_name="Recorded")
    recorded_by = tables.Column(accessor="recorded_by__name", verbose_name="By")

    noun = "versions"
    caption = "Model versions"

    class Meta:
        empty_text = "No version fits these filters."

    def render_version(self, record: ModelVersion) -> SafeString | str:
        """The id, leading to the registry's entry where there is one."""
        if not record.registry_url:
            return record.version
        return format_html('<a href="{}" rel="noopener noreferrer">{}</a>', record.registry_url, record.version)

    def value_version(self, record: ModelVersion) -> str:
        """The id alone, for the file."""
        return record.version

    def render_promoted_on(self, value: Any) -> SafeString:
        """A day."""
        return portal_ui.when(value)

    def render_retires_on(self, value: Any) -> SafeString:
        """A day, coloured once it comes near."""
        return portal_ui.due(value, "bare")

    def render_recorded_at(self, value: Any) -> SafeString:
        """When, in the viewer's zone."""
        return portal_ui.when(value, "day")

    def value_promoted_on(self, value: Any) -> str:
        """The day, for the file."""
        return str(value)

    def value_retires_on(self, value: Any) -> str:
        """The day, for the file."""
        return str(value)

    def value_recorded_at(self, value: Any) -> str:
        """When, for the file."""
        return str(value.isoformat(timespec="seconds"))
