"""The demonstration is the same every time it is told, apart from ids and times."""

import datetime
import json
import re
from collections import defaultdict
from pathlib import Path
from random import Random
from typing import Any

import pytest

from portal.models import AuditEvent
from readiness.management.demonstration import files
from readiness.management.demonstration.profiles import FRAUD
from tests.harness.databases import Database, Templates

NO_FACT = re.compile(r"[0-9a-f]{64}|[0-9a-f-]{36}|\d{4}-\d\d-\d\d|\d+ KB")


def plain(fact: Any) -> Any:
    """A fact without what is another every time."""
    if isinstance(fact, list):
        return len(fact) if any(NO_FACT.search(str(part)) for part in fact) else fact
    return "other every time" if NO_FACT.search(str(fact)) else fact


def told() -> dict[str, list[Any]]:
    """What the record in use tells, by service: the order between services hangs on the hour in each zone."""
    found: dict[str, list[Any]] = defaultdict(list)
    events = AuditEvent.objects.filter(at__lt=last_night()).order_by("number")
    for event in events.select_related("actor", "scope__service").prefetch_related("texts"):
        facts = {name: plain(fact) for name, fact in json.loads(event.body)["facts"].items() if name not in NUMBERS}
        texts = {text.name: text.value for text in event.texts.all()}
        slug = event.scope.service.slug if event.scope else ""
        found[slug].append((event.actor and event.actor.email, event.verb, facts, texts))
    return found


NUMBERS = ("number", "as_of", "pages")


def last_night() -> datetime.datetime:
    """Before the pack, which is asked for at the moment of telling."""
    newest = AuditEvent.objects.filter(verb="pack.requested").order_by("number").first()
    return newest.at if newest else datetime.datetime.max.replace(tzinfo=datetime.UTC)


@pytest.mark.deep
def test_told_on_two_databases_it_is_the_same_story(demo_database: Database, tmp_path: Path) -> None:
    once = told()
    with Templates(tmp_path / "again").copy("demo") as database, database.in_use():
        again = told()
    assert sum(map(len, once.values())) > 1500
    assert once.keys() == again.keys()
    for slug, events in once.items():
        assert events == again[slug]


@pytest.mark.parametrize("kind", sorted(files.MAKERS))
def test_a_file_is_the_same_bytes_every_time(kind: str) -> None:
    first, second = (files.made(kind, "env.secrets", FRAUD, Random(7)) for _ in range(2))
    assert first.name == second.name
    assert first.read() == second.read() != b""
