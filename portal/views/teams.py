"""Teams: the list, one team with its people, and what a lead or an administrator changes there."""

import functools
import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal import clock, extension_points, lists, mail
from portal.actions import teams as actions
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import DomainError, NotPermitted
from portal.forms import refusals
from portal.forms.teams import InviteForm, MemberFilter, MembershipForm, NewTeamForm, TeamFilter, TeamForm
from portal.models import Membership, Team, User
from portal.permissions import Capability
from portal.queries import people, teams
from portal.tables.teams import MemberTable, TeamTable


@door(GET=SIGNED_IN)
def overview(request: PortalRequest) -> HttpResponse:
    """The list of teams."""
    return lists.answer(
        request,
        queryset=teams.listed(request.access, clock.now().date()),
        table=TeamTable,
        filters=TeamFilter,
        template="portal/teams/overview.html",
        name="teams",
        may_add=request.access.can(Capability.TEAM_CREATE),
    )


@door(GET=Capability.TEAM_CREATE, POST=Capability.TEAM_CREATE)
def add(request: PortalRequest) -> HttpResponse:
    """The form that makes a team."""
    form = NewTeamForm(request.POST or None, initial={"time_zone": request.access.person.time_zone})
    if request.method == "POST" and form.is_valid():
        try:
            team = actions.add(request.access, **form.cleaned_data)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"{team.name} is there. Add its lead next.")
            return redirect("portal:team", team.slug)
    return _form_page(request, "portal/teams/add.html", form=form)


@door(GET=SIGNED_IN)
def detail(request: PortalRequest, slug: str) -> HttpResponse:
    """One team: what a go can be made with, and its people."""
    team, today = _team(request, slug), clock.now().date()
    everyone = list(teams.members(team, today))
    panels = [panel for contributor in extension_points.team_panels if (panel := contributor(request.access, team))]
    return lists.answer(
        request,
        queryset=teams.members(team, today, former="past" in request.GET),
        table=functools.partial(MemberTable, access=request.access, team=team),
        filters=MemberFilter,
        template="portal/teams/detail.html",
        name=f"{team.slug}-people",
        team=team,
        people_count=len({row.person_id for row in everyone if row.starts_on <= today}),
        leads=teams.leads([row for row in everyone if row.starts_on <= today]),
        hands=teams.hands_of(everyone, today),
        panels=panels,
        may_manage=request.access.can(Capability.TEAM_MANAGE, team.pk),
    )


@door(GET=Capability.TEAM_MANAGE, POST=Capability.TEAM_MANAGE)
def change(request: PortalRequest, slug: str) -> HttpResponse:
    """The form that changes a team's name and time zone."""
    team = _managed(request, slug)
    form = TeamForm(request.POST or None, initial={"name": team.name, "time_zone": team.time_zone})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(request.access, team=team, **form.cleaned_data)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, "Saved.")
            return redirect("portal:team", team.slug)
    return _form_page(request, "portal/teams/change.html", form=form, team=team)


@door(GET=Capability.TEAM_MANAGE, POST=Capability.TEAM_MANAGE)
def invite(request: PortalRequest, slug: str) -> HttpResponse:
    """The form that brings a person into the team."""
    team = _managed(request, slug)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            membership = actions.invite(request.access, team=team, **form.cleaned_data)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, _welcome(membership))
            return redirect("portal:team", team.slug)
    return _form_page(request, "portal/teams/invite.html", form=form, team=team)


@door(GET=Capability.TEAM_MANAGE, POST=Capability.TEAM_MANAGE)
def membership(request: PortalRequest, slug: str, person: uuid.UUID) -> HttpResponse:
    """The form that changes what a person holds in the team."""
    team = _managed(request, slug)
    held = _membership(team, person)
    form = MembershipForm(request.POST or None, initial={"roles": held.roles, "ends_on": held.ends_on})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_roles(request.access, membership=held, **form.cleaned_data)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"Saved. It holds for {held.person.name} from now on.")
            return redirect("portal:team", team.slug)
    return _form_page(request, "portal/teams/membership.html", form=form, team=team, membership=held)


@door(GET=Capability.TEAM_MANAGE, POST=Capability.TEAM_MANAGE)
def membership_end(request: PortalRequest, slug: str, person: uuid.UUID) -> HttpResponse:
    """What ending a membership does, and the button that does it."""
    team = _managed(request, slug)
    held = _membership(team, person)
    problem = ""
    if request.method == "POST":
        try:
            actions.end(request.access, membership=held)
        except DomainError as refusal:
            problem = refusal.message
        else:
            messages.success(request, f"{held.person.name} has no role in {team.name} any more.")
            return redirect("portal:team", team.slug)
    context = {"team": team, "membership": held, "problem": problem}
    return render(request, "portal/teams/membership_end.html", context, status=422 if problem else 200)


def _team(request: PortalRequest, slug: str) -> Team:
    return get_object_or_404(Team.objects.visible_to(request.access), slug=slug)


def _managed(request: PortalRequest, slug: str) -> Team:
    """The team, for pages that only those who manage it may open; the action asks once more."""
    team = _team(request, slug)
    if not request.access.can(Capability.TEAM_MANAGE, team.pk):
        raise NotPermitted(f"Only a lead of {team.name} or an administrator changes its people.")
    return team


def _membership(team: Team, person: uuid.UUID) -> Membership:
    found = get_object_or_404(User.objects.filter(memberships__team=team).distinct(), public_id=person)
    held = people.open_membership(found, team, clock.now().date())
    if held is None:
        raise Http404
    return held


def _welcome(membership: Membership) -> str:
    name, team = membership.person.name, membership.team
    if membership.person.has_usable_password():
        return f"{name} is in {team} now and has been told."
    return f"{name} is in {team} now. {mail.whereabouts()}"


def _form_page(request: PortalRequest, template: str, **context: object) -> HttpResponse:
    return render(request, template, context, status=422 if request.method == "POST" else 200)
