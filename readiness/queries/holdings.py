"""Everything a person owns, for whoever hands it over: services, domains, items given to them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.urls import reverse

from portal.extension_points import Panel
from portal.models import Team, User
from portal.permissions import Access, Capability
from portal.queries import people
from readiness.choices import ActionOrigin, AssignmentRole, ReviewState, ServiceState
from readiness.models import ActionItem, Assignment, Condition, ItemAnswer, Service
from readiness.queries import decisions, ownership, wording


@dataclass(frozen=True)
class Holding:
    """One thing a person owns: as what, of which service, where it is seen, and whether the viewer may hand it over.

    `key` names it in forms: `service:`, `domain:`, `item:` or `action:` and its public id. `thing` is the row.
    """

    key: str
    title: str
    held_as: str
    service: Service
    url: str
    thing: Service | Assignment | ItemAnswer | ActionItem
    may_hand_over: bool


def panel(access: Access, person: User) -> Panel:
    """The card on the person's page, and on one's own settings."""
    title = "What you own" if person.pk == access.person.pk else "What they own"
    return Panel(title, reverse("readiness:hand_over", args=[person.public_id]))


def team_panel(_access: Access, team: Team) -> Panel:
    """The card on the team's page: whose things are handed over."""
    return Panel("When somebody leaves or goes away", f"{reverse('readiness:hand_over_whose')}?team={team.slug}")


def owners(access: Access, team: str = "") -> QuerySet[User]:
    """Everybody who owns something in services that the viewer may see, by name; with `team`, of that team alone."""
    services = Service.objects.visible_to(access).exclude(state=ServiceState.RETIRED)
    held = Assignment.objects.visible_to(access).current().filter(service__in=services)
    given = ItemAnswer.objects.filter(applies=True, review__state=ReviewState.OPEN, review__service__in=services)
    to_do = ActionItem.objects.visible_to(access).unfinished().filter(service__in=services)
    found = User.objects.filter(
        Q(pk__in=services.values("owner"))
        | Q(pk__in=held.values("person"))
        | Q(pk__in=given.filter(assignee__isnull=False).values("assignee"))
        | Q(pk__in=to_do.exclude(origin=ActionOrigin.CONDITION).values("owner"))
    )
    if team:
        found = found.filter(pk__in=people.in_team(team))
    return found.order_by("name", "pk")


def of_person(person: User, access: Access) -> list[Holding]:
    """What a person owns in services that the viewer may see and that are not retired: four statements."""
    return [
        *_services(person, access),
        *_domains(person, access),
        *_items(person, access),
        *_action_items(person, access),
    ]


def conditions(person: User, access: Access) -> QuerySet[Condition]:
    """Open conditions that a decision set for this person: a decision's words do not change, so they stay with them."""
    return (
        decisions.still_asked(Condition.objects.filter(owner=person))
        .filter(decision__service__in=Service.objects.visible_to(access))
        .exclude(decision__service__state=ServiceState.RETIRED)
        .select_related("decision__service")
    )


def _services(person: User, access: Access) -> Iterable[Holding]:
    owned = Service.objects.visible_to(access).filter(owner=person).exclude(state=ServiceState.RETIRED)
    for service in owned.select_related("scope__team", "owner").order_by("name"):
        may = access.can(Capability.SERVICE_EDIT, service.scope.team_id)
        yield Holding(
            f"service:{service.public_id}",
            service.name,
            "service owner",
            service,
            service.get_absolute_url(),
            service,
            may,
        )


def _domains(person: User, access: Access) -> Iterable[Holding]:
    for held in ownership.of_person(person, access).select_related("service__scope__team", "domain", "person"):
        may = access.can(Capability.OWNERSHIP_ASSIGN, held.service.scope.team_id)
        url = reverse("readiness:service_ownership", args=[held.service.slug])
        role = AssignmentRole(held.role).label.lower()
        yield Holding(f"domain:{held.public_id}", held.domain.title, role, held.service, url, held, may)


def _items(person: User, access: Access) -> Iterable[Holding]:
    given = ItemAnswer.objects.filter(
        assignee=person,
        applies=True,
        review__state=ReviewState.OPEN,
        review__service__in=Service.objects.visible_to(access),
    ).exclude(review__service__state=ServiceState.RETIRED)
    for answer in given.select_related("review__service__scope__team", "review__release").order_by(
        "review", "position"
    ):
        service = answer.review.service
        may = access.can(Capability.REVIEW_ANSWER, service.scope.team_id)
        url = answer.get_absolute_url()
        title = wording.title(answer.item_key, service)
        yield Holding(f"item:{answer.public_id}", title, f"given to them in {answer.review}", service, url, answer, may)


def _action_items(person: User, access: Access) -> Iterable[Holding]:
    """What they have to do; items of conditions stay with whom the decision names (`conditions`)."""
    found = ActionItem.objects.visible_to(access).unfinished().filter(owner=person)
    open_ones = found.exclude(origin=ActionOrigin.CONDITION).exclude(service__state=ServiceState.RETIRED)
    for item in open_ones.select_related("service__scope__team", "owner").order_by("due_on", "pk"):
        may = access.can(Capability.ACTION_ITEM_CHANGE, item.service.scope.team_id)
        key = f"action:{item.public_id}"
        held_as = "action item" if item.finding_id is None else "action item of a finding"
        yield Holding(key, item.title, held_as, item.service, item.get_absolute_url(), item, may)
