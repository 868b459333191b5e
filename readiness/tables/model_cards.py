"""The list of model cards."""

import datetime
from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.templatetags import portal_ui
from readiness.models import ModelCard


class ModelCardTable(tables.Table):
    """Cards of `queries.model_cards.listed`."""

    model = tables.Column(accessor="model__name", verbose_name="Model card")
    service = tables.Column(accessor="service__name", order_by="model__service__name", verbose_name="Service")
    version = tables.Column(accessor="describes__version", verbose_name="Speaks of", default="no version")
    keeper = tables.Column(accessor="keeper__name", verbose_name="Kept by")
    revision = tables.Column(verbose_name="Revision", attrs={"td": {"class": "gh-num"}, "th": {"class": "gh-num"}})
    written_at = tables.Column(verbose_name="Written")
    review_on = tables.Column(verbose_name="Review due")

    noun = "model cards"
    caption = "Model cards"

    class Meta:
        empty_text = "No model card fits these filters."

    def render_model(self, record: ModelCard) -> SafeString:
        return format_html('<a href="{}">{}</a>', record.get_absolute_url(), record.model.name)

    def value_model(self, record: ModelCard) -> str:
        return record.model.name

    def render_version(self, record: ModelCard, value: Any) -> SafeString:
        if record.newest_version == record.describes_id:  # type: ignore[attr-defined]  # annotated
            return format_html("{}", value)
        return format_html('{} <span class="gh-t-yellow gh-xs">a newer one is on record</span>', value)

    def value_version(self, value: Any) -> str:
        return str(value)

    def render_written_at(self, value: datetime.datetime) -> SafeString:
        return portal_ui.when(value, "day")

    def value_written_at(self, value: datetime.datetime) -> str:
        return value.astimezone(datetime.UTC).isoformat()

    def render_review_on(self, record: ModelCard, value: datetime.date) -> SafeString:
        if record.freshness.is_stale:
            return format_html("{} {}", portal_ui.state("yellow", "Stale since"), portal_ui.when(value))
        return portal_ui.when(value)

    def value_review_on(self, value: datetime.date) -> str:
        return value.isoformat()
