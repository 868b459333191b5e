"""Makes an audit pack in the foreground."""

import argparse
import contextlib
import datetime
import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import pdf_libraries
from portal.access import access_of
from portal.errors import DomainError, NotPermitted
from portal.models import User
from portal.pdf.errors import PdfError
from readiness.actions import audit_packs
from readiness.choices import PackState
from readiness.models import AuditPack, Service


class Command(BaseCommand):
    help = "Makes an audit pack of one or more services and a period, as a ZIP with PDF, data, evidence and manifest."

    def add_arguments(self, parser: CommandParser) -> None:
        """Services, period, where to, and on whose behalf."""
        parser.add_argument("--service", action="append", required=True, metavar="SLUG", help="may be given again")
        parser.add_argument("--since", required=True, type=_day, metavar="DATE", help="first day, 2026-07-01")
        parser.add_argument("--until", required=True, type=_day, metavar="DATE", help="last day, 2026-09-30")
        parser.add_argument("--out", required=True, type=Path, metavar="FILE.zip")
        parser.add_argument("--as", dest="email", metavar="EMAIL", help="who asks; else the first of compliance")
        parser.add_argument("--purpose", default="", metavar="TEXT", help="for whom, what for; stands on the cover")
        parser.add_argument("--overwrite", action="store_true", help="take the place of a file that is there already")

    def handle(
        self, *, service: list[str], since: datetime.date, until: datetime.date, out: Path, **options: Any
    ) -> None:
        """Asks for the pack and makes its parts here, without workers."""
        if missing := pdf_libraries.missing():
            raise CommandError(f"The PDF needs {', '.join(missing)}, which this machine lacks.")
        found = list(Service.objects.filter(slug__in=service).select_related("scope__team"))
        if unknown := set(service) - {one.slug for one in found}:
            raise CommandError(f"There is no service {', '.join(sorted(unknown))}.")
        purpose: str = options["purpose"].strip()
        if refusal := _refusal_of(out, overwrite=options["overwrite"]):
            raise CommandError(refusal)
        try:
            pack = audit_packs.request(
                access_of(_asker(options["email"])), services=found, since=since, until=until, purpose=purpose
            )
        except (DomainError, NotPermitted) as error:
            raise CommandError(str(error)) from error
        if pack.parts.count() > 1:
            with contextlib.suppress(PdfError):  # whose part it was is said below
                audit_packs.prepare(pack)
        for part in pack.parts.order_by("position"):
            audit_packs.build_part(part.pk)
        audit_packs.finish(pack.pk)
        self._write(AuditPack.objects.get(pk=pack.pk), out)

    def _write(self, pack: AuditPack, out: Path) -> None:
        if pack.state != PackState.READY:
            raise CommandError(pack.error or "The pack could not be made.")
        beside = out.with_name(f".{out.name}.part")
        try:
            with pack.archive.open("rb") as archive, beside.open("wb") as file:
                for chunk in archive.chunks():
                    file.write(chunk)
            beside.replace(out)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise CommandError(f"{out} could not be written: {error.strerror}. The pack itself is kept.") from error
        self.stdout.write(f"{out}: {pack.pages} pages, SHA-256 {pack.archive_sha256}")


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it as 2026-09-30.") from None


def _refusal_of(out: Path, *, overwrite: bool) -> str:
    """Why the archive cannot go there, said before anything is made; empty when it can."""
    if not out.parent.is_dir():
        return f"There is no folder {out.parent}."
    if out.is_dir():
        return f"{out} is a folder. Name a file in it, such as {out / 'pack.zip'}."
    if out.exists() and not overwrite:
        return f"{out} is there already. Name another file, or add --overwrite."
    if not os.access(out.parent, os.W_OK):
        return f"Nothing may be written in {out.parent}."
    return ""


def _asker(email: str | None) -> User:
    people = User.objects.filter(is_active=True)
    if email:
        found = people.filter(email__iexact=email).first()
        if found is None:
            raise CommandError(f"Nobody signs in as {email}.")
        return found
    asker = next((one for one in people.filter(memberships__team=None) if _is_compliance(one)), None)
    if asker is None:
        raise CommandError("Nobody has the role compliance. Say on whose behalf with --as EMAIL.")
    return asker


def _is_compliance(person: User) -> bool:
    return "compliance" in access_of(person).across
