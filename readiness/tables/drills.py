"""The list of a service's drills."""

import datetime
from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal import clock
from portal.dates import day_words
from portal.templatetags import portal_ui
from readiness.choices import DrillResult
from readiness.models import Drill, Service
from readiness.queries import drills, way_back


class DrillTable(tables.Table):
    """Drills of `queries.drills.of_service`, with whether each still counts."""

    performed_at = tables.Column(verbose_name="When")
    kind = tables.Column()
    from_version = tables.Column(verbose_name="From")
    to_version = tables.Column(verbose_name="Back to")
    environment = tables.Column(accessor="environment__name", verbose_name="Environment")
    performed_by = tables.Column(accessor="performed_by__name", verbose_name="Who")
    result = tables.Column()
    minutes = tables.Column(attrs={"td": {"class": "gh-num"}})
    standing = tables.Column(accessor="pk", verbose_name="Counts", orderable=False)
    proof = tables.Column(accessor="pk", verbose_name="Proof", orderable=False)

    noun = "drills"
    caption = "Drills"

    class Meta:
        order_by = "-performed_at"
        empty_text = "No drill fits these filters."

    def __init__(self, *args: Any, service: Service, **options: Any) -> None:
        self.service, self.today = service, clock.today_in(service.team.time_zone)
        self.proven = way_back.digest(service)
        super().__init__(*args, **options)

    def render_performed_at(self, value: datetime.datetime) -> SafeString:
        return portal_ui.when(value)

    def value_performed_at(self, value: datetime.datetime) -> str:
        return value.isoformat()

    def render_kind(self, record: Drill) -> str:
        return record.get_kind_display()

    def render_performed_by(self, record: Drill) -> SafeString:
        return portal_ui.person(record.performed_by)

    def value_performed_by(self, record: Drill) -> str:
        return record.performed_by.name

    def render_result(self, record: Drill) -> SafeString:
        passed = record.result == DrillResult.PASSED
        return portal_ui.state("green" if passed else "red", record.get_result_display())

    def value_result(self, record: Drill) -> str:
        return record.get_result_display()

    def render_minutes(self, value: Decimal) -> str:
        return format(value.normalize(), "f")

    def render_standing(self, record: Drill) -> str:
        refusal, until = drills.standing_on(record, self.service, self.today, self.proven)
        return refusal or f"Until {day_words(until)}"

    def render_proof(self, record: Drill) -> SafeString | str:
        if record.attachment:
            url = reverse("readiness:drill_file", args=[self.service.slug, record.public_id])
            return format_html('<a href="{}" download>{}</a>', url, record.attachment.name)
        return format_html('<a href="{}" rel="noopener nofollow">Link</a>', record.link) if record.link else ""

    def value_proof(self, record: Drill) -> str:
        return f"sha256 {record.attachment.sha256}" if record.attachment else record.link
