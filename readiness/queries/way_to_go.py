"""What is still missing between a service, or one of its releases, and a go: the decision's own picture, as steps."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from portal.permissions import Access, Capability
from readiness.choices import TemplateKey
from readiness.models import Deployment, Release, Review, Service
from readiness.queries import launch, launch_subjects
from readiness.queries.decisions import Recorded
from readiness.queries.launch import Launch
from readiness.queries.launch_subjects import Subject
from readiness.rules import go_no_go, path_to_green, triggers
from readiness.rules.go_no_go import Reason, Refusal
from readiness.rules.launch_requirements import Missing

CRITICAL = f"trigger:{triggers.Key.CRITICAL_ITEM}"
TIER = "tier"


@dataclass(frozen=True)
class Part:
    """One of several things that a step is: what, where, and whose it is; "" where nobody in particular does it."""

    gist: str
    url: str
    owner: str = ""


@dataclass(frozen=True)
class Step:
    """One thing to do: what it is as a sentence, where it is done (with a button's word), whose, and its single parts.

    `code` is its kind, as rules.go_no_go names it. `refuses`: the decision refuses a go without it; the others are
    asked of the service or of the decider besides.
    """

    text: str
    url: str = ""
    button: str = ""
    parts: tuple[Part, ...] = ()
    refuses: bool = True
    code: str = ""
    owner: str = ""

    @property
    def size(self) -> int:
        """How many things it is."""
        return len(self.parts) or 1


@dataclass(frozen=True)
class Way:
    """The way to a go: for which release in which environment, the steps, or the go that stands already."""

    release: Release | None
    environment: str
    steps: tuple[Step, ...]
    go: Recorded | None = None


def of_service(service: Service, access: Access, now: datetime.datetime) -> Way:
    """For the release that is being prepared, in production: some twelve statements, at any size.

    Without such a release, or without an environment, the first step is to plan one, or to add it.
    """
    release = _prepared(service)
    if release is None:
        return Way(None, "", (_plan(service), *_tier(service)))
    subject = launch_subjects.to_production(release)
    if subject is None:
        return Way(release, "", (_environment(service, access), *_tier(service)))
    return of(subject, access, now)


def of(subject: Subject, access: Access, now: datetime.datetime, *, own: str = "") -> Way:
    """For one release in one environment; `own` begins the addresses of the items that are left out."""
    picture = launch.look(subject, access, now)
    go = next((one for one in picture.recorded if one.allows), None)
    steps = () if go else tuple(path_to_green.quickest_first(_steps(picture, access, own)))
    return Way(subject.release, subject.environment.name, steps, go)


def besides(review: Review, access: Access, now: datetime.datetime) -> Way:
    """For a deployment review: what its own items do not say, so that its page need not repeat them."""
    subject = launch_subjects.to_production(review.release) if review.release else None
    if subject is None:
        return of_service(review.service, access, now)
    return of(subject, access, now, own=f"{review.get_absolute_url()}#")


def _prepared(service: Service) -> Release | None:
    """The newest release that was neither cancelled nor ever live."""
    live = Deployment.objects.to_production().filter(release__service=service).values("release")
    return service.releases.filter(cancelled_at__isnull=True).exclude(pk__in=live).order_by("-planned_at").first()


def _steps(picture: Launch, access: Access, own: str) -> Iterable[Step]:
    """What the decision's page refuses a go with, then what is to be accepted there, then the tier.

    `own` begins the addresses of a review's items: where it is given, they and all that follows from them are left out.
    """
    missing = {f"missing:{review.kind}": review for review in picture.missing}
    refused = [refusal for refusal in picture.outlook.go.refusals if not _is_own(refusal, picture, own)]
    for reason in go_no_go.in_short(refused):
        if reason.code in missing:
            yield _review(missing[reason.code], picture, access)
        elif reason.code != TIER:
            yield _open_items(picture) if reason.code == CRITICAL else _refused(reason, picture)
    if unknown := picture.outlook.unknown:
        yield Step(
            f"Unknown, to be accepted with a reason: {_listed(unknown)}.",
            _decide(picture),
            refuses=False,
            code="unknown",
        )
    yield from _tier(picture.subject.service)


def _is_own(refusal: Refusal, picture: Launch, own: str) -> bool:
    """Whether a refusal comes from a review's own items: theirs, the trigger they alone fire, nobody having signed."""
    if not own:
        return False
    if refusal.code == CRITICAL:
        return all(detail.url.startswith(own) for detail in _critical(picture).details)
    return refusal.code == "hands" or refusal.url.startswith(own)


def _critical(picture: Launch) -> triggers.Trigger:
    return next(trigger for trigger in picture.watch.triggers if trigger.key == triggers.Key.CRITICAL_ITEM)


def _refused(reason: Reason, picture: Launch) -> Step:
    parts = tuple(_part(part, picture) for part in reason.parts)
    return Step(reason.text, reason.url, parts=parts, code=reason.code, owner=_owner(reason.url, picture))


def _part(refusal: Refusal, picture: Launch) -> Part:
    return Part(refusal.gist, refusal.url, _owner(refusal.url, picture))


def _owner(url: str, picture: Launch) -> str:
    """Whose the item at this address is."""
    return next((item.owner.name for item in picture.watch.items if url and item.facts.url == url), "")


def _open_items(picture: Launch) -> Step:
    """The trigger of critical items as the items themselves."""
    parts = [Refusal(CRITICAL, detail.text, detail.url, detail.text) for detail in _critical(picture).details]
    if len(parts) == 1:
        only = parts[0]
        text = f"“{only.gist}” is critical, and neither green nor on credit."
        return Step(text, only.url, code=CRITICAL, owner=_owner(only.url, picture))
    named = tuple(_part(part, picture) for part in parts)
    return Step(f"{len(parts)} critical items are neither green nor on credit.", parts=named, code=CRITICAL)


def _review(missing: Missing, picture: Launch, access: Access) -> Step:
    """A review that is not there: the one that runs, or starting it; whose it is, for those who may not."""
    slug = picture.subject.service.slug
    if missing.open_number:
        return Step(missing.why, reverse("readiness:review", args=[slug, missing.open_number]), "Open it")
    if not access.can(Capability.REVIEW_START, picture.subject.service.scope.team_id):
        return Step(missing.why, owner=picture.subject.service.team.name)
    asked = f"?kind={missing.kind}"
    if missing.kind == TemplateKey.DEPLOYMENT:
        asked += f"&release={picture.subject.release.public_id}"
    return Step(missing.why, reverse("readiness:review_start", args=[slug]) + asked, "Start it")


def _environment(service: Service, access: Access) -> Step:
    """Declaring where it runs, for those who may; whose it is, for the others."""
    text = "No environment is declared."
    if not access.can(Capability.SERVICE_EDIT, service.scope.team_id):
        return Step(text, owner=service.team.name)
    return Step(text, reverse("readiness:environment_add", args=[service.slug]), "Add an environment")


def _plan(service: Service) -> Step:
    return Step(
        "No release is being prepared. A go is for one release: plan it, then review it.",
        reverse("readiness:service_releases", args=[service.slug]),
        "See the releases",
    )


def _tier(service: Service) -> Iterable[Step]:
    """The tier is declared by the team and confirmed by an approver (product.md, What is governed).

    A go is refused without it where the tier leaves items out.
    """
    if service.tier_confirmed_by_id is None:
        url = f"{reverse('readiness:service', args=[service.slug])}#tier"
        yield Step(
            f"Tier {service.tier} is declared and not confirmed: an approver confirms it.",
            url,
            refuses=bool(service.unconfirmed_tier),
            code=TIER,
        )


def _decide(picture: Launch) -> str:
    url = reverse("readiness:decide", args=[picture.subject.service.slug, picture.subject.release.label])
    return f"{url}?environment={picture.subject.environment.name}"


def _listed(unknown: Iterable[triggers.Trigger]) -> str:
    titles = [f"{trigger.title[0].lower()}{trigger.title[1:]}" for trigger in unknown]
    return f"{', '.join(titles[:-1])} and {titles[-1]}" if len(titles) > 1 else titles[0]
