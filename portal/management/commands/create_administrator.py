"""`manage.py create_administrator`: for whoever holds the server's shell; the way back in when nobody can sign in."""

import getpass
import sys
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.utils.text import slugify

from portal import origin, password_links
from portal.actions import installation
from portal.errors import DomainError
from portal.forms.fields import time_zones
from portal.models import User


class Command(BaseCommand):
    help = (
        "Makes somebody administrator. Asks for a password at a terminal; otherwise, or when none is typed, prints a "
        "one-time link by which they set it. With --team makes the first team as well, if there is none."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True, help="Their e-mail address; it is what they sign in with.")
        parser.add_argument("--name", default="", help="Their full name; needed for a new account.")
        parser.add_argument("--team", default="", help="The name of the first team, made if there is none.")
        parser.add_argument("--time-zone", default="UTC", help="The team's IANA time zone, such as Europe/Berlin.")

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"].strip().lower()
        name = _checked(email, options["name"], options["time_zone"])
        with origin.arriving("command"):
            try:
                person = installation.appoint(
                    email=email,
                    name=name,
                    password=self._password(email, name),
                    team=_team(options["team"], options["time_zone"]),
                )
            except DomainError as refusal:
                raise CommandError(_words(refusal)) from refusal
        self.stdout.write(f"{person.name} ({person.email}) is administrator.")
        if not person.has_usable_password():
            self.stdout.write(
                f"Set the password here, within three days:\n{settings.BASE_URL}{password_links.link_for(person)}"
            )

    def _password(self, email: str, name: str) -> str:
        """What is typed at a terminal, twice; "" where there is none or nothing is typed."""
        if not sys.stdin.isatty() or User.objects.filter(email=email).exists():
            return ""
        first = getpass.getpass("Password (empty: print a link to set it): ")
        if not first:
            return ""
        if getpass.getpass("Once more: ") != first:
            raise CommandError("These were two different passwords. Nothing was made.")
        try:
            validate_password(first, User(email=email, name=name))
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        return first


def _checked(email: str, name: str, time_zone: str) -> str:
    try:
        validate_email(email)
    except ValidationError as refusal:
        raise CommandError(f"{email} is not an e-mail address.") from refusal
    if time_zone not in time_zones():
        raise CommandError(f"{time_zone} is not a time zone. Take an IANA name, such as Europe/Berlin.")
    return name.strip() or email.split("@")[0].replace(".", " ").title()


def _team(name: str, time_zone: str) -> installation.FirstTeam | None:
    return installation.FirstTeam(name, slugify(name)[:60] or "first-team", time_zone) if name.strip() else None


def _words(refusal: DomainError) -> str:
    return " ".join(message for messages in refusal.errors.values() for message in messages) or refusal.message
