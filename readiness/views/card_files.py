"""Model cards as files: handed out in the formats others read, and taken in after a look at what they would change."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify

from portal import permissions
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import DomainError
from portal.forms import refusals
from portal.permissions import Capability
from portal.rules import comparing
from portal.views import documents as pages
from readiness.actions import model_cards
from readiness.actions.model_cards import CardFile, Imported
from readiness.forms.card_files import CardFileForm, ConfirmCardFileForm, confirmation
from readiness.models import ModelCard, ServedModel
from readiness.queries import model_cards as queries
from readiness.queries.packs import model_cards as pack_cards
from readiness.rules import model_cards as rules
from readiness.rules.card_formats import formats
from readiness.views import printed_documents
from readiness.views.model_cards import card_of, model_of


@door(GET=SIGNED_IN)
def export(request: PortalRequest, slug: str, model: str, form: str) -> HttpResponse:
    """A revision of a card (`?revision=`, or the current one) in one of the formats."""
    card = card_of(request, slug, model)
    wanted = formats.FORMATS.get(form)
    if wanted is None:
        raise Http404("There is no such format.")
    shown = pages.shown(request, card)
    text = wanted.written(shown.content, queries.about(card, shown))
    return printed_documents.attached(
        text.encode(), name=file_name(card, shown.number, wanted.ending), media_type=wanted.media_type
    )


@door(GET=SIGNED_IN)
def printed(request: PortalRequest, slug: str, model: str) -> HttpResponse:
    """A revision of a card (`?revision=`, or the current one) as a PDF in the look of a pack."""
    card = card_of(request, slug, model)
    number = pages.number(request, "revision", card.revision)
    shown = pack_cards.printed(card, number)
    return printed_documents.download(request, card, shown, file_name(card, number, "pdf"))


def file_name(card: ModelCard, revision: int, ending: str) -> str:
    """README.md as the format wants it; of the others the model and the revision."""
    return ending if ending == "README.md" else f"{slugify(card.model.name) or 'model'}-card-{revision}.{ending}"


@door(GET=Capability.DOCUMENT_WRITE, POST=Capability.DOCUMENT_WRITE)
def upload(request: PortalRequest, slug: str, model: str) -> HttpResponse:
    """The form for a file; with one, what it would change in the card, or say in a new one."""
    served, card = _of(request, slug, model)
    form = CardFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.card_file(card.revision if card else 0)
        try:
            imported = model_cards.import_dry(served, card, file)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            return _report(request, served, card, file, imported)
    context = {"service": served.service, "model": served, "card": card, "form": form}
    return render(request, "readiness/model_cards/import.html", context, status=422 if form.errors else 200)


@door(POST=Capability.DOCUMENT_WRITE)
def confirm(request: PortalRequest, slug: str, model: str) -> HttpResponse:
    """Writes what was shown as a revision."""
    served, card = _of(request, slug, model)
    form = ConfirmCardFileForm(request.POST)
    if not form.is_valid():
        messages.error(request, "The file did not come back whole; nothing was changed. Upload it again.")
        return redirect("readiness:model_card_import", slug, model)
    file = form.card_file()
    try:
        written = model_cards.import_file(request.access, model=served, card=card, file=file)
    except DomainError as refusal:
        again = CardFileForm({"content": file.text, "is_whole": file.is_whole})
        again.is_valid()
        again.add_error(None, f"{refusal.message} Nothing was changed.")
        context = {"service": served.service, "model": served, "card": card, "form": again}
        return render(request, "readiness/model_cards/import.html", context, status=refusal.status)
    messages.success(request, f"Revision {written.revision} says what the file says.")
    return redirect(written)


def _of(request: PortalRequest, slug: str, model: str) -> tuple[ServedModel, ModelCard | None]:
    served = model_of(request, slug, model)
    permissions.require(request.access, Capability.DOCUMENT_WRITE, served.service.scope)
    return served, queries.listed(request.access).filter(model=served).first()


def _report(
    request: PortalRequest, served: ServedModel, card: ModelCard | None, file: CardFile, imported: Imported
) -> HttpResponse:
    changes = comparing.by_field(rules.FIELDS, imported.before, imported.after)
    changed = {change.field.key for change in changes}
    context = {
        "service": served.service,
        "model": served,
        "card": card,
        "file": file,
        "placed": imported.reading.placed,
        "changes": changes,
        "same": [field for field in rules.FIELDS if field.key not in changed and imported.after.get(field.key)],
        "before_name": f"Revision {card.revision}" if card else "No card yet",
        "after_name": file.name,
        "confirmation": confirmation(file),
    }
    return render(request, "readiness/model_cards/import_report.html", context)
