"""Runbooks, alert playbooks, alerts, incidents and post-mortems."""
