"""Incidents' work in the background: each task names an action."""

from celery import shared_task

from incidents.actions import alert_posts, alert_retention, drill_reminders, incident_reminders
from portal import clock


@shared_task
def work_off_alert_post(post_id: int) -> None:
    """Takes in the alerts of one post."""
    alert_posts.work_off(post_id)


@shared_task
def let_go_of_alerts() -> None:
    """Lets go of posts and alerts that are older than they are kept."""
    alert_retention.let_go(clock.now())


@shared_task
def sweep_alert_posts() -> None:
    """Takes up posts that a lost worker or an unreachable broker left behind."""
    alert_posts.sweep(clock.now())


@shared_task
def remind_of_incidents() -> None:
    """Says that a promised word on an incident is due, or that a post-mortem is owed."""
    incident_reminders.send_due(clock.now())


@shared_task
def remind_of_drills() -> None:
    """Reminds keepers of runbooks whose drill falls due."""
    drill_reminders.send_due(clock.now())
