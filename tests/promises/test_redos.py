"""R34: no pattern, document or message that somebody gives runs away, and none runs code."""

import ast
import contextlib
import importlib
import itertools
import pkgutil
import re
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import pytest

from incidents.intake import forms as intake
from incidents.intake.signal import Malformed
from portal import clock, markdown
from portal.celery import app
from portal.errors import DomainError
from portal.rules import comparing, searching
from readiness.rules import adr_folder, imports
from readiness.rules.card_formats import formats
from tests.harness import results
from tests.promises.evil_patterns import EVIL, Grown

pytestmark = pytest.mark.only_on("sqlite")  # nothing here asks a database

ROOT = Path(__file__).resolve().parents[2]
APPS = ("portal", "readiness", "incidents")
LENGTH, LEAST = 100_000, 40
MOST = 0.1
"""Seconds of the processor, not of the wall, that a pattern may take for a text of that length."""


def sources() -> Iterator[Path]:
    for ours in APPS:
        yield from (path for path in (ROOT / ours).rglob("*.py") if "migrations" not in path.parts)


Asked = tuple[str, re.Pattern[str], str]
"""Where a pattern stands, the pattern, and the method by which it is asked."""
METHODS = ("match", "fullmatch", "search", "sub", "subn", "finditer", "findall", "split")


def patterns() -> Iterator[Asked]:
    """Every pattern for texts that a module of ours compiles under a name, in each way that this name is asked."""
    ways = asked()
    for ours in APPS:
        for module in pkgutil.walk_packages([str(ROOT / ours)], f"{ours}."):
            if "migrations" in module.name or module.name.endswith("child"):
                continue
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                    for method in ways.get(name, {"fullmatch"}):
                        yield f"{module.name}.{name}", value, method


def asked() -> Mapping[str, set[str]]:
    """The methods that are called on each name of a pattern, anywhere."""
    found: dict[str, set[str]] = {}
    for _, call in all_calls():
        if isinstance(call.func, ast.Attribute) and call.func.attr in METHODS and ast.unparse(call.func.value) != "re":
            found.setdefault(ast.unparse(call.func.value).rpartition(".")[2], set()).add(call.func.attr)
    return found


def patterns_in_passing() -> Iterator[Asked]:
    """Every pattern that is written where it is asked: `re.sub("…", …)`."""
    for place, call in all_calls():
        if not isinstance(call.func, ast.Attribute) or ast.unparse(call.func.value) != "re":
            continue
        if call.func.attr in METHODS and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str):
            ignored = "IGNORECASE" in ast.unparse(call)
            yield (
                f"{place}:{call.lineno}",
                re.compile(call.args[0].value, re.IGNORECASE if ignored else 0),
                call.func.attr,
            )


