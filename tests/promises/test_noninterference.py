"""R03: what one may not see does not influence what one gets: no page, list, count, export, answer, notice or mail.

Every place is looked at twice at the same moment, by several who may not see a restricted service: before it is there,
and after it is there with one of everything. Nothing is named that has to be looked at: `places` knows every URL.
"""

import datetime
import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import quote

import django_filters
import pytest
from celery import current_app
from django.db import transaction
from django.test import Client
from django.urls import reverse

from portal import clock
from portal.access import access_of, people_across_who_can
from portal.models import AuditorScope, Membership, Notification, OutboxMessage, SearchEntry, User
from portal.permissions import Capability, Role
from portal.schedule import BEAT_SCHEDULE
from readiness.models import Service
from tests.factories import callers, hidden, portal
from tests.factories.hidden import CANARY, Keepers
from tests.harness import forms, places, results
from tests.harness.databases import Database
from tests.harness.places.place import ADMINISTRATOR, COMPLIANCE, LEAD, Place
from tests.harness.visiting import Visitors

pytestmark = [pytest.mark.long, pytest.mark.only_on("sqlite")]

OUTSIDER, AUDITOR = "otto.outside@example.com", "audrey.auditor@example.com"
OF_THE_LIBRARY = ("account_", "mfa_")
"""Pages of the sign-in library: one's own account alone, with a new secret or challenge each time."""
NO_ROWS = {"api_schema", "api_docs", "api_docs_part", "healthz", "readyz"}
"""The description of the API, and whether the portal is well, read nothing that somebody wrote."""
LOOKED_AT_BY_MORE = {"list", "part", "api"}
SAYS_NOTHING = {"tidy", "sweep-outbox"}
"""Tasks that say nothing to anybody: the one removes sessions, the other sends what stands in the outbox."""
A_DAY = datetime.timedelta(days=1)
KNOWN = {
    ("audit_trail", ADMINISTRATOR): "who verifies the record is told how long it is: its numbers have no gaps (R15)",
}
"""What may differ, and why."""
LEAST_PLACES = 200
LEAST_HIDDEN = 10
LEAST_ADDRESSES = 40
REQUEST = {"x-request-id": "the-same-request"}
CSRF = re.compile(rb"\b[A-Za-z0-9]{64}\b")
MADE_ANEW = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{32}\b")
"""Ids of rows that are made when something falls due."""
SEARCHED = ("rollback", "drift review", CANARY, f"{CANARY} scoring", "answers come late", "team")


@dataclass(frozen=True)
class Visit:
    """Somebody comes to an address: a browser, or a tool with a token, which may be limited to one team."""

    name: str
    path: str
    who: str | None
    kind: str
    proven: bool = False
    limited: bool = False


