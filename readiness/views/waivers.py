"""Waivers: the list, one with its answer, and the dialog that asks for one on an item's card."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django_htmx.http import HttpResponseClientRefresh

from portal import access as portal_access
from portal import clock, identity, lists
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import DomainError
from portal.forms import refusals
from portal.permissions import Capability
from readiness.actions import waivers
from readiness.forms.reviews import ReasonForm
from readiness.forms.waivers import AskForm, SettleForm, WaiverFilter
from readiness.models import ItemAnswer, Waiver
from readiness.queries import my_work, waiver_lines, waiver_list, waiver_waiting, wording
from readiness.queries import waivers as waiver_queries
from readiness.queries.review_frame import ReviewFrame
from readiness.queries.waiver_lines import WaiverLine
from readiness.rules import signing
from readiness.rules import waivers as rules
from readiness.tables.waivers import WaiverTable
from readiness.views import signing_sessions
from readiness.views.answers import Refused, find_answer, fragments


@door(GET=SIGNED_IN)
def listed(request: PortalRequest) -> HttpResponse:
    """Every waiver this person may see: what waits, what is on credit, what has lapsed, what is over."""
    return lists.answer(
        request,
        queryset=waiver_list.listed(request.access, clock.now()),
        table=WaiverTable,
        filters=WaiverFilter,
        template="readiness/waivers/list.html",
        name="waivers",
    )


@door(GET=SIGNED_IN)
def waiting(request: PortalRequest) -> HttpResponse:
    """The part of My work with the waivers that wait for this person; empty where none does."""
    found = my_work.listed(waiver_waiting.lines(request.access))
    lines = my_work.Listed([waiver_waiting.line(row) for row in found.rows], found.total)
    return render(request, "readiness/my_work/_waivers.html", {"listed": lines})


@door(GET=SIGNED_IN)
def detail(request: PortalRequest, public_id: UUID) -> HttpResponse:
    """One waiver: what was asked for, how it ended, and what this person may do; a dialog where htmx asks."""
    found = _found(request, public_id)
    return _shown(request, found, SettleForm(request=request, initial=_initial(found), **_proof_age(request, found)))


@door(POST=Capability.WAIVER_APPROVE)
def settle(request: PortalRequest, public_id: UUID) -> HttpResponse:
    """Approves or refuses a request."""
    found = _found(request, public_id)
    form = SettleForm(request.POST, request=request, **_proof_age(request, found))
    if not form.is_valid():
        return _shown(request, found, form, status=422)
    try:
        _settle(request, found, form)
    except DomainError as refusal:
        refusals.show(form, refusal)
        return _shown(request, _found(request, public_id), form, status=refusal.status)
    return _done(request, found, "The waiver is approved." if form.approves else "The waiver is refused.")


@door(POST=SIGNED_IN)
def withdraw(request: PortalRequest, public_id: UUID) -> HttpResponse:
    """Takes one's own request back."""
    found = _found(request, public_id)
    try:
        waivers.withdraw(request.access, waiver=found, reason=request.POST.get("reason", ""))
    except DomainError as refusal:
        return _refused(request, found, "withdraw", refusal.message, refusal.status)
    return _done(request, found, "The request is withdrawn.")


