"""R30: Markdown and every other text that people write never runs, wherever it is shown."""

import itertools
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message

import pytest
from django.http import HttpResponse
from django.test import Client
from playwright.sync_api import Page

from portal import mail
from portal.models import Attachment, OutboxMessage
from tests.factories import portal as make
from tests.harness import browsers, places, portals, results
from tests.harness.databases import Database
from tests.harness.places import Place
from tests.harness.visiting import Visitors
from tests.promises import script_places, script_writing
from tests.promises.script_payloads import PAYLOADS

NUMBERED = [payload.replace("zz", f"zz{number}zz") for number, payload in enumerate(PAYLOADS)]
MARK = re.compile(r"zz(\d+)zz")
ENOUGH = 300
"""Payloads that the promise asks for."""


@dataclass
class Looked:
    """What was shown where, and what of it was awake."""

    shown: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    awake: list[tuple[str, str]] = field(default_factory=list)

    def at(self, place: Place, said: bytes, answer: HttpResponse) -> None:
        """Look at an answer as whoever is given it would."""
        kind = answer.get("Content-Type", "").partition(";")[0]
        text = said.decode("utf-8", "replace")
        self.shown[f"{place.kind} {kind}"] |= set(MARK.findall(text))
        if kind == "text/html":
            self.shown["title"] |= set(MARK.findall(text.partition("</title>")[0]))
            self.awake += [(place.name, found) for found in script_places.in_markup(text)]
        elif kind == "application/pdf":
            self.awake += [(place.name, found) for found in script_places.in_pdf(said)]
        elif answer.get("X-Content-Type-Options") != "nosniff":
            self.awake.append((place.name, f"{kind}, and the browser may take it for something else"))

    def told(self) -> str:
        return ", ".join(f"{len(found)} in {kind}" for kind, found in sorted(self.shown.items()) if found)


@pytest.mark.django_db
def test_none_runs_in_the_preview_of_a_text() -> None:
    browser = Client()
    browser.force_login(make.person())
    awake = []
    for payload in PAYLOADS:
        answer = browser.post("/documents/preview/", {"text": payload})
        awake += [(payload, found) for found in script_places.in_markup(answer.content.decode())]
    measured = f"{len(awake)} awake of {len(PAYLOADS)} in a fragment {awake[:3]}"
    results.tell("R30", measured, f"0 of {ENOUGH}", kept=not awake and len(set(PAYLOADS)) >= ENOUGH)


@pytest.mark.only_on("sqlite")  # what stands in the database is shown by the same code on both
@pytest.mark.long
def test_written_past_every_guard_none_runs_wherever_it_is_shown(demo_database: Database) -> None:
    places.furnish()
    everywhere, following, looked = places.everywhere(), itertools.cycle(NUMBERED), Looked()
    cells = script_writing.everywhere(lambda text: f"{text} {next(following)}")
    visitors = Visitors()
    for place in everywhere:
        if place.name == "readyz":
            continue  # it says that the guards are gone
        said, answer = visitors.read(place)
        assert answer.status_code == place.status, place
        looked.at(place, said, answer)
    for message in OutboxMessage.objects.select_related("recipient"):
        composed = mail.compose(message)
        page = str(composed.alternatives[0][0])
        looked.shown["mail"] |= set(MARK.findall(page))
        looked.awake += [("mail", found) for found in script_places.in_markup(page) if " style=" not in found]
        looked.awake += [("mail", "a header of its own") for value in [composed.subject] if "\n" in str(value)]
    measured = f"{len(looked.awake)} awake in {cells} cells ({looked.told()}) {looked.awake[:9]}"
    kept = not looked.awake and len(looked.shown["page text/html"]) >= ENOUGH
    results.tell("R30", measured, f"0, {ENOUGH} on pages", kept=kept)


@pytest.mark.only_on("sqlite")
def test_as_the_name_of_a_file_it_is_a_name_and_nothing_else(demo_database: Database) -> None:
    places.furnish()
    script_writing.take_the_guards_away()
    place = next(place for place in places.everywhere() if place.name == "evidence_file")
    visitors, awake = Visitors(), []
    for name in NUMBERED:
        Attachment.objects.update(name=name)
        _, answer = visitors.read(place)
        header = Message()
        header["Content-Disposition"] = answer["Content-Disposition"]
        if header.get_content_disposition() != "attachment" or len(header.get_params(header="Content-Disposition")) > 2:
            awake.append(answer["Content-Disposition"])
    results.tell("R30", f"{len(awake)} awake of {len(NUMBERED)} names of files {awake[:3]}", 0, kept=not awake)


LOOKED_AT = (
    *("service", "review", "decide", "model_card", "decision_record", "runbook", "incident", "post_mortem"),
    *("action_item", "finding", "waiver", "alert", "notifications", "search", "portfolio", "my_work", "audit_trail"),
)


@pytest.mark.only_on("sqlite")
@pytest.mark.journey
def test_a_browser_runs_none_of_it(demo_database: Database, open_page: Callable[..., Page]) -> None:
    places.furnish()
    named = {place.name: place for place in places.everywhere()}
    following, dialogs = itertools.cycle(NUMBERED), []
    script_writing.everywhere(lambda text: f"{text} {next(following)}")
    with portals.running(demo_database, worker=False, DEMO="true") as portal:
        page = open_page(portal)  # what the browser's own policy refuses is an error on the console, which fails
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        for name in LOOKED_AT:
            browsers.enter(page, portal.sign_in(named[name].who))
            page.goto(named[name].path, wait_until="networkidle")
            assert MARK.search(page.content()), name
    results.tell("R30", f"{len(dialogs)} ran on {len(LOOKED_AT)} pages {dialogs[:3]}", 0, kept=not dialogs)
