"""A page of our own shell in a real browser, under the real content security policy, with no server behind it."""

import mimetypes
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from playwright.sync_api import BrowserContext, Page, Route

from tests.harness import browsers

HOST = "https://gatehouse.test"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'"
)
STATIC = Path(__file__).parents[3] / "static"
PERSON = SimpleNamespace(name="Priya Raghunathan", email="priya@example.com", public_id="p1")

Answers = dict[str, Callable[[Route], None] | str]
Show = Callable[..., Page]


def in_the_shell(content: str, **context: object) -> str:
    source = (
        "{% extends 'base.html' %}{% block title %}Test{% endblock %}{% block content %}" + content + "{% endblock %}"
    )
    shown = {"access": SimpleNamespace(person=PERSON), "navigation": [], **context}
    return Template(source).render(Context(shown))


def fragment(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


@pytest.fixture
def show(new_context: Callable[..., BrowserContext], watch: browsers.Watch) -> Show:
    """Show markup in the shell. What is asked next is answered by path, with markup or by a route handler."""

    def show_it(content: str, answers: Answers | None = None, path: str = "/", **options: object) -> Page:
        watch.portal = HOST
        context = new_context(base_url=HOST, **options)
        context.set_default_timeout(browsers.PATIENCE)
        watch.over(context)
        pages = {"/": in_the_shell(content), **(answers or {})}

        def answer(route: Route) -> None:
            address = route.request.url.removeprefix(HOST).split("?")[0].split("#")[0]
            if address.startswith("/static/"):
                file = STATIC / address.removeprefix("/static/")
                kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
                route.fulfill(body=file.read_bytes(), content_type=kind)
            elif callable(found := pages.get(address, "")):
                found(route)
            else:
                headers = {"Content-Security-Policy": POLICY, "Content-Type": "text/html; charset=utf-8"}
                route.fulfill(body=found, headers=headers, status=200 if found else 404)

        context.route("**/*", answer)
        page = context.new_page()
        page.goto(HOST + path)
        return page

    return show_it
