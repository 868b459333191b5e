"""The list of audit packs."""

import django_filters
import django_tables2 as tables
from django import forms

from portal.forms.fields import DayFilter
from readiness.choices import PackState
from readiness.models import AuditPack
from readiness.queries import audit_packs as pack_queries


class PackFilters(django_filters.FilterSet):
    """What the list of packs can be narrowed to."""

    service = django_filters.CharFilter(field_name="parts__service__slug", lookup_expr="iexact", label="Service")
    state = django_filters.ChoiceFilter(choices=PackState, label="State", empty_label="Any state")
    since = DayFilter(
        field_name="requested_at",
        lookup_expr="date__gte",
        label="Asked from",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    class Meta:
        model = AuditPack
        fields: list[str] = []


class PackTable(tables.Table):
    """One pack a row."""

    number = tables.Column(verbose_name="Pack", linkify=("readiness:pack", {"number": tables.A("number")}))
    services = tables.Column(empty_values=(), orderable=False)
    period = tables.Column(empty_values=(), order_by=("since", "until"))
    state = tables.TemplateColumn(template_name="readiness/audit_packs/_state.html", order_by="state")
    pages = tables.Column(attrs={"td": {"class": "gh-num"}})
    requested_by = tables.Column(verbose_name="Asked by", order_by="requested_by__name")
    requested_at = tables.TemplateColumn("{{ record.requested_at|when }}", verbose_name="Asked")

    noun = "packs"
    caption = "Audit packs"

    class Meta:
        model = AuditPack
        fields = ("number", "services", "period", "state", "pages", "requested_by", "requested_at")
        order_by = "-number"
        empty_text = "No pack fits these filters."

    def render_number(self, record: AuditPack) -> str:
        """The pack's name."""
        return pack_queries.number_words(record)

    def render_services(self, record: AuditPack) -> str:
        """The first services by name, and how many more."""
        names = [part.service.name for part in record.parts.all()]
        return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")

    def render_period(self, record: AuditPack) -> str:
        """From and to."""
        return f"{record.since:%-d %b %Y} to {record.until:%-d %b %Y}"

    def value_state(self, record: AuditPack) -> str:
        """The state in words, for the CSV."""
        return record.get_state_display()

    def value_requested_at(self, record: AuditPack) -> str:
        """The time in UTC, for the CSV."""
        return record.requested_at.isoformat()
