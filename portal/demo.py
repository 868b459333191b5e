"""The demonstration's people who may sign in: one a role, with one password that exists in demo mode alone."""

PASSWORD = "open-the-gatehouse"  # noqa: S105  printed by ./run on purpose

LOGINS = {
    "engineer@example.com": "answers the items of a review",
    "lead@example.com": "registers services, runs the team",
    "approver@example.com": "signs off items",
    "decider@example.com": "records go and no-go",
    "compliance@example.com": "reads everything, makes audit packs",
    "admin@example.com": "manages teams and people",
    "outsider@example.com": "belongs to another team",
}
"""E-mail → what the person is there to show."""
