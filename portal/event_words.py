"""An event in words: its sentence, and what changed field by field. Pure: facts, texts and contents come in."""

import datetime
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal import audit, dates
from portal.extension_points import fact_words

ERASED = "erased"
NOTHING = "nothing"
DAY = re.compile(r"\d{4}-\d\d-\d\d")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")
FIELD = re.compile(r"[a-z]+(?:_[a-z]+)+")
"""The name of a field of ours, which people read without its underlines."""
OPAQUE = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}|[0-9a-f]{64}")
"""Ids and digests: they prove something, they say nothing."""
WAYS = {"page": "web", "api": "API", "command": "command line", "task": "by itself", "import": "import"}
WORDS = {"na": "not applicable", "True": "yes", "False": "no", "": NOTHING, "None": NOTHING}
UNSAID = {"revision", "service", "review", "release", "item", "scopes", "number", "sequence", "rounds"}
"""Facts that the place beside the sentence says already, or that only prove."""
LABELS = {"as_of": "record up to event", "due_on": "due", "next_word_at": "next word", "review_on": "review due"}
"""What a fact is called where its own name would not tell."""
IN_A_SENTENCE = 3
"""Things that a headline names one by one; of more it says how many, and all of them stand below it."""
ADDRESS = "address"
"""The text that the record adds by itself: shown beside the way an event came, not among its words."""


@dataclass(frozen=True)
class Change:
    """A field of an event: what it was (empty where nobody knows), and what it became."""

    name: str
    old: str
    new: str


def sentence(verb: str, facts: Mapping[str, Any], texts: Mapping[str, str | None], *, in_short: bool = False) -> str:
    """What happened, in the words of its verb. `texts` holds None for what was erased.

    `in_short` counts long lists, which `changes` then names. A verb that is no longer known is said by its name.
    """
    if verb not in audit.verbs:
        return verb.replace(".", " ").replace("-", " ")
    known = audit.verbs[verb]
    said = {name: ERASED if text is None else text for name, text in texts.items()}
    spoken = {
        name: said.get(name) or (_counted if in_short else _spoken)(verb, name, facts.get(name)) for name in known.named
    }
    return known.sentence.format_map(spoken)


def headline(verb: str, said: str) -> str:
    """The sentence as it stands by itself: a capital at its start, unless it starts with a name or a key."""
    own = verb not in audit.verbs or not audit.verbs[verb].sentence.startswith("{")
    return said[:1].upper() + said[1:] if own else said


def words(value: Any) -> str:
    """A fact in words: lists joined, days and moments (UTC) as the interface writes them, states spelled out."""
    if isinstance(value, list):
        return _joined([words(part) for part in value])
    text = str(value)
    if DAY.fullmatch(text):
        return dates.day_words(datetime.date.fromisoformat(text))
    if MOMENT.fullmatch(text):
        return dates.utc_words(datetime.datetime.fromisoformat(text))
    return WORDS.get(text, text.replace("_", " ") if FIELD.fullmatch(text) else text)


def _joined(parts: Sequence[str]) -> str:
    """Parts with commas; where some come again and again, each once with how many there are of it."""
    times = Counter(parts)
    if len(parts) > IN_A_SENTENCE and len(times) < len(parts):
        return ", ".join(f"{number} {part}" for part, number in times.most_common())
    return ", ".join(parts) or NOTHING


def _spoken(verb: str, name: str, value: Any) -> str:
    """A fact as its sentence says it: by the name people know it by, where an upper app gives one.

    It gives it for one kind of event ("finding.severity") or for all of them.
    """
    if isinstance(value, list):
        return _joined([_spoken(verb, name, part) for part in value])
    known = next((key for key in (f"{verb.split('.')[0]}.{name}", name) if key in fact_words), "")
    return fact_words[known](str(value)) if known and isinstance(value, str | int) else words(value)


def _counted(verb: str, name: str, value: Any) -> str:
    """The same, where a list that is too long for a sentence is counted by what it is a list of: "29 items"."""
    return f"{len(value)} {_label(name)}" if _is_long(value) else _spoken(verb, name, value)


def _is_long(value: Any) -> bool:
    return isinstance(value, list) and len(value) > IN_A_SENTENCE


def changes(
    verb: str,
    facts: Mapping[str, Any],
    texts: Mapping[str, str | None],
    contents: tuple[Mapping[str, Any], Mapping[str, Any]] | None = None,
) -> list[Change]:
    """What the sentence leaves out: old and new values where revisions know them, else the facts and texts themselves.

    `contents` are the governed content before and after. Where words of the event were erased, neither is shown.
    """
    named = audit.verbs[verb].named if verb in audit.verbs else frozenset()
    named = frozenset(name for name in named if not _is_long(facts.get(name)))
    spoken = {words(facts[name]) for name in named & facts.keys()}
    in_words = {texts[name] for name in named & texts.keys()}
    erased = any(text is None for text in texts.values())
    differing = [] if erased or contents is None else list(_differing(verb, *contents))
    differing = [change for change in differing if change.old or change.new not in spoken]
    shown = {change.name for change in differing}
    said = [
        Change(_label(name), "", _spoken(verb, name, value))
        for name, value in sorted(facts.items())
        if name not in named and name not in UNSAID and name != "was" and not _proves(name, value)
    ]
    written = [
        Change(_label(name), "", ERASED if text is None else text)
        for name, text in sorted(texts.items())
        if name not in named and name != ADDRESS and (text is None or text not in in_words)
    ]
    new = {change.new for change in differing}
    return [*differing, *(one for one in (*said, *written) if one.name not in shown and one.new not in new)]


def _differing(verb: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    old, new = dict(_leaves(before)), dict(_leaves(after))
    for name in sorted(old.keys() | new.keys()):
        was, became = old.get(name, ""), new.get(name, "")
        if was != became and not OPAQUE.fullmatch(str(was or became)):
            spoken = [_spoken(verb, name, value) if value != "" else "" for value in (was, became)]
            yield Change(_label(name), *spoken)


def _leaves(content: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Each value of a content by its path; rows that count (points) are named by their number."""
    if isinstance(content, Mapping):
        for name, value in content.items():
            if not OPAQUE.fullmatch(name):
                yield from _leaves(value, f"{path} {name}".strip())
    elif isinstance(content, list) and content and isinstance(content[0], Mapping):
        for row in content:
            rest = {name: value for name, value in row.items() if name != "number"}
            yield from _leaves(rest, f"{path} {row.get('number', '')}".strip())
    elif isinstance(content, list):
        yield path, content
    else:
        yield path, "" if content is None else content


def _proves(name: str, value: Any) -> bool:
    """Whether a fact only proves: digests, versions of wordings, ids."""
    if name.endswith(("digest", "sha256", "_version")):
        return True
    parts = value if isinstance(value, list) else [value]
    return all(part in (None, "") or OPAQUE.fullmatch(str(part)) for part in parts)


def _label(name: str) -> str:
    return LABELS.get(name, name.replace("_", " "))
