"""Granting the role that serves what serving needs, and no more."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from portal.append_only import roles


class Command(BaseCommand):
    help = (
        "PostgreSQL: grants the role of DATABASE_URL what serving needs, as the role of DATABASE_OWNER_URL. "
        "`migrate` does it too."
    )
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            role = roles.grant()
        except ImproperlyConfigured as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{role} may serve; it owns no table and changes no guarded one.")
