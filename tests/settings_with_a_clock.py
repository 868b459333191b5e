"""Settings for processes whose clock a test moves, and whose scheduler looks every second.

How far the clock is ahead of the real one stands in a file beside the data (`tests/harness/clocks.py`). It is part of
the tests: no setting of an installation can do this.
"""

from celery.schedules import schedule
from django.utils import timezone

from tests.harness import clocks
from tests.settings_of_processes import *  # noqa: F403  the real settings, all of them

LOOKS = {
    "write_digests",
    "sweep_outbox",
    "open_recurring_checks",
    "remind_of_checks",
    "remind_of_documents",
    "remind_of_waivers",
    "recount_answers",
}
"""The tasks that a test of reminders waits for."""

timezone.now = clocks.reader(DATA_DIR)  # noqa: F405
CELERY_BEAT_SCHEDULE = {
    name: {**entry, "schedule": schedule(1)}
    for name, entry in CELERY_BEAT_SCHEDULE.items()  # noqa: F405
    if entry["task"].rpartition(".")[2] in LOOKS
}
