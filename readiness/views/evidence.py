"""Evidence of an item: adding, withdrawing, reading a file."""

import uuid

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, render

from portal import downloads, error_pages
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import DomainError
from portal.forms import refusals
from portal.permissions import Capability
from readiness.actions import downloads as file_downloads
from readiness.actions import evidence
from readiness.forms.reviews import EvidenceForm, ReasonForm
from readiness.models import Evidence, ItemAnswer
from readiness.queries import evidence as evidence_queries
from readiness.views.answers import Refused, find_answer, fragments


@door(GET=Capability.REVIEW_ANSWER, POST=Capability.REVIEW_ANSWER)
def add(request: PortalRequest, slug: str, number: int, key: str) -> HttpResponse:
    """The form (GET, when it is opened), and taking what it brings."""
    answer = find_answer(request, slug, number, key)
    review = answer.review
    bound = {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}
    places = evidence_queries.environments(review)
    form = EvidenceForm(
        service=review.service,
        environments=places,
        release=review.release,
        initial=evidence_queries.proposed(review, places),
        auto_id=f"evidence-{key.replace('.', '-')}-%s",
        **bound,
    )
    if not form.is_bound:
        card = {"key": key, "anchor": key.replace(".", "-")}
        return render(request, "readiness/reviews/_evidence_form.html", {"form": form, "card": card, "review": review})
    if form.is_valid():
        try:
            _attach(request, answer, form)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            return fragments(request, answer, ["evidence"], saved=True)
    return fragments(request, answer, ["evidence"], evidence_form=form, status=422)


@door(POST=Capability.REVIEW_ANSWER)
def withdraw(request: PortalRequest, public_id: str) -> HttpResponse:
    """Takes a piece out, with a reason."""
    piece = _find(request, public_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _not_withdrawn(request, piece, " ".join(map(str, form.errors["reason"])), 422)
    try:
        evidence.withdraw(request.access, piece=piece, reason=form.cleaned_data["reason"])
    except DomainError as refusal:
        return _not_withdrawn(request, piece, refusal.message, refusal.status)
    return fragments(request, piece.answer, ["evidence"], saved=True)


def _not_withdrawn(request: PortalRequest, piece: Evidence, problem: str, status: int) -> HttpResponse:
    refused = Refused(f"withdraw {piece.public_id}", problem, request.POST.get("reason", ""))
    return fragments(request, piece.answer, ["evidence"], refused=refused, status=status)


@door(GET=SIGNED_IN)
def download(request: PortalRequest, public_id: str) -> HttpResponse | FileResponse:
    """The file, always as a download, never run or shown by the browser; the download is an event."""
    piece = _find(request, public_id)
    attachment = get_object_or_404(type(piece).objects.select_related("attachment"), pk=piece.pk).attachment
    if attachment is None or attachment.redacted_at:
        words = "Its name, digest and the reason stay on record."
        return error_pages.answer(request, 410, "This file was redacted", words, symbol="file")
    file_downloads.note(
        request.access, piece, service=piece.answer.review.service, title=piece.title, sha256=piece.digest
    )
    return downloads.attachment(attachment.file, name=attachment.name, media_type=attachment.media_type)


def _find(request: PortalRequest, public_id: str) -> Evidence:
    visible = Evidence.objects.visible_to(request.access)
    related = (
        "answer__review__service__scope__team",
        "answer__review__service__target",
        "answer__review__service__owner",
        "answer__review__template_version",
        "answer__review__release",
    )
    return get_object_or_404(visible.select_related(*related), public_id=public_id)


def _attach(request: PortalRequest, answer: ItemAnswer, form: EvidenceForm) -> None:
    data = form.cleaned_data
    named = {name: data.get(name) for name in ("environment", "release", "model_version", "observed_on")}
    if data["drill"]:
        evidence.attach_drill(request.access, answer=answer, drill=data["drill"])
    elif data["document"]:
        kind, _, public_id = data["document"].rpartition(":")
        evidence.attach_document(request.access, answer=answer, kind=kind, document=uuid.UUID(public_id))
    elif data["file"]:
        evidence.attach_file(request.access, answer=answer, file=data["file"], title=data["title"], **named)
    else:
        evidence.attach_link(request.access, answer=answer, url=data["url"], title=data["title"], **named)
