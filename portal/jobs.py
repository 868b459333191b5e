"""Handing work to the workers: a task's name and an id, on commit."""

from celery import Task, current_app
from django.db import transaction


def enqueue(task_name: str, identifier: int | str) -> None:
    """Sends the task once the transaction is committed. What is sent is a nudge: the row says what is to be done.

    A broker that cannot be reached loses nothing: the error is logged, and the next sweep finds the row.
    """
    transaction.on_commit(lambda: _task(task_name).delay(identifier), robust=True)


def _task(name: str) -> "Task[..., None]":
    """The task by name. Only workers load tasks at their start; elsewhere the first one that is sent does it."""
    if name not in current_app.tasks:
        current_app.loader.import_default_modules()
    task: Task[..., None] = current_app.tasks[name]
    return task
