"""Sign-offs on the review page: ask, sign, return, reopen."""

import datetime
from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import render

from portal import clock, identity
from portal.doors import PortalRequest, door
from portal.errors import DomainError
from portal.forms import refusals
from portal.permissions import Capability
from readiness.actions import signoffs
from readiness.forms.reviews import ReasonForm, SignForm
from readiness.models import ItemAnswer
from readiness.queries import reviews as review_queries
from readiness.rules import signing
from readiness.views.answers import find_answer, fragments

LAST_SIGNED = "last_signed_at"


@door(POST=Capability.REVIEW_ANSWER)
def ask(request: PortalRequest, slug: str, number: int, key: str) -> HttpResponse:
    """Asks for a sign-off."""
    answer = find_answer(request, slug, number, key)
    try:
        signoffs.ask(request.access, answer=answer)
    except DomainError as refusal:
        return fragments(request, answer, [], problem=refusal.message, status=refusal.status)
    answer.refresh_from_db()
    return fragments(request, answer, [], saved=True)


@door(GET=Capability.SIGNOFF_GRANT, POST=Capability.SIGNOFF_GRANT)
def sign(request: PortalRequest, slug: str, number: int, key: str) -> HttpResponse:
    """The dialog with the words that are signed, and the act."""
    answer = find_answer(request, slug, number, key)
    asks = not _session_runs(request) and request.access.person.has_usable_password()
    form = SignForm(request.POST or None, asks_password=asks, initial={"digest": answer.content_digest})
    if request.method == "POST" and form.is_valid():
        try:
            _sign(request, answer, form)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            answer.refresh_from_db()
            return fragments(request, answer, ["card"], signed=True)
    return _dialog(request, answer, form)


@door(POST=Capability.SIGNOFF_GRANT)
def give_back(request: PortalRequest, slug: str, number: int, key: str) -> HttpResponse:
    """Returns the item with a reason."""
    return _with_reason(request, find_answer(request, slug, number, key), signoffs.give_back)


@door(POST=Capability.COMMENT_WRITE)
def reopen(request: PortalRequest, slug: str, number: int, key: str) -> HttpResponse:
    """Opens a signed item again; the action decides who may: those who answer and those who sign."""
    return _with_reason(request, find_answer(request, slug, number, key), signoffs.reopen)


def _with_reason(request: PortalRequest, answer: ItemAnswer, act: Callable[..., object]) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return fragments(request, answer, ["card"], problem="Give a reason of at most 300 characters.", status=422)
    try:
        act(request.access, answer=answer, reason=form.cleaned_data["reason"])
    except DomainError as refusal:
        return fragments(request, answer, ["card"], problem=refusal.message, status=refusal.status)
    answer.refresh_from_db()
    return fragments(request, answer, ["card"], saved=True)


def _elsewhere(request: PortalRequest, answer: ItemAnswer) -> str:
    """Where somebody without a password opens a signing session and comes back from; "" where none is needed."""
    if _session_runs(request) or request.access.person.has_usable_password():
        return ""
    return identity.way_to_prove(request, f"{answer.review.get_absolute_url()}#{answer.item_key}")


def _session_runs(request: PortalRequest) -> bool:
    proof = identity.latest(request)
    return signing.may_sign(proof.at if proof else None, last_signed_at(request), clock.now())


def last_signed_at(request: PortalRequest) -> datetime.datetime | None:
    """When this browser session last signed something."""
    kept = request.session.get(LAST_SIGNED)
    return datetime.datetime.fromisoformat(kept) if kept else None


def _sign(request: PortalRequest, answer: ItemAnswer, form: SignForm) -> None:
    data = form.cleaned_data
    if "password" in data:
        proof: identity.Proof | None = identity.prove(request, data["password"])
        request.session.pop(LAST_SIGNED, None)
    else:
        proof = identity.latest(request)
    signoffs.grant(
        request.access,
        answer=answer,
        digest=data["digest"],
        proof=proof,
        last_signed_at=last_signed_at(request),
        note=data["note"],
    )
    request.session[LAST_SIGNED] = clock.now().isoformat()


def _dialog(request: PortalRequest, answer: ItemAnswer, form: SignForm) -> HttpResponse:
    context = {
        "form": form,
        "card": review_queries.card(answer, request.access),
        "review": answer.review,
        "service": answer.review.service,
        "meaning": signing.MEANINGS[signing.SIGNOFF_MEANING],
        "elsewhere": _elsewhere(request, answer),
    }
    return render(request, "readiness/reviews/_sign_dialog.html", context, status=422 if form.errors else 200)
