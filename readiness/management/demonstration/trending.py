"""The end of each week: the counts of the services are kept as they stood, so that there is a trend to look at."""

import datetime

from portal.management.demonstration.stage import Stage, Storyline
from readiness.actions import status
from readiness.rules import trends

WEEKS = 13
BEFORE_MIDNIGHT = datetime.time(23, 59, tzinfo=datetime.UTC)


def storylines(stage: Stage) -> list[Storyline]:
    """One line: every Sunday night of three months."""
    return [_sundays(stage)]


def _sundays(stage: Stage) -> Storyline:
    this_week = trends.week_of(stage.days.told_at)
    for back in reversed(range(WEEKS)):
        sunday = this_week - back * trends.A_WEEK - datetime.timedelta(days=1)
        yield datetime.datetime.combine(sunday, BEFORE_MIDNIGHT)
        status.catch_up()
