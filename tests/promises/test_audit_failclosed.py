"""R10: if the event cannot be written, the change does not happen."""

import hashlib
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from portal import audit, demo, verbs
from portal.append_only import upkeep
from portal.errors import RecordUnavailable
from portal.models import AuditEvent, AuditHead, Team, User
from tests.factories import portal
from tests.harness import results
from tests.harness.databases import Database
from tests.harness.forms import Form, Page

pytestmark = pytest.mark.postgres

OF_EACH_KIND = 2
"""Pages of one kind that one person looks at."""
PEOPLE = ("lead", "engineer", "approver", "admin")
LEAST_UNAVAILABLE = 30
"""Kinds of forms that get as far as the record; fewer means that this test has lost its way."""
BESIDE_THE_BUSINESS = {"django_session", "portal_attempts"}
PERSONAL = {"portal:notifications_read", "portal:profile"}
"""One's own notices and looks: no business of the record."""
TRIES = 8
"""Forms of one kind that are posted until one of them gets as far as the record."""


@dataclass(frozen=True)
class Attempt:
    """Somebody is about to post a form."""

    name: str
    who: str
    client: Client
    form: Form


def break_the_record() -> None:
    """From now on the database takes no event, as when its disk is full."""
    table = AuditEvent._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"CREATE TRIGGER broken BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'full'); END")
            return
        cursor.execute("CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''full''; END'")
        cursor.execute(f"CREATE TRIGGER broken BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION broken()")


def walk(client: Client) -> Iterator[Form]:
    """Every form that posts, on the pages that a person reaches from the front page; a few pages of each kind."""
    waiting, seen, kinds = deque(["http://testserver/"]), {"http://testserver/"}, Counter[str]()
    while waiting:
        address = waiting.popleft()
        answer = client.get(address)
        if answer.status_code != 200 or "html" not in answer.headers.get("Content-Type", ""):
            answer.close()
            continue
        page = Page(address, answer.content.decode())
        yield from page.forms
        for link in sorted(page.links - seen):
            seen.add(link)
            kinds[name_of(link)] += 1
            if name_of(link) and kinds[name_of(link)] <= OF_EACH_KIND:
                waiting.append(link)


def name_of(address: str) -> str:
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return ""


def content() -> dict[str, str]:
    """A digest of every table but those that keep no business: sessions, and how often somebody tried."""
    found = {}
    with connection.cursor() as cursor:
        for table in set(connection.introspection.table_names(cursor)) - BESIDE_THE_BUSINESS:
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
            found[table] = hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()
    return found


def collected() -> dict[str, list[Attempt]]:
    """The forms of each kind that somebody could post now, by name; each in a session of its own, as one signs out."""
    forms: dict[str, dict[tuple[str, str], Form]] = defaultdict(dict)
    for who in PEOPLE:
        for form in walk(signed_in(who)):
            forms[name_of(form.action)][who, form.action] = form
    return {
        name: [Attempt(name, who, signed_in(who), form) for (who, _), form in list(found.items())[:TRIES]]
        for name, found in sorted(forms.items())
        if name
    }


def signed_in(who: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(email=f"{who}@example.com"))
    return client


def posted(attempt: Attempt) -> int:
    files = {name: SimpleUploadedFile("report.txt", b"p95 1.84 s") for name in attempt.form.files}
    answer = attempt.client.post(attempt.form.action, {**attempt.form.values, **files})
    return answer.status_code


@pytest.mark.long
def test_with_a_record_that_takes_no_event_no_form_changes_a_row(demo_database: Database) -> None:
    kinds = collected()
    break_the_record()
    before, changed, unavailable = content(), [], set()

    for name, attempts in kinds.items():
        answered = []
        for attempt in attempts:
            answered.append(posted(attempt))
            assert answered[-1] != 500, f"{name} by {attempt.who}"
            if answered[-1] == 503:
                unavailable.add(name)
                break
        after = content()
        if after != before and name not in PERSONAL:
            tables = sorted(table for table in after if after[table] != before.get(table))
            changed.append(f"{name} answered {answered} and changed {', '.join(tables)}")
        before = after

    assert changed == []
    told = f"{len(changed)}-changes-{len(unavailable)}-of-{len(kinds)}-forms-got-as-far-as-503"
    print("not as far:", ", ".join(kinds.keys() - unavailable))
    results.tell("R10", told, "0-changes", kept=not changed and len(unavailable) >= LEAST_UNAVAILABLE)


def test_nobody_signs_in_while_it_cannot_be_recorded(demo_database: Database) -> None:
    break_the_record()
    client = Client(raise_request_exception=False)

    answer = client.post(reverse("account_login"), {"login": "lead@example.com", "password": demo.PASSWORD})

    assert answer.status_code == 503
    assert client.get("/").status_code == 302


def test_the_page_says_that_nothing_was_changed(demo_database: Database) -> None:
    client = signed_in("admin")
    break_the_record()

    answer = client.post(reverse("portal:team_add"), {"name": "New", "slug": "new", "time_zone": "UTC"})

    assert answer.status_code == 503
    assert "Nothing was changed" in answer.content.decode()
    assert not Team.objects.filter(slug="new").exists()


def test_readiness_flips_while_the_record_takes_no_event_and_leaves_no_trace_while_it_does(
    fresh_database: Database,
) -> None:
    before = (AuditHead.objects.get().number, AuditEvent.objects.count(), AuditEvent.objects.latest("number").digest)

    good = Client().get("/readyz")
    after = (AuditHead.objects.get().number, AuditEvent.objects.count(), AuditEvent.objects.latest("number").digest)
    break_the_record()
    bad = Client().get("/readyz")

    assert (good.status_code, good.json()["checks"]["record"]) == (200, "ok")
    assert before == after
    assert (bad.status_code, bad.json()["checks"]["record"]) == (503, "cannot be written")
    results.tell("R10", "readyz-503", "readyz-503", kept=bad.status_code == 503)


def test_readiness_flips_when_a_guard_is_missing(fresh_database: Database) -> None:
    upkeep.take_down()

    answer = Client().get("/readyz")

    assert (answer.status_code, answer.json()["checks"]["guards"]) == (503, "missing")


@transaction.atomic
def rename(team: Team) -> None:
    Team.objects.filter(pk=team.pk).update(name="Another")
    audit.record(None, verbs.TEAM_CHANGED, team, facts={"team": team.slug, "fields": ["name"]})


@pytest.mark.django_db
def test_an_action_is_rolled_back_whole() -> None:
    team = portal.team()
    break_the_record()

    with pytest.raises(RecordUnavailable):
        rename(team)

    team.refresh_from_db()
    assert team.name != "Another"
