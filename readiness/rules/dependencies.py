"""What may be said of an external dependency."""

from portal.rules import texts
from portal.rules.texts import Refusals
from readiness.choices import DependencyState

LIMITS = {"name": 120, "purpose": 200, "fallback": 200}
DECLARED = (DependencyState.STABLE, DependencyState.DEGRADED, DependencyState.DOWN)
"""What a person may declare; that nothing is declared is only where one begins."""


def refusals(name: str, purpose: str, fallback: str) -> Refusals:
    """What is wrong with a new dependency, by field."""
    found = texts.refusals({"name": name, "purpose": purpose, "fallback": fallback}, LIMITS)
    return found if name else {**found, "name": ["Name the dependency."]}


def declaration_refusals(state: str, note: str) -> Refusals:
    """What is wrong with a declaration, by field: what is not stable needs a note that a decider can read."""
    if state not in DECLARED:
        return {"state": [f"Declare it {', '.join(DECLARED[:-1])} or {DECLARED[-1]}."]}
    if state != DependencyState.STABLE and not note:
        return {"note": ["Say what is wrong and until when, as far as you know."]}
    words = texts.refusal(note, 300)
    return {"note": [words]} if words else {}
