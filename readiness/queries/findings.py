"""Findings of compliance: the lists, one with what was said on it, who owns what it is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Subquery

from portal import access as portal_access
from portal.models import User
from portal.permissions import Access, Capability
from readiness.choices import FindingState
from readiness.models import ActionItem, Finding, FindingEntry, ItemAnswer, Service
from readiness.models.findings import FindingQuerySet
from readiness.queries import ownership, wording


@dataclass(frozen=True)
class OnItem:
    """The weightiest finding on an item that compliance has not closed, and how many others there are."""

    number: int
    title: str
    others: int


def of_answers() -> dict[str, Subquery]:
    """Inside a statement on answers: what `on` reads of the unclosed findings on each one's item."""
    found: Any = Finding.objects.of_answer().with_state()
    standing = found.exclude(state=FindingState.CLOSED).order_by("severity", "opened_at")
    counted = standing.order_by().values("item_key").annotate(how_many=Count("pk"))
    return {
        "finding_number": Subquery(standing.values("number")[:1]),
        "finding_title": Subquery(standing.values("title")[:1]),
        "findings_standing": Subquery(counted.values("how_many")),
    }


def on(answer: Any) -> OnItem | None:
    """What is held against the item of an answer that was read with `of_answers`; None where nothing is."""
    if answer.finding_number is None:
        return None
    return OnItem(answer.finding_number, answer.finding_title, answer.findings_standing - 1)


def listed(access: Access) -> FindingQuerySet:
    """The findings this person may see, with their state, the newest first: one statement."""
    found = Finding.objects.visible_to(access).with_state()
    return found.select_related("service__scope__team", "opened_by", "decision").order_by("-opened_at", "-pk")


def entries(finding: Finding) -> QuerySet[FindingEntry]:
    """What was said on it, the oldest first."""
    return finding.entries.select_related("by").order_by("pk")


def state(finding: Finding) -> FindingState:
    """Where it stands now: one statement."""
    standing: Any = Finding.objects.with_state().get(pk=finding.pk)
    return FindingState(standing.state)


def items(service: Service) -> dict[str, str]:
    """The items a finding can be about: title by key, of every review of the service, in the order of their keys."""
    keys = ItemAnswer.objects.filter(review__service=service, applies=True).order_by("item_key")
    return {key: wording.title(key, service) for key in keys.values_list("item_key", flat=True).distinct()}


def told(service: Service) -> Sequence[User]:
    """Who hears of a finding: the service's owner and the leads of its team."""
    return [service.owner, *portal_access.people_who_can(Capability.SERVICE_EDIT, service.scope)]


def told_of_answers(finding: Finding) -> Sequence[User]:
    """Who hears of an answer: whoever opened it, or all who may close it where that account is closed."""
    if finding.opened_by.is_active:
        return [finding.opened_by]
    return portal_access.people_across_who_can(Capability.FINDING_CLOSE)


def waiting_for(access: Access) -> FindingQuerySet:
    """Answered findings, for whoever closes them; who answered first waits first."""
    if not access.can(Capability.FINDING_CLOSE):
        return Finding.objects.none()
    found: Any = Finding.objects.visible_to(access).with_state()
    answered = found.filter(state=FindingState.ANSWERED).select_related("service")
    rows: FindingQuerySet = answered.order_by("last_at", "pk")
    return rows


def owner(finding: Finding) -> User:
    """Whose the action item is: whoever owns the item the finding is about, else the service's owner."""
    service = finding.service
    if not finding.item_key:
        return service.owner
    newest = ItemAnswer.objects.filter(review__service=service, item_key=finding.item_key)
    answer = newest.select_related("assignee").order_by("-review__started_at", "-pk").first()
    if answer is None:
        return service.owner
    if answer.assignee is not None and answer.assignee.is_active:
        return answer.assignee
    return ownership.accountable(service, answer.domain_key)


def unclosed(service: Service) -> FindingQuerySet:
    """The findings of a service that compliance has not closed, the weightiest first."""
    standing: Any = Finding.objects.with_state().filter(service=service)
    found: FindingQuerySet = standing.exclude(state=FindingState.CLOSED)
    return found.select_related("service").order_by("severity", "opened_at")


def item_title(finding: Finding) -> str:
    """What the item is called that the finding is about; empty where it is about none."""
    return wording.title(finding.item_key, finding.service) if finding.item_key else ""


def to_do(finding: Finding) -> QuerySet[ActionItem]:
    """Its action items, the newest first."""
    return finding.action_items.select_related("owner", "service").order_by("-number")
