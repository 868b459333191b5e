"""How an incident goes on, what each move asks for, and when its severity may change. Pure.

The order is that of IncidentState: forward by one step or several, and from resolved back to investigating where it
comes back. Closed ends it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from incidents.choices import IncidentState, Severity
from incidents.rules import withheld
from portal.rules import texts

LONGEST_TITLE, LONGEST_TEXT, LONGEST_NOTE = 200, 4000, 500
NEEDS_POST_MORTEM = frozenset({Severity.SEV_1, Severity.SEV_2})
"""The severities that owe a post-mortem, also where they were lowered since, and cannot be closed without."""
BLOCKS_LAUNCH = frozenset({Severity.SEV_1})
"""Open, these stop every launch of the services they touch (product.md, No-go triggers)."""
MAKES_UNSTABLE = frozenset({Severity.SEV_1, Severity.SEV_2})
"""Open in a service that another one depends on, these make that dependency unstable."""

NEXT: Mapping[str, tuple[IncidentState, ...]] = MappingProxyType(
    {
        IncidentState.INVESTIGATING: (IncidentState.IDENTIFIED, IncidentState.MITIGATED, IncidentState.RESOLVED),
        IncidentState.IDENTIFIED: (IncidentState.MITIGATED, IncidentState.RESOLVED),
        IncidentState.MITIGATED: (IncidentState.RESOLVED,),
        IncidentState.RESOLVED: (IncidentState.CLOSED, IncidentState.INVESTIGATING),
        IncidentState.CLOSED: (),
    }
)
ASKED: Mapping[str, str] = MappingProxyType(
    {
        IncidentState.INVESTIGATING: "Say how it came back.",
        IncidentState.IDENTIFIED: "Say what the cause is.",
        IncidentState.MITIGATED: "Say what keeps it from doing more harm.",
        IncidentState.RESOLVED: "Say what ended it.",
    }
)
"""What a move has to say; closing says what there is to say of itself."""


@dataclass(frozen=True)
class Standing:
    """What a move looks at: the state, the steps neither done nor left out, the alerts that fire, the post-mortem.

    An alert without a name is of a service that the reader may not see.
    """

    state: str
    severity: int
    commander: str = ""
    open_steps: tuple[int, ...] = ()
    firing: tuple[str, ...] = ()
    is_explained: bool = False
    worst_severity: int = max(Severity.values)

    @property
    def owed_for(self) -> int:
        """The severity that says what is owed: the worst it ever had, whatever it was called afterwards."""
        return min(self.severity, self.worst_severity)

    @property
    def is_open(self) -> bool:
        """Whether it still does harm or may again."""
        return self.state not in (IncidentState.RESOLVED, IncidentState.CLOSED)


def obstacles(standing: Standing, to: str) -> list[str]:
    """Why it cannot go there now, each as a sentence; empty where it can."""
    if to not in NEXT[standing.state]:
        was, wanted = (IncidentState(state).label.lower() for state in (standing.state, to))
        return [f"From {was} it does not go to {wanted}."]
    if to == IncidentState.RESOLVED:
        return _unresolved(standing)
    if to == IncidentState.CLOSED and standing.owed_for in NEEDS_POST_MORTEM and not standing.is_explained:
        what = "A" if standing.owed_for == standing.severity else "What was once a"
        return [f"{what} sev-{standing.owed_for} is closed once its post-mortem is published."]
    return []


def _unresolved(standing: Standing) -> list[str]:
    found = []
    if not standing.commander:
        found.append("Nobody has taken command.")
    if number := len(standing.open_steps):
        found.append(
            f"{number} step{'' if number == 1 else 's'} of the playbook {'is' if number == 1 else 'are'} open."
        )
    if len(standing.firing) == 1:
        name = standing.firing[0]
        found.append(f"{f'The alert {name}' if name else f'An alert of {withheld.RESTRICTED}'} is still firing.")
    elif standing.firing:
        found.append(f"{len(standing.firing)} alerts are still firing.")
    return found


def move_refusals(standing: Standing, to: str, words: str) -> texts.Refusals:
    """What is wrong with a move, at `state` and `text`."""
    if to not in IncidentState.values:
        return {"state": ["Choose where it stands."]}
    found: texts.Refusals = {}
    if reasons := obstacles(standing, to):
        found["state"] = reasons
    if refusal := text_refusal(words, ASKED.get(to, "")):
        found["text"] = [refusal]
    return found


def severity_refusals(standing: Standing, to: int, reason: str) -> texts.Refusals:
    """What is wrong with another severity, at `severity` and `text`: once resolved it may only be raised."""
    found: texts.Refusals = {}
    if to not in Severity.values:
        found["severity"] = ["Choose sev-1 to sev-4."]
    elif to == standing.severity:
        found["severity"] = [f"It is sev-{to} already."]
    elif standing.state == IncidentState.CLOSED:
        found["severity"] = ["A closed incident stays as it is."]
    elif not standing.is_open and to > standing.severity:
        found["severity"] = ["It is resolved: its severity says what is owed for it now, and may only be raised."]
    if refusal := text_refusal(reason, "Say why its severity changes."):
        found["text"] = [refusal]
    return found


def text_refusal(text: str, needed: str) -> str:
    """What is wrong with something said on an incident; `needed` says what is asked for, empty where nothing is."""
    if not text.strip():
        return needed
    return texts.refusal(text, LONGEST_TEXT, one_line=False)


def refusals(title: str, severity: int, text: str) -> texts.Refusals:
    """What is wrong with a new incident, by field."""
    found = {
        "title": texts.name_refusal(title, LONGEST_TITLE, "Say in one line what is wrong, as a user would notice it."),
        "severity": "" if severity in Severity.values else "Choose sev-1 to sev-4.",
        "text": text_refusal(text, "Say what is known so far, if only how it was noticed."),
    }
    return {field: [words] for field, words in found.items() if words}
