"""Input shapes of services: registering, editing, pausing, retiring, and the traits while they are chosen."""

import datetime
from dataclasses import asdict, dataclass
from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict

from portal import canonical, clock
from portal.forms.fields import DayField
from portal.models import Membership, Team, User
from portal.permissions import Access, Capability
from portal.rules import merging
from portal.rules.merging import Said
from readiness.actions import services
from readiness.choices import EnvironmentKind, Regulation, Sourcing, Tier
from readiness.forms.targets import TargetFields
from readiness.models import Service
from readiness.queries import services as service_queries
from readiness.rules import services as rules
from readiness.rules.applicability import Traits
from readiness.rules.traits import TICKS

SEGMENT = {"class": "gh-segment"}
TIER_HINT = " · ".join(label.removeprefix("Tier ") for label in Tier.labels)


def _text(label: str, hint: str = "", *, rows: int = 0, required: bool = False, needed: str = "", **attrs: Any) -> Any:
    widget = forms.Textarea({"rows": rows, **attrs}) if rows else forms.TextInput(attrs)
    messages = {"required": needed or "This is needed."}
    return forms.CharField(label=label, help_text=hint, required=required, widget=widget, error_messages=messages)


class AskedForPersonalData(forms.CharField):
    """A text that is needed where personal data is handled; whether it is, the rules know."""

    def validate(self, value: Any) -> None:
        """Takes an empty text."""


class TraitFields(forms.Form):
    """What decides which items apply."""

    sourcing = forms.ChoiceField(
        label="Where the model comes from",
        choices=Sourcing.choices,
        initial=Sourcing.SELF_HOSTED,
        widget=forms.RadioSelect(SEGMENT),
        error_messages={"required": "Say where the model comes from.", "invalid_choice": "Choose one of the three."},
    )
    automated_retraining = forms.BooleanField(label=TICKS["automated_retraining"], required=False)
    streaming = forms.BooleanField(label=TICKS["streaming"], required=False)
    caching = forms.BooleanField(label=TICKS["caching"], required=False)
    personal_data = forms.BooleanField(label=TICKS["personal_data"], required=False)
    user_facing = forms.BooleanField(label=TICKS["user_facing"], required=False)
    file_uploads = forms.BooleanField(label=TICKS["file_uploads"], required=False)
    regulations = forms.MultipleChoiceField(
        choices=Regulation.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose from the list."},
    )

    def ticks(self) -> list[forms.BoundField]:
        """The boxes under “What is true of it”."""
        return [self[name] for name in TICKS]

    def traits(self) -> Traits:
        """The traits as ticked, or as the form begins; a wrong value counts as not said."""
        if self.is_bound:
            self.is_valid()
            data = self.cleaned_data
        else:
            data = {name: self[name].value() for name in ("sourcing", "regulations", *TICKS)}
        return Traits(
            sourcing=data.get("sourcing") or Sourcing.SELF_HOSTED,
            **{name: bool(data.get(name)) for name in TICKS},
            regulations=tuple(data.get("regulations") or ()),
        )


