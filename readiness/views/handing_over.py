"""Everything a person owns on one page, and its handing over: a card on their page, and the form."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import DomainError
from portal.forms import refusals
from portal.models import User
from readiness.actions import handing_over
from readiness.forms.handing_over import HandOverForm, WhoseForm
from readiness.queries import absences, holdings


@door(GET=SIGNED_IN)
def whose(request: PortalRequest) -> HttpResponse:
    """Chooses whose things are handed over, and goes there; a card on a team's page offers its own people."""
    owners = holdings.owners(request.access, request.GET.get("team", ""))
    form = WhoseForm(request.GET if "person" in request.GET else None, owners=owners)
    if form.is_valid():
        return redirect("readiness:hand_over", form.cleaned_data["person"].public_id)
    template = "_whose.html" if request.htmx else "whose.html"
    context = {"form": form, "any": owners.exists()}
    return render(request, f"readiness/ownership/{template}", context, status=422 if form.is_bound else 200)


@door(GET=SIGNED_IN, POST=SIGNED_IN)
def hand_over(request: PortalRequest, person: str) -> HttpResponse:
    """What the person owns, as far as the viewer sees it, and the form for what the viewer may hand over.

    `things` in the address chooses some of it beforehand: a service's owner is replaced that way.
    """
    owner = get_object_or_404(User.objects.visible_to(request.access), public_id=person)
    held = holdings.of_person(owner, request.access)
    if request.htmx and request.method == "GET":
        return render(request, "readiness/ownership/_holdings.html", {"person": owner, "held": held})
    chosen = {"things": request.GET.getlist("things")} if "things" in request.GET else {}
    candidates = absences.possible_deputies(owner)
    form = HandOverForm(request.POST or None, held=held, candidates=candidates, initial=chosen)
    if request.method == "POST" and form.is_valid():
        to, things = form.cleaned_data["to"], form.cleaned_data["things"]
        try:
            given = handing_over.hand_over(request.access, person=owner, to=to, keys=things)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"{to.name} has taken over {len(given)} of what was {owner.name}'s.")
            return redirect("readiness:hand_over", owner.public_id)
    context = {
        "person": owner,
        "held": held,
        "form": form,
        "chosen": form["things"].value() or [],
        "may": any(one.may_hand_over for one in held),
        "conditions": holdings.conditions(owner, request.access),
    }
    return render(request, "readiness/ownership/hand_over.html", context, status=422 if form.errors else 200)
