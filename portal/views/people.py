"""People: the list, one person's page, and what an administrator changes there."""

import datetime
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal import clock, dates, extension_points, lists, mail, second_factor
from portal.actions import people as actions
from portal.actions import persons, roles_across
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import DomainError
from portal.forms import refusals
from portal.forms.people import ApartForm, AuditorForm, PersonFilter, PersonForm, RolesAcrossForm, SamePersonForm
from portal.models import Scope, Team, User
from portal.permissions import Capability
from portal.queries import people
from portal.tables.people import PersonTable

MANAGE = Capability.PEOPLE_MANAGE


@door(GET=SIGNED_IN)
def overview(request: PortalRequest) -> HttpResponse:
    """The list of people."""
    return lists.answer(
        request,
        queryset=people.listed(request.access, clock.now().date()),
        table=PersonTable,
        filters=PersonFilter,
        template="portal/people/overview.html",
        name="people",
        may_manage=request.access.can(MANAGE),
    )


@door(GET=MANAGE, POST=MANAGE)
def add(request: PortalRequest) -> HttpResponse:
    """The form that makes an account."""
    form = PersonForm(request.POST or None, initial={"time_zone": request.access.person.time_zone})
    if request.method == "POST" and form.is_valid():
        try:
            person = actions.add(request.access, **form.cleaned_data)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"{person.name} has an account. {mail.whereabouts()}")
            return redirect("portal:person", person.public_id)
    return render(request, "portal/people/add.html", {"form": form}, status=_status(request))


@door(GET=SIGNED_IN)
def detail(request: PortalRequest, person: uuid.UUID) -> HttpResponse:
    """One person: what they hold and held, and for administrators what can be changed."""
    found = _person(request, person)
    panels = [panel for contributor in extension_points.person_panels if (panel := contributor(request.access, found))]
    may_manage = request.access.can(MANAGE)
    roles = people.roles_of(request.access, found, clock.now().date())
    context = {
        "person": found,
        "roles": roles,
        "audited": people.audited_names(roles),
        "panels": panels,
        "may_manage": may_manage,
        "second_factor": second_factor.is_set_up(found) if may_manage else None,
        "other_accounts": people.other_accounts(found) if may_manage else (),
        "is_self": found.pk == request.access.person.pk,
    }
    return render(request, "portal/people/detail.html", context)


@door(GET=MANAGE, POST=MANAGE)
def roles(request: PortalRequest, person: uuid.UUID) -> HttpResponse:
    """The form that gives and takes roles across teams."""
    found = _person(request, person)
    held = people.open_across(found, clock.now().date(), auditor=False)
    initial = {"roles": held.roles, "ends_on": held.ends_on} if held else {}
    form = RolesAcrossForm(request.POST or None, initial=initial)

    def give(**data: Any) -> str:
        roles_across.give(request.access, person=found, **data)
        return f"Saved. It holds for {found.name} from now on."

    return _saved(request, found, form, give) or _asked(request, found, form, "roles", held=held)


@door(GET=MANAGE, POST=MANAGE)
def audit(request: PortalRequest, person: uuid.UUID) -> HttpResponse:
    """The form that lets a person read chosen services for a time."""
    found = _person(request, person)
    scopes = Scope.objects.visible_to(request.access).select_related("team")
    names = extension_points.names_of_scopes(list(scopes.values_list("pk", flat=True)))
    form = AuditorForm(request.POST or None, teams=Team.objects.visible_to(request.access), scopes=scopes, names=names)

    def let(*, teams: Any, starts_on: datetime.date, ends_on: datetime.date, scopes: Any = ()) -> str:
        chosen = people.scopes_chosen(teams=teams, scopes=scopes)
        roles_across.make_auditor(request.access, person=found, scopes=chosen, starts_on=starts_on, ends_on=ends_on)
        return f"{found.name} may read {len(chosen)} services until {dates.day_words(ends_on)}."

    if saved := _saved(request, found, form, let):
        return saved
    held = people.open_across(found, clock.now().date(), auditor=True)
    return _asked(request, found, form, "audit", held=held)


@door(POST=MANAGE)
def audit_end(request: PortalRequest, person: uuid.UUID) -> HttpResponse:
    """Ends an auditor's access."""
    found = _person(request, person)
    return _act(request, found, roles_across.end_audit, f"{found.name} is no auditor any more.")


@door(POST=MANAGE)
def invite(request: PortalRequest, person: uuid.UUID) -> HttpResponse:
    """Mails the invitation again."""
    found = _person(request, person)
    return _act(request, found, actions.send_invitation, f"{found.name} is invited again. {mail.whereabouts()}")


@door(GET=MANAGE, POST=MANAGE)
def close(request: PortalRequest, person: uuid.UUID) -> HttpResponse:
    """What closing an account does, and the button that does it."""
    found = _person(request, person)
    if request.method == "POST":
        return _act(request, found, actions.close, f"The account of {found.name} is closed.")
    return render(request, "portal/people/close.html", {"person": found})


@door(GET=MANAGE, POST=MANAGE)
def same(request: PortalRequest, person: uuid.UUID) -> HttpResponse:
    """The form that says which other account is the same person's."""
    found = _person(request, person)
    form = SamePersonForm(request.POST or None)

    def join(**data: Any) -> str:
        other = persons.are_one(request.access, person=found, **data)
        return f"{found.name} and {other.name} count as one person from now on."

    return _saved(request, found, form, join) or _asked(request, found, form, "same")


@door(GET=MANAGE, POST=MANAGE)
def apart(request: PortalRequest, person: uuid.UUID) -> HttpResponse:
    """The form that says that an account is another person's after all."""
    found = _person(request, person)
    form = ApartForm(request.POST or None)

    def part(**data: Any) -> str:
        persons.are_two(request.access, person=found, **data)
        return f"{found.name} counts as a person of their own from now on."

    if saved := _saved(request, found, form, part):
        return saved
    return _asked(request, found, form, "apart", others=people.other_accounts(found))


@door(POST=MANAGE)
def reopen(request: PortalRequest, person: uuid.UUID) -> HttpResponse:
    """Opens a closed account again."""
    found = _person(request, person)
    return _act(request, found, actions.reopen, f"The account of {found.name} is open again.")


def _person(request: PortalRequest, public_id: uuid.UUID) -> User:
    return get_object_or_404(User.objects.visible_to(request.access), public_id=public_id)


def _saved(request: PortalRequest, person: User, form: Form, act: Callable[..., str]) -> HttpResponse | None:
    """Does what a form asks, says what `act` returns and goes back to the person's page.

    None where the form was not sent or is refused: then it is shown, with the reasons.
    """
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        words = act(**form.cleaned_data)
    except DomainError as refusal:
        refusals.show(form, refusal)
        return None
    messages.success(request, words)
    return redirect("portal:person", person.public_id)


def _asked(request: PortalRequest, person: User, form: Form, page: str, **more: Any) -> HttpResponse:
    """The page of one of a person's forms."""
    context = {"form": form, "person": person, **more}
    return render(request, f"portal/people/{page}.html", context, status=_status(request))


def _act(request: PortalRequest, person: User, act: Callable[..., None], words: str) -> HttpResponse:
    """Does one thing to a person and returns to their page, with the reason where it was refused."""
    try:
        act(request.access, person=person)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, words)
    return redirect("portal:person", person.public_id)


def _status(request: PortalRequest) -> int:
    return 422 if request.method == "POST" else 200
