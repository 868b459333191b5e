"""Saving as you go: one item's points, numbers, comments and people, each by its own small request.

The answer to htmx is a handful of fragments: what was changed, and what else that change moved (the item's head, foot
and seal, the rail and the decision panel). Without htmx the same act leads back to the item on the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import Conflict, DomainError
from portal.forms import refusals
from portal.permissions import Capability
from readiness.actions import answers, reviews
from readiness.choices import PointState
from readiness.forms.reviews import AssigneeForm, CommentForm, GuardrailForm, PointForm, RemoveGuardrailForm, ValueForm
from readiness.models import ItemAnswer
from readiness.queries import ownership
from readiness.queries import reviews as review_queries
from readiness.queries.item_cards import ItemCard
from readiness.views.reviews import find

ANSWERING = Capability.REVIEW_ANSWER


REASON_MISSING = "Give a reason of at most 300 characters."


@dataclass(frozen=True)
class Refused:
    """A small form of a card that was refused: which, why, and what was typed. It stays open with both.

    `act` names the form within its card: “return”, “reopen”, “answer here”, “assign”, “point 3”, “withdraw <id>”.
    """

    act: str
    problem: str
    typed: str = ""


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
        problem = REASON_MISSING if "reason" in form.errors else "That cannot be saved."
        return _point_refused(request, answer, point, problem, status=422)
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
        at_reason = "reason" in refusal.errors
        return _point_refused(request, answer, point, refusal.message, at_reason=at_reason, status=refusal.status)
    return fragments(request, answer, ["point"], point=point, saved=True)


def _point_refused(
    request: PortalRequest, answer: ItemAnswer, point: int, problem: str, *, at_reason: bool = True, status: int
) -> HttpResponse:
    """At the reason where one was asked for, else below the point; what was typed stays in its field either way."""
    typed = request.POST.get("reason", "")
    aside = request.POST.get("state") == PointState.NOT_APPLICABLE
    refused = Refused(f"point {point}", problem if at_reason else "", typed) if aside else None
    below = "" if aside and at_reason else problem
    return fragments(request, answer, ["point"], point=point, problem=below, refused=refused, status=status)


@door(POST=ANSWERING)
def value(request: PortalRequest, slug: str, number: int, key: str, name: str) -> HttpResponse:
    """Enters one measured number."""
    answer = find_answer(request, slug, number, key)
    form = ValueForm(request.POST)
    refused: dict[str, Any] = {"refused_name": name, "typed": request.POST.get("value", "")}
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
    form = GuardrailForm(request.POST, auto_id=f"guard-{answer.item_key.replace('.', '-')}-%s")
    status = 422
    if form.is_valid():
        try:
            answers.add_guardrail(request.access, answer=answer, parts=form.cleaned_data)
        except DomainError as refusal:
            refusals.show(form, refusal)
            status = refusal.status
        else:
            return fragments(request, answer, ["measure"], saved=True)
    return fragments(request, answer, ["measure"], guardrail_form=form, status=status)


@door(POST=ANSWERING)
def guardrail_remove(request: PortalRequest, slug: str, number: int, key: str, guardrail: int) -> HttpResponse:
    """Takes a guardrail out."""
    answer = find_answer(request, slug, number, key)
    form = RemoveGuardrailForm(request.POST)
    if not form.is_valid():
        return fragments(request, answer, ["measure"], problem="That cannot be saved.", status=422)
    try:
        answers.remove_guardrail(request.access, answer=answer, number=guardrail, versions=form.cleaned_data)
    except DomainError as refusal:
        problem = f"Not removed. {refusal.message}"
        return fragments(request, answer, ["measure"], problem=problem, status=refusal.status)
    return fragments(request, answer, ["measure"], saved=True)


@door(POST=Capability.COMMENT_WRITE)
def comment(request: PortalRequest, slug: str, number: int, key: str) -> HttpResponse:
    """Says a word on an item."""
    answer = find_answer(request, slug, number, key)
    form = CommentForm(request.POST)
    typed = request.POST.get("text", "")
    if not form.is_valid():
        problem = words(form, "text")
        return fragments(request, answer, ["comments"], problem=problem, typed=typed, status=422)
    try:
        reviews.comment(request.access, answer=answer, text=form.cleaned_data["text"])
    except DomainError as refusal:
        return fragments(request, answer, ["comments"], problem=refusal.message, typed=typed, status=refusal.status)
    return fragments(request, answer, ["comments"], saved=True)


@door(GET=ANSWERING, POST=ANSWERING)
def assignee(request: PortalRequest, slug: str, number: int, key: str) -> HttpResponse:
    """The form (GET, when it is opened); gives the item to one person, or back to its domain's owner."""
    answer = find_answer(request, slug, number, key)
    form = AssigneeForm(
        request.POST if request.method == "POST" else None,
        candidates=ownership.candidates(answer.review.service),
        initial={"person": answer.assignee},
        auto_id=f"assign-{answer.item_key.replace('.', '-')}-%s",
    )
    if request.method == "GET":
        return fragments(request, answer, ["owner"], assignee_form=form)
    status = 422
    if form.is_valid():
        try:
            answers.assign(request.access, answer=answer, person=form.cleaned_data["person"])
        except DomainError as refusal:
            refusals.show(form, refusal)
            status = refusal.status
        else:
            answer.refresh_from_db()
            return fragments(request, answer, ["owner"], saved=True)
    return fragments(request, answer, ["owner"], assignee_form=form, status=status)


