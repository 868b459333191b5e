"""Readiness' work in the background: each task names an action."""

from celery import shared_task

from portal import clock
from readiness.actions import (
    action_item_reminders,
    applicability,
    audit_packs,
    check_reminders,
    launch_reminders,
    recurring_checks,
    service_states,
    waiver_reminders,
)


@shared_task
def build_pack_part(part_id: int) -> None:
    """Makes one service's part of a pack."""
    audit_packs.build_part(part_id)


@shared_task
def finish_pack(pack_id: int) -> None:
    """Joins a pack's parts."""
    audit_packs.finish(pack_id)


@shared_task
def sweep_audit_packs() -> None:
    """Takes up what a lost worker left behind."""
    audit_packs.sweep(clock.now())


@shared_task
def resume_services() -> None:
    """Takes services back to live whose pause is over."""
    service_states.resume_due(clock.now())


@shared_task
def recount_answers() -> None:
    """Counts answers anew whose evidence has aged, or whose waiver or drill has run out, since they were counted."""
    applicability.recount_due(clock.now())


@shared_task
def open_recurring_checks() -> None:
    """Opens the recurring checks whose period has come."""
    recurring_checks.open_due(clock.now())


@shared_task
def remind_of_action_items() -> None:
    """Reminds owners of action items that are due soon or overdue."""
    action_item_reminders.send_due(clock.now())


@shared_task
def remind_of_checks() -> None:
    """Reminds people of the checks that wait for them."""
    check_reminders.send_due(clock.now())


@shared_task
def remind_of_launches() -> None:
    """Says that a condition was not met in time, or that the items after a go are late."""
    launch_reminders.send_due(clock.now())


@shared_task
def remind_of_waivers() -> None:
    """Reminds people of waivers that run out."""
    waiver_reminders.send_due(clock.now())
