"""The weekly and monthly checks of what is live: most done in time, some late, one left alone for two weeks."""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from random import Random

from portal import clock
from portal.management.demonstration.days import SEED, Line
from portal.management.demonstration.people import BERLIN
from portal.management.demonstration.stage import Stage, Storyline
from readiness.actions import check_reminders, launch_reminders, recurring_checks
from readiness.choices import AssignmentRole, CheckResult, ServiceState
from readiness.models import Assignment, CheckOccurrence
from readiness.rules.check_results import Told

FIRST_DAY = 125
"""Working days back; the half year that the story tells."""
LEFT_ALONE = {("support-copilot", "weekly.prediction-logs"): 14}
"""Checks that nobody does any more since so many working days ago."""
DEARER, DEARER_SINCE = ("fraud-scoring", "weekly.cost-trend"), datetime.timedelta(days=14)
"""The check that breaks the baseline of the go, in the periods that opened since."""
NOTES: Mapping[str, tuple[str, ...]] = {
    "weekly.drift-alerts": (
        "No flag this week.",
        "One flag on the age of accounts: a campaign for students. Expected, noted in the channel.",
        "Two flags on merchant codes; the provider renamed a group. Mapping changed, flags gone.",
    ),
    "weekly.cost-trend": ("Within last week’s range.", "A little dearer per call: longer inputs after the new form."),
    "weekly.retraining": (
        "Ran on Sunday night, all four steps green.",
        "Ran a day late after the feature store’s update.",
    ),
    "weekly.prediction-logs": (
        "Wednesday: as many records as requests. Five opened, all complete.",
        "Tuesday: 3 records fewer than requests, all of them health probes.",
    ),
    "monthly.accuracy": ("On the fresh sample of the labelling team.",),
    "monthly.thresholds": ("Kept: one false alarm in the month.", "Lowered for the amount; it never fired."),
    "monthly.log-audit": ("Ten known actions looked up, ten found.",),
    "monthly.cost-optimisation": ("Batching of night calls is worth a try; noted for the next release.",),
    "quarterly.docs": ("Runbooks and diagrams read against production; review dates set.",),
}
FAILED_SINCE = (30, 8)
"""By so many working days ago each time one check of the fraud scoring has failed, whatever chance said."""
WHY_DEARER = (
    "A replay of old payments ran on the nodes of production all week. It is moved to staging next week.",
    "The replay ran on until Wednesday. What is left are longer inputs from the new form; we cut them on Monday.",
)
WHY_NOT = "Nobody had access to the bucket this week; asked for it."
WHY_FAILED = (
    "Twelve per cent of Thursday’s requests left no record: the new gateway drops the header. Fixed on Friday.",
    "Four per cent of Tuesday’s: the gateway was rolled back for a day, and its fix with it. It is in its image now.",
    "Three hours of Monday without a record: the bucket was full. Its limit is raised, and an alert watches it.",
)
"""Why it failed the first time, the second and so on; nobody signs the same words twice."""


def storylines(stage: Stage) -> list[Storyline]:
    """One line for the checks of every service."""
    return [_weeks(stage)]


def _weeks(stage: Stage) -> Storyline:
    """Looks every working day at half past nine, as the scheduler would, and lets people answer through the day."""
    line = Line(stage.days, BERLIN, "checks")
    for back in range(FIRST_DAY, 0, -1):
        yield line.on(back, "09:30")
        recurring_checks.open_due(clock.now())
        launch_reminders.send_due(clock.now())
        for occurrence in _answered_today(line, back, stage.days.told_at):
            yield line.after(3, 25)
            _answer(stage, occurrence, back)
    yield stage.days.told_at - datetime.timedelta(minutes=3)
    recurring_checks.open_due(clock.now())
    check_reminders.send_due(clock.now())


def _answered_today(line: Line, back: int, told_at: datetime.datetime) -> list[CheckOccurrence]:
    now = clock.now()
    rows = CheckOccurrence.objects.open().filter(opens_at__lte=now, ends_at__gt=now, service__state=ServiceState.LIVE)
    related = rows.select_related("service__scope__team", "service__owner", "service__target", "version")
    found = related.select_related("recurring_check").order_by("opens_at", "service__slug", "recurring_check__position")
    return [row for row in found if _is_its_day(row, line.today, back, told_at)]