def all_calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call in our code, by its file."""
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                yield path.relative_to(ROOT).as_posix(), node


def took(call: Callable[[], object], enough: float = MOST) -> float:
    """The seconds of the processor; of two tries the better, unless the first is quick enough."""
    tries = []
    for _ in range(2):
        started = time.process_time()
        call()
        tries.append(time.process_time() - started)
        if tries[-1] <= enough:
            break
    return min(tries)


def ask(pattern: re.Pattern[str], method: str, text: str) -> object:
    given = ("", text) if method in ("sub", "subn") else (text,)
    answer = getattr(pattern, method)(*given)
    return list(answer) if method == "finditer" else answer


def seconds_of(call: Callable[[str], object], grown: Grown, most: float) -> float:
    """What a text takes; where it takes much at a twenty-fifth of its length, it is not grown until it takes hours."""
    short = took(partial(call, grown(LENGTH // 25)))
    return took(partial(call, grown(LENGTH))) if short <= most / 10 else short * 25


def test_no_pattern_of_ours_runs_away() -> None:
    known, slow = {*patterns(), *patterns_in_passing()}, []
    for (evil, grown), (name, pattern, method) in itertools.product(EVIL.items(), known):
        if (seconds := seconds_of(partial(ask, pattern, method), grown, MOST)) > MOST:
            slow.append(f"{name} {method} of {evil}: {seconds:.2f} s")
    measured = f"{len(slow)} slow of {len(known)} patterns x {len(EVIL)} texts {sorted(slow)[:5]}"
    results.tell("R34", measured, "0, 40 texts", kept=not slow and len(EVIL) >= LEAST and len(known) > 60)


LITTLE = 0.2
"""Seconds below which no reader is slow."""
MOST_GROWTH = 8
"""How many times as long a text of four times the length may take: what is linear takes four, what squares sixteen."""


def _alerts(kind: str, text: str) -> object:
    return intake.read(kind, text, clock.now())


READERS: Mapping[str, Callable[[str], object]] = {
    "a text that is shown": markdown.render,
    "a search": lambda text: searching.marked("Roll back the release", searching.query(text)),
    "what is found": lambda text: searching.snippet(text, searching.query("roll back")),
    "two revisions": lambda text: comparing.by_words(text, text[len(text) // 3 :] + "x" + text[: len(text) // 2]),
    "a decision record": lambda text: adr_folder.plan([("0001-one.md", f"# One\n\n{text}".encode())], {}),
    "its front matter": lambda text: adr_folder.plan([("1.md", f"---\n{text}\n---\n# One\n".encode())], {}),
    "a model card": lambda text: formats.read(f"# One\n\n{text}", "one"),
    "the front matter of a card": lambda text: formats.read(f"---\n{text}\n---\n# One\n", "one"),
    "a register of services": lambda text: imports.read(f"name,team\n{text}".encode(), "services", str),
    **{f"alerts of {kind}": partial(_alerts, kind) for kind in intake.READERS},
}


def read(reader: Callable[[str], object], text: str) -> None:
    """Refused is as good as read."""
    with contextlib.suppress(DomainError, Malformed):
        reader(text)


@pytest.mark.parametrize("name", READERS)
def test_no_reader_of_documents_and_messages_runs_away(name: str) -> None:
    reader, slow = partial(read, READERS[name]), []
    for evil, grown in EVIL.items():
        steps = [took(partial(reader, grown(length)), LITTLE) for length in (LENGTH // 16, LENGTH // 4)]
        if steps[-1] <= max(LITTLE, MOST_GROWTH * steps[0]):
            steps.append(took(partial(reader, grown(LENGTH)), LITTLE))
        if steps[-1] > max(LITTLE, MOST_GROWTH * steps[-2]):
            slow.append(f"{evil}: {steps[-2]:.2f}, then {steps[-1]:.2f} s")
    results.tell("R34", f"{len(slow)} of {len(EVIL)} run away as {name} {slow[:5]}", 0, kept=not slow)


MAKES_CODE = {"eval", "exec", "compile", "__import__"}
MAKES_OBJECTS = {"pickle", "marshal", "shelve", "dill", "jsonpickle"}
TAKEN_AS_MARKUP = {
    "portal/markdown.py": "what nh3 has washed",
    "portal/templatetags/portal_ui.py": "words of our own, or nothing",
    "readiness/templatetags/pack_print.py": "words of our own, and digests in hexadecimal digits",
    "readiness/tables/decision_records.py": "nothing",
}
LOADING = {"yaml.load", "yaml.load_all", "yaml.unsafe_load", "yaml.full_load"}
LOADS_YAML = {
    "portal/catalogue.py": "a loader of plain values that refuses a key said twice",
    "readiness/rules/adr_front_matter.py": "a loader that knows texts, lists and mappings alone",
}


def test_nothing_given_becomes_code_objects_or_markup() -> None:
    found = {(path, ast.unparse(call.func)) for path, call in all_calls()}
    imported = {
        name.partition(".")[0]
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None) or "", *(alias.name for alias in node.names)]
    }
    washed = {path for path, call in found if call in ("mark_safe", "SafeString", "SafeText")}
    loaded = {
        path for path, call in found if call in ("yaml.load", "yaml.unsafe_load", "yaml.full_load", "yaml.load_all")
    }
    wrong = [
        *(one for one in found if one[1] in MAKES_CODE),
        *(MAKES_OBJECTS & imported),
        *washed.symmetric_difference(TAKEN_AS_MARKUP),
        *loaded.symmetric_difference(LOADS_YAML),
    ]
    results.tell("R34", f"{len(wrong)} ways to code {wrong[:5]}", 0, kept=not wrong)


def test_the_queue_carries_nothing_but_json() -> None:
    settings = (app.conf.accept_content, [app.conf.task_serializer], [app.conf.result_serializer])
    carried = {form for setting in settings for form in setting}
    results.tell("R34", f"{sorted(carried)} in the queue", ["json"], kept=carried == {"json"})
