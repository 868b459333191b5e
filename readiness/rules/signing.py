"""When a proof of identity is fresh enough, and the words that are signed."""

import datetime
from collections.abc import Mapping

PROOF_FOR_DECISIONS = datetime.timedelta(minutes=5)
SESSION_IDLE = datetime.timedelta(minutes=5)
SESSION_LONGEST = datetime.timedelta(minutes=30)

MEANINGS: Mapping[str, str] = {
    "signoff-1": "I have checked the points and the evidence of this item myself and state that it is met.",
    "waiver-1": (
        "I accept that this item is not met until the day named here, for the reason and under the control stated."
    ),
    "decision-1": (
        "I have read the triggers, the items and the conditions shown here and take this decision in my own name."
    ),
    "withdrawal-1": "This decision was taken in error; I withdraw it in my own name.",
    "live-1": "I have read what failed or is late after the go, and take this decision in my own name.",
    "emergency-1": "This release cannot wait for its items. I ask for an emergency go in my own name.",
    "emergency-go-1": (
        "I have read what is skipped and what speaks against it, and let this release go in my own name all the same."
    ),
}
"""Versioned: a text that was signed once is never changed, a new one gets a new key."""

SIGNOFF_MEANING = "signoff-1"
WAIVER_MEANING = "waiver-1"
DECISION_MEANING = "decision-1"
WITHDRAWAL_MEANING = "withdrawal-1"
LIVE_MEANING = "live-1"
EMERGENCY_MEANING = "emergency-1"
EMERGENCY_GO_MEANING = "emergency-go-1"


def session_ends(proof_at: datetime.datetime, last_signed_at: datetime.datetime | None) -> datetime.datetime:
    """When a signing session ends: 5 minutes after the last act, at the latest 30 after the proof."""
    last_act = max(proof_at, last_signed_at or proof_at)
    return min(last_act + SESSION_IDLE, proof_at + SESSION_LONGEST)


def may_sign(
    proof_at: datetime.datetime | None, last_signed_at: datetime.datetime | None, now: datetime.datetime
) -> bool:
    """Whether the signing session that the proof opened is still running."""
    return proof_at is not None and proof_at <= now < session_ends(proof_at, last_signed_at)


def may_decide(proof_at: datetime.datetime | None, now: datetime.datetime) -> bool:
    """Decisions and waivers of critical items need a proof under 5 minutes old, always."""
    return proof_at is not None and datetime.timedelta(0) <= now - proof_at < PROOF_FOR_DECISIONS
