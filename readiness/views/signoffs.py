"""Sign-offs on the review page: ask, sign, return, reopen."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from portal.doors import PortalRequest, door
from portal.errors import Conflict, DomainError
from portal.forms import refusals
from portal.permissions import Capability
from readiness.actions import signoffs
from readiness.forms.reviews import AskForm, ReasonForm, SignForm
from readiness.models import ItemAnswer
from readiness.queries import answer_changes, signers, wording
from readiness.rules import signing
from readiness.views import signing_sessions
from readiness.views.answers import Refused, find_answer, fragments, surroundings


@door(GET=Capability.REVIEW_ANSWER, POST=Capability.REVIEW_ANSWER)
def ask(request: PortalRequest, slug: str, number: int, key: str) -> HttpResponse:
    """The dialog that asks for a sign-off: of all who may give it, or of those who are named."""
    answer = find_answer(request, slug, number, key)
    may_sign = signers.of(answer)
    form = AskForm(request.POST if request.method == "POST" else None, signers=may_sign)
    if form.is_valid():
        try:
            signoffs.ask(request.access, answer=answer, of=list(form.cleaned_data["of"]))
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            return fragments(request, find_answer(request, slug, number, key), ["card"], card_oob=True)
    title = wording.title(answer.item_key, answer.review.service)
    context = {"review": answer.review, "answer": answer, "title": title, "form": form, "may_sign": may_sign}
    return render(request, "readiness/reviews/_ask.html", context, status=422 if form.is_bound else 200)


@door(GET=Capability.SIGNOFF_GRANT, POST=Capability.SIGNOFF_GRANT)
def sign(request: PortalRequest, slug: str, number: int, key: str) -> HttpResponse:
    """The dialog with the words that are signed and what they are said of, and the act."""
    answer = find_answer(request, slug, number, key)
    form = SignForm(
        request.POST if request.method == "POST" else None,
        asks_password=signing_sessions.asks_password(request),
        initial={"digest": answer.content_digest},
    )
    if not form.is_valid():
        return _dialog(request, answer, form, status=422 if form.errors else 200)
    try:
        _sign(request, answer, form)
    except Conflict:
        return _read_again(request, find_answer(request, slug, number, key), form)
    except DomainError as refusal:
        refusals.show(form, refusal)
        return _dialog(request, find_answer(request, slug, number, key), form, status=422)
    answer.refresh_from_db()
    return fragments(request, answer, ["card"], card_oob=True)


@door(POST=Capability.SIGNOFF_GRANT)
def give_back(request: PortalRequest, slug: str, number: int, key: str) -> HttpResponse:
    """Returns the item with a reason."""
    return _with_reason(request, find_answer(request, slug, number, key), signoffs.give_back, "return")


@door(POST=Capability.COMMENT_WRITE)
def reopen(request: PortalRequest, slug: str, number: int, key: str) -> HttpResponse:
    """Opens a signed item again; the action decides who may: those who answer and those who sign."""
    return _with_reason(request, find_answer(request, slug, number, key), signoffs.reopen, "reopen")


def _with_reason(request: PortalRequest, answer: ItemAnswer, act: Callable[..., object], name: str) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _not_done(request, answer, name, " ".join(map(str, form.errors["reason"])), 422)
    try:
        act(request.access, answer=answer, reason=form.cleaned_data["reason"])
    except DomainError as refusal:
        return _not_done(request, answer, name, refusal.message, refusal.status)
    answer.refresh_from_db()
    return fragments(request, answer, ["card"], saved=True)


def _not_done(request: PortalRequest, answer: ItemAnswer, act: str, problem: str, status: int) -> HttpResponse:
    """The card as it stands now, the form still open; where it is offered no longer, its head says what was typed."""
    answer.refresh_from_db()
    refused = Refused(act, problem, request.POST.get("reason", ""))
    return fragments(request, answer, ["card"], refused=refused, status=status)


def _sign(request: PortalRequest, answer: ItemAnswer, form: SignForm) -> None:
    data = form.cleaned_data
    signoffs.grant(
        request.access,
        answer=answer,
        digest=data["digest"],
        proof=signing_sessions.proof(request, form),
        last_signed_at=signing_sessions.last_signed_at(request),
        note=data["note"],
    )
    signing_sessions.signed_now(request)


def _read_again(request: PortalRequest, answer: ItemAnswer, form: SignForm) -> HttpResponse:
    """The dialog on what stands now, with what changed since it was read; the note stays, and one click signs."""
    again = SignForm(
        asks_password=signing_sessions.asks_password(request),
        initial={"digest": answer.content_digest, "note": form.cleaned_data["note"]},
    )
    since = answer_changes.since(answer, form.cleaned_data["digest"])
    return _dialog(request, answer, again, status=Conflict.status, since=since)


def _dialog(request: PortalRequest, answer: ItemAnswer, form: SignForm, *, status: int, **context: Any) -> HttpResponse:
    """The dialog; after a refusal the item `behind` it comes along, as it stands now."""
    full = {
        **surroundings(request, answer, ["card"]),
        "form": form,
        "meaning": signing.MEANINGS[signing.SIGNOFF_MEANING],
        "elsewhere": signing_sessions.way_to_prove(request, answer.get_absolute_url()),
        "card_oob": True,
        "behind": status != HTTPStatus.OK,
        **context,
    }
    return render(request, "readiness/reviews/_sign.html", full, status=status)
