"""The gaps that weigh most over all services a person may see, weighed by the database as rules.gaps weighs one."""

import datetime
import heapq
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    Case,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.db.models.sql.compiler import SQLCompiler

from portal.permissions import Access
from readiness.choices import ItemState, ServiceState
from readiness.extension_points import gap_sources
from readiness.models import ActionItem, ItemAnswer, Service
from readiness.queries import gaps, ownership, scoring, status
from readiness.queries.gaps import Line
from readiness.rules import gaps as rules
from readiness.rules.gaps import Gap, Scored

SHOWN = 10


def across(access: Access, now: datetime.datetime, limit: int = SHOWN) -> list[Line]:
    """The heaviest items short of green, vacant domains and gaps of upper apps, the heaviest first.

    Five statements at any size, and those of the gap sources. Ties by key, then by the service's name.
    """
    answers = _heaviest_answers(access, now, limit)
    lightest = min((answer.weight for answer in answers), default=0) if len(answers) >= limit else 0
    contributed = _contributed(access, lightest, limit, now)
    rows = _rows(access, {answer.review.service_id for answer in answers} | set(contributed), lightest, now)
    weighed = [
        (rules.weighed(gap, row.service.tier, now), row)
        for row in rows.values()
        for gap in (*gaps.vacant(row), *contributed.get(row.service.pk, ()))
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
    return *rules.heaviest_first(one), row.service.name


def _line(
    one: Scored, row: ownership.MatrixRow, assigned: Mapping[tuple[int, str], Any], items: Mapping[tuple[int, str], Any]
) -> Line:
    service = row.service
    own = {key: person for (service_id, key), person in assigned.items() if service_id == service.pk}
    item = items.get((service.pk, rules.origin_key(one.gap.key)))
    return Line(one, gaps.owner(one.gap, own, row), item, service)


def _rows(
    access: Access, named: Collection[int], lightest: int, now: datetime.datetime
) -> dict[int, ownership.MatrixRow]:
    """These services, and those with a vacant domain that can weigh as much, with who holds what: three statements."""
    heaviest = rules.at_its_oldest(ItemState.RED, critical=True)
    wanted = Q(status__owner_holes__gt=0, tier__in=_tiers(heaviest, lightest)) | Q(pk__in=named)
    domains = ownership.domains()
    return {row.pk: ownership.row(row, domains, now) for row in ownership.services(access).filter(wanted)}


def _contributed(access: Access, lightest: int, limit: int, now: datetime.datetime) -> dict[int, list[Gap]]:
    """The heaviest gaps of upper apps, by the key of the service; no source is asked in vain."""
    visible = Service.objects.visible_to(access).exclude(state=ServiceState.RETIRED)
    found = [
        (rules.weighed(gap, service.tier, now), service)
        for source in gap_sources
        if (tiers := _tiers(source.heaviest, lightest))
        for service, gap in gaps.contributed(visible.filter(tier__in=tiers), now, [source])
        if gap.state in rules.BY_STATE
    ]
    heaviest = heapq.nsmallest(limit, found, key=lambda one: (*rules.heaviest_first(one[0]), one[1].name))
    by_service: dict[int, list[Gap]] = {}
    for one, service in heaviest:
        by_service.setdefault(service.pk, []).append(one.gap)
    return by_service


def _tiers(heaviest: int, lightest: int) -> list[int]:
    """The tiers in which a gap that weighs so much at its oldest can weigh what the lightest of the list does."""
    return [tier for tier, number in rules.BY_TIER.items() if heaviest * number * rules.MOST_WEEKS >= lightest]


def _items(heaviest: Iterable[tuple[Scored, ownership.MatrixRow]]) -> dict[tuple[int, str], ActionItem]:
    """The unfinished action items of these gaps, by service and origin: one statement."""
    services = {row.service.pk: row.service for _, row in heaviest}
    origins = [rules.origin_key(one.gap.key) for one, _ in heaviest]
    found = ActionItem.objects.unfinished().filter(service__in=services, origin_key__in=origins)
    items = {(item.service_id, item.origin_key): item for item in found}
    for item in items.values():
        item.service = services[item.service_id]
    return items


def _heaviest_answers(access: Access, now: datetime.datetime, limit: int) -> list[Any]:
    """So many of the heaviest answers, in the order of `_heaviest_first`: one statement."""
    ordered = _answers(access, now).order_by("-weight", Plain("item_key"), Plain("review__service__name"), "pk")
    return list(ordered[:limit])


class Plain(Func):
    """A text to sort by as Python sorts it, sign by sign; PostgreSQL would go by the rules of a language."""

    template = "%(expressions)s"
    output_field = TextField()

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        """With the collation that knows no language."""
        return self.as_sql(compiler, connection, template='%(expressions)s COLLATE "C"', **context)


def _answers(access: Access, now: datetime.datetime) -> QuerySet[Any]:
    """The answers short of green that count, in the current reviews, with what each weighs."""
    rated = Case(When(~Q(state=ItemState.UNANSWERED), then=F("rating_at")), default=None)
    return (
        ItemAnswer.objects.filter(_in_current_review(access), state__in=list(rules.BY_STATE), applies=True)
        .filter(scoring.counts(), scoring.has_opened())
        .select_related("review__release", "review__service", "assignee")
        .annotate(standing=Coalesce("state_since", rated, "review__started_at"), owed_since=scoring.owed_since())
        .annotate(since=Case(When(owed_since__gt=F("standing"), then=F("owed_since")), default=F("standing")))
        .annotate(weight=_weight(now))
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
