"""`manage.py create_token`: an API token for somebody, printed once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import origin
from portal.access import access_of
from portal.actions import tokens
from portal.errors import DomainError
from portal.models import ApiToken, Team, User


class Command(BaseCommand):
    help = "Makes an API token for a person and prints it, this once. It never may more than its person."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--user", required=True, metavar="EMAIL", help="Whose token it is.")
        parser.add_argument("--scope", choices=ApiToken.Access.values, default="read", help="read (default) or write")
        parser.add_argument("--name", default="", help="What uses it; stands in the list and in the record.")
        parser.add_argument("--days", type=int, default=tokens.DEFAULT_DAYS, help="1 to 365; 90 if left out.")
        parser.add_argument("--team", default="", metavar="SLUG", help="Limits it to one of the person's teams.")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(email=options["user"].strip().lower()).first()
        if person is None:
            raise CommandError(f"There is no account with the address {options['user']}.")
        with origin.arriving("command"):
            try:
                issued = tokens.issue(
                    access_of(person),
                    name=options["name"] or _free_name(person),
                    may=options["scope"],
                    days=options["days"],
                    team=_team(options["team"]),
                )
            except DomainError as refusal:
                raise CommandError(_words(refusal)) from refusal
        self.stdout.write(issued.secret)


def _team(slug: str) -> Team | None:
    if not slug:
        return None
    team = Team.objects.filter(slug=slug).first()
    if team is None:
        raise CommandError(f"There is no team with the short name {slug}.")
    return team


def _free_name(person: User) -> str:
    """`command-1` and so on: the first that the person has not used."""
    used = set(ApiToken.objects.filter(user=person).values_list("name", flat=True))
    return next(name for number in range(1, len(used) + 2) if (name := f"command-{number}") not in used)


def _words(refusal: DomainError) -> str:
    return " ".join(message for messages in refusal.errors.values() for message in messages) or refusal.message
