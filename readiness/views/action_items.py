"""Action items: the list, the board, one item, several at once, and files for trackers."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from portal import clock, exports, lists
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import Conflict, DomainError
from portal.forms import refusals
from portal.permissions import Capability
from readiness.actions import action_item_changes
from readiness.actions import action_items as actions
from readiness.actions.action_item_changes import Change
from readiness.actions.action_items import NewItem
from readiness.choices import ActionState, Priority
from readiness.forms.action_items import ActionItemFilter, ActionItemForm, BoardFilter, BulkForm, MoveForm, initial_of
from readiness.models import ActionItem
from readiness.queries import action_item_holds, service_page
from readiness.queries import action_items as queries
from readiness.rules import action_items as rules
from readiness.tables import action_items as tables


@door(GET=SIGNED_IN)
def listed(request: PortalRequest) -> HttpResponse:
    """All action items, those to do unless somebody asks for others."""
    teams = request.access.teams_with(Capability.ACTION_ITEM_CHANGE)
    return lists.answer(
        request,
        queryset=queries.listed(request.access),
        table=partial(tables.ActionItemTable, teams=teams),
        filters=ActionItemFilter,
        template="readiness/action_items/list.html",
        name="action-items",
        trackers=TRACKER_NAMES,
        bulk=BulkForm(people=queries.people(request.access)) if teams else None,
    )


@door(GET=SIGNED_IN)
def board(request: PortalRequest) -> HttpResponse:
    """The same in columns by state; on a phone one column at a time, named by `lane`."""
    chosen = BoardFilter(request.GET, queryset=queries.listed(request.access), request=request)
    lane = request.GET.get("lane", "")
    context = {
        "filter": chosen,
        "lanes": queries.lanes(chosen.qs if chosen.is_valid() else queries.listed(request.access)),
        "here": lane if lane in ActionState.values else ActionState.OPEN.value,
        "teams": request.access.teams_with(Capability.ACTION_ITEM_CHANGE),
    }
    return render(request, "readiness/action_items/board.html", context)


@door(GET=SIGNED_IN)
def export(request: PortalRequest, tracker: str) -> HttpResponse:
    """What the list shows, as a file that a tracker imports."""
    if tracker not in tables.TRACKERS:
        raise Http404
    chosen = ActionItemFilter(request.GET, queryset=queries.listed(request.access), request=request)
    found = chosen.qs if chosen.is_valid() else queries.listed(request.access)
    rows = tables.tracker_rows(tracker, found, request)
    return exports.csv_response(f"action-items-{tracker}", rows, for_spreadsheets=False)


@door(GET=Capability.ACTION_ITEM_CHANGE, POST=Capability.ACTION_ITEM_CHANGE)
def open_one(request: PortalRequest, slug: str) -> HttpResponse:
    """The form of a new item of a service."""
    service = get_object_or_404(service_page.services(request.access), slug=slug)
    today = clock.today_in(service.team.time_zone)
    initial = {
        "owner": service.owner.public_id,
        "due_on": rules.proposed_due(Priority.MEDIUM, today),
        "priority": Priority.MEDIUM,
    }
    form = ActionItemForm(request.POST or None, service=service, initial=initial)
    if request.method == "POST" and form.is_valid():
        new = NewItem(form.terms, form.cleaned_data["owner"])
        try:
            opened = actions.open_item(request.access, service=service, new=new)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"Action item {opened.item.number} is open.")
            return redirect(opened.item)
    status = 422 if request.method == "POST" else 200
    return render(request, "readiness/action_items/new.html", {"service": service, "form": form}, status=status)


@door(GET=SIGNED_IN, POST=Capability.ACTION_ITEM_CHANGE)
def detail(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """One item with its history, and the form that changes it."""
    item = _found(request, slug, number)
    form = ActionItemForm(request.POST or None, service=item.service, initial=initial_of(item))
    if request.method == "POST" and form.is_valid():
        revision = form.cleaned_data["revision"] or 0
        try:
            action_item_changes.change(request.access, item=item, wanted=form.change, revision=revision)
        except DomainError as refusal:
            refusals.show(form, refusal)
            if isinstance(refusal, Conflict):
                refusals.show_newer(form, revision=item.revision)
        else:
            messages.success(request, "Saved.")
            return redirect(item)
    return _shown(request, item, form, MoveForm(initial={"revision": item.revision}))


@door(POST=SIGNED_IN)
def move(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """Moves an item to another column: whoever owns it may, and whoever changes items of its team."""
    item = _found(request, slug, number)
    form = MoveForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        wanted = Change(state=data["state"], reason=data["reason"])
        try:
            action_item_changes.change(request.access, item=item, wanted=wanted, revision=data["revision"])
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"“{item.title}” is {item.get_state_display().lower()}.")
            return redirect(_back(request) or item.get_absolute_url())
    if "state" in form.errors and "reason" not in form.errors and _back(request):
        messages.error(request, str(form.errors["state"][0]))
        return redirect(item)
    return _shown(request, item, ActionItemForm(service=item.service, initial=initial_of(item)), form)


@door(POST=Capability.ACTION_ITEM_CHANGE)
def change_all(request: PortalRequest) -> HttpResponse:
    """The same change of the items that were picked; the answer says what became of each."""
    form = BulkForm(request.POST, people=queries.people(request.access))
    is_valid = form.is_valid()
    picked = form.cleaned_data.get("pick", {})
    found = queries.listed(request.access).filter(public_id__in=picked)
    chosen = [(item, picked[item.public_id]) for item in found]
    reports: list[action_item_changes.Report] = []
    if is_valid:
        try:
            reports = action_item_changes.change_all(request.access, chosen=chosen, wanted=form.change)
        except DomainError as refusal:
            refusals.show(form, refusal)
    context = {
        "form": form,
        "changed": [one for one in reports if not one.refusal],
        "left": [one for one in reports if one.refusal] if reports else _unchanged(chosen),
        "asked": len(picked),
        "gone": len(picked) - len(chosen),
    }
    return render(request, "readiness/action_items/report.html", context, status=200 if reports else 422)


def _unchanged(chosen: Sequence[tuple[ActionItem, int]]) -> list[action_item_changes.Report]:
    """What was picked for a change that could not be tried, so that it can be sent again."""
    return [action_item_changes.Report(item, revision=revision) for item, revision in chosen]


TRACKER_NAMES = {"jira": "Jira", "github": "GitHub", "gitlab": "GitLab"}


def _found(request: PortalRequest, slug: str, number: int) -> ActionItem:
    related = ("service__owner", "opened_by", "finished_by", "condition__decision__service", "finding__service")
    found = queries.listed(request.access).select_related(*related)
    return get_object_or_404(found, service__slug=slug, number=number)


def _shown(request: PortalRequest, item: ActionItem, form: ActionItemForm, moving: MoveForm) -> HttpResponse:
    may_change = queries.may_change(request.access, item.service)
    is_settled = item.is_finished and (item.condition_id or item.finding_id)
    moving.fields["reason"].required = True  # only the form that drops it shows the field
    context: dict[str, Any] = {
        "item": item,
        "service": item.service,
        "form": form if may_change else None,
        "moving": moving,
        "may_move": queries.may_move(request.access, item) and not is_settled,
        "owes_answer": _owes_answer(item),
        "may_answer": request.access.can(Capability.FINDING_ANSWER, item.service.scope.team_id),
        "may_meet": request.access.can(Capability.CONDITION_MEET, item.service.scope.team_id),
        "states": [state for state in ActionState if state != item.state],
        "history": queries.history(request.access, item),
        "today": clock.today_in(item.service.team.time_zone),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "readiness/action_items/detail.html", context, status=status)


def _owes_answer(item: ActionItem) -> bool:
    """Whether the finding that it comes from waits for the team: until then it cannot be done."""
    return not item.is_finished and bool(action_item_holds.of_finding(item, {"state": ActionState.DONE}))


def _back(request: PortalRequest) -> str:
    """The page on which the button was, if it is one of ours."""
    asked = request.POST.get("next", "")
    return asked if url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}) else ""
