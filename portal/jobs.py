"""Handing work to the workers: a task's name and an id, on commit."""

from celery import current_app
from django.db import transaction


def enqueue(task_name: str, identifier: int | str) -> None:
    """Sends the task once the transaction is committed. What is sent is a nudge: the row says what is to be done."""
    transaction.on_commit(lambda: current_app.tasks[task_name].delay(identifier), robust=True)
