"""Pages of reviews: the list, starting one, the review itself, closing and abandoning it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal import access as portal_access
from portal import clock, exports, permissions, presence
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import DomainError
from portal.forms import refusals
from portal.permissions import Capability
from readiness.actions import reviews
from readiness.choices import ItemState, TemplateKey
from readiness.forms.reviews import ReasonForm, StartReviewForm
from readiness.models import Review, Service
from readiness.queries import carrying
from readiness.queries import reviews as review_queries
from readiness.queries.item_cards import ItemCard

Shown = Callable[[ItemCard], bool]


def find(request: PortalRequest, slug: str, number: int) -> Review:
    """The review, for who may see its service; 404 otherwise."""
    visible = Review.objects.visible_to(request.access).with_surroundings()
    return get_object_or_404(visible, service__slug=slug, number=number)


@door(GET=SIGNED_IN)
def detail(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """The review page: sections, items, decision panel."""
    review = find(request, slug, number)
    show = request.GET.get("show", "all")
    filters = _filters(request)
    page = review_queries.page(review, request.access, filters.get(show, filters["all"]))
    if request.GET.get("_export") == "csv":
        return _csv(page)
    service = review.service
    context = {
        "page": page,
        "review": review,
        "service": service,
        "show": show if show in filters else "all",
        "may_answer": request.access.can(Capability.REVIEW_ANSWER, service.scope.team_id),
        "may_sign": request.access.can(Capability.SIGNOFF_GRANT, service.scope.team_id),
        "may_comment": request.access.can(Capability.COMMENT_WRITE, service.scope.team_id),
        "may_start": request.access.can(Capability.REVIEW_START, service.scope.team_id),
        "may_find": request.access.can(Capability.FINDING_OPEN),
        "may_decide": request.access.can(Capability.DECISION_RECORD, service.scope.team_id),
    }
    return render(request, "readiness/reviews/detail.html", context)


@door(GET=SIGNED_IN)
def present(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """Who else looks at the review: the page asks again and again, and says so that its own person is there."""
    review = find(request, slug, number)
    others = presence.seen(f"review:{review.public_id}", request.access.person, clock.now())
    return render(request, "readiness/reviews/_present.html", {"present": others})


@door(GET=SIGNED_IN, POST=Capability.REVIEW_START)
def start(request: PortalRequest, slug: str) -> HttpResponse:
    """Choosing what to review."""
    service = get_object_or_404(Service.objects.visible_to(request.access).select_related("scope__team"), slug=slug)
    permissions.require(request.access, Capability.REVIEW_START, service.scope)
    form = StartReviewForm(request.POST or None, service=service, initial={"release": request.GET.get("release")})
    # Where no release waits, the review that needs one is not what comes first.
    usual = TemplateKey.DEPLOYMENT if form.offers_a_release else TemplateKey.PRELAUNCH
    form.initial["kind"] = request.GET.get("kind", usual)
    if request.method == "POST" and form.is_valid():
        try:
            review = reviews.start(
                request.access,
                service=service,
                kind=form.cleaned_data["kind"],
                release=form.cleaned_data["release"],
            )
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            return redirect(review)
    status = 422 if form.errors else 200
    context = {"form": form, "service": service, **_without_release(request, form, service)}
    context["starts"] = [(TemplateKey(kind).label, carrying.source_of(service, kind)) for kind in TemplateKey]
    return render(request, "readiness/reviews/start.html", context, status=status)


def _without_release(request: PortalRequest, form: StartReviewForm, service: Service) -> dict[str, object]:
    """Where no release waits for its review: whether this person may plan one, else who may."""
    if form.offers_a_release:
        return {}
    may_plan = request.access.can(Capability.RELEASE_PLAN, service.scope.team_id)
    planners = [] if may_plan else portal_access.people_who_can(Capability.RELEASE_PLAN, service.scope)
    return {"no_release": True, "may_plan": may_plan, "planners": planners}


@door(POST=Capability.REVIEW_START)
def close(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """Closes a pre-launch review or an assessment."""
    review = find(request, slug, number)
    try:
        reviews.close(request.access, review=review)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"{review} is closed.")
    return redirect(review)


@door(GET=Capability.REVIEW_START, POST=Capability.REVIEW_START)
def abandon(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """Gives a review up, with a reason."""
    review = find(request, slug, number)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reviews.abandon(request.access, review=review, reason=form.cleaned_data["reason"])
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"{review} is abandoned. It stays readable.")
            return redirect("readiness:service", slug)
    context = {"form": form, "review": review, "service": review.service}
    return render(request, "readiness/reviews/abandon.html", context, status=422 if form.errors else 200)


def _filters(request: HttpRequest) -> dict[str, Shown]:
    """What the page can be narrowed to; the words stand in the template."""
    person = request.user

    return {
        "all": lambda _card: True,
        "blocking": lambda card: card.blocks,
        "mine": lambda card: card.answer.applies and card.owner == person,
        "unsigned": lambda card: card.state == ItemState.GREEN and not card.answer.is_signed,
        "red": lambda card: card.state == ItemState.RED,
        "reopened": lambda card: bool(card.reopened),
    }


def _csv(page: review_queries.ReviewPage) -> HttpResponse:
    """Every item of the review, one a row."""
    rows: list[list[object]] = [
        ["section", "key", "title", "critical", "state", "points", "of", "text", "owner", "signed by", "signed at"]
    ]
    rows[0] += ["signed for", "carried from review", "reopened because"]
    for section in page.sections:
        for card in (*section.cards, *section.folded):
            seal = card.standing_seal
            rows.append(
                [
                    section.summary.section.title,
                    card.key,
                    card.item.title,
                    "yes" if card.answer.critical else "no",
                    ItemState(card.state).label,
                    card.settled_points,
                    len(card.points),
                    card.answer.text,
                    card.owner.name if card.owner else "",
                    seal.signoff.person.name if seal else "",
                    seal.signoff.signed_at.isoformat() if seal else "",
                    seal.given_for if seal else "",
                    card.origin.source.review.number if card.origin else "",
                    card.reopened,
                ]
            )
    return exports.csv_response(f"{page.review.service.slug}-review-{page.review.number}", rows)
