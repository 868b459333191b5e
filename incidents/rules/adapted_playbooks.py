"""The steps of a playbook as a team adapts them for its service. Pure.

A step of its own may be added anywhere, and one that ships may be said in other words or left out, unless it carries a
rule of the catalogue (catalogue.md, section 4): such a step keeps its rule, and cannot be taken away.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from incidents.catalogue.schema import AlertPlaybook
from portal.rules import document_fields, texts
from portal.rules.document_fields import Column, DocumentField, FieldKind

MOST_STEPS = 30
STEPS = DocumentField(
    "steps",
    "Steps",
    FieldKind.ROWS,
    "In the order in which they are done. A row says which step that ships it stands for; empty: it is one of yours.",
    (
        Column("of", "Step that ships"),
        Column("title", "Step", required=True, is_key=True),
        Column("how", "How it is done", required=True, is_wide=True),
    ),
)
Row = Mapping[str, str]
NEW, REWORDED, GONE = "new", "said in other words", "gone"


@dataclass(frozen=True)
class ShippedChange:
    """A step that ships otherwise than when the playbook was adapted; `what` is NEW, REWORDED or GONE."""

    of: str
    title: str
    what: str


def shipped(playbook: AlertPlaybook, *, is_third_party: bool) -> list[dict[str, str]]:
    """The steps that ship, in the words for the service, as rows."""
    words = [(step.number, step.wording(is_third_party=is_third_party)) for step in playbook.steps]
    return [{"of": str(number), "title": said.title, "how": said.how} for number, said in words]


def changed_since(then: Sequence[Row], now: Sequence[Row]) -> list[ShippedChange]:
    """What ships otherwise now, in the order of the steps; nothing where it is not known what shipped then."""
    if not then:
        return []
    before, after = ({row["of"]: row for row in rows} for rows in (then, now))
    found = [ShippedChange(of, row["title"], NEW if of not in before else REWORDED) for of, row in after.items()]
    changed = [one for one in found if before.get(one.of) != after[one.of]]
    return changed + [ShippedChange(of, row["title"], GONE) for of, row in before.items() if of not in after]


def left_out(shipped_rows: Sequence[Row], rows: Sequence[Row]) -> list[Row]:
    """The steps that ship and that no row stands for."""
    kept = {row.get("of", "") for row in rows}
    return [row for row in shipped_rows if row["of"] not in kept]


def steps_field(shipped_rows: Sequence[Row]) -> DocumentField:
    """The rows as a form asks for them: which step that ships one of them stands for is chosen."""
    choices = tuple((row["of"], f"{row['of']}. {row['title']}") for row in shipped_rows)
    return replace(STEPS, columns=(replace(STEPS.columns[0], choices=choices), *STEPS.columns[1:]))


def tidied(rows: Sequence[Row]) -> list[dict[str, str]]:
    """The rows as they are kept."""
    found: list[dict[str, str]] = document_fields.tidied([STEPS], {"steps": rows}).get("steps", [])
    return found


def refusals(playbook: AlertPlaybook, rows: Sequence[Row]) -> texts.Refusals:
    """What is wrong with tidied rows, at `steps`."""
    if not rows:
        return {"steps": ["A playbook has at least one step."]}
    if len(rows) > MOST_STEPS:
        return {"steps": [f"At most {MOST_STEPS} steps: more are not read while it burns."]}
    if found := document_fields.refusals([STEPS], {"steps": rows}):
        return found
    words = [*_numbers(playbook, rows), *_missing(playbook, rows)]
    return {"steps": words} if words else {}


def _numbers(playbook: AlertPlaybook, rows: Sequence[Row]) -> list[str]:
    known, seen, found = {str(step.number) for step in playbook.steps}, set(), []
    for number, row in enumerate(rows, start=1):
        of = row.get("of", "")
        if of and of not in known:
            found.append(f"Row {number}: no step {of} ships. Leave it empty for a step of your own.")
        elif of and of in seen:
            found.append(f"Row {number}: step {of} stands for another row already.")
        seen.add(of)
    return found


def _missing(playbook: AlertPlaybook, rows: Sequence[Row]) -> list[str]:
    kept = {row.get("of", "") for row in rows}
    lost = [step for step in playbook.steps if step.rule and str(step.number) not in kept]
    return [f"Step {step.number}, “{step.title}”, carries a rule that holds for everybody: keep it." for step in lost]


def steps(playbook: AlertPlaybook, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows as an incident freezes them: numbered anew, each with the rule of the step it stands for."""
    rules = {str(step.number): step.rule.value if step.rule else "" for step in playbook.steps}
    return [
        {"number": number, "title": row["title"], "how": row["how"], "rule": rules.get(row.get("of", ""), "")}
        for number, row in enumerate(rows, start=1)
    ]