class ServiceFields(TraitFields):
    """What is declared about a service, new or old."""

    name = _text("Name", required=True, needed="Give it a name.", maxlength=rules.LIMITS["name"])
    description = _text("What it does, in one sentence", rows=2, maxlength=rules.LIMITS["description"])
    owner = forms.ModelChoiceField(
        label="Accountable for the service",
        queryset=User.objects.none(),
        to_field_name="public_id",
        empty_label="Choose a person",
        error_messages={
            "required": "Choose who is accountable.",
            "invalid_choice": "Choose somebody of the list: only people of the team are on it.",
        },
    )
    restricted = forms.BooleanField(
        label="Seen by its team only",
        required=False,
        help_text="Besides the team, compliance and its chosen auditors see it. For all others it does not exist.",
    )
    tier = forms.TypedChoiceField(
        label="How much hangs on it",
        choices=[(number, str(number)) for number in Tier.values],
        coerce=int,
        widget=forms.RadioSelect(SEGMENT),
        help_text=TIER_HINT,
        error_messages={"required": "Choose the tier.", "invalid_choice": "The tier is 1, 2, 3 or 4."},
    )
    tier_reason = _text(
        "Reason",
        "An approver confirms the tier. Of tier 3 and 4 only the critical items are asked.",
        rows=2,
        required=True,
        needed="Say why it has this tier; an approver reads it.",
        maxlength=rules.LIMITS["tier_reason"],
    )
    residency = AskedForPersonalData(
        label="Where personal data is kept",
        help_text="",
        widget=forms.TextInput({"maxlength": rules.LIMITS["residency"]}),
    )
    consent = AskedForPersonalData(
        label="How consent is obtained",
        help_text="or why none is needed",
        widget=forms.TextInput({"maxlength": rules.LIMITS["consent"]}),
    )
    deletion = AskedForPersonalData(
        label="How personal data is deleted",
        help_text="",
        widget=forms.TextInput({"maxlength": rules.LIMITS["deletion"]}),
    )
    serving_stack = _text(
        "What serves the model",
        "Servers, gateway and hosting. A change ends the validity of rollback drills.",
        maxlength=rules.LIMITS["serving_stack"],
    )
    repository_url = _text("Repository", type="url", placeholder="https://", autocomplete="off")

    def personal_data_fields(self) -> list[forms.BoundField]:
        """What is asked where personal data is handled."""
        return [self[name] for name in rules.PERSONAL_DATA_FACTS]

    def facts(self) -> rules.Facts:
        """What was declared, as the rules take it. Where a field is wrong, an empty or unknown value stands for it."""
        data = {name: self.cleaned_data.get(name) for name in rules.Facts.__dataclass_fields__}
        defaults: dict[str, Any] = {"tier": 0, "sourcing": "", "regulations": ()}
        values = {name: defaults.get(name, "") if value is None else value for name, value in data.items()}
        return rules.Facts(**{**values, "regulations": tuple(values["regulations"])})

    def add_refusals(self, refusals: dict[str, list[str]]) -> None:
        """Puts what the rules refuse at its field, unless the field is wrong already."""
        for name, messages in refusals.items():
            if name not in self.errors:
                for message in messages:
                    self.add_error(name if name in self.fields else None, message)

    def offer_owners(self, teams: QuerySet[Team], standing: User | None = None) -> None:
        """The people of these teams by name, and who owns it now."""
        current = Membership.objects.current(clock.now().date()).filter(team__in=teams)
        people = User.objects.filter(
            Q(is_active=True, pk__in=current.values("person")) | Q(pk=standing and standing.pk)
        )
        cast("forms.ModelChoiceField[Any]", self.fields["owner"]).queryset = people.order_by("name", "email")


IDENTITY = ("name", "slug", "proposed", "description", "team", "owner", "restricted")
TRAITS = ("sourcing", *TICKS, "regulations", *rules.PERSONAL_DATA_FACTS)
REST = ("tier", "tier_reason", "environments", "serving_stack", "repository_url")


class RegisterForm(ServiceFields, TargetFields):
    """A new service: what it is, its traits, its tier, where it runs and what it promises."""

    field_order = (*IDENTITY, *TRAITS, *REST)  # as on the page, so that mistakes are listed from the top

    team = forms.ModelChoiceField(
        queryset=Team.objects.none(),
        to_field_name="slug",
        empty_label=None,
        error_messages={"required": "Choose the team.", "invalid_choice": "You lead no such team."},
    )
    slug = _text(
        "Short name",
        "Made from the name where it is left empty. It stands in addresses and in the API, and never changes.",
        maxlength=80,
        autocomplete="off",
    )
    proposed = forms.CharField(required=False, widget=forms.HiddenInput)
    environments = forms.MultipleChoiceField(
        label="Where it runs",
        choices=EnvironmentKind.choices,
        initial=[kind for _, kind in services.DEFAULT_ENVIRONMENTS],
        widget=forms.CheckboxSelectMultiple,
        help_text="A go is for one release in one environment. Production asks for the pre-launch review too.",
        error_messages={"required": "Choose where it runs.", "invalid_choice": "Choose from the list."},
    )

    def __init__(self, *args: Any, access: Access, **options: Any) -> None:
        teams = Team.objects.filter(pk__in=access.teams_with(Capability.SERVICE_REGISTER))
        options.setdefault(
            "initial", {"owner": access.person.public_id, "team": teams.values_list("slug", flat=True).first()}
        )
        super().__init__(*args, **options)
        self.access = access
        cast("forms.ModelChoiceField[Any]", self.fields["team"]).queryset = teams
        self.offer_owners(teams)

    def clean(self) -> dict[str, Any]:
        """Everything that speaks against registering it at once, each at its field. An empty short name is proposed."""
        data = self.cleaned_data
        if not data.get("slug") and data.get("name"):
            data["slug"] = service_queries.free_slug(data["name"])
        slug, facts = data.get("slug", ""), self.facts()
        team, owner = data.get("team"), data.get("owner")
        self.add_refusals(services.registration_refusals(self.access, team=team, slug=slug, owner=owner, facts=facts))
        self.add_target_refusals()
        return data

    def places(self) -> list[tuple[str, str]]:
        """Name and kind of the environments chosen, production first."""
        chosen = self.cleaned_data["environments"]
        return [(kind, kind) for kind in EnvironmentKind.values if kind in chosen]


