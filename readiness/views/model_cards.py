"""Pages of model cards: the list, a card, writing one, comparing two revisions, saying that it is still true."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal import lists, permissions
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import DomainError
from portal.forms import refusals
from portal.permissions import Capability
from portal.queries import documents
from portal.views import documents as pages
from portal.views.documents import Refused
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
    return _detail(request, card_of(request, slug, model), {})


def _detail(request: PortalRequest, card: ModelCard, refused: Refused, status: int = 200) -> HttpResponse:
    shown = pages.shown(request, card)
    measured = rules.all_measured(shown.content)
    team = card.scope.team_id
    may_review = request.access.can(Capability.DOCUMENT_REVIEW, team)
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
        "may_review": may_review,
        **pages.acts(card, ["confirm"] if may_review else [], refused),
    }
    return render(request, "readiness/model_cards/detail.html", context, status=status)


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
    return _form(request, served, None, form, 422 if form.errors else 200)


@door(GET=Capability.DOCUMENT_WRITE, POST=Capability.DOCUMENT_WRITE)
def revise(request: PortalRequest, slug: str, model: str) -> HttpResponse:
    """The form of a card's next revision."""
    card = card_of(request, slug, model)
    permissions.require(request.access, Capability.DOCUMENT_WRITE, card.scope)

    def save(form: ModelCardForm) -> list[str]:
        seen, describes = form.cleaned_data["seen"], form.cleaned_data["describes"]
        return model_cards.revise(request.access, card=card, written=form.written(), seen=seen, describes=describes)

    make = partial(ModelCardForm, model=card.model, card=card)
    return pages.revise(request, card, make=make, save=save, shown_by=partial(_form, request, card.model, card))


@door(POST=Capability.DOCUMENT_REVIEW)
def confirm(request: PortalRequest, slug: str, model: str) -> HttpResponse:
    """Says that a card is still true."""
    return pages.act(
        request,
        "confirm",
        find=lambda: card_of(request, slug, model),
        do=lambda card, seen, note: model_cards.confirm(request.access, card=card, seen=seen, note=note),
        done=pages.REVIEWED,
        shown_by=partial(_detail, request),
    )


@door(GET=SIGNED_IN)
def compare(request: PortalRequest, slug: str, model: str) -> HttpResponse:
    """Two revisions of a card beside each other (`?old=`, `?new=`); without them the last two."""
    card = card_of(request, slug, model)
    compared = pages.compared(request, model_cards.KIND, card, apart=(rules.METRICS,))
    before, after = (side.content for side in compared["comparison"].sides)
    context = {
        "service": card.service,
        "metrics": rules.metric_changes(before, after),
        "missed": [
            sum(row.state == rules.MetricState.MISSED for row in rules.all_measured(content))
            for content in (before, after)
        ],
        **compared,
    }
    return render(request, "readiness/model_cards/compare.html", context)


def model_of(request: PortalRequest, slug: str, model: str) -> ServedModel:
    """The model, where this person may see its service. Raises Http404."""
    service = find(request, slug)
    return get_object_or_404(service.served_models.select_related("service__scope__team"), public_id=model)


def card_of(request: PortalRequest, slug: str, model: str) -> ModelCard:
    """The card of a model, where this person may see it. Raises Http404."""
    return get_object_or_404(queries.listed(request.access), model__service__slug=slug, model__public_id=model)


def _form(
    request: PortalRequest, model: ServedModel, card: ModelCard | None, form: ModelCardForm, status: int
) -> HttpResponse:
    context: dict[str, Any] = {"service": model.service, "model": model, "card": card, "form": form}
    return render(request, "readiness/model_cards/form.html", context, status=status)
