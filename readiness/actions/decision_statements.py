"""What is stated with a verdict: confirmations, conditions, reasons; and what of it is refused."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from portal.errors import DomainError
from portal.models import User
from portal.rules import texts
from readiness.choices import WEIGHED, Verdict
from readiness.models import Drill
from readiness.queries.launch import Launch
from readiness.rules import decision_terms
from readiness.rules.decision_terms import ConditionTerms, Confirmations, Terms


@dataclass(frozen=True)
class Stated:
    """The three confirmations as the decider stated them; moments are aware."""

    on_call: User | None = None
    on_call_until: datetime.datetime | None = None
    drill: Drill | None = None
    return_to: str = ""
    told: str = ""
    told_at: datetime.datetime | None = None


@dataclass(frozen=True)
class NewCondition:
    """One condition of a conditional go: what is to be done, by whom, until when; `item_key` is the item behind it.

    `review_kind` is the review that is to be closed, where an emergency go skipped one.
    """

    item_key: str
    text: str
    owner: User | None
    due_on: datetime.date | None
    review_kind: str = ""


def mistakes(
    launch: Launch,
    *,
    verdict: str,
    rationale: str,
    confirmations: Stated,
    conditions: Sequence[NewCondition],
    acknowledged: Mapping[str, str],
) -> texts.Refusals:
    """What `record` would refuse of what is stated, by field: for a form that cannot be recorded for another reason.

    Nothing where the verdict itself is refused: its reasons are said first.
    """
    if verdict not in WEIGHED or not launch.outlook.choice(verdict).allowed:
        return {}
    stated, conditions = needed(Verdict(verdict), confirmations, conditions)
    return _mistakes(launch, terms(verdict, rationale, stated, conditions, acknowledged), stated, conditions)


def needed(
    verdict: Verdict, stated: Stated, conditions: Sequence[NewCondition]
) -> tuple[Stated, Sequence[NewCondition]]:
    """What a verdict takes of what is stated: a no-go needs neither confirmations nor conditions, a go the first."""
    if verdict == Verdict.NO_GO:
        return Stated(), ()
    return stated, () if verdict == Verdict.GO else conditions


def terms(
    verdict: str, rationale: str, stated: Stated, conditions: Sequence[NewCondition], acknowledged: Mapping[str, str]
) -> Terms:
    """What is stated, as the rules take it."""
    return Terms(
        verdict=verdict,
        rationale=rationale.strip(),
        confirmations=Confirmations(
            on_call=stated.on_call.name if stated.on_call else "",
            on_call_until=stated.on_call_until,
            drill=str(stated.drill.public_id) if stated.drill else "",
            return_to=stated.return_to.strip(),
            told=stated.told.strip(),
            told_at=stated.told_at,
        ),
        conditions=[
            ConditionTerms(one.item_key, one.text.strip(), one.owner.name if one.owner else "", one.due_on)
            for one in conditions
        ],
        acknowledged=acknowledged,
    )


def refuse(launch: Launch, terms: Terms, stated: Stated, conditions: Sequence[NewCondition]) -> None:
    """Raises DomainError where the rules refuse the verdict, or with every field that is not right."""
    choice = launch.outlook.choice(terms.verdict)
    if not choice.allowed:
        reasons = [refusal.text for refusal in choice.against]
        raise DomainError(f"{choice.verdict.label}: refused for now. {reasons[0]}", {"verdict": reasons})
    if errors := _mistakes(launch, terms, stated, conditions):
        raise DomainError.of(errors)


def _mistakes(launch: Launch, terms: Terms, stated: Stated, conditions: Sequence[NewCondition]) -> texts.Refusals:
    drills = {str(one.drill.public_id) for one in launch.watch.valid_drills}
    errors = decision_terms.refusals(terms, launch.outlook, valid_drills=drills, now=launch.now, today=launch.today)
    for field, person in _named(stated, conditions):
        if not _is_known(person, launch):
            errors.setdefault(field, []).append("Choose somebody of the team.")
    return errors


def _named(stated: Stated, conditions: Sequence[NewCondition]) -> Iterable[tuple[str, User]]:
    if stated.on_call:
        yield "on_call", stated.on_call
    for condition in conditions:
        if condition.owner:
            yield decision_terms.condition_field(condition.item_key, "owner"), condition.owner


def _is_known(person: User, launch: Launch) -> bool:
    """Whether the person is in the team today, or owns something of the service."""
    owners = {item.owner.public_id for item in launch.watch.items}
    return any(one.person.pk == person.pk for one in launch.team) or str(person.public_id) in owners