class EditServiceForm(ServiceFields):
    """What is declared about a service, with the revision the person saw."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    field_order = RegisterForm.field_order

    def __init__(self, *args: Any, service: Service, **options: Any) -> None:
        options["initial"] = {**declared(service), **(options.get("initial") or {})}
        super().__init__(*args, **options)
        self.offer_owners(Team.objects.filter(pk=service.scope.team_id), service.owner)

    def clean(self) -> dict[str, Any]:
        """Everything the rules refuse at once, each at its field."""
        self.add_refusals(rules.refusals(rules.tidied(self.facts())))
        return self.cleaned_data


@dataclass(frozen=True)
class Difference:
    """A field that somebody else changed in between: what is saved now, and what the person typed if they did too."""

    words: str
    before: str
    saved: str
    mine: str

    @property
    def is_contested(self) -> bool:
        """Whether both changed it, each in their own way."""
        return bool(self.mine)


def merged(form: EditServiceForm, service: Service, base: Said) -> tuple[EditServiceForm, list[Difference]]:
    """A stale form, begun from `base`, put over what is saved now: what the person changed stays typed.

    Returns the form at the saved revision, and every field somebody else changed, to be shown beside it.
    """
    saved, mine = canonical.plain(service.governed_content()), _content(form)
    both = merging.merged(base=base, standing=saved, mine=mine)
    kept = {name: form[name].value() for name in mine if mine[name] != base.get(name)}
    differences = [
        Difference(
            rules.FIELD_WORDS[name],
            _shown(name, base.get(name)),
            _shown(name, saved[name]),
            _shown(name, mine[name]) if name in both.clashes else "",
        )
        for name in mine
        if name in both.clashes or name in both.theirs
    ]
    return EditServiceForm(service=service, initial=kept), differences


def _content(form: EditServiceForm) -> dict[str, Any]:
    """What was typed, in the shape of the governed content."""
    data = form.cleaned_data
    typed = {**asdict(rules.tidied(form.facts())), "owner": data["owner"].public_id, "restricted": data["restricted"]}
    return cast(dict[str, Any], canonical.plain(typed))


def _shown(name: str, value: Any) -> str:
    """A value of the governed content as people read it."""
    if name == "owner":
        return str(User.objects.filter(public_id=value).first() or "nobody")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(Regulation(one).label for one in value if one in Regulation.values) or "none"
    if name == "sourcing" and value in Sourcing.values:
        return Sourcing(value).label
    return str(value) if value not in (None, "") else "empty"


class PauseForm(forms.Form):
    """Until when, and why."""

    until = DayField(
        label="Until",
        widget=forms.DateInput({"type": "date"}),
        error_messages={"required": "Choose the day it comes back.", "invalid": "Enter a day, such as 2026-12-24."},
    )
    reason = _text("Why", rows=2, required=True, needed="Say why.", maxlength=1000)

    def __init__(self, *args: Any, today: datetime.date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["until"].widget.attrs["min"] = str(today + datetime.timedelta(days=1))


class RetireForm(forms.Form):
    """Why it is retired."""

    reason = _text("Why", rows=2, required=True, needed="Say why.", maxlength=1000)


def encoded(traits: Traits) -> str:
    """The traits as the query that gives them back: what the panel keeps to compare the next tick with."""
    query = QueryDict(mutable=True)
    query.update({name: "on" for name in TICKS if getattr(traits, name)})
    query["sourcing"] = traits.sourcing
    query.setlist("regulations", list(traits.regulations))
    return query.urlencode()


def declared(service: Service) -> dict[str, Any]:
    """What stands about a service, by the names of the form's fields."""
    names = (*rules.Facts.__dataclass_fields__, "revision")
    values = {name: getattr(service, name) for name in names}
    return {**values, "owner": service.owner.public_id, "restricted": service.scope.restricted}
