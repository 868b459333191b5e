"""Everything between installing and serving, in one process: that is what keeps a second start short."""

import hashlib
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from portal import demo, first_link
from portal.actions import searching
from portal.queries import installation

LOOPBACK = ("127.", "localhost:", "[::1]:")


class Command(BaseCommand):
    help = (
        "Prepares this installation for serving: database, catalogue, static files, and demonstration data when demo "
        "mode is on and the database is empty. What is there already is left alone."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        _keep_the_demonstration_at_home()
        if installation.has_pending_migrations():
            self.stdout.write("Preparing the database.")
            call_command("migrate", verbosity=0)
        if settings.DEMO and installation.is_empty():
            self.stdout.write("Making the demonstration's data.")
            call_command("seed_demo", verbosity=0)  # before the catalogue: its story begins with publishing it
        call_command("load_catalogue", verbosity=0)
        searching.follow()  # so that the first who searches after an update waits for nothing
        self._collect_static_files()
        self._greet()

    def _collect_static_files(self) -> None:
        """Collect and compress the static files when they are not those collected before."""
        stamp = settings.DATA_DIR / "static.sha256"
        digest = _digest_of_static_files()
        if stamp.exists() and stamp.read_text() == digest:
            return
        self.stdout.write("Compressing the static files.")
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(digest)

    def _greet(self) -> None:
        self.stdout.write(f"\nGatehouse: {settings.BASE_URL}\n")
        if settings.DEMO:
            self.stdout.write(f"Sign in with the password {demo.PASSWORD} as one of\n")
            for email, purpose in demo.LOGINS.items():
                self.stdout.write(f"  {email:24}{purpose}\n")
        elif link := first_link.address():
            self.stdout.write(f"This link makes the first administrator and the first team, once:\n  {link}\n")
        self.stdout.write("Ctrl-C stops it.\n\n")


def _keep_the_demonstration_at_home() -> None:
    """Everybody can read the demonstration's password, so it is served to this machine alone."""
    address = os.environ.get("GATEHOUSE_BIND", "127.0.0.1:")
    if settings.DEMO and not address.startswith(LOOPBACK):
        raise CommandError(f"Demo mode listens on this machine only, not on {address}. Start with --empty instead.")


def _digest_of_static_files() -> str:
    """Return one digest of our static files, and of the pins for those that libraries bring."""
    digest = hashlib.sha256((settings.BASE_DIR / "requirements.txt").read_bytes())
    for folder in settings.STATICFILES_DIRS:
        for path in sorted(path for path in Path(folder).rglob("*") if path.is_file()):
            digest.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes())
    return digest.hexdigest()
