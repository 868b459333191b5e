"""The gaps that weigh most over all services a person may see, weighed by the database as rules.gaps weighs one."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import (
    Case,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from portal.permissions import Access
from readiness.choices import ItemState, ServiceState, Stage
from readiness.models import ActionItem, Deployment, ItemAnswer, Service
from readiness.queries import gaps, ownership, scoring, status
from readiness.queries.gaps import Line
from readiness.rules import gaps as rules
from readiness.rules.gaps import Scored

SHOWN = 10


def across(access: Access, now: datetime.datetime, limit: int = SHOWN) -> list[Line]:
    """The heaviest items short of green and vacant domains, the heaviest first: five statements at any size.

    Ties by key, then by the service's name. What an upper app contributes is read for one service at a time and stands
    on that service's page alone.
    """
    answers = list(_answers(access, now)[:limit])
    rows = _rows(access, answers, limit, now)
    weighed = [
        (rules.weighed(gap, row.service.tier, now), row) for row in rows.values() for gap in gaps.vacant(row)
    ] + [
        (rules.weighed(gaps.of_answer(answer, row.service), row.service.tier, now), row)
        for answer in answers
        if (row := rows.get(answer.review.service_id))
    ]
    heaviest = sorted(weighed, key=_heaviest_first)[:limit]
    items = _items(heaviest)
    assigned = {(answer.review.service_id, answer.item_key): answer.assignee for answer in answers if answer.assignee}
    return [_line(one, row, assigned, items) for one, row in heaviest]


def _heaviest_first(found: tuple[Scored, ownership.MatrixRow]) -> tuple[Any, ...]:
    one, row = found
    return -one.score, one.gap.key, row.service.name


def _line(
    one: Scored, row: ownership.MatrixRow, assigned: Mapping[tuple[int, str], Any], items: Mapping[tuple[int, str], Any]
) -> Line:
    service = row.service
    own = {key: person for (service_id, key), person in assigned.items() if service_id == service.pk}
    item = items.get((service.pk, rules.origin_key(one.gap.key)))
    return Line(one, gaps.owner(one.gap, own, row), item, service)


def _rows(access: Access, answers: Sequence[Any], limit: int, now: datetime.datetime) -> dict[int, ownership.MatrixRow]:
    """The services of these answers, and those with a vacant domain that can weigh as much, with who holds what."""
    lightest = answers[-1].weight if len(answers) >= limit else 0
    tiers = [tier for tier, number in rules.BY_TIER.items() if rules.HEAVIEST * number * rules.MOST_WEEKS >= lightest]
    named = {answer.review.service_id for answer in answers}
    wanted = Q(status__owner_holes__gt=0, tier__in=tiers) | Q(pk__in=named)
    domains = ownership.domains()
    return {row.pk: ownership.row(row, domains, now) for row in ownership.services(access).filter(wanted)}


def _items(heaviest: Iterable[tuple[Scored, ownership.MatrixRow]]) -> dict[tuple[int, str], ActionItem]:
    """The unfinished action items of these gaps, by service and origin: one statement."""
    services = {row.service.pk: row.service for _, row in heaviest}
    origins = [rules.origin_key(one.gap.key) for one, _ in heaviest]
    found = ActionItem.objects.unfinished().filter(service__in=services, origin_key__in=origins)
    items = {(item.service_id, item.origin_key): item for item in found}
    for item in items.values():
        item.service = services[item.service_id]
    return items


def _answers(access: Access, now: datetime.datetime) -> QuerySet[ItemAnswer]:
    """The answers short of green that count, in the current reviews, the heaviest first."""
    live = Exists(Deployment.objects.to_production().filter(release=OuterRef("review__release")))
    rated = Case(When(~Q(state=ItemState.UNANSWERED), then=F("rating_at")), default=None)
    return (
        ItemAnswer.objects.filter(_in_current_review(access), state__in=list(rules.BY_STATE), applies=True)
        .filter(scoring.counts(), Q(stage=Stage.BEFORE) | Q(live))
        .select_related("review__release", "review__service", "assignee")
        .annotate(standing=Coalesce("state_since", rated, "review__started_at"), owed_since=scoring.owed_since())
        .annotate(since=Case(When(owed_since__gt=F("standing"), then=F("owed_since")), default=F("standing")))
        .annotate(weight=_weight(now))
        .order_by("-weight", "item_key", "review__service__name")
    )


def _in_current_review(access: Access) -> Q:
    """In a review that colours a service one may see; looked for once a service, however many reviews it has."""
    visible = Service.objects.visible_to(access).exclude(state=ServiceState.RETIRED).order_by()
    found = Q()
    for review in status.current_reviews(OuterRef("pk")):
        found |= Q(review_id__in=visible.values_list(Subquery(review.values("pk"))))
    return found


def _weight(now: datetime.datetime) -> Combinable:
    """Twelve times the score of rules.gaps: a whole number, in which databases agree on the order."""
    states = [When(state=state, then=Value(number)) for state, number in rules.BY_STATE.items()]
    tiers = [When(review__service__tier=tier, then=Value(number)) for tier, number in rules.BY_TIER.items()]
    most_first = range(rules.MOST_WEEKS, 0, -1)
    weeks = [When(since__lte=now - rules.A_WEEK * number, then=Value(number)) for number in most_first]
    return ExpressionWrapper(
        Case(*states, default=Value(0))
        * Case(When(critical=True, then=Value(rules.BY_CRITICAL)), default=Value(1))
        * Case(*tiers, default=Value(0))
        * (Value(rules.MOST_WEEKS) + Case(*weeks, default=Value(0))),
        output_field=IntegerField(),
    )
