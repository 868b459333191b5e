"""Background work of the portal. Tasks carry ids; the database says what is to be done."""

from celery import shared_task
from django.core.management import call_command

from portal import clock, guessing
from portal.actions import digests, document_reminders, outbox, searching


@shared_task
def deliver_outbox(message_id: int) -> None:
    """Sends one mail, unless somebody else has it or it is not due."""
    outbox.deliver(message_id)


@shared_task
def sweep_outbox() -> None:
    """Finds mails that are due or whose sender was lost, and hands each to a worker."""
    outbox.sweep()


@shared_task
def tidy() -> None:
    """Removes counts of tries and sessions whose time has passed. Nothing waits for it."""
    guessing.forget_ended()
    call_command("clearsessions")


@shared_task
def write_digests() -> None:
    """Puts the mails of the day that are due into the outbox."""
    digests.write_due(clock.now())


@shared_task
def follow_for_search() -> None:
    """Has the search follow the record to its end."""
    searching.follow()


@shared_task
def remind_of_documents() -> None:
    """Reminds keepers of documents whose review falls due."""
    document_reminders.send_due(clock.now())
