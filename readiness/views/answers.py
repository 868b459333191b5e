"""Saving as you go: one item's points, rating, text, numbers, comments and people, each by its own small request.

The answer to htmx is a handful of fragments: what was changed, and what else that change moved (the item's head, foot
and seal, the rail and the decision panel). Without htmx the same act leads back to the item on the page.
"""

from collections.abc import Sequence
from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import Conflict, DomainError
from portal.permissions import Capability
from readiness.actions import answers, reviews
from readiness.forms.reviews import AssigneeForm, CommentForm, GuardrailForm, PointForm, RatingForm, TextForm, ValueForm
from readiness.models import ItemAnswer
from readiness.queries import ownership
from readiness.queries import reviews as review_queries
from readiness.views.reviews import find

ANSWERING = Capability.REVIEW_ANSWER


def find_answer(request: PortalRequest, slug: str, number: int, key: str) -> ItemAnswer:
    """One item of a visible review; 404 otherwise."""
    review = find(request, slug, number)
    answer = get_object_or_404(review.answers, item_key=key)
    answer.review = review
    return answer


@door(GET=SIGNED_IN)
def card(request: PortalRequest, slug: str, number: int, key: str) -> HttpResponse:
    """One item's card as it stands now."""
    return fragments(request, find_answer(request, slug, number, key), ["card"])


@door(POST=ANSWERING)
def point(request: PortalRequest, slug: str, number: int, key: str, point: int) -> HttpResponse:
    """Ticks a point, opens it, or sets it aside."""
    answer = find_answer(request, slug, number, key)
    form = PointForm(request.POST)
    if not form.is_valid():
        return fragments(request, answer, ["point"], point=point, problem="That cannot be saved.", status=422)
    try:
        answers.mark_point(
            request.access,
            answer=answer,
            number=point,
            state=form.cleaned_data["state"],
            reason=form.cleaned_data["reason"],
            version=form.cleaned_data["version"],
        )
    except DomainError as refusal:
        return fragments(request, answer, ["point"], point=point, problem=refusal.message, status=refusal.status)
    return fragments(request, answer, ["point"], point=point, saved=True)


@door(POST=ANSWERING)
def rating(request: PortalRequest, slug: str, number: int, key: str) -> HttpResponse:
    """Rates the item."""
    answer = find_answer(request, slug, number, key)
    form = RatingForm(request.POST)
    if not form.is_valid():
        return fragments(request, answer, ["foot"], problem="That cannot be saved.", status=422)
    data = form.cleaned_data
    try:
        answers.rate(request.access, answer=answer, rating=data["rating"], version=data["version"])
    except DomainError as refusal:
        return fragments(request, answer, ["foot"], problem=refusal.message, status=refusal.status)
    return fragments(request, answer, ["foot"], saved=True)


@door(POST=ANSWERING)
def text(request: PortalRequest, slug: str, number: int, key: str) -> HttpResponse:
    """Saves the text. A conflict shows both texts; what was typed stays until one of three ways out is taken."""
    answer = find_answer(request, slug, number, key)
    form = TextForm(request.POST)
    if not form.is_valid():
        problem = _words(form, "text")
        typed = request.POST.get("text", "")
        return fragments(request, answer, ["text"], problem=problem, typed=typed, status=422)
    typed, version = form.cleaned_data["text"], form.cleaned_data["version"]
    if request.POST.get("resolve") == "theirs":
        return fragments(request, answer, ["text"])
    if request.POST.get("resolve") == "merge":
        return fragments(request, answer, ["text"], typed=typed, beside=answer.text)
    try:
        answers.describe(request.access, answer=answer, text=typed, version=version)
    except Conflict:
        answer.refresh_from_db()
        return fragments(request, answer, ["text"], conflict=typed, status=412)
    except DomainError as refusal:
        return fragments(request, answer, ["text"], problem=refusal.message, typed=typed, status=refusal.status)
    return fragments(request, answer, ["text"], saved=True)


