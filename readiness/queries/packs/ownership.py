"""Who answered for what at the end of the period, and what changed hands in it."""

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter

from portal.models import AuditText
from readiness.choices import AssignmentRole
from readiness.models import Assignment, OwnershipDomain, Service
from readiness.queries.packs.moments import Moment
from readiness.rules import ownership as rules
from readiness.rules.pack_contents import DomainOwner, Handover, Ownership
from readiness.rules.pack_signatures import Person


def of_service(service: Service, at: Moment) -> Ownership:
    """The domains of a service of `as_it_stood`: three statements."""
    held = list(
        Assignment.objects.filter(service=service, event_id__lte=at.number)
        .select_related("person", "domain")
        .order_by("domain__position", "event_id", "pk")
    )
    standing = [one for one in held if one.ended_event_id is None or one.ended_event_id > at.number]
    domains = list(OwnershipDomain.objects.all())
    found = rules.domains(
        [rules.DomainRule(domain.key, domain.when) for domain in domains],
        service.traits,
        {one.domain.key for one in standing if one.role == AssignmentRole.ACCOUNTABLE},
    )
    return Ownership(
        domains=tuple(_domain(domain, rule, standing) for domain, rule in zip(domains, found, strict=True)),
        handovers=tuple(_handovers(held, at)),
        warnings=tuple(_warnings(found, standing)),
    )


def _domain(domain: OwnershipDomain, rule: rules.DomainStanding, standing: Sequence[Assignment]) -> DomainOwner:
    own = [one for one in standing if one.domain_id == domain.pk]
    holder = next((one for one in own if one.role == AssignmentRole.ACCOUNTABLE), None)
    return DomainOwner(
        domain=domain.title,
        accountable=Person(holder.person.name) if holder else None,
        supporting=tuple(sorted(one.person.name for one in own if one.role == AssignmentRole.SUPPORTING)),
        since=holder.since.date() if holder else None,
        rule="" if rule.applies else rule.reason.removeprefix("Left out: "),
        gap="Nobody is accountable." if rule.is_hole else "",
    )


def _handovers(held: Iterable[Assignment], at: Moment) -> Iterable[Handover]:
    """Each act by which somebody became, or ceased to be, accountable for a domain; oldest first.

    Who takes over from another ends the one and begins the other by two entries of the record, one after the other.
    """
    ours = [one for one in held if one.role == AssignmentRole.ACCOUNTABLE]
    before = {(one.domain_id, one.ended_event_id): one for one in ours if one.ended_event_id}
    ended = [one for one in before.values() if one.ended_event_id and one.ended_event_id <= at.number]
    reasons = _reasons(ended)
    found = []
    for one in ours:
        earlier = before.pop((one.domain_id, one.event_id - 1), None)
        found.append(Handover(one.since, one.domain.title, earlier.person.name if earlier else "", one.person.name))
    for one in before.values():
        if one in ended and one.ended_at is not None:
            reason = reasons.get(one.ended_event_id or 0, "")
            found.append(Handover(one.ended_at, one.domain.title, one.person.name, "", reason))
    return sorted((one for one in found if at.starts <= one.at <= at.at), key=attrgetter("at", "domain"))


def _reasons(ended: Iterable[Assignment]) -> Mapping[int, str]:
    texts = AuditText.objects.filter(event__in=[one.ended_event_id for one in ended], name="reason", erased_at=None)
    return {number: value or "" for number, value in texts.values_list("event_id", "value")}


def _warnings(found: Sequence[rules.DomainStanding], standing: Iterable[Assignment]) -> Iterable[str]:
    accountable = {one.domain.key: one.person for one in standing if one.role == AssignmentRole.ACCOUNTABLE}
    person = rules.holds_everything(found, accountable)
    if person is not None:
        applicable = sum(domain.applies for domain in found)
        yield f"One person, {person.name}, is accountable for all {applicable} domains."
