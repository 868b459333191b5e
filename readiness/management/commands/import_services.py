"""`manage.py import_services FILE --as EMAIL`: the same import as on the page, from the terminal."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from portal import unavailable
from portal.access import access_of
from portal.errors import DomainError, RecordUnavailable
from portal.models import User
from readiness.actions import imports
from readiness.rules import imports as rules


class Command(BaseCommand):
    help = "Imports services (or, with --owners, who owns their domains) from a CSV: all rows, or none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="The CSV; its columns stand on the import page.")
        parser.add_argument("--as", dest="email", required=True, metavar="EMAIL", help="Who does it: a lead.")
        parser.add_argument("--owners", action="store_true", help="The file holds owners, not services.")
        parser.add_argument("--dry-run", action="store_true", help="Say what it would do, and change nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(email=options["email"].lower(), is_active=True).first()
        if person is None:
            raise CommandError(f"Nobody here has the address {options['email']}.")
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        kind = rules.OWNERS if options["owners"] else rules.SERVICES
        act = imports.dry_run if options["dry_run"] else imports.apply
        try:
            report = act(access_of(person), kind=kind, content=content)
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        except (OperationalError, RecordUnavailable) as error:
            raise CommandError(str(unavailable.found_in(error) or error)) from error
        self._say(report, dry_run=options["dry_run"])

    def _say(self, report: rules.Report, *, dry_run: bool) -> None:
        for row in report.rows:
            for column, message in row.errors:
                self.stderr.write(f"line {row.line}, {column or 'row'}: {message}")
            if not row.errors:
                self.stdout.write(f"line {row.line}, {row.name}: {row.words}")
        if report.refused:
            raise CommandError(f"{report.refused} of {len(report.rows)} rows are refused; nothing was changed.")
        end = "Nothing was changed: this was a dry run." if dry_run else "Imported."
        self.stdout.write(f"{len(report.rows)} rows. {end}")
