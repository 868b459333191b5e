"""One's notices as a list."""

import datetime

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.models import Notification
from portal.templatetags import portal_ui


class NoticeTable(tables.Table):
    """What happened, with the way to it; unread ones stand out in words as well."""

    subject = tables.Column(verbose_name="Notice")
    read_at = tables.Column(verbose_name="State", empty_values=())
    created_at = tables.Column(verbose_name="When", attrs={"td": {"class": "gh-nowrap"}})

    caption = "Notices"
    noun = "notices"

    class Meta:
        empty_text = "No notice fits these filters."

    def render_subject(self, record: Notification) -> SafeString:
        url = reverse("portal:notification_open", args=[record.public_id])
        css = "" if record.read_at else "gh-strong"
        return format_html('<a class="{}" href="{}">{}</a>', css, url, record.subject)

    def value_subject(self, value: str) -> str:
        return value

    def render_read_at(self, value: datetime.datetime | None) -> SafeString:
        if value is None:
            return portal_ui.state("info", "Unread", symbol="bell")
        return portal_ui.state("plain", "Read", symbol="check")

    def value_read_at(self, value: datetime.datetime | None) -> str:
        return "Unread" if value is None else "Read"

    def render_created_at(self, value: datetime.datetime) -> SafeString:
        return portal_ui.when(value)

    def value_created_at(self, value: datetime.datetime) -> str:
        return value.isoformat()
