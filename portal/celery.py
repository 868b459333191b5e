"""The Celery application. Queues carry ids only; the database is the truth."""

import os
from typing import Any

from celery import Celery, Task
from kombu.transport import TRANSPORT_ALIASES

from portal import origin

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

for scheme in ("redis", "rediss"):
    TRANSPORT_ALIASES[scheme] = "portal.redis_broker:Transport"


class PortalTask(Task):  # type: ignore[type-arg]  # generic only in its stubs
    """A task of this project: whatever it records says that it came by a task."""

    abstract = True

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Runs it."""
        with origin.arriving("task"):
            return super().__call__(*arguments, **named)


app = Celery("gatehouse", task_cls=PortalTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
