"""Verifying the audit record from the command line, for operators, backups and schedules."""

import gc
import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError

from portal import canonical, record_verification
from portal.actions import record_verifications
from portal.errors import RecordUnavailable
from portal.record_verification import Verification

BROKEN, UNCHECKED = 1, 2


class Command(BaseCommand):
    help = (
        "Verifies the audit record: that the chain is whole and follows from itself, and that texts, revisions, "
        "sign-offs, decisions and, with --files, files are those it speaks of. "
        "Exit code 0: intact; 1: broken, with the first places; 2: could not be checked."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--files", action="store_true", help="read every uploaded file as well")
        parser.add_argument("--note", action="store_true", help="keep the outcome in the record and on its page")
        parser.add_argument("--json", action="store_true", help="answer as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        gc.disable()  # the walk makes no cycles, and looking for them would cost a tenth of the time
        try:
            verification = record_verification.verify(with_files=options["files"])
            if options["note"]:
                record_verifications.note(None, verification)
        except (DatabaseError, RecordUnavailable, OSError) as error:
            self.stderr.write(f"The record could not be checked: {error}")
            sys.exit(UNCHECKED)
        finally:
            gc.enable()
        told = json.dumps(_plain(verification), indent=2) if options["json"] else _told(verification)
        self.stdout.write(told)
        if not verification.intact:
            sys.exit(BROKEN)


def _told(verification: Verification) -> str:
    """The outcome in words: what was checked, then where it breaks."""
    tally = verification.tally
    acts = [f"{count} {name}" for name, count in tally.acts.items()]
    counts = [f"{tally.events} events", f"{tally.texts} texts ({tally.erased} erased)", f"{tally.revisions} revisions"]
    files = [f"{tally.files} files ({tally.redacted} redacted)"] if verification.with_files else []
    lines = [
        f"Record {verification.deployment or 'without a head'}, {canonical.utc_text(verification.at)}",
        f"Checked: {', '.join([*counts, *acts, *files])}.",
    ]
    if verification.intact:
        lines += [f"Intact up to event {verification.head}.", f"Digest {verification.digest}"]
    else:
        lines += ["BROKEN. First at:", *(f"  {problem}" for problem in verification.problems)]
    return "\n".join(lines)


def _plain(verification: Verification) -> dict[str, Any]:
    tally = verification.tally
    return {
        "intact": verification.intact,
        "deployment": verification.deployment,
        "head": verification.head,
        "digest": verification.digest,
        "at": canonical.utc_text(verification.at),
        "checked": {
            "events": tally.events,
            "texts": tally.texts,
            "erased": tally.erased,
            "revisions": tally.revisions,
            **tally.acts,
            **({"files": tally.files, "redacted": tally.redacted} if verification.with_files else {}),
        },
        "problems": [{"event": problem.event or None, "what": problem.what} for problem in verification.problems],
    }
