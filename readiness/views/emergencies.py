"""The page of an emergency go: somebody asks there, and a decider takes it up within the hour."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from portal import clock, identity
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import DomainError
from portal.forms import refusals
from portal.forms.proofs import ProofForm
from portal.permissions import Capability
from readiness.actions import emergencies
from readiness.forms.emergencies import AskForm, TakeUpForm
from readiness.models import EmergencyRequest, LaunchDecision
from readiness.queries import emergencies as queries
from readiness.queries import launch_subjects
from readiness.queries.emergencies import Picture


@door(GET=SIGNED_IN, POST=Capability.EMERGENCY_ASK)
def emergency(request: PortalRequest, slug: str, label: str) -> HttpResponse:
    """What an emergency go would skip, and the act that comes next: asking for it, or taking it up."""
    picture = _picture(request, slug, label)
    form = _form(request, picture)
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            done = _act(request, picture, form)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            if isinstance(done, EmergencyRequest):
                messages.success(request, "Asked for. A decider has an hour to take it up; they are told.")
                return redirect(request.get_full_path())
            messages.success(request, "Recorded: emergency go. What it skipped is due in two working days.")
            return redirect(done)
    return _page(request, picture, form)


def _form(request: PortalRequest, picture: Picture) -> AskForm | TakeUpForm | None:
    """The form of the act that this person can do now; None where they can do none."""
    data = request.POST if request.method == "POST" else None
    if picture.refusal:
        return None
    if picture.request is None:
        return AskForm(data, request=request) if picture.may_ask else None
    if not picture.may_decide:
        return None
    seen = {"seen": picture.launch.sequence, "request_id": picture.request.public_id}
    return TakeUpForm(data, request=request, picture=picture, initial=seen)


def _act(request: PortalRequest, picture: Picture, form: ProofForm) -> EmergencyRequest | LaunchDecision:
    proof = identity.proof_for(request, form)
    if not isinstance(form, TakeUpForm) or picture.request is None:
        subject = picture.subject
        return emergencies.ask(
            request.access,
            release=subject.release,
            environment=subject.environment,
            reason=form.cleaned_data["reason"],
            proof=proof,
        )
    if form.cleaned_data["request_id"] != picture.request.public_id:
        raise DomainError("Another request waits now. Read it, then decide.")
    return emergencies.go(
        request.access,
        request=picture.request,
        rationale=form.cleaned_data["rationale"],
        acknowledged=form.acknowledged(),
        seen=form.cleaned_data["seen"],
        proof=proof,
    )


def _picture(request: PortalRequest, slug: str, label: str) -> Picture:
    subject = launch_subjects.first(request.access, slug, label, request.GET.get("environment", ""))
    if subject is None:
        raise Http404(f"No release {label}, or it has no such environment.")
    return queries.look(subject, request.access, clock.now())


def _page(request: PortalRequest, picture: Picture, form: AskForm | TakeUpForm | None) -> HttpResponse:
    subject = picture.subject
    refused = request.method == "POST"
    context = {
        "service": subject.service,
        "release": subject.release,
        "environment": subject.environment,
        "picture": picture,
        "form": form,
        "takes_up": isinstance(form, TakeUpForm),
    }
    return render(request, "readiness/decisions/emergency.html", context, status=422 if refused else 200)
