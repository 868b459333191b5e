"""Full-text search on either database: how words are kept there, and how a query finds them."""

from importlib import import_module
from types import ModuleType

from django.db import connection


def here() -> ModuleType:
    """What the database in use needs: `write`, `remove`, `found`. The other's driver is not even imported."""
    return import_module(f"portal.full_text.{connection.vendor}")
