"""“Use it” on the review page: for one item, for all on offer, and answering an item here again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from portal.doors import PortalRequest, door
from portal.errors import DomainError
from portal.permissions import Capability
from readiness.actions import covering
from readiness.forms.reviews import AnswerHereForm
from readiness.models import ItemAnswer
from readiness.views.answers import Refused, find_answer, fragments
from readiness.views.reviews import find


@door(POST=Capability.REVIEW_ANSWER)
def use(request: PortalRequest, slug: str, number: int, key: str) -> HttpResponse:
    """Takes what is on offer for one item."""
    answer = find_answer(request, slug, number, key)
    try:
        covering.use(request.access, answer=answer)
    except DomainError as refusal:
        return fragments(request, answer, ["card"], problem=refusal.message, status=refusal.status)
    return fragments(request, find_answer(request, slug, number, key), ["card"], saved=True)


@door(POST=Capability.REVIEW_ANSWER)
def use_all(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """Takes everything on offer for the review."""
    review = find(request, slug, number)
    try:
        taken = covering.use_all(request.access, review=review)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"{taken} {'answer' if taken == 1 else 'answers'} used from other reviews.")
    return redirect(review)


@door(POST=Capability.REVIEW_ANSWER)
def stop(request: PortalRequest, slug: str, number: int, key: str) -> HttpResponse:
    """Answers the item here again; a refusal leaves the form open with what was typed."""
    answer = find_answer(request, slug, number, key)
    form = AnswerHereForm(request.POST)
    if not form.is_valid():
        return _not_taken_back(request, answer, " ".join(map(str, form.errors["reason"])), 422)
    try:
        covering.stop(request.access, answer=answer, reason=form.cleaned_data["reason"])
    except DomainError as refusal:
        return _not_taken_back(request, answer, refusal.message, refusal.status)
    return fragments(request, find_answer(request, slug, number, key), ["card"], saved=True)


def _not_taken_back(request: PortalRequest, answer: ItemAnswer, problem: str, status: int) -> HttpResponse:
    refused = Refused("answer here", problem, request.POST.get("reason", ""))
    return fragments(request, answer, ["card"], refused=refused, status=status)