@door(POST=ANSWERING)
def value(request: PortalRequest, slug: str, number: int, key: str, name: str) -> HttpResponse:
    """Enters one measured number."""
    answer = find_answer(request, slug, number, key)
    form = ValueForm(request.POST)
    typed = request.POST.get("value", "")
    refused = {"refused_name": name, "typed": typed}
    if not form.is_valid():
        return fragments(request, answer, ["measure"], problem="At most 120 characters.", status=422, **refused)
    data = form.cleaned_data
    try:
        answers.measure(request.access, answer=answer, name=name, value=data["value"], version=data["version"])
    except DomainError as refusal:
        problem = refusal.message
        if isinstance(refusal, Conflict):
            problem = f"{refusal.message} It says {refusal.saved} now."
        return fragments(request, answer, ["measure"], problem=problem, status=refusal.status, **refused)
    return fragments(request, answer, ["measure"], saved=True)


@door(POST=ANSWERING)
def guardrail(request: PortalRequest, slug: str, number: int, key: str) -> HttpResponse:
    """Adds a guardrail under the next free number: its name, value, direction and limit, all or none."""
    answer = find_answer(request, slug, number, key)
    form = GuardrailForm(request.POST)
    if not form.is_valid():
        problem = " ".join(f"{form[name].label}: {_words(form, name)}" for name in form.errors)
        return fragments(request, answer, ["measure"], problem=problem, status=422)
    try:
        answers.add_guardrail(request.access, answer=answer, parts=form.cleaned_data)
    except DomainError as refusal:
        return fragments(request, answer, ["measure"], problem=refusal.message, status=refusal.status)
    return fragments(request, answer, ["measure"], saved=True)


@door(POST=Capability.COMMENT_WRITE)
def comment(request: PortalRequest, slug: str, number: int, key: str) -> HttpResponse:
    """Says a word on an item."""
    answer = find_answer(request, slug, number, key)
    form = CommentForm(request.POST)
    typed = request.POST.get("text", "")
    if not form.is_valid():
        problem = _words(form, "text")
        return fragments(request, answer, ["comments"], problem=problem, typed=typed, status=422)
    try:
        reviews.comment(request.access, answer=answer, text=form.cleaned_data["text"])
    except DomainError as refusal:
        return fragments(request, answer, ["comments"], problem=refusal.message, typed=typed, status=refusal.status)
    return fragments(request, answer, ["comments"], saved=True)


@door(POST=ANSWERING)
def assignee(request: PortalRequest, slug: str, number: int, key: str) -> HttpResponse:
    """Gives the item to one person, or back to its domain's owner."""
    answer = find_answer(request, slug, number, key)
    form = AssigneeForm(request.POST, candidates=ownership.candidates(answer.review.service))
    if not form.is_valid():
        return fragments(request, answer, ["card"], problem=_words(form, "person"), status=422)
    try:
        answers.assign(request.access, answer=answer, person=form.cleaned_data["person"])
    except DomainError as refusal:
        return fragments(request, answer, ["card"], problem=refusal.message, status=refusal.status)
    return fragments(request, answer, ["card"], saved=True)


def _words(form: BaseForm, name: str) -> str:
    """What is wrong with a field, in one line."""
    return " ".join(map(str, form.errors.get(name, ["That cannot be saved."])))


def fragments(
    request: PortalRequest, answer: ItemAnswer, changed: Sequence[str], *, status: int = 200, **context: Any
) -> HttpResponse:
    """The fragments named, then those every change moves. Without htmx: back to the item, unless it was refused."""
    if not request.htmx and status == 200:  # type: ignore[attr-defined]  # set by django-htmx's middleware
        return redirect(f"{answer.review.get_absolute_url()}#{answer.item_key}")
    review = answer.review
    team = review.service.scope.team_id
    item, summary = review_queries.card_and_summary(answer, request.access)
    full: dict[str, Any] = {
        "card": item,
        "summary": summary,
        "review": review,
        "service": review.service,
        "changed": list(changed),
        "open": True,
        "may_answer": request.access.can(Capability.REVIEW_ANSWER, team),
        "may_sign": request.access.can(Capability.SIGNOFF_GRANT, team),
        "may_comment": request.access.can(Capability.COMMENT_WRITE, team),
        **context,
    }
    return render(request, "readiness/reviews/_changed.html", full, status=status)
