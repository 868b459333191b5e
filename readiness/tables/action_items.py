"""The list of action items, and its files for trackers."""

import datetime
import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.http import HttpRequest

from readiness.choices import Priority
from readiness.models import ActionItem


class ActionItemTable(tables.Table):
    """Items of `queries.action_items.listed`; the page draws a box to pick those of `teams`."""

    number = tables.Column(orderable=False)
    title = tables.Column(verbose_name="What")
    service = tables.Column(accessor="service__slug", verbose_name="Service", order_by=("service__name", "due_on"))
    origin = tables.Column(accessor="get_origin_display", verbose_name="From", order_by=("origin", "due_on"))
    origin_text = tables.Column(verbose_name="Where from", orderable=False)
    owner = tables.Column(accessor="owner__name", verbose_name="Owner", order_by=("owner__name", "due_on"))
    due_on = tables.Column(verbose_name="Due")
    priority = tables.Column(accessor="get_priority_display", order_by=("priority", "due_on"))
    state = tables.Column(accessor="get_state_display", order_by=("state", "due_on"))
    tracker = tables.Column(default="", orderable=False)

    class Meta:
        template_name = "readiness/action_items/_table.html"
        empty_text = "No action item fits these filters."

    noun = "action items"
    caption = "Action items"

    def __init__(self, data: QuerySet[ActionItem], *, teams: Collection[int] = (), **options: Any) -> None:
        super().__init__(data, **options)
        self.teams = teams

    def value_due_on(self, value: datetime.date) -> str:
        return value.isoformat()


QUICK_ACTION = re.compile(r"^([^\S\n]*)/", re.MULTILINE)
"""A line of a description that GitLab would carry out, such as “/close”; led by a backslash it is read as text."""
LABELS = 4


def tracker_rows(kind: str, found: QuerySet[ActionItem], request: HttpRequest) -> Iterator[Sequence[Any]]:
    """The rows of a file that a tracker imports, its heads first: `jira`, `github` or `gitlab`."""
    heads, row = TRACKERS[kind]
    yield heads
    for item in found:
        yield row(item, _body(item, request))


def _body(item: ActionItem, request: HttpRequest) -> str:
    """What a ticket says: the item's text, and where it comes from."""
    said = [item.text] if item.text else []
    said.append(f"From: {item.get_origin_display()}{f', {item.origin_text}' if item.origin_text else ''}")
    said.append(f"Service: {item.service.name}. Owner: {item.owner.name}. Due {item.due_on.isoformat()}.")
    said.append(request.build_absolute_uri(item.get_absolute_url()))
    return "\n\n".join(said)


def _labels(item: ActionItem) -> list[str]:
    return ["gatehouse", item.service.slug, str(item.origin), f"priority-{Priority(item.priority).name.lower()}"]


def _jira(item: ActionItem, body: str) -> Sequence[Any]:
    due = item.due_on.isoformat()
    priority = item.get_priority_display()
    return ("Task", item.title, body, item.owner.email, due, priority, *_labels(item))


def _github(item: ActionItem, body: str) -> Sequence[Any]:
    return (item.title, body, ",".join(_labels(item)), "")  # accounts there have names of their own


def _gitlab(item: ActionItem, body: str) -> Sequence[Any]:
    unread = QUICK_ACTION.sub(r"\1\\/", body)
    return (item.title, unread, item.due_on.isoformat())


TRACKERS: dict[str, tuple[Sequence[str], Any]] = {
    "jira": (("Issue Type", "Summary", "Description", "Assignee", "Due Date", "Priority", *["Labels"] * LABELS), _jira),
    "github": (("title", "body", "labels", "assignees"), _github),
    "gitlab": (("title", "description", "due_date"), _gitlab),
}
"""By tracker: the columns its importer reads, and how an item fills them. Jira: one label a column."""
