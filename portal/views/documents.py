"""What the pages of every kind of document share: its revisions, the form of the next one, acts, and the preview."""

from collections.abc import Callable, Container, Iterable, Mapping
from typing import Any, TypeVar

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from portal import markdown
from portal.actions.documents import Clashed
from portal.document_kinds import Kind
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import DomainError
from portal.forms import refusals
from portal.forms.documents import ActForm, DocumentForm
from portal.models.documents import AbstractDocument
from portal.queries import documents
from portal.queries.documents import Revision
from portal.rules.document_fields import DocumentField

Form = TypeVar("Form", bound=DocumentForm)
Document = TypeVar("Document", bound=AbstractDocument)

REVIEWED = "Reviewed. You are asked again when the next one is due."

Refused = Mapping[str, ActForm]
"""By name of an act its form, where it was refused."""


@door(POST=SIGNED_IN)
def preview(request: PortalRequest) -> HttpResponse:
    """The one text that was sent, as it will be shown. Nothing is kept."""
    texts = [value for key, value in request.POST.items() if key != "csrfmiddlewaretoken"]
    return HttpResponse(markdown.render(str(texts[0]) if texts else "", top_level=4))


def number(request: PortalRequest, name: str, otherwise: int) -> int:
    """A number of the address; `otherwise` where it says none."""
    given = request.GET.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 7 else otherwise


def shown(request: PortalRequest, document: AbstractDocument) -> Revision:
    """The revision that the address names (`?revision=`), or the current one. Raises Http404."""
    found = documents.revision(document, number(request, "revision", document.revision))
    if found is None:
        raise Http404("It has no such revision.")
    return found


def compared(
    request: PortalRequest, kind: Kind, document: AbstractDocument, *, apart: Container[DocumentField] = ()
) -> dict[str, Any]:
    """What a page shows of two revisions beside each other (`?old=`, `?new=`); without them of the last two.

    Fields `apart` the page compares in its own way. Raises Http404.
    """
    new = number(request, "new", document.revision)
    found = documents.comparison(kind, document, number(request, "old", max(new - 1, 1)), new, apart=apart)
    if found is None:
        raise Http404("It has no such revision.")
    return {
        "document": document,
        "comparison": found,
        "numbers": documents.numbers(document),
        "compare_url": request.path,
    }


def revise(
    request: PortalRequest,
    document: AbstractDocument,
    *,
    make: Callable[..., Form],
    save: Callable[[Form], list[str]],
    shown_by: Callable[[Form, int], HttpResponse],
) -> HttpResponse:
    """The form of a document's next revision, by `make` and shown with a status; `save` says what changed.

    After a clash it begins anew from what stands, with all that was typed in it: to save again is a choice.
    """
    form = make(request.POST or None)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            changed = save(form)
        except Clashed as clashed:
            form, status = make(clashed=clashed, initial=form.beside()), clashed.status
        except DomainError as refusal:
            refusals.show(form, refusal)
            status = refusal.status
        else:
            messages.success(request, f"Revision {document.revision} is saved." if changed else "Nothing was changed.")
            return redirect(document)
    return shown_by(form, status)


def act(
    request: PortalRequest,
    name: str,
    *,
    find: Callable[[], Document],
    do: Callable[[Document, int, str], None],
    done: str,
    shown_by: Callable[[Document, Refused, int], HttpResponse],
) -> HttpResponse:
    """Does one act on a document, or shows it again with the act's dialog open and everything typed in it."""
    document = find()
    form = ActForm(request.POST, auto_id=f"{name}-%s")
    status = 422
    if form.is_valid():
        try:
            do(document, form.cleaned_data["seen"], form.cleaned_data["note"])
        except DomainError as refusal:
            refusals.show(form, refusal)
            status = refusal.status
        else:
            messages.success(request, done)
            return redirect(document)
    fresh = find()
    refusals.show_newer(form, seen=fresh.revision)
    return shown_by(fresh, {name: form}, status)


def acts(document: AbstractDocument, names: Iterable[str], refused: Refused) -> dict[str, Any]:
    """The forms of the acts that this person is offered, and why the one that was refused is offered no more."""
    blank = {"seen": document.revision}
    forms = {name: refused.get(name) or ActForm(initial=blank, auto_id=f"{name}-%s") for name in names}
    lost = [form for name, form in refused.items() if name not in forms]
    return {"acts": forms, "lost": [words for form in lost for said in form.errors.values() for words in said]}
