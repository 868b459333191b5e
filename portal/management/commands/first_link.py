"""`manage.py first_link`: the one-time link of an installation that has no administrator yet."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal import first_link


class Command(BaseCommand):
    help = "Prints the link that makes the first administrator and the first team. There is none once somebody is one."

    def handle(self, *args: Any, **options: Any) -> None:
        address = first_link.address()
        if address is None:
            raise CommandError("There is an administrator already. `manage.py create_administrator` makes another.")
        self.stdout.write(address)
