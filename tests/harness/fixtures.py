"""The fixtures for tests that need more than a transaction: a database of their own, a running portal, a browser."""

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import BrowserContext, Page, expect

from tests.harness import browsers, kept_scenes, portals, programs, together
from tests.harness.databases import Database, Templates
from tests.harness.portals import Portal

# Playwright's sync interface runs an event loop in this thread, which Django takes for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
expect.set_options(timeout=browsers.PATIENCE)

OWN_DATABASE = {"fresh_database", "demo_database", "running_portal", "empty_portal", "story_portal"}
FLUSHING = {"transactional_db", "live_server", "django_db_reset_sequences", "django_db_serialized_rollback"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is about the other database, and refuse what cannot work here, with the way out."""
    _leave_out_the_other_databases(config, items)
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        mark = item.get_closest_marker("django_db")
        if fixtures & FLUSHING or (mark and mark.kwargs.get("transaction")):
            raise pytest.UsageError(
                f"{item.nodeid}: append-only tables cannot be emptied after a test; "
                "use fresh_database, demo_database or running_portal instead of real transactions on the shared one"
            )
        if fixtures & OWN_DATABASE and (mark or "db" in fixtures):
            raise pytest.UsageError(f"{item.nodeid}: a test uses the shared database or one of its own, not both")


def pytest_collection_finish() -> None:
    """What has been imported stays to the end: let no collection of garbage look at it again, nor every few tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Scenes are kept between tests; each test begins on what every installation has."""
    kept_scenes.test_begins()


def _leave_out_the_other_databases(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test marked `only_on("sqlite")` is not skipped on PostgreSQL: there is nothing to be tested there."""
    here = connections["default"].vendor
    others = [item for item in items if (mark := item.get_closest_marker("only_on")) and here not in mark.args]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in others]


@pytest.fixture(scope="session")
def database_templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """The databases that are made once and copied for each test; shared by the processes, and the steps of `./test`."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    return Templates(Path(os.environ.get("GATEHOUSE_TEST_FOLDER") or folder) / "databases")


@pytest.fixture
def fresh_database(database_templates: Templates, django_db_blocker: Any) -> Iterator[Database]:
    """A database of its own with the catalogue and nobody in it; Django here talks to it, and commits for real."""
    with database_templates.copy("empty") as database, django_db_blocker.unblock(), database.in_use():
        yield database


@pytest.fixture
def demo_database(database_templates: Templates, django_db_blocker: Any) -> Iterator[Database]:
    """A database of its own with the demonstration in it; Django here talks to it, and commits for real."""
    with database_templates.copy("demo") as database, django_db_blocker.unblock(), database.in_use():
        yield database


@pytest.fixture
def running_portal(demo_database: Database) -> Iterator[Portal]:
    """The demonstration, running: web, worker and beat. Django in the test sees the same database."""
    with portals.running(demo_database, DEMO="true") as portal:
        yield portal


@pytest.fixture
def empty_portal(fresh_database: Database) -> Iterator[Portal]:
    """A new installation without demonstration, running: web, worker and beat."""
    with portals.running(fresh_database, DEMO="false") as portal:
        yield portal


@pytest.fixture(scope="session")
def shared_portal(database_templates: Templates) -> Iterator[Portal]:
    """The demonstration, running without a worker, for tests that look, or tell a story of people of their own."""
    with database_templates.copy("demo") as database, portals.running(database, worker=False, DEMO="true") as portal:
        yield portal


@pytest.fixture
def story_portal(shared_portal: Portal, django_db_blocker: Any) -> Iterator[Portal]:
    """The shared demonstration, and Django in the test on its database; a story has a team and a service of its own."""
    with django_db_blocker.unblock(), shared_portal.database.in_use():
        yield shared_portal


@pytest.fixture
def in_processes(fresh_database: Database) -> Callable[..., list[Any]]:
    """Run a function in several processes on `fresh_database`: `in_processes("module:name", …, processes=4)`."""

    def call(function: str, *arguments: Any, processes: int) -> list[Any]:
        return together.run(fresh_database, function, *arguments, processes=processes)

    return call


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """How pytest-playwright starts its browser; without one the test counts as skipped, which CI does not allow."""
    if programs.find("chromium") is None:
        pytest.skip(f"there is no Chromium here: {programs.advice(['chromium'])}")
    return browsers.launch_options()


@pytest.fixture
def watch() -> Iterator[browsers.Watch]:
    """What the browser complained about in this test; anything not announced by `watch.expect(text)` fails it."""
    watching = browsers.Watch(portal="")
    yield watching
    assert watching.unexpected() == []


@pytest.fixture
def open_page(new_context: Callable[..., BrowserContext], watch: browsers.Watch) -> Callable[..., Page]:
    """Open a page in a window of its own, signed in as a person where one is named.

    `open_page(running_portal, "lead@example.com", color_scheme="dark", viewport={"width": 390, "height": 844})`
    """

    def open_one(portal: Portal, email: str | None = None, **options: Any) -> Page:
        watch.portal = portal.url
        context = new_context(base_url=portal.url, **options)
        watch.over(context)
        return browsers.opened(context, portal, email)

    return open_one


@pytest.fixture
def page(open_page: Callable[..., Page], running_portal: Portal) -> Page:
    """One page of `running_portal`, nobody signed in."""
    return open_page(running_portal)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The folder that the portal lives in."""
    return Path(__file__).resolve().parents[2]
