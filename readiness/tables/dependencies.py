"""The list of a service's external dependencies."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.templatetags import portal_ui
from readiness.choices import DependencyState
from readiness.models import Dependency

PILLS = {
    DependencyState.STABLE: "green",
    DependencyState.DEGRADED: "yellow",
    DependencyState.DOWN: "red",
    DependencyState.UNKNOWN: "unanswered",
}


class DependencyTable(tables.Table):
    """What is needed from outside, how it does, and what happens when it fails."""

    name = tables.Column(verbose_name="What")
    purpose = tables.Column(verbose_name="What for", orderable=False)
    state = tables.Column(verbose_name="State")
    note = tables.Column(orderable=False)
    fallback = tables.Column(verbose_name="If it fails", orderable=False)
    declared_at = tables.Column(verbose_name="Declared")
    declared_by = tables.Column(verbose_name="By", accessor="declared_by__name")

    noun = "dependencies"
    caption = "External dependencies"

    class Meta:
        empty_text = "No dependency fits these filters."

    def render_name(self, record: Any) -> str:
        """What it is called, with the page of the service that it is, where the viewer sees that."""
        if not record.upstream_slug:
            return str(record.name)
        url = reverse("readiness:service", args=[record.upstream_slug])
        return format_html('<a href="{}">{}</a>', url, record.name)

    def value_name(self, record: Dependency) -> str:
        """What it is called, for the file."""
        return record.name

    def render_state(self, record: Dependency) -> SafeString:
        """The state as a pill."""
        state = DependencyState(record.state)
        return portal_ui.state(PILLS[state], state.label)

    def value_state(self, record: Dependency) -> str:
        """The state as a word, for the file."""
        return record.get_state_display()

    def render_declared_at(self, value: Any) -> SafeString:
        """When, in the viewer's zone."""
        return portal_ui.when(value)

    def value_declared_at(self, value: Any) -> str:
        """When, for the file."""
        return str(value.isoformat(timespec="seconds"))


class ActionableDependencyTable(DependencyTable):
    """The same with what may be done to each."""

    acts = tables.TemplateColumn(
        template_name="readiness/dependencies/_acts.html",
        verbose_name="",
        orderable=False,
        exclude_from_export=True,
        attrs={"td": {"data-label": ""}},
    )
