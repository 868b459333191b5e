"""Migrating, as the database's owner where there is one apart from the role that serves."""

from typing import Any

from django.core.management.commands import migrate

from portal.append_only import roles


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with roles.as_owner():
            super().handle(*args, **options)
        if roles.is_split():
            roles.grant()
