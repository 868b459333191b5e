"""Pages of what becomes of a decision by an act: withdrawing it, keeping what is live, rolling it back."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from portal import clock, identity, permissions
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import Conflict, DomainError
from portal.forms import refusals
from portal.permissions import Capability
from readiness.actions import live_decisions, withdrawals
from readiness.choices import LiveVerdict
from readiness.forms.live_decisions import LiveDecisionForm, WithdrawForm
from readiness.queries import decisions as decision_queries
from readiness.queries import live_releases
from readiness.queries.live_releases import LiveRelease
from readiness.views.services import find


@door(GET=Capability.DECISION_RECORD, POST=Capability.DECISION_RECORD)
def withdraw(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """The form that withdraws a decision taken in error."""
    decision = decision_queries.find(request.access, slug, number)
    if decision is None:
        raise Http404(f"No decision {number}.")
    permissions.require(request.access, Capability.DECISION_RECORD, decision.service.scope)
    form = WithdrawForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        try:
            proof = identity.proof_for(request, form)
            withdrawals.withdraw(request.access, decision=decision, reason=form.cleaned_data["reason"], proof=proof)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"Decision {decision.number} is withdrawn; the gate denies.")
            return redirect(decision)
    context = {
        "service": decision.service,
        "decision": decision,
        "form": form,
        "closed": withdrawals.refusal(decision_queries.now_of(decision, clock.now()).state),
    }
    return render(request, "readiness/decisions/withdraw.html", context, status=422 if form.errors else 200)


@door(GET=SIGNED_IN, POST=Capability.DECISION_RECORD)
def decide(request: PortalRequest, slug: str) -> HttpResponse:
    """What runs in production and how its items after the go stand; a decider keeps it or rolls it back."""
    service = find(request, slug)
    live = live_releases.of(service, clock.now())
    if live is None:
        raise Http404("Nothing runs in production.")
    form = LiveDecisionForm(request.POST or None, request=request, live=live, initial={"seen": live.sequence})
    if request.method == "POST" and form.is_valid():
        try:
            said = live_decisions.record(
                request.access,
                service=service,
                release=live.release,
                verdict=form.cleaned_data["verdict"],
                reason=form.cleaned_data["reason"],
                seen=form.cleaned_data["seen"],
                proof=identity.proof_for(request, form),
                back_to=form.cleaned_data["back_to"],
            )
        except Conflict as conflict:
            refusals.show(form, conflict)
            live = live_releases.of(service, clock.now()) or live
            refusals.show_newer(form, seen=live.sequence)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            kept = said.verdict == LiveVerdict.KEEP
            messages.success(
                request,
                f"Kept: {live.deployment.release.label} stays live."
                if kept
                else f"Rolled back: {said.back_to} is live again.",
            )
            return redirect(live.release if kept or said.back_to is None else said.back_to)
    return _page(request, live, form)


def _page(request: PortalRequest, live: LiveRelease, form: LiveDecisionForm) -> HttpResponse:
    service = live.release.service
    context = {
        "service": service,
        "live": live,
        "release": live.release,
        "form": form,
        "may_decide": request.access.can(Capability.DECISION_RECORD, service.scope.team_id),
        "can_go_back": bool(form["back_to"].field.choices),  # type: ignore[attr-defined]  # it is a choice
    }
    return render(request, "readiness/releases/live.html", context, status=422 if form.errors else 200)
