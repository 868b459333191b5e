"""The portal's guarded tables: what is added and never changed, and the one change where there is one."""

from portal.append_only.guards import Change, Guard, Refusal, guards, once
from portal.models import Attachment, AuditEvent, AuditHead, AuditText, RecordVerification

FOLLOWS = """
NOT EXISTS (SELECT 1 FROM portal_auditevent WHERE number = NEW.number - 1 AND digest = NEW.previous)
AND NOT (NEW.number = 1 AND EXISTS (SELECT 1 FROM portal_audithead WHERE number = 0 AND digest = NEW.previous))
"""
MOVES_TO_THE_LAST = """
NEW.number > OLD.number
AND EXISTS (SELECT 1 FROM portal_auditevent WHERE number = NEW.number AND digest = NEW.digest)
AND NOT EXISTS (SELECT 1 FROM portal_auditevent WHERE number = NEW.number + 1)
"""

guards.add(
    "portal",
    (
        Guard(AuditEvent, refusals=(Refusal(FOLLOWS, "an event follows the one before it"),)),
        Guard(
            AuditHead,
            Change(("number", "digest"), MOVES_TO_THE_LAST),
            (Refusal("EXISTS (SELECT 1 FROM portal_audithead)", "the record has one head"),),
        ),
        # Erasing: the words and the salt go together, and the chain still verifies.
        Guard(AuditText, once("value", "salt", when="erased_at", also="NEW.value = '' AND NEW.salt = ''")),
        Guard(RecordVerification),
        # Redacting: the bytes leave the store; name, size and digest stay.
        Guard(Attachment, once(when="redacted_at")),
    ),
)
