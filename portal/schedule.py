"""The beat table: task name and cadence. Beat carries no information; each task finds in the database what is due."""

from celery.schedules import schedule

BEAT_SCHEDULE = {
    "sweep-alert-posts": {"task": "incidents.tasks.sweep_alert_posts", "schedule": schedule(30)},
    "remind-of-drills": {"task": "incidents.tasks.remind_of_drills", "schedule": schedule(60)},
    "let-go-of-alerts": {"task": "incidents.tasks.let_go_of_alerts", "schedule": schedule(3600)},
    "tidy": {"task": "portal.tasks.tidy", "schedule": schedule(3600)},
    "follow-for-search": {"task": "portal.tasks.follow_for_search", "schedule": schedule(60)},
    "remind-of-documents": {"task": "portal.tasks.remind_of_documents", "schedule": schedule(60)},
    "remind-of-incidents": {"task": "incidents.tasks.remind_of_incidents", "schedule": schedule(60)},
    "write-digests": {"task": "portal.tasks.write_digests", "schedule": schedule(60)},
    "sweep-outbox": {"task": "portal.tasks.sweep_outbox", "schedule": schedule(60)},
    "sweep-audit-packs": {"task": "readiness.tasks.sweep_audit_packs", "schedule": schedule(60)},
    "recount-answers": {"task": "readiness.tasks.recount_answers", "schedule": schedule(900)},
    "open-recurring-checks": {"task": "readiness.tasks.open_recurring_checks", "schedule": schedule(60)},
    "remind-of-action-items": {"task": "readiness.tasks.remind_of_action_items", "schedule": schedule(60)},
    "remind-of-checks": {"task": "readiness.tasks.remind_of_checks", "schedule": schedule(60)},
    "remind-of-launches": {"task": "readiness.tasks.remind_of_launches", "schedule": schedule(60)},
    "remind-of-waivers": {"task": "readiness.tasks.remind_of_waivers", "schedule": schedule(60)},
    "resume-services": {"task": "readiness.tasks.resume_services", "schedule": schedule(900)},
}
