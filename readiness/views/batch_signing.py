"""Signing several items of a review at once: each is read, chosen and reported by itself; together they are one act."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from portal.doors import PortalRequest, door
from portal.errors import DomainError
from portal.forms import refusals
from portal.permissions import Capability
from readiness.actions import signoffs
from readiness.actions.signoffs import Signed
from readiness.choices import ItemState
from readiness.forms.reviews import SignSeveralForm
from readiness.models import Review
from readiness.queries import reviews as review_queries
from readiness.queries.item_cards import ItemCard
from readiness.rules import signing
from readiness.views import signing_sessions
from readiness.views.reviews import find


@door(GET=Capability.SIGNOFF_GRANT, POST=Capability.SIGNOFF_GRANT)
def sign(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """What this person may sign in the review, with everything each signature binds, and the act."""
    review = find(request, slug, number)
    form = SignSeveralForm(
        request.POST if request.method == "POST" else None,
        keys=review.answers.filter(applies=True).values_list("item_key", flat=True) if request.method == "POST" else (),
        asks_password=signing_sessions.asks_password(request),
    )
    if request.method != "POST" or not form.is_valid():
        return _page(request, review, form, status=422 if form.errors else 200)
    try:
        lines = _sign(request, review, form)
    except DomainError as refusal:
        refusals.show(form, refusal)
        return _page(request, review, form, status=refusal.status)
    return _reported(request, review, form, lines)


def may_be_signed(card: ItemCard) -> bool:
    """Whether the person the card was made for can sign it now; what was returned waits until it is asked for again."""
    return card.answer.applies and card.state == ItemState.GREEN and not card.refusals and not card.returned


def _sign(request: PortalRequest, review: Review, form: SignSeveralForm) -> list[Signed]:
    lines = signoffs.grant_several(
        request.access,
        review=review,
        digests=form.digests,
        proof=signing_sessions.proof(request, form),
        last_signed_at=signing_sessions.last_signed_at(request),
        note=form.cleaned_data["note"],
    )
    if any(line.signoff for line in lines):
        signing_sessions.signed_now(request)
    return lines


def _reported(request: PortalRequest, review: Review, form: SignSeveralForm, lines: Sequence[Signed]) -> HttpResponse:
    """Back to the review where everything was signed; else this page again, with a line for each that was chosen."""
    signed = [line for line in lines if line.signoff]
    if len(signed) == len(lines):
        messages.success(request, f"You signed off {len(signed)} item{'' if len(signed) == 1 else 's'}.")
        return redirect(review)
    again = SignSeveralForm(
        keys=[], asks_password=signing_sessions.asks_password(request), initial={"note": form.cleaned_data["note"]}
    )
    return _page(request, review, again, lines=lines, status=422)


def _page(
    request: PortalRequest, review: Review, form: SignSeveralForm, *, lines: Sequence[Signed] = (), status: int
) -> HttpResponse:
    page = review_queries.page(review, request.access)
    cards = {card.key: card for view in page.sections for card in (*view.cards, *view.folded)}
    context = {
        "form": form,
        "review": review,
        "service": review.service,
        "chosen": form["items"].value() or [],
        "cards": [card for card in cards.values() if may_be_signed(card)],
        "report": [(line, cards[line.answer.item_key].item.title) for line in lines],
        "meaning": signing.MEANINGS[signing.SIGNOFF_MEANING],
        "elsewhere": signing_sessions.way_to_prove(request, request.get_full_path()),
    }
    return render(request, "readiness/reviews/sign_several.html", context, status=status)
