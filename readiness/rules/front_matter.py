"""The YAML before the text of a README.md: parted from it, checked, and changed at one key without touching the rest.

Nothing is ever built of it: the tree of nodes is read, so that a number keeps its digits and a date its form. What can
grow without end (anchors, aliases, deep nesting) is refused before a tree is made. Pure.
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from portal.rules.document_fields import plain_lines

FENCE = "---"
DEEPEST, MOST_PARTS = 20, 20_000
KEY = re.compile(r"[\w-]+\s*:(\s|$)")
_PLAIN_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null", "seq", "map")}


class Unreadable(ValueError):
    """Front matter that cannot be taken: why, and on which of its lines, counted from 1."""

    def __init__(self, words: str, line: int) -> None:
        super().__init__(words)
        self.words = words
        self.line = line


def parted(text: str) -> tuple[str, str]:
    """The front matter, empty where there is none, and the text below it.

    Raises Unreadable with the line of the whole text.
    """
    lines = text.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    if first == len(lines) or lines[first].rstrip() != FENCE:
        return "", text
    last = next((number for number in range(first + 1, len(lines)) if lines[number] == FENCE), None)
    if last is None:
        if first + 1 < len(lines) and KEY.match(lines[first + 1]):
            raise Unreadable("The front matter that begins here has no end: a line with --- alone.", first + 1)
        return "", text
    yaml_text = "\n".join(lines[first + 1 : last])
    try:
        root_of(yaml_text)
    except Unreadable as error:
        raise Unreadable(error.words, first + 1 + error.line) from error
    return plain_lines(yaml_text), "\n".join(lines[last + 1 :])


def refusal(text: str) -> str:
    """What is wrong with front matter that was typed; empty where it can be given back."""
    try:
        root_of(text)
    except Unreadable as error:
        return f"Line {error.line}: {error.words}"
    return f"A line of {FENCE} alone ends it. Take it out." if FENCE in text.split("\n") else ""


def root_of(text: str) -> yaml.MappingNode | None:
    """Its tree; None where it says nothing. Raises Unreadable."""
    try:
        look_over(text)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable(
            f"{(error.problem or 'It cannot be read').capitalize()}.", mark.line + 1 if mark else 1
        ) from error
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise Unreadable("It holds a sign that cannot be shown.", line) from error
    if root is not None and not isinstance(root, yaml.MappingNode):
        raise Unreadable("Write keys with their values, such as “license: mit”.", root.start_mark.line + 1)
    if root is not None:
        _refuse_twice(root)
    return root


def look_over(text: str) -> None:
    """Looks for what could grow without end. Raises Unreadable for it, and `yaml.YAMLError` where it is no YAML."""
    depth = 0
    for number, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
        line = (event.start_mark.line if event.start_mark else 0) + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Unreadable("Anchors and aliases (& and *) are not taken. Write the value out.", line)
        if (tag := getattr(event, "tag", None)) and tag not in _PLAIN_TAGS:
            raise Unreadable("Tags (!) are not taken. Write the value alone.", line)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise Unreadable(f"This is nested more than {DEEPEST} deep.", line)
        if number > MOST_PARTS:
            raise Unreadable(f"It has more than {MOST_PARTS:,} parts.", line)


def _refuse_twice(root: yaml.Node) -> None:
    for node in _all(root):
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, _ in node.value:
                name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
                if name and name in seen:
                    raise Unreadable(f"“{name[:60]}” is said twice. Keep one.", key.start_mark.line + 1)
                seen.add(name)


def _all(node: yaml.Node) -> Iterator[yaml.Node]:
    yield node
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _all(key)
            yield from _all(value)
    elif isinstance(node, yaml.SequenceNode):
        for part in node.value:
            yield from _all(part)


def at(node: Any, key: str) -> Any:
    """The value of a key of a mapping; None where there is none, or no mapping."""
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if isinstance(name, yaml.ScalarNode) and name.value == key), None)


def plain(node: Any) -> Any:
    """A tree as dicts, lists and texts, to be compared."""
    if isinstance(node, yaml.MappingNode):
        return {str(plain(key)): plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [plain(part) for part in node.value]
    return node.value if node is not None else None


def dumped(node: yaml.Node) -> str:
    """A tree as YAML, its keys in their order."""
    return str(yaml.serialize(node, Dumper=yaml.SafeDumper, allow_unicode=True, width=1000)).rstrip("\n")


def mapping(*pairs: tuple[str, yaml.Node]) -> yaml.MappingNode:
    """A mapping of these keys."""
    return yaml.MappingNode("tag:yaml.org,2002:map", [(words(key), value) for key, value in pairs], flow_style=False)


def sequence(*parts: yaml.Node) -> yaml.SequenceNode:
    """A list of these."""
    return yaml.SequenceNode("tag:yaml.org,2002:seq", list(parts), flow_style=False)


def words(text: str) -> yaml.ScalarNode:
    """A text, quoted where it would else be read as something other."""
    return yaml.ScalarNode("tag:yaml.org,2002:str", text)


def figure(text: str) -> yaml.ScalarNode:
    """A number as it is written; as text where YAML would not take it for one."""
    tag: str = yaml.SafeLoader("").resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]  # untyped
    return yaml.ScalarNode(tag if tag.endswith((":int", ":float")) else "tag:yaml.org,2002:str", text)


def with_key(text: str, key: str, value: yaml.Node | None) -> str:
    """The YAML with another value at a key of the first level, or without it; every other line stays as it is."""
    root = root_of(text)
    block = dumped(mapping((key, value))).split("\n") if value is not None else []
    keys = [(name.value, name.start_mark) for name, _ in root.value] if root else []
    if root is not None and (root.flow_style or any(mark.column for _, mark in keys)):
        return _rewritten(root, key, value)
    lines = text.split("\n") if text else []
    starts = [mark.line for _, mark in keys]
    place = next((number for number, (name, _) in enumerate(keys) if name == key), None)
    if place is None:
        return plain_lines("\n".join([*lines, *block]))
    end = starts[place + 1] if place + 1 < len(starts) else len(lines)
    while end > starts[place] + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    return plain_lines("\n".join([*lines[: starts[place]], *block, *lines[end:]]))


def _rewritten(root: yaml.MappingNode, key: str, value: yaml.Node | None) -> str:
    pairs = [(name, value if name.value == key else held) for name, held in root.value]
    if value is not None and all(name.value != key for name, _ in pairs):
        pairs.append((words(key), value))
    kept = [(name, held) for name, held in pairs if held is not None]
    return dumped(yaml.MappingNode(root.tag, kept, flow_style=False)) if kept else ""
