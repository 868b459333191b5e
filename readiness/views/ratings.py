"""Saving as you go: the colour of an item and the text beside it.

Red and yellow need a sentence on what is missing. A colour that is chosen before the sentence is written waits in the
text's form and is saved together with it, so nobody has to choose it twice.
"""

from typing import Any

from django.http import HttpResponse

from portal.doors import PortalRequest, door
from portal.errors import Conflict, DomainError
from readiness.actions import answers
from readiness.choices import Colour
from readiness.forms.reviews import RatingForm, TextForm
from readiness.models import ItemAnswer
from readiness.views.answers import ANSWERING, find_answer, fragments, words


@door(POST=ANSWERING)
def rating(request: PortalRequest, slug: str, number: int, key: str) -> HttpResponse:
    """Rates the item. Without the sentence that red and yellow need, the colour waits for it in the text's form."""
    answer = find_answer(request, slug, number, key)
    form = RatingForm(request.POST)
    if not form.is_valid():
        return fragments(request, answer, ["foot"], problem="That cannot be saved.", status=422)
    data = form.cleaned_data
    try:
        answers.rate(request.access, answer=answer, rating=data["rating"], version=data["version"])
    except DomainError as refusal:
        if "text" in refusal.errors:
            return _with_its_sentence(request, answer, data)
        return fragments(request, answer, ["foot"], problem=refusal.message, status=refusal.status)
    if request.POST.get("colour"):
        return fragments(request, answer, ["foot", "text"], saved=True, typed=data["text"])
    return fragments(request, answer, ["foot"], saved=True)


def _with_its_sentence(request: PortalRequest, answer: ItemAnswer, data: dict[str, Any]) -> HttpResponse:
    """Saves both where the sentence stands in its field already; else the colour waits and the field is shown."""
    if data["text"].strip() and data["text_version"] is not None:
        both = {"colour": data["rating"], "colour_version": data["version"]}
        return _save(request, answer, {"text": data["text"], "version": data["text_version"], **both}, ["foot", "text"])
    return fragments(request, answer, ["foot", "text"], waiting=data["rating"], status=422)


@door(POST=ANSWERING)
def text(request: PortalRequest, slug: str, number: int, key: str) -> HttpResponse:
    """Saves the text, and the colour that waited for it. A conflict shows both texts; one of three ways out ends it."""
    answer = find_answer(request, slug, number, key)
    form = TextForm(request.POST)
    if not form.is_valid():
        problem, typed = words(form, "text"), request.POST.get("text", "")
        waiting = form.cleaned_data.get("colour", "")
        return fragments(request, answer, ["text"], problem=problem, typed=typed, waiting=waiting, status=422)
    data = form.cleaned_data
    if request.POST.get("resolve") == "theirs":
        return _on_their_text(request, answer, data, ["text"])
    if request.POST.get("resolve") == "merge":
        return fragments(request, answer, ["text"], typed=data["text"], beside=answer.text, waiting=data["colour"])
    return _save(request, answer, data, ["text"])


def _save(request: PortalRequest, answer: ItemAnswer, data: dict[str, Any], changed: list[str]) -> HttpResponse:
    """Saves the text, with the colour that waited for it. Refused, both stay: one in its field, one pressed."""
    typed, colour = data["text"], data["colour"]
    said = {"text": typed, "text_version": data["version"]}
    try:
        if colour:
            answers.rate_and_describe(
                request.access, answer=answer, rating=colour, version=data["colour_version"], **said
            )
        else:
            answers.describe(request.access, answer=answer, text=typed, version=data["version"])
    except Conflict as conflict:
        return _overtaken(request, answer, data, conflict, changed)
    except DomainError as refusal:
        kept = {"problem": refusal.message, "typed": typed, "waiting": colour}
        return fragments(request, answer, changed, status=refusal.status, **kept)
    return fragments(request, answer, changed, saved=True)


def _overtaken(
    request: PortalRequest, answer: ItemAnswer, data: dict[str, Any], conflict: Conflict, changed: list[str]
) -> HttpResponse:
    """Somebody else was faster: with the colour, which is said; or with the text, where the person chooses."""
    answer.refresh_from_db()
    typed, colour = data["text"], data["colour"]
    if conflict.field == "rating":
        now = Colour(answer.rating).label.lower() if answer.rating else "unanswered"
        problem = f"{conflict.saved_by} changed the colour in the meantime: it is {now} now."
        return fragments(request, answer, changed, problem=problem, typed=typed, status=412)
    if answer.text == typed.strip():
        return _on_their_text(request, answer, data, changed)
    return fragments(request, answer, changed, conflict=typed, waiting=colour, status=412)


def _on_their_text(
    request: PortalRequest, answer: ItemAnswer, data: dict[str, Any], changed: list[str]
) -> HttpResponse:
    """The saved text stays; a colour that waited for a sentence has one in it."""
    if not data["colour"]:
        return fragments(request, answer, changed)
    try:
        answers.rate(request.access, answer=answer, rating=data["colour"], version=data["colour_version"])
    except DomainError as refusal:
        return fragments(request, answer, changed, problem=refusal.message, status=refusal.status)
    return fragments(request, answer, changed, saved=True)
