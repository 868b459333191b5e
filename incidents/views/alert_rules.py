"""Pages of a service's alert rules: making one, changing it, reviewing its threshold, ending it."""

import uuid

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from incidents.actions import alert_rules as actions
from incidents.actions import alert_tray as tray_actions
from incidents.forms.alerts import ReasonForm, RuleForm
from incidents.models import Alert, AlertRule
from incidents.queries import alert_tray
from incidents.rules import matching
from portal import permissions
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import DomainError
from portal.forms import refusals
from portal.permissions import Capability
from readiness.models import Service
from readiness.views.services import find


@door(GET=Capability.DOCUMENT_WRITE, POST=Capability.DOCUMENT_WRITE)
def make(request: PortalRequest, slug: str) -> HttpResponse:
    """The form of a new rule; from an alert of the tray (`?alert=`) with its labels."""
    service = find(request, slug)
    permissions.require(request.access, Capability.DOCUMENT_WRITE, service.scope)
    alert = _alert(request, service)
    initial = {"name": alert.name, "matchers": matching.written(_telling(alert.labels))} if alert else None
    form = RuleForm(request.POST or None, service=service, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            rule = actions.make(request.access, service=service, written=form.written())
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            _match(request, alert, rule)
            messages.success(request, f"{rule.name} is an alert that {service.name} knows.")
            return redirect("incidents:alerts")
    return _form(request, service, form, None)


@door(GET=SIGNED_IN, POST=Capability.DOCUMENT_WRITE)
def detail(request: PortalRequest, slug: str, rule: uuid.UUID) -> HttpResponse:
    """A rule, to read or to change."""
    service, found = _rule(request, slug, rule)
    if request.method == "POST":
        permissions.require(request.access, Capability.DOCUMENT_WRITE, service.scope)
    form = RuleForm(request.POST or None, service=service, rule=found)
    if request.method == "POST" and form.is_valid():
        try:
            seen = form.cleaned_data["seen"] or 0
            changed = actions.change(request.access, rule=found, written=form.written(), seen=seen)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"{found.name} is saved." if changed else "Nothing was changed.")
            return redirect("incidents:alert_rule", slug, rule)
    return _form(request, service, form, found)


@door(GET=Capability.DOCUMENT_WRITE, POST=Capability.DOCUMENT_WRITE)
def end(request: PortalRequest, slug: str, rule: uuid.UUID) -> HttpResponse:
    """What ending a rule does, and the reason it asks for."""
    service, found = _rule(request, slug, rule)
    permissions.require(request.access, Capability.DOCUMENT_WRITE, service.scope)
    form = ReasonForm(request.POST or None, initial={"seen": found.revision})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.end(request.access, rule=found, seen=data["seen"] or 0, reason=data["reason"])
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"{found.name} is no longer watched.")
            return redirect("incidents:alerts")
    context = {"service": service, "rule": found, "form": form}
    return render(request, "incidents/alerts/rule_end.html", context, status=422 if form.errors else 200)


@door(POST=Capability.DOCUMENT_REVIEW)
def review(request: PortalRequest, slug: str, rule: uuid.UUID) -> HttpResponse:
    """Says that a rule's threshold is still right."""
    _service, found = _rule(request, slug, rule)
    seen = request.POST.get("seen", "")
    try:
        actions.review_threshold(request.access, rule=found, seen=int(seen) if seen.isdecimal() else 0)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "The threshold is reviewed. It is asked for again in half a year.")
    return redirect("incidents:alert_rule", slug, rule)


def _rule(request: PortalRequest, slug: str, rule: uuid.UUID) -> tuple[Service, AlertRule]:
    service = find(request, slug)
    rules = AlertRule.objects.visible_to(request.access).filter(service=service, ended_at=None)
    rules = rules.select_related("service__scope__team", "runbook", "threshold_reviewed_by")
    return service, get_object_or_404(rules, public_id=rule)


def _alert(request: PortalRequest, service: Service) -> Alert | None:
    """The alert of the tray that the rule is made from: of the service's team, and of no other service."""
    try:
        named = uuid.UUID(request.GET.get("alert", ""))
    except ValueError:
        return None
    team = service.scope.team_id
    waiting = alert_tray.one(request.access).filter(Q(service=None) | Q(service=service))
    return waiting.filter(public_id=named, source__team=team).first()


def _telling(labels: dict[str, str]) -> dict[str, str]:
    """The labels by which an alert is known again; how severe it is and what it names itself are told elsewhere."""
    kept = {name: value for name, value in labels.items() if name not in ("severity", "instance", "pod")}
    return dict(list(kept.items())[: matching.MOST_MATCHERS])


def _match(request: PortalRequest, alert: Alert | None, rule: AlertRule) -> None:
    """Gives the alert that a rule was made from to it; somebody may have been faster."""
    if alert is None:
        return
    try:
        tray_actions.match(request.access, alert=alert, rule=rule)
    except DomainError as refusal:
        messages.error(request, refusal.message)


def _form(request: PortalRequest, service: Service, form: RuleForm, rule: AlertRule | None) -> HttpResponse:
    team = service.scope.team_id
    context = {
        "service": service,
        "form": form,
        "rule": rule,
        "labels": matching.written(rule.matchers).splitlines() if rule else [],
        "may_write": request.access.can(Capability.DOCUMENT_WRITE, team),
        "may_review": request.access.can(Capability.DOCUMENT_REVIEW, team),
        "alerts_url": f"{reverse('incidents:alerts_all')}?service={service.slug}",
    }
    return render(request, "incidents/alerts/rule.html", context, status=422 if form.errors else 200)
