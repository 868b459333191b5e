"""The list of a person's own items."""

import datetime

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.templatetags import portal_ui
from readiness.models import ItemAnswer
from readiness.queries import my_work


class ItemTable(tables.Table):
    """Answers of `queries.waiting.items`."""

    item_key = tables.Column(verbose_name="Item")
    service = tables.Column(accessor="review__service__name", verbose_name="Service")
    release = tables.Column(accessor="review__release__label", verbose_name="Release", default="")
    critical = tables.BooleanColumn(yesno="Critical,", attrs={"td": {"data-label": ""}})
    state = tables.Column()
    planned = tables.Column(accessor="review__release__planned_on", verbose_name="Planned for", default="")

    noun = "items"
    caption = "Your items"

    class Meta:
        empty_text = "No item of yours fits these filters."

    def render_item_key(self, record: ItemAnswer) -> SafeString:
        line = my_work.line(record)
        return format_html('<a href="{}">{}</a>', line.url, line.title)

    def value_item_key(self, record: ItemAnswer) -> str:
        return my_work.line(record).title

    def render_critical(self, value: bool) -> SafeString | str:
        return format_html('<span class="gh-tag gh-tag--critical">{}</span>', "Critical") if value else ""

    def value_critical(self, value: bool) -> str:
        return "critical" if value else ""

    def render_state(self, record: ItemAnswer) -> SafeString:
        return portal_ui.state(record.state)

    def value_state(self, record: ItemAnswer) -> str:
        return record.get_state_display()

    def render_planned(self, value: datetime.date) -> SafeString:
        return portal_ui.when(value)


class SignOffTable(ItemTable):
    """Answers of `queries.waiting.signoffs`."""

    asked = tables.Column(accessor="signoff_asked_at", verbose_name="Asked", default="")

    noun = "sign-offs"
    caption = "Waiting for your sign-off"

    class Meta(ItemTable.Meta):
        empty_text = "No sign-off of yours fits these filters."
        exclude = ("planned", "state")

    def render_asked(self, value: datetime.datetime) -> SafeString:
        return portal_ui.when(value)
