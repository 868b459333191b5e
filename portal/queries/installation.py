"""What state this installation is in."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from portal.models import User


def has_pending_migrations() -> bool:
    """Whether the database is behind the code."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def is_empty() -> bool:
    """Whether nobody has an account yet, so that nothing can have been recorded either."""
    return not User.objects.exists()
