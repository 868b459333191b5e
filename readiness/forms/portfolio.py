"""The filters of the portfolio; the address is their state."""

from typing import Any

import django_filters
from django.db.models import Exists, Q, QuerySet
from django.http import QueryDict

from portal import clock
from readiness.choices import DecisionState, ItemState, ServiceState, Verdict
from readiness.models import Service
from readiness.models.services import ServiceQuerySet
from readiness.queries import open_incidents, portfolio
from readiness.rules import pillars

NOT_GREEN = [ItemState.RED, ItemState.UNANSWERED, ItemState.YELLOW, ItemState.WAIVED]
STATES = [*NOT_GREEN, ItemState.GREEN]
DECISIONS = [
    (Verdict.GO, "Go"),
    (Verdict.CONDITIONAL_GO, "Conditional go"),
    (Verdict.NO_GO, "No-go"),
    (Verdict.EMERGENCY_GO, "Emergency go"),
    (DecisionState.LAPSED, "Lapsed"),
    (DecisionState.EXPIRED, "Expired"),
    (DecisionState.WITHDRAWN, "Withdrawn"),
    (DecisionState.ROLLED_BACK, "Rolled back"),
    (portfolio.REFUSED, "No-go, or a go that ended"),
    (portfolio.NOT_ASKED, "Not asked for production"),
]


SHOWN = [
    ("holes", "Owner missing"),
    ("credit", "Something on credit"),
    ("emergency", "An emergency go in the last 90 days"),
]
NARROWED = {
    "holes": {"status__owner_holes__gt": 0},
    "credit": {"status__waived__gt": 0},
    "incidents": {"status__open_incidents__gt": 0},
    "sev-1": {"status__worst_incident": 1},
}
INCIDENTS = [("incidents", "An open incident"), ("sev-1", "An open sev-1 incident")]


class PortfolioFilter(django_filters.FilterSet):
    """By text, team, state, tier, decision, colour of a pillar, and missing owners."""

    q = django_filters.CharFilter(label="Service", method="search")
    team = django_filters.ChoiceFilter(label="Team", empty_label="Any team", field_name="scope__team__slug")
    state = django_filters.ChoiceFilter(label="State", empty_label="Any state", choices=ServiceState.choices)
    tier = django_filters.ChoiceFilter(
        label="Tier", empty_label="Any tier", choices=[(str(tier), f"Tier {tier}") for tier in (1, 2, 3, 4)]
    )
    decision = django_filters.ChoiceFilter(
        label="Decision", empty_label="Any decision", choices=DECISIONS, method="decided"
    )
    pillar = django_filters.ChoiceFilter(
        label="Pillar",
        empty_label="Any pillar",
        choices=[(str(number), title) for number, title in pillars.TITLES.items()],
        method="untouched",
    )
    colour = django_filters.ChoiceFilter(
        label="Colour",
        empty_label="Any colour",
        choices=[(str(state), state.label) for state in STATES],
        method="untouched",
    )
    show = django_filters.ChoiceFilter(
        label="Show",
        empty_label="All services",
        choices=SHOWN,
        method="narrow",
    )

    class Meta:
        model = Service
        fields: list[str] = []

    def __init__(self, data: QueryDict | None = None, *args: Any, **options: Any) -> None:
        super().__init__(data, *args, **options)
        self.now = clock.now()
        self.figures = portfolio.figures(self.request.access, self.now)
        self.filters["team"].extra["choices"] = [(team.slug, team.name) for team in self.figures.teams]
        self.filters["show"].extra["choices"] = SHOWN + (INCIDENTS if open_incidents.are_watched() else [])

    def filter_queryset(self, queryset: QuerySet[Service]) -> QuerySet[Service]:
        """Retired services show only where they are asked for. A pillar without a colour means: not green."""
        found: QuerySet[Service] = super().filter_queryset(queryset)
        chosen = self.form.cleaned_data
        if not chosen.get("state"):
            found = found.exclude(state=ServiceState.RETIRED)
        if chosen.get("pillar") or chosen.get("colour"):
            states = [chosen["colour"]] if chosen["colour"] else [str(state) for state in NOT_GREEN]
            found = found.filter(portfolio.pillar_is(states, int(chosen["pillar"] or 0) or None))
        return found

    def search(self, found: ServiceQuerySet, _name: str, words: str) -> ServiceQuerySet:
        """By name, or by a word of the description."""
        return found.filter(Q(name__icontains=words) | Q(slug__icontains=words) | Q(description__icontains=words))

    def decided(self, found: ServiceQuerySet, _name: str, value: str) -> ServiceQuerySet:
        """By what the latest decision counts as now."""
        return found.filter(portfolio.standing_is(value, self.now))

    def narrow(self, found: ServiceQuerySet, _name: str, value: str) -> ServiceQuerySet:
        """With a domain that nobody holds, an item on credit, an emergency go of late, or an incident that is open."""
        if value == "emergency":
            return found.filter(Exists(portfolio.emergency_goes(clock.now())))
        return found.filter(**NARROWED[value])

    def untouched(self, found: ServiceQuerySet, _name: str, _value: str) -> ServiceQuerySet:
        """Pillar and colour are read together, in `filter_queryset`."""
        return found
