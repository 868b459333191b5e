"""What a decider has to state for each verdict: reason, acknowledgements, confirmations, conditions (product.md)."""

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from portal import dates
from portal.rules import texts
from readiness.choices import Verdict
from readiness.rules.go_no_go import Outlook

CONDITION_DAYS = 30
"""A condition is due at most so many days after the decision."""
LONGEST_TEXT = 4000
LONGEST_CONDITION = 300


@dataclass(frozen=True)
class ConditionTerms:
    """One condition: the item it comes from ("" for a free one), what is to be done, whose it is, until when."""

    item_key: str
    text: str
    owner: str
    due_on: datetime.date | None


@dataclass(frozen=True)
class Confirmations:
    """The three confirmations of a go: who is on call until when; drill and release to return to; who was told, when.

    `drill` is the opaque id of a rollback drill, or "". Moments are aware.
    """

    on_call: str = ""
    on_call_until: datetime.datetime | None = None
    drill: str = ""
    return_to: str = ""
    told: str = ""
    told_at: datetime.datetime | None = None


@dataclass(frozen=True)
class Terms:
    """All that a decider states. `acknowledged` maps the key of an unknown trigger to the reason for accepting it."""

    verdict: str
    rationale: str
    confirmations: Confirmations = field(default_factory=Confirmations)
    conditions: Sequence[ConditionTerms] = ()
    acknowledged: Mapping[str, str] = field(default_factory=dict)


def acknowledgement_field(key: str) -> str:
    """The form field in which an unknown trigger is accepted."""
    return f"acknowledged-{key}"


def condition_field(item_key: str, part: str) -> str:
    """The form field of one part of a condition: include, text, owner or due_on."""
    return f"condition-{item_key}-{part}"


def refusals(
    terms: Terms, outlook: Outlook, *, valid_drills: Collection[str], now: datetime.datetime, today: datetime.date
) -> texts.Refusals:
    """What is wrong with the terms, by form field; empty when the verdict can be recorded on them.

    `today` is the day in the team's zone. A no-go needs its reason and nothing else.
    """
    found: texts.Refusals = {}
    _add(found, "rationale", _text_refusal(terms.rationale, "Say why, in a sentence or two."))
    if terms.verdict == Verdict.NO_GO:
        return found
    for trigger in outlook.unknown:
        reason = terms.acknowledged.get(trigger.key, "")
        _add(found, acknowledgement_field(trigger.key), _text_refusal(reason, "Say why a go is right without knowing."))
    _confirm(found, terms.confirmations, valid_drills, now)
    if terms.verdict == Verdict.CONDITIONAL_GO:
        _condition(found, terms.conditions, outlook, today)
    return found


def _confirm(
    found: texts.Refusals, stated: Confirmations, valid_drills: Collection[str], now: datetime.datetime
) -> None:
    _add(found, "on_call", "" if stated.on_call else "Name who is on call.")
    _add(found, "on_call_until", _until_refusal(stated.on_call_until, now))
    if not stated.drill:
        _add(found, "drill", "Choose the drill that proves the way back.")
    elif stated.drill not in valid_drills:
        _add(found, "drill", "This drill does not count any more. Choose another.")
    _add(found, "return_to", _text_refusal(stated.return_to, "Name what to return to.", 120))
    _add(found, "told", _text_refusal(stated.told, "Say who was told."))
    _add(found, "told_at", _told_refusal(stated.told_at, now))


def _until_refusal(until: datetime.datetime | None, now: datetime.datetime) -> str:
    if until is None:
        return "Say until when."
    if not dates.can_be_meant(until):
        return dates.OUTSIDE
    return "This moment has passed." if until <= now else ""


def _told_refusal(told_at: datetime.datetime | None, now: datetime.datetime) -> str:
    if told_at is None:
        return "Say when they were told."
    if not dates.can_be_meant(told_at):
        return dates.OUTSIDE
    return "This moment is still to come. Tell them first." if told_at > now else ""


def _condition(
    found: texts.Refusals, conditions: Sequence[ConditionTerms], outlook: Outlook, today: datetime.date
) -> None:
    stated = {condition.item_key for condition in conditions}
    for item in outlook.required:
        if item.key not in stated:
            _add(found, condition_field(item.key, "due_on"), f"“{item.title}” needs a condition: an owner and a date.")
    if not conditions and not outlook.required:
        way_on = "Tick one below, or record a go." if outlook.go.allowed else "Tick one below."
        found.setdefault("", []).append(f"Nothing asks for a condition. {way_on}")
    latest = today + datetime.timedelta(days=CONDITION_DAYS)
    for condition in conditions:
        key = condition.item_key
        _add(
            found,
            condition_field(key, "text"),
            _text_refusal(condition.text, "Say what is to be done.", LONGEST_CONDITION),
        )
        _add(found, condition_field(key, "owner"), "" if condition.owner else "Name who does it.")
        _add(found, condition_field(key, "due_on"), _day_refusal(condition.due_on, today, latest))


def _day_refusal(due_on: datetime.date | None, today: datetime.date, latest: datetime.date) -> str:
    if due_on is None:
        return "Say until when."
    if due_on < today:
        return "This day has passed."
    if due_on > latest:
        return f"A condition is due within {CONDITION_DAYS} days: {latest.day} {latest:%b %Y} or earlier."
    return ""


def _text_refusal(text: str, when_empty: str, limit: int = LONGEST_TEXT) -> str:
    return texts.refusal(text, limit, one_line=False) if text.strip() else when_empty


def _add(found: texts.Refusals, name: str, words: str) -> None:
    if words:
        found.setdefault(name, []).append(words)