@door(POST=SIGNED_IN)
def revoke(request: PortalRequest, public_id: UUID) -> HttpResponse:
    """Ends a waiver before its last day; the action decides who may."""
    found = _found(request, public_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _refused(request, found, "revoke", " ".join(map(str, form.errors["reason"])), 422)
    try:
        waivers.revoke(request.access, waiver=found, reason=form.cleaned_data["reason"])
    except DomainError as refusal:
        return _refused(request, found, "revoke", refusal.message, refusal.status)
    return _done(request, found, "The waiver is revoked.")


@door(GET=Capability.WAIVER_REQUEST, POST=Capability.WAIVER_REQUEST)
def ask(request: PortalRequest, slug: str, number: int, key: str) -> HttpResponse:
    """The dialog that asks for a waiver of an item, or for its renewal, and the act."""
    answer = find_answer(request, slug, number, key)
    service = answer.review.service
    renews = waiver_queries.to_renew(service, key)
    today = clock.today_in(service.team.time_zone)
    form = AskForm(request.POST if request.method == "POST" else None, today=today, renews=renews)
    if not form.is_valid():
        return _asking(request, answer, form, renews, status=422 if form.errors else 200)
    try:
        waivers.request(request.access, answer=answer, wanted=form.wanted)
    except DomainError as refusal:
        refusals.show(form, refusal)
        return _asking(request, find_answer(request, slug, number, key), form, renews, status=refusal.status)
    return fragments(request, find_answer(request, slug, number, key), ["card"], card_oob=True)


def _asking(
    request: PortalRequest, answer: ItemAnswer, form: AskForm, renews: Waiver | None, *, status: int
) -> HttpResponse:
    """The dialog, or without htmx its page."""
    frame = ReviewFrame(answer.review)
    renewals = renews.renewals + 1 if renews else 0
    waiting = waiver_queries.open_requests(answer.review.service).get(answer.item_key)
    state = waiver_queries.state_now(answer, frame)
    context = {
        "answer": answer,
        "review": answer.review,
        "service": answer.review.service,
        "title": wording.title(answer.item_key, answer.review.service),
        "state": state,
        "form": form,
        "renews": renews,
        "renewals": renewals,
        "needs_decider": rules.needs_decider(critical=answer.critical, renewals=renewals),
        "refusal": rules.asking_refusal(waiver_queries.asking(answer, frame, state, waiting)),
        "place": f"{answer.review.get_absolute_url()}items/{answer.item_key}/waiver/",
    }
    template = "readiness/waivers/_ask.html" if request.htmx else "readiness/waivers/ask.html"
    return render(request, template, context, status=status)


def _found(request: PortalRequest, public_id: UUID) -> Waiver:
    return get_object_or_404(waiver_queries.visible(request.access), public_id=public_id)


def _initial(waiver: Waiver) -> dict[str, object]:
    return {"digest": waiver.content_digest}


def _proof_age(request: PortalRequest, waiver: Waiver) -> dict[str, Any]:
    """How old a proof may be: 5 minutes for a critical item; for another as long as the signing session runs."""
    in_session = not waiver.critical and signing_sessions.runs(request)
    return {"fresh_within": signing.SESSION_LONGEST if in_session else signing.PROOF_FOR_DECISIONS}


def _settle(request: PortalRequest, waiver: Waiver, form: SettleForm) -> None:
    data = form.cleaned_data
    if not form.approves:
        waivers.refuse(request.access, waiver=waiver, reason=data["note"], digest=data["digest"])
        return
    age = _proof_age(request, waiver)["fresh_within"]
    waivers.approve(
        request.access,
        waiver=waiver,
        digest=data["digest"],
        proof=identity.proof_for(request, form, age),
        last_signed_at=signing_sessions.last_signed_at(request),
        note=data["note"],
    )
    signing_sessions.signed_now(request)


def _shown(request: PortalRequest, waiver: Waiver, form: SettleForm, *, status: int = 200, **more: Any) -> HttpResponse:
    line = _line(request, waiver)
    chain = waiver_list.chain(waiver)
    context = {
        "line": line,
        "waiver": waiver,
        "service": waiver.service,
        "form": form,
        "meaning": signing.MEANINGS[signing.WAIVER_MEANING],
        "others": _others(line),
        "lines": [_line(request, one) for one in chain],
        "on": request.GET.get("on", ""),
        **more,
    }
    template = "readiness/waivers/_dialog.html" if request.htmx else "readiness/waivers/detail.html"
    return render(request, template, context, status=status)


def _line(request: PortalRequest, waiver: Waiver) -> WaiverLine:
    return waiver_lines.line(waiver, request.access, clock.today_in(waiver.service.team.time_zone))


def _others(line: WaiverLine) -> str:
    """Who may answer a request that this person may not: their names."""
    if not line.settling or not line.waiver.is_open:
        return ""
    right = Capability.WAIVER_APPROVE_CRITICAL if line.needs_decider else Capability.WAIVER_APPROVE
    people = portal_access.people_who_can(right, line.waiver.service.scope)
    return ", ".join(one.name for one in people if one.identity != line.waiver.asked_by.identity)


def _refused(request: PortalRequest, waiver: Waiver, act: str, problem: str, status: int) -> HttpResponse:
    """The card or the page with the small form still open and what was typed in it."""
    refused = Refused(act, problem, request.POST.get("reason", ""))
    if request.htmx and (answer := _answer(request, waiver)):
        return fragments(request, answer, ["card"], refused=refused, status=status)
    form = SettleForm(request=request, initial=_initial(waiver), **_proof_age(request, waiver))
    return _shown(request, _found(request, waiver.public_id), form, status=status, refused=refused)


def _done(request: PortalRequest, waiver: Waiver, words: str) -> HttpResponse:
    """Back to where it was done: the item's card, or the page as it stands now."""
    if not request.htmx:
        messages.success(request, words)
        return redirect(waiver)
    answer = _answer(request, waiver)
    if answer is None:
        messages.success(request, words)
        return HttpResponseClientRefresh()
    in_dialog = "verdict" in request.POST
    return fragments(request, answer, ["card"], card_oob=in_dialog, saved=True)


def _answer(request: PortalRequest, waiver: Waiver) -> ItemAnswer | None:
    """The item on the review from which the act was called: `on` is that review's number."""
    on = request.GET.get("on", "")
    return find_answer(request, waiver.service.slug, int(on), waiver.item_key) if on.isdecimal() else None
