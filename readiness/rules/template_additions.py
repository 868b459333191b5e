"""What may be taken into a checklist besides what it holds: one more item, or a point of one. Pure."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from portal.rules import texts
from readiness.choices import Depends, Stage
from readiness.rules.applicability import BOOLEAN_WORDS

LONGEST_TITLE, LONGEST_TEXT, LONGEST_POINT, LONGEST_KEY, LONGEST_REASON = 120, 600, 300, 60, 300
MOST_POINTS = 12
AGES = (90, 180, 365)
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
DEPENDS = (Depends.RELEASE, Depends.MODEL, Depends.SERVICE)
"""What an answer to an added item may hang on; a drill has a validity of its own, and a period belongs to checks."""


@dataclass(frozen=True)
class AddedPoint:
    """One more point of an item. `asked_of` is the trait a service must have to be asked, empty: every service."""

    item_key: str
    text: str
    asked_of: str = ""


@dataclass(frozen=True)
class AddedItem:
    """One more item of a section; `name` is the second half of its key. `max_age_days` counts where it depends on the
    service, `pillar` where the section is not of one pillar; `domain` empty: the service's owner answers for it.
    """

    section: str
    name: str
    title: str
    why: str
    how: str
    evidence: str
    points: tuple[str, ...]
    critical: bool = False
    stage: str = Stage.BEFORE
    depends: str = Depends.SERVICE
    max_age_days: int = 180
    pillar: int = 10
    domain: str = ""
    asked_of: str = ""


Addition = AddedItem | AddedPoint


def point_refusals(added: AddedPoint, points: Mapping[str, Collection[str]]) -> texts.Refusals:
    """What is wrong with one more point, by field; `points` are the texts of each item's points by its key."""
    found: texts.Refusals = {}
    if added.item_key not in points:
        found["item_key"] = ["Choose an item of this checklist."]
    if words := _line_refusal(added.text, LONGEST_POINT, "Say what is asked, as a statement that can be true."):
        found["text"] = [words]
    elif texts.tidied(added.text).casefold() in {text.casefold() for text in points.get(added.item_key, ())}:
        found["text"] = ["The item asks this already."]
    return found | _trait_refusal(added.asked_of)


def item_refusals(added: AddedItem, keys: Mapping[str, str], taken: Collection[str]) -> texts.Refusals:
    """What is wrong with one more item, by field; `keys` is the key it would get by section, `taken` those in use."""
    found = _wording_refusals(added) | _points_refusal(added.points) | _trait_refusal(added.asked_of)
    found |= _kind_refusals(added)
    if added.section not in keys:
        found["section"] = ["Choose a section of this checklist."]
    if not NAME.fullmatch(added.name):
        found["name"] = ["Small letters, digits and hyphens only, such as tenant-cache."]
    elif keys.get(added.section, "") in taken:
        found["name"] = [f"There is an item {keys[added.section]} already."]
    elif len(keys.get(added.section, "")) > LONGEST_KEY:
        found["name"] = ["This name is too long."]
    return found


def _kind_refusals(added: AddedItem) -> texts.Refusals:
    found: texts.Refusals = {}
    if added.stage not in (Stage.BEFORE, Stage.AFTER):
        found["stage"] = ["Choose before or after the go."]
    if added.depends not in DEPENDS:
        found["depends"] = ["Choose what an answer hangs on."]
    elif added.depends == Depends.SERVICE and added.max_age_days not in AGES:
        found["max_age_days"] = ["Choose 90, 180 or 365 days."]
    if added.pillar not in range(1, 11):
        found["pillar"] = ["Choose one of the ten pillars."]
    return found


def _wording_refusals(added: AddedItem) -> texts.Refusals:
    asked = {
        "title": (added.title, LONGEST_TITLE, "Say what has to be in place, as a statement that can be true."),
        "why": (added.why, LONGEST_TEXT, "Say why it matters."),
        "how": (added.how, LONGEST_TEXT, "Say how one verifies it."),
        "evidence": (added.evidence, LONGEST_TEXT, "Say what proves it."),
    }
    return {field: [words] for field, said in asked.items() if (words := _line_refusal(*said))}


def _points_refusal(points: Collection[str]) -> texts.Refusals:
    if not points:
        return {"points": ["Name at least one point, each on a line of its own."]}
    if len(points) > MOST_POINTS:
        return {"points": [f"At most {MOST_POINTS} points; these are {len(points)}."]}
    if len({texts.tidied(point).casefold() for point in points}) < len(points):
        return {"points": ["One of them stands there twice."]}
    found = [words for point in points if (words := _line_refusal(point, LONGEST_POINT, "A point is empty."))]
    return {"points": found[:1]} if found else {}


def _trait_refusal(trait: str) -> texts.Refusals:
    return {"asked_of": ["Choose whom it is asked of."]} if trait and trait not in BOOLEAN_WORDS else {}


def _line_refusal(text: str, limit: int, needed: str) -> str:
    return texts.name_refusal(texts.tidied(text), limit, needed)
