"""The portal's models, by concept."""

from portal.models.attachments import Attachment
from portal.models.attempts import Attempts
from portal.models.audit import AuditEvent, AuditHead, AuditText, RecordVerification
from portal.models.idempotency import KeptAnswer
from portal.models.notifications import Notification, OutboxMessage
from portal.models.scopes import AuditorScope, Scope
from portal.models.search import SearchEntry, SearchMark, SearchWords
from portal.models.teams import Membership, Team
from portal.models.tokens import ApiToken
from portal.models.users import User

__all__ = [
    "ApiToken",
    "Attachment",
    "Attempts",
    "AuditEvent",
    "AuditHead",
    "AuditText",
    "AuditorScope",
    "KeptAnswer",
    "Membership",
    "Notification",
    "OutboxMessage",
    "RecordVerification",
    "Scope",
    "SearchEntry",
    "SearchMark",
    "SearchWords",
    "Team",
    "User",
]
