"""`manage.py seed_demo`: the demonstration's people, services and half a year of their record."""

import gc
import resource
import time
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.module_loading import import_string

from portal import audit, clock, verbs
from portal.management.demonstration.days import SEED, Days
from portal.management.demonstration.people import BEGINS
from portal.management.demonstration.stage import Stage, play
from portal.models import AuditEvent, AuditHead

STORIES = {
    "portal": "portal.management.demonstration.people.storylines",
    "readiness": "readiness.management.demonstration.services.storylines",
    "incidents": "incidents.management.demonstration.lines.storylines",
}
"""App → its part of the story, by name. All are told together, in the order of time: the record never goes back."""
CROWD = "readiness.management.demonstration.crowd.enlarge"
"""What copies the told services, by name."""


class Command(BaseCommand):
    help = (
        "Makes the demonstration's data: people, teams, services and half a year of their record, told by the "
        "product's own actions. Only in demo mode and on an empty database; a second time changes nothing. With "
        "--services N the told services are then copied in bulk until there are N, with teams and people of their "
        "own, to measure with: no action tells of the copies, but their record is whole and verifies. It says with an "
        "event of its own where they begin; there the time of its events goes back, once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """How many services, and of which chance."""
        parser.add_argument("--services", type=int, metavar="N", help="copy the told services until there are N")
        parser.add_argument("--seed", type=int, default=SEED, help="of the copies' opaque ids; the same gives the same")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demonstration's data is for demo mode: set DEMO=true, on a database of its own.")
        if is_told():
            if not options["services"]:
                self._say("The demonstration's data is here already; nothing was changed.", options)
        elif AuditHead.objects.get(pk=1).number:
            raise CommandError("This database has a record of its own. The demonstration needs an empty one.")
        else:
            self._tell_all(options)
        if options["services"]:
            self._enlarge(options)

    def _tell_all(self, options: dict[str, Any]) -> None:
        stage = Stage(Days(clock.now()))
        with transaction.atomic():
            _tell(stage)
        for act in stage.afterwards:
            act()
        self._say(f"The demonstration's data is made: {AuditHead.objects.get(pk=1).number} events.", options)

    def _enlarge(self, options: dict[str, Any]) -> None:
        """Copies the services, and says what it took: the processor's time would differ with the machine's load."""
        if AuditEvent.objects.filter(verb=verbs.DEMONSTRATION_ENLARGED.name).exists():
            raise CommandError("The demonstration was enlarged already; it is enlarged once.")
        began = time.process_time()
        gc.disable()
        try:
            import_string(CROWD)(options["services"], options["seed"])
        except ValueError as error:
            raise CommandError(str(error)) from error
        finally:
            gc.enable()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        events, taken = AuditHead.objects.get(pk=1).number, time.process_time() - began
        self._say(
            f"{options['services']} services, {events} events: {taken:.0f} s of processor time, {peak} MB.", options
        )

    def _say(self, words: str, options: dict[str, Any]) -> None:
        if options["verbosity"]:
            self.stdout.write(words)


def is_told() -> bool:
    """Whether this database is the demonstration's: its record says so with its first event."""
    return AuditEvent.objects.filter(number=1, verb=verbs.DEMONSTRATION_BEGUN.name).exists()


def _tell(stage: Stage) -> None:
    """Tells the whole story in the caller's transaction: all of it is kept, or nothing."""
    begins = stage.days.moment(BEGINS, "06:00")
    with clock.at(begins):
        audit.record(None, verbs.DEMONSTRATION_BEGUN, AuditHead(pk=1), facts={"seed": SEED})
        call_command("load_catalogue", verbosity=0)
    gc.disable()  # thousands of short-lived rows: looking for cycles among them takes a tenth of the time
    try:
        with stage.around:
            parts = [import_string(name) for app, name in STORIES.items() if apps.is_installed(app)]
            play([line for part in parts for line in part(stage)], stage.days.told_at)
    finally:
        gc.enable()
