"""Pages of decisions: deciding on a release, the frozen record, what became of its conditions."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import text

from portal import clock, identity
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import Conflict, DomainError
from portal.forms import refusals
from portal.permissions import Capability
from readiness.actions import conditions, decision_statements, decisions, withdrawals
from readiness.choices import GO, Verdict
from readiness.forms.decisions import DecisionForm, MeetForm, initial
from readiness.models import DecisionWithdrawal, EmergencyGo, LaunchDecision, Release
from readiness.queries import decisions as decision_queries
from readiness.queries import gate, launch, launch_items, launch_subjects
from readiness.queries.launch import Launch
from readiness.queries.launch_subjects import Choices
from readiness.rules import go_no_go, triggers


@door(GET=SIGNED_IN, POST=Capability.DECISION_RECORD)
def decide(request: PortalRequest, slug: str, label: str) -> HttpResponse:
    """The picture of a launch as it is now, and the form that records a verdict on it."""
    choices, picture = _picture(request, slug, label)
    if request.method == "GET":
        form = DecisionForm(request=request, launch=picture, initial=initial(picture))
        return _page(request, choices, picture, form)
    form = DecisionForm(request.POST, request=request, launch=picture)
    if proof := _proven(request, picture, form):
        try:
            recorded = _record(request, picture, form, proof)
        except Conflict as conflict:
            _, picture = _picture(request, slug, label)
            form = _read_again(request, picture)
            refusals.show(form, conflict)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"Recorded: {recorded.get_verdict_display().lower()}. It is frozen from now on.")
            return redirect(recorded)
    return _page(request, choices, picture, form, status=422)


@door(POST=Capability.REVIEW_START)
def ask(request: PortalRequest, slug: str, label: str) -> HttpResponse:
    """Asks the deciders to look at a release."""
    release = get_object_or_404(
        Release.objects.visible_to(request.access).select_related("service__scope__team"),
        service__slug=slug,
        label=label,
    )
    try:
        asked = decisions.ask(request.access, release=release)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"Asked of {text.get_text_list([person.name for person in asked], 'and')}.")
    return redirect("readiness:decide", slug, label)


@door(GET=SIGNED_IN)
def detail(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """One decision from what it froze; beside it what it is worth now, and what changed since."""
    decision = _find(request, slug, number)
    now = clock.now()
    recorded = decision_queries.now_of(decision, now)
    subject = launch_subjects.again(decision.release, decision.environment)
    items = launch_items.read(subject, {}, now)
    context = {
        "service": decision.service,
        "decision": decision,
        "frozen": json.loads(decision.snapshot),
        "recorded": recorded,
        "changed": gate.changed_since(subject, decision, items) if decision.verdict in GO else (),
        "withdrawal": DecisionWithdrawal.objects.filter(decision=decision).select_related("by").first()
        if recorded.facts.withdrawn
        else None,
        "emergency": EmergencyGo.objects.filter(decision=decision).select_related("request__asked_by").first()
        if decision.verdict == Verdict.EMERGENCY_GO
        else None,
        "may_withdraw": request.access.can(Capability.DECISION_RECORD, decision.service.scope.team_id)
        and not withdrawals.refusal(recorded.state),
        "may_meet": request.access.can(Capability.CONDITION_MEET, decision.service.scope.team_id),
    }
    return render(request, "readiness/decisions/detail.html", context)


@door(GET=SIGNED_IN)
def snapshot(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """Everything the decision saw, as the JSON whose SHA-256 it carries."""
    decision = _find(request, slug, number)
    response = HttpResponse(decision.snapshot, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{slug}-decision-{number}.json"'
    return response


@door(GET=Capability.CONDITION_MEET, POST=Capability.CONDITION_MEET)
def meet(request: PortalRequest, slug: str, number: int, condition: UUID) -> HttpResponse:
    """Stating that a condition is met, and by what."""
    decision = _find(request, slug, number)
    asked = get_object_or_404(decision.conditions.select_related("owner"), public_id=condition)
    asked.decision = decision
    form = MeetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            conditions.meet(request.access, condition=asked, note=form.cleaned_data["note"])
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, "The condition is met; who said so and by what stands beside it.")
            return redirect(decision)
    context = {"form": form, "condition": asked, "decision": decision, "service": decision.service}
    return render(request, "readiness/decisions/meet.html", context, status=422 if form.errors else 200)


def _picture(request: PortalRequest, slug: str, label: str) -> tuple[Choices, Launch]:
    """What may be switched to, and the picture for the environment asked for: production where none is."""
    choices = launch_subjects.choices(request.access, slug)
    asked = request.GET.get("environment") or next(iter(choices.environments), "")
    subject = launch_subjects.find(request.access, slug, label, asked)
    if subject is None:
        raise Http404(f"No release {label} or no environment {asked}.")
    return choices, launch.look(subject, request.access, clock.now())


def _proven(request: PortalRequest, picture: Launch, form: DecisionForm) -> identity.Proof | None:
    """The proof the verdict rests on; None where it or anything stated is wrong: then every mistake is at its field."""
    proof, is_whole = None, form.is_valid()
    if is_whole:
        try:
            proof = identity.proof_for(request, form)
        except DomainError as refusal:
            refusals.show(form, refusal)
    if proof is None:
        found = decision_statements.mistakes(picture, verdict=form.cleaned_data.get("verdict", ""), **_stated(form))
        if rest := {name: words for name, words in found.items() if name not in form.errors}:
            refusals.show(form, DomainError.of(rest))
    return proof


def _stated(form: DecisionForm) -> dict[str, Any]:
    """What the action takes of the form, without what was refused already."""
    return {
        "rationale": form.cleaned_data.get("rationale", ""),
        "confirmations": form.stated(),
        "conditions": form.new_conditions(),
        "acknowledged": form.acknowledged(),
    }


def _record(request: PortalRequest, picture: Launch, form: DecisionForm, proof: identity.Proof) -> LaunchDecision:
    return decisions.record(
        request.access,
        release=picture.subject.release,
        environment=picture.subject.environment,
        verdict=form.cleaned_data["verdict"],
        seen=form.cleaned_data["seen"],
        proof=proof,
        **_stated(form),
    )


def _read_again(request: PortalRequest, picture: Launch) -> DecisionForm:
    """The same form on the newer picture: what was written stays, what was seen is what stands there now."""
    data = request.POST.copy()
    data["seen"] = str(picture.sequence)
    again = DecisionForm(data, request=request, launch=picture)
    again.is_valid()
    return again


def _page(
    request: PortalRequest, choices: Choices, picture: Launch, form: DecisionForm, status: int = 200
) -> HttpResponse:
    subject = picture.subject
    context: dict[str, Any] = {
        "service": subject.service,
        "release": subject.release,
        "environment": subject.environment,
        "choices": choices,
        "launch": picture,
        "outlook": picture.outlook,
        "triggers": [
            (trigger, form.acknowledgements.get(trigger.key))
            for trigger in triggers.worst_first(picture.watch.triggers)
        ],
        "trigger_counts": go_no_go.counts_of(picture.watch.triggers),
        "signed": sum(1 for item in picture.critical if item.signed),
        "form": form,
        "may_decide": picture.snapshot.hands.may_decide,
        "may_start": request.access.can(Capability.REVIEW_START, subject.service.scope.team_id),
        "rollback": None if subject.runs_there else decision_queries.last_rollback(picture.recorded),
    }
    return render(request, "readiness/decisions/decide.html", context, status=status)


def _find(request: PortalRequest, slug: str, number: int) -> LaunchDecision:
    decision = decision_queries.find(request.access, slug, number)
    if decision is None:
        raise Http404(f"No decision {number}.")
    return decision
