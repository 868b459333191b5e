"""What may be said of a recurring check, and when (product.md, Recurring checks). Pure."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.rules import texts
from portal.rules.texts import Refusals
from readiness.choices import CheckResult
from readiness.rules.measures import Result
from readiness.rules.schedules import Period

LONGEST_NOTE = 4000
LONGEST_LINK = 500


@dataclass(frozen=True)
class Told:
    """What somebody says of a check: a result, words, a link, numbers by name."""

    result: str
    note: str = ""
    link: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


def tidied(told: Told) -> Told:
    """The same without spaces around what was typed; numbers left empty are left out."""
    values = {name: text.strip() for name, text in told.values.items() if text.strip()}
    return Told(told.result, told.note.strip(), told.link.strip(), values)


def refusals(told: Told, period: Period, now: datetime.datetime, measured: Result | None) -> Refusals:
    """What speaks against it, by field; empty when nothing does.

    `measured` is what the numbers decide, None for a check that has none. A measured check passes unless its numbers
    say no; where there is nothing to hold them against yet, such as in the first week, the person decides. One that
    failed or was not done needs a sentence.
    """
    found: Refusals = {}
    if told.result not in (CheckResult.PASS, CheckResult.FAIL, CheckResult.NOT_DONE):
        found["result"] = ["Choose passed, failed or not done."]
    if now < period.opens:
        found["result"] = ["This period has not opened yet."]
    if now >= period.ends:
        found["result"] = ["This period is over: the next one has opened. Answer that one."]
    if told.result == CheckResult.PASS and measured and measured.is_contradicted:
        found["result"] = [f"It cannot pass. {measured.sentence}"]
    if told.result in (CheckResult.FAIL, CheckResult.NOT_DONE) and not told.note:
        wanted = "what was found" if told.result == CheckResult.FAIL else "why"
        found["note"] = [f"Say {wanted}, in a sentence."]
    elif told.note and (refusal := texts.refusal(told.note, LONGEST_NOTE, one_line=False)):
        found["note"] = [refusal]
    if refusal := texts.web_address_refusal(told.link, LONGEST_LINK):
        found["link"] = [refusal]
    return found