def _is_its_day(row: CheckOccurrence, today: datetime.date, back: int, told_at: datetime.datetime) -> bool:
    """Most within three days of the opening; now and then one is left until the day after it was due, or altogether.

    Of what runs still as the story is told, half is left for whoever tries the portal.
    """
    if LEFT_ALONE.get((row.service.slug, row.recurring_check.key), 0) >= back:
        return False
    chance = _chance(row)
    if _is_dearer(row, told_at):
        return True
    days = chance.choice((0, 1, 1, 2, 2, 3))
    is_late = chance.random() < 0.04
    if chance.random() < (0.5 if row.ends_at > told_at else 0.02):
        return False
    day = (row.due_at if is_late else row.opens_at).date() + datetime.timedelta(days=1 if is_late else days)
    return today >= day


def _is_dearer(row: CheckOccurrence, told_at: datetime.datetime) -> bool:
    """Whether it is one of the newest periods of the check that breaks its baseline."""
    return (row.service.slug, row.recurring_check.key) == DEARER and row.opens_at > told_at - DEARER_SINCE


def _answer(stage: Stage, row: CheckOccurrence, back: int) -> None:
    chance = _chance(row)
    who = _who(row)
    key = row.recurring_check.key
    note, result = chance.choice(NOTES[key]), CheckResult.PASS
    if key == "weekly.prediction-logs" and (chance.random() < 0.15 or _owes_a_failure(row, back)):
        note, result = _said_next(WHY_FAILED, row), CheckResult.FAIL
    elif key != "weekly.cost-trend" and chance.random() < 0.03:
        note, result = WHY_NOT, CheckResult.NOT_DONE
    if is_dearer := _is_dearer(row, stage.days.told_at):
        note, result = _said_next(WHY_DEARER, row), CheckResult.FAIL
    values = _values(row, chance, is_dearer=is_dearer) if is_dearer or result == CheckResult.PASS else {}
    told = Told(result, note, values=values)
    access = stage.cast.access(who)
    recurring_checks.answer(access, occurrence=row, told=told, revision=row.revision)


def _said_next(words: Sequence[str], row: CheckOccurrence) -> str:
    return words[min(_failed(row), len(words) - 1)]


def _failed(row: CheckOccurrence) -> int:
    """How often this check of this service failed so far."""
    return row.recurring_check.occurrences.filter(service=row.service, result=CheckResult.FAIL).count()


def _owes_a_failure(row: CheckOccurrence, back: int) -> bool:
    """Whether fewer checks failed so far than the story shows."""
    return row.service.slug == "fraud-scoring" and _failed(row) < sum(1 for since in FAILED_SINCE if back <= since)


def _values(row: CheckOccurrence, chance: Random, *, is_dearer: bool) -> dict[str, str]:
    """Numbers that keep to what the service promises; one that became dearer does not."""
    targets, key = row.service.target, row.recurring_check.key
    if key == "weekly.cost-trend":
        predictions = chance.randrange(80_000, 140_000)
        one = (
            (targets.cost_per_prediction or Decimal("0.01")) * Decimal(chance.randrange(78, 90) + 40 * is_dearer) / 100
        )
        return {"cost": f"{one * predictions:.2f}", "predictions": str(predictions)}
    if key == "monthly.accuracy":
        value = min(Decimal("0.999"), (targets.accuracy or Decimal("0.9")) + Decimal(chance.randrange(1, 20)) / 1000)
        metric = targets.accuracy_metric or "Accuracy"
        return {"metric": metric, "value": f"{value:.3f}", "sample_size": str(chance.randrange(400, 900))}
    return {}


def _who(row: CheckOccurrence) -> str:
    """Whoever is accountable for its domain, else the owner; by the name before the @."""
    held = Assignment.objects.current().filter(
        service=row.service, domain__key=row.domain_key, role=AssignmentRole.ACCOUNTABLE
    )
    first = held.select_related("person").first()
    person = first.person if first else row.service.owner
    return person.email.partition("@")[0]


def _chance(row: CheckOccurrence) -> Random:
    return Random(f"{SEED} {row.service.slug} {row.recurring_check.key} {row.period}")  # noqa: S311  it has to repeat