def words(form: BaseForm, name: str) -> str:
    """What is wrong with a field, in one line."""
    return " ".join(map(str, form.errors.get(name, ["That cannot be saved."])))


def fragments(
    request: PortalRequest,
    answer: ItemAnswer,
    changed: Sequence[str],
    *,
    status: int = 200,
    refused: Refused | None = None,
    **context: Any,
) -> HttpResponse:
    """The fragments named, then those every change moves. Without htmx: back to the item, unless it was refused."""
    if not request.htmx and status == 200:
        return redirect(answer.get_absolute_url())
    full = {**surroundings(request, answer, changed, refused), **context}
    return render(request, "readiness/reviews/_changed.html", full, status=status)


def surroundings(
    request: PortalRequest, answer: ItemAnswer, changed: Sequence[str], refused: Refused | None = None
) -> dict[str, Any]:
    """What the fragments of a card show: the item as this person sees it now, rail and panel, and what they may do."""
    review = answer.review
    team = review.service.scope.team_id
    item, summary = review_queries.card_and_summary(answer, request.access)
    return {
        "card": item,
        "summary": summary,
        "review": review,
        "service": review.service,
        "changed": list(changed),
        "open": True,
        "lost": _lost(refused, item),
        "refused": refused,
        "may_answer": request.access.can(Capability.REVIEW_ANSWER, team),
        "may_sign": request.access.can(Capability.SIGNOFF_GRANT, team),
        "may_comment": request.access.can(Capability.COMMENT_WRITE, team),
        "may_start": request.access.can(Capability.REVIEW_START, team),
        "may_find": request.access.can(Capability.FINDING_OPEN),
        "may_decide": request.access.can(Capability.DECISION_RECORD, team),
    }


def _lost(refused: Refused | None, item: ItemCard) -> Refused | None:
    """A refused form that the card, as it stands now, offers no longer: what was typed is shown beside the reason."""
    if refused is None:
        return None
    act, _, which = refused.act.partition(" ")
    match act:
        case "return":
            offered = not item.refusals
        case "reopen":
            offered = item.standing_seal is not None and not item.locked
        case "answer":
            offered = bool(item.served_by) and item.standing_seal is not None and not item.locked
        case "withdraw":
            offered = not item.is_closed and any(str(line.piece.public_id) == which for line in item.evidence)
        case _:
            offered = not item.is_closed
    return None if offered else refused
