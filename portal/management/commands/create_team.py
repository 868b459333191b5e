"""`manage.py create_team`: a team, and its lead where one is named."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.text import slugify

from portal import origin
from portal.actions import installation
from portal.errors import DomainError
from portal.forms.fields import time_zones
from portal.models import User


class Command(BaseCommand):
    help = "Makes a team. With --lead its lead joins it; the lead has an account already."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", required=True, help="The team's name.")
        parser.add_argument("--slug", default="", help="Its short name, in addresses; from the name if left out.")
        parser.add_argument("--time-zone", default="UTC", help="An IANA name, such as Europe/Berlin.")
        parser.add_argument("--lead", default="", metavar="EMAIL", help="Who leads it.")

    def handle(self, *args: Any, **options: Any) -> None:
        slug = slugify(options["slug"] or options["name"])[:60]
        if not slug:
            raise CommandError("Give a short name with --slug: small letters, digits and hyphens.")
        if options["time_zone"] not in time_zones():
            raise CommandError(f"{options['time_zone']} is not a time zone. Take an IANA name, such as Europe/Berlin.")
        lead = User.objects.filter(email=options["lead"].strip().lower()).first() if options["lead"] else None
        if options["lead"] and lead is None:
            raise CommandError(f"There is no account with the address {options['lead']}.")
        with origin.arriving("command"):
            try:
                team = installation.make_team(
                    name=options["name"], slug=slug, time_zone=options["time_zone"], lead=lead
                )
            except DomainError as refusal:
                words = [message for messages in refusal.errors.values() for message in messages]
                raise CommandError(" ".join(words)) from refusal
        self.stdout.write(f"{team.name} ({team.slug}) is there{f', led by {lead.name}' if lead else ''}.")
