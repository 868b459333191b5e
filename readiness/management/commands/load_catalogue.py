"""`manage.py load_catalogue`: the checklists, checks, domains and playbooks that ship with the product."""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string

from portal.catalogue import CatalogueError
from portal.errors import DomainError

LOADERS = {"readiness": "readiness.actions.templates.load", "incidents": "incidents.actions.playbooks.load"}
"""App → its loader, by name: an app that is not installed is left out."""


class Command(BaseCommand):
    help = (
        "Loads the catalogue by key: checklists, recurring checks, ownership domains and alert playbooks. "
        "A published version never changes; loading the same files again changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for app, name in LOADERS.items():
            if apps.is_installed(app):
                self._load(name, options["verbosity"])

    def _load(self, name: str, verbosity: int) -> None:
        try:
            loaded = import_string(name)()
        except CatalogueError as error:
            raise CommandError(f"The catalogue was not loaded.\n{error}") from error
        except DomainError as error:
            raise CommandError(f"The catalogue was not loaded. {error.message}") from error
        if verbosity:
            self.stdout.write(str(loaded))
