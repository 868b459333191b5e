"""Who is to be reminded of which waivers now: due rows in one statement, the people around them in two more."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from portal.models import User
from readiness.choices import ServiceState, WaiverStage
from readiness.models import Waiver, WaiverReminder
from readiness.queries import absences, waivers
from readiness.rules import waiver_reminders as rules
from readiness.rules.waiver_reminders import Reminder


@dataclass(frozen=True)
class Reminded:
    """One waiver, what is said of it, and to whom."""

    waiver: Waiver
    stage: WaiverStage
    recipients: tuple[User, ...]


def due(now: datetime.datetime) -> QuerySet[WaiverReminder]:
    """Reminders whose moment has come, the oldest first: one statement over an index of those that wait."""
    waiting = WaiverReminder.objects.exclude(waiver__service__state=ServiceState.RETIRED)
    return waiting.filter(remind_at__lte=now).order_by("remind_at", "pk")


def held(batch: Collection[int], now: datetime.datetime) -> QuerySet[WaiverReminder]:
    """Those of a batch that are due still, locked where the database can, with what is said of them."""
    around = ("waiver__service__scope__team", "waiver__service__owner", "waiver__asked_by", "waiver__settlement")
    return due(now).filter(pk__in=batch).select_related(*around).select_for_update(of=("self",))


def reminder(row: WaiverReminder, now: datetime.datetime) -> Reminder:
    """What holds of a waiver now, and when to look again."""
    waiver = row.waiver
    return rules.reminder(waiver.settlement.at, waiver.expires_on, waiver.service.team.time_zone, now)


def reminded(rows: Sequence[WaiverReminder], now: datetime.datetime) -> list[Reminded]:
    """What is said now, to whoever owns the item and who asked, or who stands in for them; three statements."""
    owners = waivers.owners([row.waiver for row in rows])
    deputies = absences.deputies(now)
    found = []
    for row in rows:
        stage = reminder(row, now).stage
        people = (owners.get(row.waiver.pk, row.waiver.service.owner), row.waiver.asked_by)
        told = tuple({one.pk: one for one in (deputies.get(person.pk, person) for person in people)}.values())
        if stage is not None:
            found.append(Reminded(row.waiver, stage, told))
    return found
