"""The gaps of a service: items of its reviews short of green, domains without an owner, and contributed ones."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from portal.models import User
from readiness.choices import ItemState
from readiness.extension_points import GapSource, gap_sources
from readiness.models import ActionItem, Service
from readiness.queries import action_items, ownership, service_page, wording
from readiness.rules import gaps, scoring
from readiness.rules import ownership as ownership_rules
from readiness.rules.gaps import Gap, Scored

VACANT = "ownership"


@dataclass(frozen=True)
class Line:
    """A gap with its score, whose it is, and the action item that somebody opened for it, while that is unfinished."""

    scored: Scored
    owner: User
    item: ActionItem | None
    service: Service

    @property
    def gap(self) -> Gap:
        """What is missing."""
        return self.scored.gap


def of_service(service: Service, now: datetime.datetime) -> list[Line]:
    """Every gap of a service of `service_page.glanced`, the heaviest first: three statements and the contributors'."""
    answers = list(service_page.short_of_green(service).select_related("assignee"))
    row = ownership.row(service, ownership.domains(), now)
    assigned = {answer.item_key: answer.assignee for answer in answers if answer.assignee}
    found = gaps.scored(
        [
            *(of_answer(answer, service) for answer in answers if scoring.counts(answer.critical, service.tier)),
            *vacant(row),
            *(gap for _, gap in contributed(Service.objects.filter(pk=service.pk), now)),
        ],
        service.tier,
        now,
    )
    items = action_items.unfinished_by_origin(service, [gaps.origin_key(one.gap.key) for one in found])
    return [Line(one, owner(one.gap, assigned, row), items.get(gaps.origin_key(one.gap.key)), service) for one in found]


def contributed(
    services: QuerySet[Service], now: datetime.datetime, sources: Iterable[GapSource] = gap_sources
) -> list[tuple[Service, Gap]]:
    """What upper apps miss in these services, each with its service: the sources' statements, at any number."""
    return [found for source in sources for found in source.of_services(services, now)]


def of_answer(answer: Any, service: Service) -> Gap:
    """An item is a gap since it came to stand as it does; since its review began, where nobody answered it yet.

    One that opens with the deployment is a gap since then at the earliest: `answer` carries `scoring.owed_since`.
    """
    answer.review.service = service
    rated = answer.rating_at if answer.state != ItemState.UNANSWERED else None
    return Gap(
        key=answer.item_key,
        title=wording.title(answer.item_key, service),
        state=ItemState(answer.state),
        critical=answer.critical,
        since=gaps.open_since(answer.state_since or rated or answer.review.started_at, answer.owed_since),
        url=answer.get_absolute_url(),
        why=answer.text,
        domain=answer.domain_key,
    )


def vacant(row: ownership.MatrixRow) -> Iterable[Gap]:
    """A domain that applies and that nobody is accountable for is a gap as a red critical item is."""
    service = row.service
    for hold in row.holds:
        if hold.is_hole:
            yield Gap(
                key=f"{VACANT}.{hold.domain.key}",
                title=f"Name an owner for {hold.domain.title}",
                state=ItemState.RED,
                critical=True,
                since=hold.vacant_since or service.created_at,
                url=f"{service.get_absolute_url()}ownership/",
                why="Nobody is accountable for this domain.",
            )


def owner(gap: Gap, assigned: Mapping[str, User], row: ownership.MatrixRow) -> User:
    """Whose it is: its own owner's, else its domain's, else the service's."""
    holders = {str(hold.domain.key): hold.accountable.person for hold in row.holds if hold.accountable}
    return ownership_rules.owner_of(assigned.get(gap.key), gap.domain, holders, row.service.owner).person
