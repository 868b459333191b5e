"""Which services have answered what a version of a checklist asks more than the one before, and which have not yet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from portal.permissions import Access
from readiness.catalogue import schema
from readiness.choices import ItemState, PointState, ReviewState, ServiceState
from readiness.models import ItemAnswer, PointTick, Service, TemplateVersion
from readiness.rules.applicability import applies

GOVERNED = (ServiceState.IN_REVIEW, ServiceState.LIVE, ServiceState.PAUSED)
ANSWERED, WAITING, NOT_ASKED, NOT_APPLICABLE = "answered", "waiting", "not-asked", "na"
ORDER = (NOT_ASKED, WAITING, ANSWERED, NOT_APPLICABLE)


@dataclass(frozen=True)
class Standing:
    """What one service says to it: `answer` is where it was asked, None where no review of its has asked yet.

    `state` is one of ORDER; `reason` says why it does not apply.
    """

    service: Service
    state: str
    answer: ItemAnswer | None = None
    reason: str = ""


@dataclass(frozen=True)
class Reach:
    """Every service that is under review or live, those that have not answered first."""

    rows: Sequence[Standing]

    def _count(self, *states: str) -> int:
        return sum(row.state in states for row in self.rows)

    @property
    def answered(self) -> int:
        """How many have."""
        return self._count(ANSWERED)

    @property
    def missing(self) -> int:
        """How many have not, asked or not."""
        return self._count(WAITING, NOT_ASKED)

    @property
    def left_out(self) -> int:
        """To how many it does not apply."""
        return self._count(NOT_APPLICABLE)

    @property
    def counted(self) -> int:
        """To how many it applies."""
        return self.answered + self.missing


def of(access: Access, version: TemplateVersion, item_key: str, point: int | None = None) -> Reach:
    """What the services that this person may see say to an item (or to one of its points) since `version` asks it.

    Four statements. A point keeps its words, not its number, where a later version counts otherwise.
    """
    item = next(one for one in version.checklist.items if one.key == item_key)
    asked = next((one for one in item.points if one.number == point), None)
    asking = _asking(version, item_key, asked)
    answers: dict[int, list[ItemAnswer]] = {}
    for answer in _answers(access, item_key, asking):
        answers.setdefault(answer.review.service_id, []).append(answer)
    services = Service.objects.visible_to(access).filter(state__in=GOVERNED).select_related("scope__team")
    rows = [_standing(one, item, asked, answers.get(one.pk, ()), asking) for one in services.order_by("name")]
    return Reach(sorted(rows, key=lambda row: ORDER.index(row.state)))


def _asking(version: TemplateVersion, key: str, asked: schema.Point | None) -> Mapping[int, int]:
    """The versions that ask it, by id, with the number that the point has there; 0 where an item is asked."""
    later = TemplateVersion.objects.filter(template=version.template_id, published_at__gte=version.published_at)
    found = {one.pk: _number(one.checklist, key, asked) for one in later}
    return {one: number for one, number in found.items() if number is not None}


def _number(checklist: schema.Template, key: str, asked: schema.Point | None) -> int | None:
    item = next((one for one in checklist.items if one.key == key), None)
    if item is None or asked is None:
        return None if item is None else 0
    return next((point.number for point in item.points if point.text == asked.text), None)


def _answers(access: Access, key: str, asking: Iterable[int]) -> Iterable[ItemAnswer]:
    found = ItemAnswer.objects.filter(item_key=key, review__template_version__in=list(asking))
    seen = Service.objects.visible_to(access)
    found = found.filter(review__service__in=seen).exclude(review__state=ReviewState.ABANDONED)
    ticks = Prefetch("ticks", queryset=PointTick.objects.order_by("number"))
    return found.select_related("review__service", "review__release").prefetch_related(ticks).order_by("-review")


def _standing(
    service: Service,
    item: schema.Item,
    asked: schema.Point | None,
    answers: Sequence[ItemAnswer],
    asking: Mapping[int, int],
) -> Standing:
    """The newest answer that says something, else the newest that was asked; a review not yet on it: by its traits."""
    said = [_said(service, answer, asking[answer.review.template_version_id]) for answer in answers]
    for one in said:
        if one.state != WAITING:
            return one
    if said:
        return said[0]
    for when in (item.when, asked.when if asked else {}):
        found = applies(when, service.traits)
        if not found.applies:
            return Standing(service, NOT_APPLICABLE, reason=found.reason)
    return Standing(service, NOT_ASKED)


def _said(service: Service, answer: ItemAnswer, number: int) -> Standing:
    if not answer.applies or answer.state == ItemState.NOT_APPLICABLE:
        return Standing(service, NOT_APPLICABLE, answer, answer.left_out_reason)
    if not number:
        state = WAITING if answer.state == ItemState.UNANSWERED else ANSWERED
        return Standing(service, state, answer)
    tick = next((one for one in answer.ticks.all() if one.number == number), None)
    if tick is None or tick.state == PointState.OPEN:
        return Standing(service, WAITING, answer)
    if tick.state == PointState.NOT_APPLICABLE:
        return Standing(service, NOT_APPLICABLE, answer, tick.reason)
    return Standing(service, ANSWERED, answer)
