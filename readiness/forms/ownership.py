"""Input shapes of ownership: naming somebody, taking a name off, and the filters of the matrix."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict

from portal.models import User
from readiness.actions.ownership import REASON_LENGTH
from readiness.choices import AssignmentRole
from readiness.models import Assignment, Service
from readiness.models.services import ServiceQuerySet
from readiness.queries import ownership


class AssignForm(forms.Form):
    """Who is to hold a domain, and in which role."""

    person = forms.ModelChoiceField(
        queryset=User.objects.none(),
        to_field_name="public_id",
        empty_label="Choose a person",
        error_messages={
            "required": "Choose who holds it.",
            "invalid_choice": "Choose somebody of the list: only people who can see this service are on it.",
        },
    )
    role = forms.ChoiceField(
        choices=AssignmentRole.choices,
        initial=AssignmentRole.ACCOUNTABLE,
        widget=forms.RadioSelect(attrs={"class": "gh-segment"}),
        help_text="Exactly one person is accountable; any number support.",
        error_messages={"required": "Choose a role."},
    )

    def __init__(self, *args: Any, service: Service, **options: Any) -> None:
        super().__init__(*args, **options)
        candidates = ownership.candidates(service)
        field: Any = self.fields["person"]
        field.queryset = candidates
        field.choices = grouped(list(candidates), service.scope.team.name)


def grouped(candidates: list[User], team: str) -> list[Any]:
    """The people of the service's own team first."""
    groups = [
        (team, [person for person in candidates if person.in_team]),  # type: ignore[attr-defined]  # annotated
        ("Other teams", [person for person in candidates if not person.in_team]),  # type: ignore[attr-defined]  # likewise
    ]
    options = [(name, [(str(person.public_id), person.name) for person in people]) for name, people in groups if people]
    return [("", "Choose a person"), *options]


class VacateForm(forms.Form):
    """Why somebody no longer holds a domain."""

    reason = forms.CharField(
        label="Why do they no longer hold it?",
        max_length=REASON_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Say why they no longer hold it."},
    )


class MatrixFilter(django_filters.FilterSet):
    """Filters of the matrix: service or person, team, only what has a hole."""

    q = django_filters.CharFilter(label="Service or person", method="search")
    team = django_filters.ChoiceFilter(label="Team", empty_label="Any team", field_name="scope__team__slug")
    show = django_filters.ChoiceFilter(
        label="Show",
        empty_label="All services",
        choices=[("holes", "Only with a hole")],
        method="narrow",
    )

    class Meta:
        model = Service
        fields: list[str] = []

    def __init__(self, data: QueryDict | None = None, *args: Any, **options: Any) -> None:
        super().__init__(data, *args, **options)
        self.figures = ownership.figures(self.request.access)
        self.filters["team"].extra["choices"] = [(team.slug, team.name) for team in self.figures]

    @property
    def services(self) -> int:
        """How many services the viewer may see."""
        return sum(team.services for team in self.figures)

    @property
    def holes(self) -> int:
        """How many domains of them nobody holds."""
        return sum(team.holes for team in self.figures)

    def search(self, found: ServiceQuerySet, _name: str, words: str) -> ServiceQuerySet:
        """Services by their name, or by the name of somebody who holds a domain or owns them."""
        held = Assignment.objects.current().filter(service=OuterRef("pk"), person__name__icontains=words)
        return found.filter(
            Q(name__icontains=words) | Q(slug__icontains=words) | Q(owner__name__icontains=words) | Q(Exists(held))
        )

    def narrow(self, found: ServiceQuerySet, _name: str, value: str) -> ServiceQuerySet:
        """Only services with a domain that nobody holds."""
        return found.filter(status__owner_holes__gt=0) if value == "holes" else found