@dataclass(frozen=True)
class Seen:
    """What was answered, without what differs by itself."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Askers:
    """Their browsers and tools, which have been here before."""

    visitors: Visitors = field(default_factory=Visitors)
    limited: Callable[[str], Client] = field(default_factory=lambda: cache(_limited_tool))

    def see(self, visit: Visit) -> tuple[Seen, Any]:
        """What the visit gets, and the answer as it came; nothing that it changes stays."""
        client = self.client(visit)
        with _taken_back():
            answer: Any = client.get(visit.path, headers=self._headers(visit))
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        kind, headers = answer.get("Content-Type", ""), dict(answer.headers)
        if _is_archive(kind):
            headers.pop("Content-Length", None)  # it has the moment in it, pressed together
        return Seen(answer.status_code, headers, _normal(body, kind)), answer

    def client(self, visit: Visit) -> Client:
        """Who makes the visit; a tool gets its token at its first."""
        if visit.who is None:
            return Client()
        if visit.kind == "api":
            return self.limited(visit.who) if visit.limited else self.visitors.tool(visit.who)
        return self.visitors.browser(visit.who, visit.proven)

    def _headers(self, visit: Visit) -> dict[str, str]:
        return {**REQUEST, "hx-request": "true"} if visit.kind == "part" else REQUEST


@contextmanager
def _taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _limited_tool(email: str) -> Client:
    """A tool whose token is for one team alone."""
    team = Service.objects.get(slug=places.SERVICE).team
    secret = callers.caller(User.objects.get(email=email), team=team).secret
    return Client(headers={"authorization": f"Bearer {secret}"})


def _is_archive(kind: str) -> bool:
    return "spreadsheet" in kind or "zip" in kind


def _normal(body: bytes, kind: str) -> bytes:
    """A body without the token of its forms; of an archive its files, without the moment at which it was written."""
    if _is_archive(kind):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = sorted(set(archive.namelist()) - {"docProps/core.xml"})
            return b"\n".join(name.encode() + b"\n" + archive.read(name) for name in names)
    return CSRF.sub(b"", body)


def _everyone() -> Askers:
    """The askers beside those of the demonstration: one of another team, and an auditor of one service that all see."""
    portal.member(
        portal.team("Other team", "other-team"), Role.VIEWER, who=portal.person("Otto Outside", email=OUTSIDER)
    )
    auditor = portal.member(None, Role.AUDITOR, who=portal.person("Audrey Auditor", email=AUDITOR))
    chosen = Service.objects.get(slug=places.SERVICE).scope
    AuditorScope.objects.create(membership=Membership.objects.get(person=auditor), scope=chosen)
    return Askers()


def _visits(everywhere: Collection[Place], by: Keepers) -> Iterator[Visit]:
    for place in everywhere:
        if not place.name.startswith(OF_THE_LIBRARY) and place.name not in NO_ROWS:
            who = ADMINISTRATOR if place.who == COMPLIANCE else place.who  # compliance sees all
            yield Visit(place.name, place.path, who, place.kind, place.proven)
            if who is not None:
                yield from _by_more(place, who)
    yield from _around(by)


def _by_more(place: Place, who: str) -> Iterator[Visit]:
    """Lists, counts and what tools read, by others too; lists as files."""
    if place.kind in LOOKED_AT_BY_MORE:
        for other in (OUTSIDER, AUDITOR, ADMINISTRATOR):
            yield Visit(place.name, place.path, other, place.kind)
    if place.kind == "api":
        yield Visit(place.name, place.path, LEAD, place.kind, limited=True)
    if place.kind == "list":
        joint = "&" if "?" in place.path else "?"
        for file in ("csv", "xlsx"):
            yield Visit(place.name, f"{place.path}{joint}_export={file}", who, place.kind)


def _around(by: Keepers) -> Iterator[Visit]:
    """What there is to see of the team that keeps it, of its people, and of words that it says."""
    quiet, lead = by.team.slug, by.lead
    for who in (LEAD, ADMINISTRATOR):
        yield Visit("team", reverse("portal:team", args=[quiet]), who, "page")
        yield Visit("timetables", reverse("readiness:timetables", args=[quiet]), who, "page")
        yield Visit("hand_over", reverse("readiness:hand_over", args=[lead.public_id]), who, "page")
        yield Visit("api_holdings", f"{reverse('api_holdings')}?person={lead.email}", who, "api")
        yield Visit("api_team_timetables", reverse("api_team_timetables", args=[quiet]), who, "api")
        for words in SEARCHED:
            yield Visit("search", f"{reverse('portal:search')}?q={quote(words)}", who, "list")
            yield Visit("api_search", f"{reverse('api_search')}?q={quote(words)}", who, "api")
    source = by.source.source
    for name in ("alert_source", "alert_source_revoke"):
        yield Visit(name, reverse(f"incidents:{name}", args=[source.public_id]), ADMINISTRATOR, "page")
    yield Visit("api_alert_source", reverse("api_alert_source", args=[source.public_id]), ADMINISTRATOR, "api")
    for person in by.everybody():
        yield Visit("person", reverse("portal:person", args=[person.public_id]), ADMINISTRATOR, "page")


def _narrowed(visit: Visit, answer: Any, by: Keepers) -> Iterator[Visit]:
    """A list, asked by each of its filters for what is hidden."""
    filters = (answer.context or {}).get("filter") if visit.kind == "list" and "?" not in visit.path else None
    if isinstance(filters, django_filters.FilterSet):
        for name in filters.filters:
            value = by.team.slug if "team" in name else CANARY
            yield Visit(visit.name, f"{visit.path}?{name}={value}", visit.who, visit.kind)


def _looked(askers: Askers, visits: Collection[Visit]) -> dict[Visit, Seen]:
    return {visit: askers.see(visit)[0] for visit in visits}


def _told(by: Keepers) -> Counter[str]:
    """What all others but compliance are told in the next day: notices and mails, after what runs by itself has run."""
    with _taken_back(), clock.at(clock.now() + A_DAY):
        current_app.loader.import_default_modules()
        for name, entry in BEAT_SCHEDULE.items():
            if name not in SAYS_NOTHING:
                current_app.tasks[str(entry["task"])]()
        seeing = [*by.everybody(), *people_across_who_can(Capability.FINDING_OPEN)]
        notices = Notification.objects.exclude(recipient__in=seeing)
        mails = OutboxMessage.objects.exclude(recipient__in=seeing)
        said = [
            *notices.values_list("recipient", "kind", "key", "subject", "url", "scope"),
            *mails.values_list("recipient", "kind", "key", "content", "scopes", "state"),
        ]
        return Counter(MADE_ANEW.sub("ID", repr(one)) for one in said)


def _difference(before: Seen, after: Seen) -> str:
    """Where two answers part, for whoever has to find the leak."""
    if before.status != after.status:
        return f"{before.status} became {after.status}"
    if before.body == after.body:
        names = {*before.headers, *after.headers}
        return f"headers {sorted(name for name in names if before.headers.get(name) != after.headers.get(name))}"
    pairs = enumerate(zip(before.body, after.body, strict=False))
    at = next((at for at, (one, other) in pairs if one != other), min(len(before.body), len(after.body)))
    part = slice(max(0, at - 60), at + 60)
    return f"{before.body[part]!r} became {after.body[part]!r}"


def _addresses(by: Keepers, service: Service) -> set[str]:
    """The addresses that pages lead to for who may see it, and for nobody else: those that speak of it."""
    client = Visitors().browser(by.lead.email, proven=False)
    client.raise_request_exception = False  # its decision is a row without what the rules would have frozen
    waiting, seen, found = [service.get_absolute_url()], set[str](), set[str]()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        with _taken_back():
            answer: Any = client.get(address)
        found.add(address)
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if "html" not in answer.get("Content-Type", ""):
            continue
        links = forms.Page(f"http://testserver{address}", text.decode()).links
        paths = {link.removeprefix("http://testserver") for link in links}
        waiting += sorted(path for path in paths - seen if f"/{service.slug}/" in path and "?" not in path)
    return found


def test_what_is_hidden_changes_nothing_that_others_get(demo_database: Database) -> None:
    with clock.at(clock.now()), transaction.atomic():
        by = hidden.keepers()
        places.furnish()
        askers = _everyone()
        visits = list(_visits(places.everywhere(), by))
        for visit in visits:
            askers.client(visit)
        before, more = {}, []
        for visit in visits:
            before[visit], answer = askers.see(visit)
            more += list(_narrowed(visit, answer, by))
        before |= _looked(askers, more)
        told = _told(by)

        service = hidden.everything(by, needs=Service.objects.get(slug=places.SERVICE))
        rows = _hidden_from(User.objects.get(email=LEAD), by.lead)
        after = _looked(askers, [*visits, *more])
        found = [
            _places(before, after, rows),
            _mails(told, _told(by)),
            _hidden_addresses(askers, _addresses(by, service), service),
        ]
        transaction.set_rollback(True)
    print(*(measured for measured, _ in found), sep="\n")
    for measured, kept in found:
        results.tell("R03", measured, 0, kept=kept)


def _hidden_from(asker: User, insider: User) -> int:
    """How many rows that can be found by their words the one may see and the other may not."""
    seen = SearchEntry.objects.visible_to
    return seen(access_of(insider)).exclude(pk__in=seen(access_of(asker)).values("pk")).count()


def _places(before: Mapping[Visit, Seen], after: Mapping[Visit, Seen], rows: int) -> tuple[str, bool]:
    changed = [visit for visit in before if before[visit] != after[visit] and (visit.name, visit.who) not in KNOWN]
    other = {visit: _difference(before[visit], after[visit]) for visit in changed}
    for visit, words in other.items():
        print(visit.name, visit.who, visit.path, words)
    seen = {visit.name for visit in before}
    broken = sorted(f"{visit.name} {visit.who}: {got.status}" for visit, got in after.items() if got.status >= 500)
    measured = f"{len(other)}-of-{len(before)}-answers-of-{len(seen)}-places-changed-by-{rows}-hidden-things"
    kept = not (other or broken) and len(seen) >= LEAST_PLACES and rows >= LEAST_HIDDEN
    return f"{measured} {sorted({visit.name for visit in other})} {broken}", kept


def _mails(before: Counter[str], after: Counter[str]) -> tuple[str, bool]:
    changed = sorted([*(before - after), *(after - before)])
    return f"{len(changed)}-of-{before.total()}-notices-and-mails-changed {changed[:5]}", not changed


def _hidden_addresses(askers: Askers, addresses: Collection[str], service: Service) -> tuple[str, bool]:
    """Each is answered as one of a service that there never was."""
    never = f"no-such-{service.slug.removeprefix(CANARY)}"
    wrong = []
    for address in sorted(addresses):
        found, _ = askers.see(Visit("hidden", address, LEAD, "page"))
        missing, _ = askers.see(Visit("missing", address.replace(service.slug, never), LEAD, "page"))
        said = found.body.replace(service.slug.encode(), never.encode())
        if found.status != 404 or said != missing.body or CANARY.encode() in said:
            wrong.append(f"{address}: {found.status}, {missing.status}")
    kept = not wrong and len(addresses) >= LEAST_ADDRESSES
    return f"{len(wrong)}-of-{len(addresses)}-hidden-addresses-told-apart {wrong[:5]}", kept
