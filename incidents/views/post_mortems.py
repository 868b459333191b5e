"""Pages of post-mortems: one, writing it, comparing two revisions, and what follows from it."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from incidents.actions import post_mortems
from incidents.actions.post_mortems import FollowUp
from incidents.choices import PostMortemState
from incidents.forms.post_mortems import FollowUpForm, PostMortemForm
from incidents.models import PostMortem
from incidents.queries import incidents as incident_queries
from incidents.queries import pack_sections, proposals
from incidents.queries import post_mortems as queries
from incidents.rules import post_mortems as rules
from portal import permissions
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import DomainError
from portal.forms import refusals
from portal.permissions import Capability
from portal.queries import documents
from portal.views import documents as pages
from portal.views.documents import Refused
from readiness.rules.action_items import Terms
from readiness.views import printed_documents


@door(GET=SIGNED_IN)
def detail(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """A post-mortem as it stands, or one of its revisions (`?revision=`)."""
    return _detail(request, _post_mortem(request, slug, number), {})


def _detail(request: PortalRequest, post_mortem: PostMortem, refused: Refused, status: int = 200) -> HttpResponse:
    shown = pages.shown(request, post_mortem)
    may_write = request.access.can(Capability.POST_MORTEM_WRITE, post_mortem.scope.team_id)
    act = "publish" if post_mortem.state == PostMortemState.DRAFT else "confirm"
    context = {
        **_about(post_mortem),
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
        **pages.acts(post_mortem, [act] if may_write else [], refused),
    }
    return render(request, "incidents/post_mortems/detail.html", context, status=status)


@door(GET=SIGNED_IN)
def printed(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """A revision (`?revision=`, or the current one) as a PDF in the look of a pack."""
    post_mortem = _post_mortem(request, slug, number)
    revision = pages.number(request, "revision", post_mortem.revision)
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

    def save(form: PostMortemForm) -> list[str]:
        seen = form.cleaned_data["seen"]
        return post_mortems.revise(request.access, post_mortem=post_mortem, written=form.written(), seen=seen)

    def shown_by(form: PostMortemForm, status: int) -> HttpResponse:
        context = {**_about(post_mortem), "form": form}
        return render(request, "incidents/post_mortems/form.html", context, status=status)

    make = partial(PostMortemForm, incident=post_mortem.incident, post_mortem=post_mortem)
    return pages.revise(request, post_mortem, make=make, save=save, shown_by=shown_by)


@door(POST=Capability.POST_MORTEM_WRITE)
def publish(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """Publishes it."""
    return pages.act(
        request,
        "publish",
        find=partial(_post_mortem, request, slug, number),
        do=lambda found, seen, _: post_mortems.publish(request.access, post_mortem=found, seen=seen),
        done="It is published, and the teams are told.",
        shown_by=partial(_detail, request),
    )


@door(POST=Capability.POST_MORTEM_WRITE)
def confirm(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """Says that it is still true."""
    return pages.act(
        request,
        "confirm",
        find=partial(_post_mortem, request, slug, number),
        do=lambda found, seen, note: post_mortems.confirm(request.access, post_mortem=found, seen=seen, note=note),
        done=pages.REVIEWED,
        shown_by=partial(_detail, request),
    )


@door(GET=SIGNED_IN)
def compare(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """Two revisions beside each other (`?old=`, `?new=`); without them the last two."""
    post_mortem = _post_mortem(request, slug, number)
    context = {**_about(post_mortem), **pages.compared(request, post_mortems.KIND, post_mortem)}
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
    context = {**_about(post_mortem), "form": form, "heading": heading, "button": button, **more}
    return render(request, "incidents/post_mortems/ask.html", context, status=422 if form.errors else 200)


def _about(post_mortem: PostMortem) -> dict[str, Any]:
    return {"document": post_mortem, "incident": post_mortem.incident, "service": post_mortem.service}


def _post_mortem(request: PortalRequest, slug: str, number: int) -> PostMortem:
    return get_object_or_404(queries.shown(request.access), incident__service__slug=slug, incident__number=number)
