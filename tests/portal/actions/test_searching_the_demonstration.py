"""Whoever follows the record from its first event knows as much as who reads every row: nothing is forgotten."""

import re
from typing import Any

import pytest
from django.test import Client

from portal.actions import searching
from portal.models import SearchEntry, SearchMark, User
from tests.harness.databases import Database

FIELDS = ("kind", "key", "scope_id", "title", "body", "address", "changed_at")


def _entries() -> list[Any]:
    return list(SearchEntry.objects.order_by("kind", "key").values_list(*FIELDS))


def test_half_a_year_followed_event_by_event_is_what_the_rows_say(
    demo_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    searching.rebuild()
    made = _entries()
    assert {entry[0] for entry in made} >= {
        "service",
        "answer",
        "decision",
        "model-card",
        "runbook",
        "incident",
        "playbook",
    }
    SearchEntry.objects.all().delete()
    SearchMark.objects.update(number=0)
    monkeypatch.setattr(searching, "TOO_FAR", 10**9)
    searching.follow()
    assert _entries() == made


def test_every_thing_that_is_found_has_a_page(demo_database: Database) -> None:
    searching.rebuild()
    browser = Client()
    browser.force_login(User.objects.get(email="compliance@example.com"))
    seen = set()
    for entry in SearchEntry.objects.order_by("kind", "pk"):
        if entry.kind in seen:
            continue
        seen.add(entry.kind)
        page = browser.get(entry.address)
        assert page.status_code == 200, entry.address
        if anchor := entry.address.partition("#")[2]:
            assert re.search(rf'id="{re.escape(anchor)}"', page.content.decode()), entry.address
