"""The portfolio: one row a service, ten pillars, two numbers, the decision, missing owners."""

from typing import Any

import django_tables2 as tables
from django.db.models import F, FloatField, QuerySet
from django.db.models.functions import Cast, NullIf

from readiness.choices import ItemState
from readiness.models import Service
from readiness.queries import open_incidents, portfolio
from readiness.rules import pillars

FIGURE = {"td": {"class": "gh-num gh-f"}}


class PillarColumn(tables.Column):
    """One pillar, in the file as its state with the number of open items."""

    def __init__(self, number: int) -> None:
        super().__init__(verbose_name=pillars.TITLES[number], accessor="pk", orderable=False)
        self.number = number

    @property
    def short(self) -> str:
        """What stands at the head of a narrow column."""
        return pillars.SHORT_TITLES[self.number]

    def value(self, record: Service) -> str:
        """Yellow, 2 open."""
        pillar = portfolio.pillars_of(record)[self.number - 1]
        word = ItemState(pillar.state).label
        return f"{word}, {pillar.open} open" if pillar.open else word


class PortfolioTable(tables.Table):
    """Services of `queries.portfolio.services`; only their status rows are read."""

    name = tables.Column(verbose_name="Service", attrs={"td": {"class": "gh-svc"}})
    team = tables.Column(accessor="scope__team__name", verbose_name="Team")
    tier = tables.Column()
    state = tables.Column(accessor="get_state_display", order_by="state", verbose_name="State")
    answered = tables.Column(accessor="status__answered", verbose_name="Answered", attrs=FIGURE)
    green = tables.Column(accessor="status__green", verbose_name="Green", attrs=FIGURE)
    applicable = tables.Column(accessor="status__applicable", verbose_name="Items")
    waived = tables.Column(accessor="status__waived", verbose_name="On credit")
    decision = tables.Column(
        accessor="status__standing_words",
        verbose_name="Decision",
        order_by="status__verdict",
        empty_values=(),
        attrs={"td": {"class": "gh-d"}},
    )
    incidents = tables.Column(accessor="status__open_incidents", verbose_name="Open incidents", attrs=FIGURE)
    worst_incident = tables.Column(accessor="status__worst_incident", verbose_name="Worst of them", default="")
    owner_holes = tables.Column(accessor="status__owner_holes", verbose_name="No owner", attrs=FIGURE)
    checks_late = tables.Column(
        accessor="status__checks_late", verbose_name="Checks late", order_by="status__check_due_at", attrs=FIGURE
    )

    class Meta:
        template_name = "readiness/portfolio/_table.html"
        empty_text = "No service fits these filters."

    def __init__(self, *args: Any, **options: Any) -> None:
        self.pillars = [PillarColumn(number) for number in pillars.TITLES]
        columns = [(f"pillar_{column.number}", column) for column in self.pillars]
        unwatched = () if open_incidents.are_watched() else ("incidents", "worst_incident")
        super().__init__(*args, extra_columns=columns, exclude=unwatched, **options)

    def order_answered(self, found: QuerySet[Service], is_descending: bool) -> tuple[QuerySet[Service], bool]:
        """By the share, not by the count."""
        return _by_share(found, "status__answered", is_descending), True

    def order_green(self, found: QuerySet[Service], is_descending: bool) -> tuple[QuerySet[Service], bool]:
        """By the share, not by the count."""
        return _by_share(found, "status__green", is_descending), True

    def order_incidents(self, found: QuerySet[Service], is_descending: bool) -> tuple[QuerySet[Service], bool]:
        """By the worst of them, then by how many; descending has the worst first."""
        worst, number = F("status__worst_incident"), F("status__open_incidents")
        if is_descending:
            return found.order_by(worst.asc(nulls_last=True), number.desc(nulls_last=True), "name"), True
        return found.order_by(worst.desc(nulls_first=True), number.asc(nulls_first=True), "name"), True

    def value_worst_incident(self, value: int) -> str:
        return f"sev-{value}"

    def value_decision(self, value: str) -> str:
        return value or "Not asked"


def _by_share(found: QuerySet[Service], field: str, is_descending: bool) -> QuerySet[Service]:
    share = Cast(field, FloatField()) / NullIf(Cast("status__applicable", FloatField()), 0.0)
    return found.order_by(share.desc(nulls_last=True) if is_descending else share.asc(nulls_last=True), "name")
