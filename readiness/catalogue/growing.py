"""Taking more into a checklist than ships with it: a version beside the published ones, which stay as they are. Pure.

A version of one's own is numbered after the shipped one it stands on, 1.0+1, 1.0+2: so it never takes the number of a
version that a later release of the product brings.
"""

from collections.abc import Callable
from typing import Any

from portal.rules import texts
from readiness.catalogue import schema
from readiness.choices import Depends
from readiness.rules.template_additions import AddedItem, AddedPoint, Addition

Rows = list[dict[str, Any]]


def number_after(number: str) -> str:
    """The number of the next version of one's own: 1.0 → 1.0+1 → 1.0+2."""
    base, _, own = number.partition("+")
    return f"{base}+{int(own or 0) + 1}"


def base_of(number: str) -> str:
    """The number of the shipped version that a version stands on; its own where it ships."""
    return number.partition("+")[0]


def key_in(template: schema.Template, section_key: str, name: str) -> str:
    """The key that an item of this name gets in a section: it begins as the section's other keys do."""
    section = next(one for one in template.sections if one.key == section_key)
    return f"{section.items[0].key.partition('.')[0]}.{name}"


def taking_in(template: schema.Template, addition: Addition) -> schema.Template:
    """The checklist with one more item or point, under the next number. The rules have let the addition pass."""
    with_it = _with_item(template, addition) if isinstance(addition, AddedItem) else _with_point(template, addition)
    return _again(with_it, version=number_after(template.version))


def carried_over(base: schema.Template, own: schema.Template, shipped: schema.Template) -> schema.Template | None:
    """What `own` holds beyond its `base`, taken into a newer shipped version; None where that is nothing.

    An item whose section or key the newer one has not, or has already, gives way; a point goes to the end of its item.
    """
    known = {item.key: len(item.points) for item in base.items}
    there = {item.key for item in shipped.items}
    grown = shipped
    for section in own.sections:
        for item in section.items:
            if item.key not in known and item.key not in there:
                grown = _changed_section(grown, section.key, _one_more(_plain(item)))
            elif item.key in known:
                for point in item.points[known[item.key] :]:
                    grown = _with_row(grown, item.key, _plain(point))
    return None if grown == shipped else _again(grown, version=number_after(shipped.version))


def _with_item(template: schema.Template, added: AddedItem) -> schema.Template:
    section = next(one for one in template.sections if one.key == added.section)
    when = {added.asked_of: True} if added.asked_of else {}
    row: dict[str, Any] = {
        "key": key_in(template, added.section, added.name),
        "title": texts.tidied(added.title),
        "critical": added.critical,
        "stage": added.stage,
        "depends": added.depends,
        "max_age_days": added.max_age_days if added.depends == Depends.SERVICE else None,
        "pillar": section.pillar or added.pillar,
        "domain": added.domain or None,
        "waivable": True,
        "why": texts.tidied(added.why),
        "how": texts.tidied(added.how),
        "evidence": texts.tidied(added.evidence),
        "when": when,
        "points": [{"number": number, "text": texts.tidied(text)} for number, text in enumerate(added.points, 1)],
    }
    return _changed_section(template, added.section, _one_more(row))


def _one_more(row: dict[str, Any]) -> Callable[[Rows], Rows]:
    return lambda items: [*items, row]


def _with_point(template: schema.Template, added: AddedPoint) -> schema.Template:
    when = {added.asked_of: True} if added.asked_of else {}
    return _with_row(template, added.item_key, {"text": texts.tidied(added.text), "when": when})


def _with_row(template: schema.Template, item_key: str, row: dict[str, Any]) -> schema.Template:
    def grown(items: Rows) -> Rows:
        return [
            {**item, "points": [*item["points"], {**row, "number": len(item["points"]) + 1}]}
            if item["key"] == item_key and row["text"] not in {point["text"] for point in item["points"]}
            else item
            for item in items
        ]

    for section in template.sections:
        if item_key in {item.key for item in section.items}:
            return _changed_section(template, section.key, grown)
    return template


def _changed_section(template: schema.Template, key: str, change: Callable[[Rows], Rows]) -> schema.Template:
    plain = _plain(template)
    for section in plain["sections"]:
        if section["key"] == key:
            section["items"] = change(section["items"])
    return schema.Template.model_validate(plain)


def _again(template: schema.Template, **changed: str) -> schema.Template:
    return schema.Template.model_validate({**_plain(template), **changed})


def _plain(row: Any) -> dict[str, Any]:
    return dict(row.model_dump(mode="json", exclude_defaults=True))
