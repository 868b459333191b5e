"""Make static/vendor/tabler.css from the full style sheet of @tabler/core.

Gatehouse uses Tabler's reset, buttons and form controls and draws everything else itself, so the full sheet
(79 KB compressed) would be dead weight on every page. This keeps the rules whose classes are all in KEPT,
the rules without a class, and the custom properties that something still reads. Nothing is edited; the result
stands in the cascade layer `tabler`, the lowest, and its first statement declares the order of all layers.

Run it once for a new Tabler version, from the root of the repository, then compare the pages before and after:

    python docs/maintenance/trim_tabler.py PATH/TO/tabler.min.css 1.6.1
"""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import tinycss2
from tinycss2.ast import Node

KEPT = {
    *("btn", "btn-primary", "btn-danger", "btn-link", "btn-sm", "btn-icon", "active", "disabled", "show"),
    *("form-control", "form-control-sm", "form-select", "form-select-sm", "form-label", "form-hint", "form-text"),
    *("form-check", "form-check-input", "form-check-label", "form-switch", "form-range", "required"),
    *("is-invalid", "invalid-feedback", "visually-hidden", "visually-hidden-focusable"),
}
LAYERS = "@layer tabler, tokens, base, layout, components, pages;"
CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
CUSTOM = re.compile(r"(--[\w-]+)\s*:([^;{}]|\{\})*?(;|(?=\}))")
READS = re.compile(r"var\(\s*(--[\w-]+)")


LICENCE = "/*! Tabler {}, MIT licence, see LICENSE.tabler; parts not used here are left out, see VERSIONS.md */"
TARGET = Path("static/vendor/tabler.css")


def kept_selectors(prelude: Iterable[Node]) -> list[str]:
    """Return the comma-separated selectors of `prelude` whose classes are all kept."""
    parts: list[list[Node]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    texts = [tinycss2.serialize(part).strip() for part in parts]
    return [text for text in texts if set(CLASS.findall(text)) <= KEPT]


def trim(rules: Iterable[Node]) -> Iterator[str]:
    """Yield the text of every rule that stays, going into media and support blocks."""
    for rule in rules:
        if rule.type == "qualified-rule":
            if selectors := kept_selectors(rule.prelude):
                yield f"{','.join(selectors)}{{{tinycss2.serialize(rule.content)}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in {"media", "supports"} and rule.content:
            inner = list(trim(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)))
            if inner:
                yield f"@{rule.at_keyword} {tinycss2.serialize(rule.prelude).strip()}{{{''.join(inner)}}}"


def without(unread: set[str], rule: str) -> str:
    """Return the rule without its declarations of these custom properties."""
    return CUSTOM.sub(lambda found: "" if found[1] in unread else found[0], rule)


def without_unread_properties(rules: list[str], also_read: set[str]) -> list[str]:
    """Drop custom properties that neither the rules nor `also_read` read, until none is left."""
    while True:
        declared = {found[0] for rule in rules for found in CUSTOM.findall(rule)}
        unread = declared - set(READS.findall("".join(rules))) - also_read
        if not unread:
            return rules
        rules = [fewer for rule in rules if not (fewer := without(unread, rule)).endswith("{}")]


def main(source: str, version: str) -> None:
    """Write the trimmed sheet with its licence line."""
    own = "".join(path.read_text() for path in Path("static/css").glob("*.css"))
    sheet = tinycss2.parse_stylesheet(Path(source).read_text(), skip_comments=True, skip_whitespace=True)
    rules = without_unread_properties(list(trim(sheet)), set(READS.findall(own)))
    TARGET.write_text("\n".join([LICENCE.format(version), LAYERS, "@layer tabler{", *rules, "}", ""]))


if __name__ == "__main__":
    main(*sys.argv[1:])
