"""The proof of identity that a decision rests on, of whatever kind it is (product.md, Sign-off)."""

import datetime
from collections.abc import Mapping
from typing import Any

from portal.errors import ProofNeeded
from portal.identity import Proof
from readiness.rules import signing


def fresh(proof: Proof | None, now: datetime.datetime, act: str) -> Proof:
    """The proof, where it is under 5 minutes old. Raises ProofNeeded, in a sentence that begins with the `act`."""
    if proof is None or not signing.may_decide(proof.at, now):
        raise ProofNeeded(f"{act} needs a proof of who you are, under 5 minutes old. Give your password.")
    return proof


def signature(meaning: str, proof: Proof) -> Mapping[str, Any]:
    """The columns of a `Signed` row: the words with this version (`rules.signing`), and the proof."""
    return {
        "meaning": signing.MEANINGS[meaning],
        "meaning_version": meaning,
        "proof_method": proof.method,
        "proof_at": proof.at,
    }
