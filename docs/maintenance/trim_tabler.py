"""Make static/vendor/tabler.css from the full style sheet of @tabler/core.

Gatehouse uses Tabler's reset, buttons and form controls and draws everything else itself, so the full sheet
(79 KB compressed) would be dead weight on every page. This keeps the rules whose classes are all in KEPT,
the rules without a class, and the custom properties that something still reads. Nothing is edited; the result
stands in the cascade layer `tabler`, the lowest, and its first statement declares the order of all layers.

Run it once for a new Tabler version, from the root of the repository, then compare the pages before and after:

    python docs/maintenance/trim_tabler.py PATH/TO/tabler.min.css 1.6.1 > static/vendor/tabler.css
"""

import re
import sys
from pathlib import Path

import tinycss2

KEPT = {
    *("btn", "btn-primary", "btn-danger", "btn-link", "btn-sm", "btn-icon", "active", "disabled", "show"),
    *("form-control", "form-control-sm", "form-select", "form-select-sm", "form-label", "form-hint", "form-text"),
    *("form-check", "form-check-input", "form-check-label", "form-switch", "form-range", "required"),
    *("is-invalid", "invalid-feedback", "visually-hidden", "visually-hidden-focusable"),
}
LAYERS = "@layer tabler, tokens, base, layout, components, pages;"
CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
READS = re.compile(r"var\(\s*(--[\w-]+)")


def kept_selectors(prelude):
    """Return the comma-separated selectors of `prelude` whose classes are all kept."""
    parts, current = [], []
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            parts.append(current)
            current = []
        else:
            current.append(token)
    texts = [tinycss2.serialize(part).strip() for part in [*parts, current]]
    return [text for text in texts if set(CLASS.findall(text)) <= KEPT]


def trim(rules):
    """Yield the text of every rule that stays, going into media and support blocks."""
    for rule in rules:
        if rule.type == "qualified-rule":
            if selectors := kept_selectors(rule.prelude):
                yield f"{','.join(selectors)}{{{tinycss2.serialize(rule.content)}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in {"media", "supports"} and rule.content:
            inner = list(trim(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)))
            if inner:
                yield f"@{rule.at_keyword} {tinycss2.serialize(rule.prelude).strip()}{{{''.join(inner)}}}"


def without_unread_properties(rules, also_read):
    """Drop declarations of custom properties that neither the rules nor `also_read` use, until none is left."""
    while True:
        used = set(READS.findall("".join(rules))) | also_read
        fewer = [
            re.sub(r"(--[\w-]+)\s*:([^;{}]|\{\})*?(;|(?=\}))", lambda m: m[0] if m[1] in used else "", rule)
            for rule in rules
        ]
        fewer = [rule for rule in fewer if not rule.endswith("{}")]
        if fewer == rules:
            return rules
        rules = fewer


def main(source, version):
    """Print the trimmed sheet with its licence line."""
    own = "".join(path.read_text() for path in Path("static/css").glob("*.css"))
    sheet = tinycss2.parse_stylesheet(Path(source).read_text(), skip_comments=True, skip_whitespace=True)
    rules = without_unread_properties(list(trim(sheet)), set(READS.findall(own)))
    print(f"/*! Tabler {version}, MIT licence, see LICENSE.tabler; parts not used here are left out, see VERSIONS.md */")
    print(LAYERS)
    print("@layer tabler{\n" + "\n".join(rules) + "\n}")


main(*sys.argv[1:])
