"""Pages of model cards: the list, a card, writing one, comparing two revisions, saying that it is still true."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal import lists, permissions
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import Conflict, DomainError
from portal.forms import refusals
from portal.permissions import Capability
from portal.queries import documents
from readiness.actions import model_cards
from readiness.forms.model_cards import ModelCardFilter, ModelCardForm
from readiness.models import ModelCard, ServedModel
from readiness.queries import decision_records, my_work
from readiness.queries import model_cards as queries
from readiness.rules import model_cards as rules
from readiness.rules.card_formats import formats
from readiness.tables.model_cards import ModelCardTable
from readiness.views.services import find


@door(GET=SIGNED_IN)
def listed(request: PortalRequest) -> HttpResponse:
    """All model cards, the one longest overdue for review first."""
    return lists.answer(
        request,
        queryset=queries.listed(request.access),
        table=ModelCardTable,
        filters=ModelCardFilter,
        template="readiness/model_cards/list.html",
        name="model-cards",
    )


@door(GET=SIGNED_IN)
def waiting(request: PortalRequest) -> HttpResponse:
    """The part of My work with the documents one keeps whose review is late or near; empty where none waits."""
    context = {
        "cards": my_work.listed(queries.waiting_for(request.access)),
        "records": my_work.listed(decision_records.waiting_for(request.access)),
    }
    return render(request, "readiness/my_work/_documents.html", context)


@door(GET=SIGNED_IN)
def detail(request: PortalRequest, slug: str, model: str) -> HttpResponse:
    """A card as it stands, or one of its revisions (`?revision=`)."""
    card = card_of(request, slug, model)
    shown = documents.revision(card, number_of(request, "revision", card.revision))
    if shown is None:
        raise Http404("This card has no such revision.")
    measured = rules.all_measured(shown.content)
    team = card.scope.team_id
    context = {
        "service": card.service,
        "card": card,
        "document": card,
        "shown": shown,
        "groups": documents.shown(rules.GROUPS, shown.content, documents.last_written(card)),
        "overall": rules.overall(measured),
        "segments": rules.by_segment(measured),
        "history": documents.history(card),
        "formats": formats.FORMATS,
        "may_write": request.access.can(Capability.DOCUMENT_WRITE, team),
        "may_review": request.access.can(Capability.DOCUMENT_REVIEW, team),
    }
    return render(request, "readiness/model_cards/detail.html", context)


@door(GET=Capability.DOCUMENT_WRITE, POST=Capability.DOCUMENT_WRITE)
def begin(request: PortalRequest, slug: str, model: str) -> HttpResponse:
    """The form of a model's first card."""
    served = model_of(request, slug, model)
    permissions.require(request.access, Capability.DOCUMENT_WRITE, served.service.scope)
    if card := ModelCard.objects.filter(model=served).first():
        return redirect(card)
    form = ModelCardForm(request.POST or None, model=served, initial={"keeper": request.access.person.public_id})
    if request.method == "POST" and form.is_valid():
        try:
            card = model_cards.begin(
                request.access, model=served, written=form.written(), describes=form.cleaned_data["describes"]
            )
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"The card of {served.name} is written.")
            return redirect(card)
    return _form(request, served, form, None)


@door(GET=Capability.DOCUMENT_WRITE, POST=Capability.DOCUMENT_WRITE)
def revise(request: PortalRequest, slug: str, model: str) -> HttpResponse:
    """The form of a card's next revision."""
    card = card_of(request, slug, model)
    permissions.require(request.access, Capability.DOCUMENT_WRITE, card.scope)
    form = ModelCardForm(request.POST or None, model=card.model, card=card)
    conflict: Conflict | None = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            changed = model_cards.revise(
                request.access, card=card, written=form.written(), seen=data["seen"], describes=data["describes"]
            )
        except DomainError as refusal:
            refusals.show(form, refusal)
            if isinstance(refusal, Conflict):
                conflict = refusal
                refusals.show_newer(form, seen=card_of(request, slug, model).revision)
        else:
            messages.success(request, f"Revision {card.revision} is saved." if changed else "Nothing was changed.")
            return redirect(card)
    return _form(request, card.model, form, card, conflict)


@door(POST=Capability.DOCUMENT_REVIEW)
def confirm(request: PortalRequest, slug: str, model: str) -> HttpResponse:
    """Says that a card is still true."""
    card = card_of(request, slug, model)
    try:
        seen = int(request.POST.get("seen", "0") or 0)
        model_cards.confirm(request.access, card=card, seen=seen, note=request.POST.get("note", ""))
    except (DomainError, ValueError) as refusal:
        messages.error(request, str(refusal) if isinstance(refusal, DomainError) else "Open the card anew.")
    else:
        messages.success(request, "Reviewed. You are asked again when the next one is due.")
    return redirect(card)


@door(GET=SIGNED_IN)
def compare(request: PortalRequest, slug: str, model: str) -> HttpResponse:
    """Two revisions of a card beside each other (`?old=`, `?new=`); without them the last two."""
    card = card_of(request, slug, model)
    new = number_of(request, "new", card.revision)
    old = number_of(request, "old", max(new - 1, 1))
    fields = [field for field in rules.FIELDS if field is not rules.METRICS]
    compared = documents.comparison(card, fields, old, new, queries.TERMS)
    if compared is None:
        raise Http404("This card has no such revision.")
    metrics = rules.metric_changes(compared.before.content, compared.after.content)
    context = {
        "service": card.service,
        "document": card,
        "comparison": compared,
        "metrics": metrics,
        "missed": [
            sum(row.state == rules.MetricState.MISSED for row in rules.all_measured(side.content))
            for side in compared.sides
        ],
        "numbers": documents.numbers(card),
        "compare_url": request.path,
    }
    return render(request, "readiness/model_cards/compare.html", context)


def model_of(request: PortalRequest, slug: str, model: str) -> ServedModel:
    """The model, where this person may see its service. Raises Http404."""
    service = find(request, slug)
    return get_object_or_404(service.served_models.select_related("service__scope__team"), public_id=model)


def card_of(request: PortalRequest, slug: str, model: str) -> ModelCard:
    """The card of a model, where this person may see it. Raises Http404."""
    return get_object_or_404(queries.listed(request.access), model__service__slug=slug, model__public_id=model)


def number_of(request: PortalRequest, name: str, otherwise: int) -> int:
    """A number of the address; `otherwise` where it says none."""
    given = request.GET.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 7 else otherwise


def _form(
    request: PortalRequest,
    model: ServedModel,
    form: ModelCardForm,
    card: ModelCard | None,
    conflict: Conflict | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {"service": model.service, "model": model, "card": card, "form": form}
    context["conflict"] = conflict
    status = conflict.status if conflict else 422 if form.errors else 200
    return render(request, "readiness/model_cards/form.html", context, status=status)
