"""`manage.py rebuild_search`: everything that can be found, read again from the rows."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.actions import searching


class Command(BaseCommand):
    help = (
        "Reads everything that can be found again from the rows. It can run at any time, beside the portal at work; "
        "nothing is lost by it. Needed after a release that changes what is found, or where its pages are."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{searching.rebuild()} things can be found.")
