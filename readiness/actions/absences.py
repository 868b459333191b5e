"""Saying that somebody is away, from when until when, and who stands in."""

import datetime

from django.db import transaction
from django.urls import reverse

from portal import audit, clock, dates, notifications, permissions
from portal.errors import DomainError, NotPermitted
from portal.models import Membership, User
from portal.permissions import Access, Capability
from readiness import verbs
from readiness.models import Absence
from readiness.queries import absences as absence_queries
from readiness.rules import absences as rules


def enter(
    access: Access, *, person: User, starts_on: datetime.date, ends_on: datetime.date, deputy: User | None = None
) -> Absence:
    """A person is away on these days (both counted, in their own zone). They say so themselves, or their lead does.

    Raises NotPermitted for anybody else, DomainError at `starts_on`, `ends_on` or `deputy`.
    """
    with transaction.atomic():
        _require(access, person)
        period = rules.Period(starts_on, ends_on)
        standing = [rules.Period(absence.starts_on, absence.ends_on) for absence in absence_queries.standing_of(person)]
        errors = rules.refusals(period, clock.today_in(person.time_zone), standing)
        if errors := errors | _deputy_refusals(person, deputy):
            raise DomainError.of(errors)
        absence = Absence.objects.create(person=person, starts_on=starts_on, ends_on=ends_on, deputy=deputy)
        _recorded(access, absence)
    return absence


def name_deputy(access: Access, *, absence: Absence, deputy: User | None) -> Absence:
    """Names who stands in, another than before, or nobody. Raises as `enter` does, and when the absence is over."""
    with transaction.atomic():
        _require(access, absence.person)
        if errors := _deputy_refusals(absence.person, deputy):
            raise DomainError.of(errors)
        _change(absence, deputy=deputy)
        absence.deputy = deputy
        _recorded(access, absence)
    return absence


def cancel(access: Access, *, absence: Absence) -> None:
    """The person is not away after all, or is back early. Raises NotPermitted, and DomainError when it is over."""
    with transaction.atomic():
        _require(access, absence.person)
        _change(absence, cancelled_at=clock.now())
        facts = {"starts_on": str(absence.starts_on), "ends_on": str(absence.ends_on)}
        audit.record(access, verbs.ABSENCE_CANCELLED, absence, facts=facts)
        if absence.deputy and absence.deputy_id != access.person.pk:
            notifications.notify(
                [absence.deputy],
                kind="absence",
                key=f"absence-cancelled-{absence.public_id}",
                subject=f"You no longer stand in for {absence.person.name}",
                url=reverse("readiness:absences"),
                scope=None,
            )


def _require(access: Access, person: User) -> None:
    """Away is said by the person, or by who leads a team that the person is in."""
    permissions.require_writing(access)
    if person.pk == access.person.pk:
        return
    teams = Membership.objects.current(clock.now().date()).filter(person=person, team__isnull=False)
    if not any(access.can(Capability.TEAM_MANAGE, team) for team in teams.values_list("team_id", flat=True)):
        raise NotPermitted(f"Only {person.name} or a lead of their team can say when they are away.")


def _deputy_refusals(person: User, deputy: User | None) -> dict[str, list[str]]:
    if deputy is None:
        return {}
    if deputy.pk == person.pk:
        return {"deputy": ["Nobody stands in for themselves."]}
    if not absence_queries.possible_deputies(person).filter(pk=deputy.pk).exists():
        return {"deputy": [f"{deputy.name} is in no team, or their account is closed. Choose somebody else."]}
    return {}


def _change(absence: Absence, **fields: object) -> None:
    today = clock.today_in(absence.person.time_zone)
    changed = Absence.objects.filter(pk=absence.pk, cancelled_at__isnull=True, ends_on__gte=today).update(**fields)
    if not changed:
        raise DomainError("This absence is over or was cancelled.")


def _recorded(access: Access, absence: Absence) -> None:
    audit.record(
        access,
        verbs.ABSENCE_ENTERED,
        absence,
        facts={
            "starts_on": str(absence.starts_on),
            "ends_on": str(absence.ends_on),
            "deputy": str(absence.deputy.public_id) if absence.deputy else None,
        },
        texts={"name": absence.person.name},
    )
    if absence.deputy and absence.deputy_id != access.person.pk:
        notifications.notify(
            [absence.deputy],
            kind="absence",
            key=f"deputy-{absence.public_id}-{absence.deputy.public_id}",
            subject=(
                f"You stand in for {absence.person.name} from {dates.day_words(absence.starts_on)} "
                f"to {dates.day_words(absence.ends_on)}"
            ),
            url=reverse("readiness:my_work"),
            scope=None,
        )
