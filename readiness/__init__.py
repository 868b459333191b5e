"""Services, checklists, sign-offs, decisions, recurring checks and audit packs."""
