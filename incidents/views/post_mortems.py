"""Pages of post-mortems: one, writing it, comparing two revisions, and what follows from it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from incidents.actions import post_mortems
from incidents.actions.post_mortems import FollowUp
from incidents.forms.post_mortems import FollowUpForm, PostMortemForm
from incidents.models import PostMortem
from incidents.queries import incidents as incident_queries
from incidents.queries import pack_sections, proposals
from incidents.queries import post_mortems as queries
from incidents.rules import post_mortems as rules
from portal import permissions
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import Conflict, DomainError
from portal.forms import refusals
from portal.permissions import Capability
from portal.queries import documents
from readiness.rules.action_items import Terms
from readiness.views import printed_documents


@door(GET=SIGNED_IN)
def detail(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """A post-mortem as it stands, or one of its revisions (`?revision=`)."""
    post_mortem = _post_mortem(request, slug, number)
    shown = documents.revision(post_mortem, _number(request, "revision", post_mortem.revision))
    if shown is None:
        raise Http404("It has no such revision.")
    may_write = request.access.can(Capability.POST_MORTEM_WRITE, post_mortem.scope.team_id)
    context = {
        "incident": post_mortem.incident,
        "service": post_mortem.service,
        "document": post_mortem,
        "shown": shown,
        "groups": documents.shown(rules.GROUPS, shown.content, documents.last_written(post_mortem)),
        "history": documents.history(post_mortem),
        "follow_ups": list(queries.follow_ups(post_mortem)),
        "proposals": list(proposals.of(post_mortem)),
        "template_titles": proposals.template_titles(),
        "lacking": rules.publish_refusals(post_mortem.content),
        "may_write": may_write,
        "may_settle": request.access.can(Capability.TEMPLATE_PUBLISH),
        "may_review": may_write,
    }
    return render(request, "incidents/post_mortems/detail.html", context)


@door(GET=SIGNED_IN)
def printed(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """A revision (`?revision=`, or the current one) as a PDF in the look of a pack."""
    post_mortem = _post_mortem(request, slug, number)
    revision = _number(request, "revision", post_mortem.revision)
    shown = pack_sections.printed(post_mortem, revision)
    name = f"{slug}-{post_mortem.incident.label.lower()}-post-mortem-{revision}.pdf"
    return printed_documents.download(request, post_mortem, shown, name)


@door(POST=Capability.POST_MORTEM_WRITE)
def begin(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """Begins it with what the incident knows, and opens its form."""
    incident = get_object_or_404(incident_queries.shown(request.access), service__slug=slug, number=number)
    try:
        post_mortems.begin(request.access, incident=incident)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect(incident)
    return redirect("incidents:post_mortem_revise", slug, number)


@door(GET=Capability.POST_MORTEM_WRITE, POST=Capability.POST_MORTEM_WRITE)
def revise(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """The form of its next revision."""
    post_mortem = _post_mortem(request, slug, number)
    permissions.require(request.access, Capability.POST_MORTEM_WRITE, post_mortem.scope)
    form = PostMortemForm(request.POST or None, incident=post_mortem.incident, post_mortem=post_mortem)
    conflict: Conflict | None = None
    if request.method == "POST" and form.is_valid():
        try:
            changed = post_mortems.revise(
                request.access, post_mortem=post_mortem, written=form.written(), seen=form.cleaned_data["seen"]
            )
        except DomainError as refusal:
            refusals.show(form, refusal)
            if isinstance(refusal, Conflict):
                conflict = refusal
                refusals.show_newer(form, seen=_post_mortem(request, slug, number).revision)
        else:
            messages.success(
                request, f"Revision {post_mortem.revision} is saved." if changed else "Nothing was changed."
            )
            return redirect(post_mortem)
    context = {"incident": post_mortem.incident, "service": post_mortem.service, "document": post_mortem, "form": form}
    context["conflict"] = conflict
    status = conflict.status if conflict else 422 if form.errors else 200
    return render(request, "incidents/post_mortems/form.html", context, status=status)


@door(POST=Capability.POST_MORTEM_WRITE)
def publish(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """Publishes it."""
    post_mortem = _post_mortem(request, slug, number)
    seen = request.POST.get("seen", "")
    try:
        if not (seen.isascii() and seen.isdigit() and len(seen) < 7):
            raise DomainError("Open it anew.")
        post_mortems.publish(request.access, post_mortem=post_mortem, seen=int(seen))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "It is published, and the teams are told.")
    return redirect(post_mortem)


@door(POST=Capability.POST_MORTEM_WRITE)
def confirm(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """Says that it is still true."""
    post_mortem = _post_mortem(request, slug, number)
    seen = request.POST.get("seen", "")
    try:
        if not (seen.isascii() and seen.isdigit() and len(seen) < 7):
            raise DomainError("Open it anew.")
        post_mortems.confirm(request.access, post_mortem=post_mortem, seen=int(seen), note=request.POST.get("note", ""))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "Reviewed. You are asked again when the next one is due.")
    return redirect(post_mortem)


@door(GET=SIGNED_IN)
def compare(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """Two revisions beside each other (`?old=`, `?new=`); without them the last two."""
    post_mortem = _post_mortem(request, slug, number)
    new = _number(request, "new", post_mortem.revision)
    compared = documents.comparison(post_mortem, rules.FIELDS, _number(request, "old", max(new - 1, 1)), new)
    if compared is None:
        raise Http404("It has no such revision.")
    context = {
        "incident": post_mortem.incident,
        "service": post_mortem.service,
        "document": post_mortem,
        "comparison": compared,
        "numbers": documents.numbers(post_mortem),
        "compare_url": request.path,
    }
    return render(request, "incidents/post_mortems/compare.html", context)


@door(GET=Capability.POST_MORTEM_WRITE, POST=Capability.POST_MORTEM_WRITE)
def follow_up(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """The form of an action item that follows from it."""
    post_mortem = _post_mortem(request, slug, number)
    permissions.require(request.access, Capability.POST_MORTEM_WRITE, post_mortem.scope)
    form = FollowUpForm(request.POST or None, incident=post_mortem.incident)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        owner = data.pop("owner")
        try:
            opened = post_mortems.follow_up(request.access, post_mortem=post_mortem, new=FollowUp(Terms(**data), owner))
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            words = f"Action item {opened.item.number} is {owner.name}’s."
            messages.success(request, words if opened.is_new else f"{words} It was there already.")
            return redirect(post_mortem)
    return ask(request, post_mortem, form, "What follows from it", "Open the action item")


def ask(
    request: PortalRequest, post_mortem: PostMortem, form: Any, heading: str, button: str, **more: Any
) -> HttpResponse:
    """A page that asks one thing about a post-mortem by a form: 422 where what was entered is refused."""
    context: dict[str, Any] = {
        "document": post_mortem,
        "incident": post_mortem.incident,
        "service": post_mortem.service,
    }
    context |= {"form": form, "heading": heading, "button": button, **more}
    return render(request, "incidents/post_mortems/ask.html", context, status=422 if form.errors else 200)


def _post_mortem(request: PortalRequest, slug: str, number: int) -> PostMortem:
    return get_object_or_404(queries.shown(request.access), incident__service__slug=slug, incident__number=number)


def _number(request: PortalRequest, name: str, otherwise: int) -> int:
    given = request.GET.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 7 else otherwise
