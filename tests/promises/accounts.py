"""What a write changed, held against the events that it left: the account of R09.

The comparison is of the rows in the database, before and after. What is derived from other rows, or is nobody's act,
stands in the tables below, each with its reason; everything else is named by an event of the same transaction.
"""

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Model

from portal.models import AuditEvent
from tests.harness import changes
from tests.harness.changes import Row

MODELS: Mapping[str, type[Model]] = {
    model._meta.db_table: model for model in apps.get_models(include_auto_created=True)
}
DERIVED = {
    "portal_auditevent": "the record itself",
    "portal_audittext": "the words of an event",
    "portal_audithead": "where the chain ends",
    "portal_attempts": "how often somebody tried",
    "portal_keptanswer": "the answer to a request that may be sent again",
    "portal_notification": "tells somebody of an event",
    "portal_outboxmessage": "mails that are owed; what is given up has its event",
    "portal_searchentry": "follows the record",
    "portal_searchwords": "follows the record",
    "portal_searchmark": "how far the search has followed",
    "django_session": "signing in has its event",
    "readiness_servicestatus": "counted anew from the rows it stands for",
    "readiness_statusweek": "counted anew from the rows it stands for",
    "readiness_launchreminder": "moments to remind somebody at",
    "readiness_waiverreminder": "moments to remind somebody at",
    "readiness_renderedpart": "a page that was drawn once and is kept",
}
"""Tables whose rows follow from others, or are no act on the business: why."""
DERIVED_COLUMNS = {"remind_at", "drill_remind_at", "last_used_at", "last_login"}
"""Moments that the portal keeps for itself beside what people said."""
PARTS = {
    "readiness_pointtick": "answer_id",
    "readiness_measuredvalue": "answer_id",
    "readiness_comment": "answer_id",
    "readiness_itemanswer_signoff_asked_of": "itemanswer_id",
    "readiness_servicetarget": "service_id",
    "readiness_release_model_versions": "release_id",
    "readiness_teamtimetable": "team_id",
    "readiness_packpart": "pack_id",
    "incidents_affectedservice": "incident_id",
    "incidents_runbookdrill": "drill_id",
    "portal_auditorscope": "membership_id",
}
"""Tables whose rows are told with the row that they belong to: the column that leads there."""
BORN_WITH = {"readiness_environment": "service_id"}
"""The same where the row that they belong to is new as well; later ones have events of their own."""
HELD = {"portal_attachment", "portal_scope"}
"""Tables whose rows are told with the row that leads to them."""


@dataclass(frozen=True)
class Change:
    """A row that is not as it was."""

    table: str
    before: Row | None
    after: Row | None

    @property
    def row(self) -> Row:
        """The row as it is now, or was last."""
        row = self.after or self.before
        assert row is not None
        return row

    @property
    def columns(self) -> set[str]:
        """What differs; everything of a row that came or went."""
        if self.before is None or self.after is None:
            return set(self.row)
        return {name for name, value in self.after.items() if value != self.before[name]}

    def __str__(self) -> str:
        if self.before is None or self.after is None:
            return f"{self.table} {'came' if self.after else 'went'}"
        return f"{self.table}.{'+'.join(sorted(self.columns))}"


@dataclass(frozen=True)
class Account:
    """What one act changed, and the events of its transaction."""

    changes: list[Change]
    events: list[AuditEvent]
    answer: object = None

    def untold(self) -> list[str]:
        """What changed and no event names."""
        return sorted({str(change) for change in self.changes if not self._is_told(change.table, change.row)})

    def _is_told(self, table: str, row: Row) -> bool:
        """Whether an event names the row, the row names its event, or it belongs to such a row."""
        model = MODELS[table]
        name = str(uuid.UUID(str(row["public_id"]))) if "public_id" in row else str(row[_key(model)])
        if (model._meta.model_name, name) in self._targets or name in self._facts:
            return True
        if any(row[column] in self._keys for column in _columns_to(model, AuditEvent)):
            return True
        holder = self._holder(model, row)
        return holder is not None and self._is_told(*holder)

    def _holder(self, model: type[Model], row: Row) -> tuple[str, Row] | None:
        """The row that this one is told with: it leads there, or is led to from one that changed as well."""
        if model._meta.db_table in HELD:
            for change in self.changes:
                if row[_key(model)] in (change.row[name] for name in _columns_to(MODELS[change.table], model)):
                    return change.table, change.row
            return None
        own = model._meta.db_table
        if not (column := PARTS.get(own) or BORN_WITH.get(own)):
            return None
        held_by: Any = next(one.related_model for one in model._meta.concrete_fields if one.column == column)
        table, key = held_by._meta.db_table, row[column]
        changed = next((one for one in self.changes if one.table == table and one.row[_key(held_by)] == key), None)
        if own in BORN_WITH and (changed is None or changed.before is not None):
            return None
        return table, changed.row if changed else changes.rows(table)[key]

    @cached_property
    def _keys(self) -> set[int]:
        return {event.pk for event in self.events}

    @cached_property
    def _targets(self) -> set[tuple[str, str]]:
        return {(event.target_kind, event.target_id) for event in self.events}

    @cached_property
    def _facts(self) -> set[str]:
        """The opaque names among the facts of the events."""
        facts = [fact for event in self.events for fact in json.loads(event.body)["facts"].values()]
        words = {word for fact in facts for word in (fact if isinstance(fact, list) else [fact])}
        return {word for word in words if isinstance(word, str) and len(word) == len(str(uuid.UUID(int=0)))}


@dataclass
class Books:
    """The database as it stands before each act; every act is taken back."""

    _known: dict[str, Mapping[Any, Row]] = field(default_factory=dict)

    def account(self, act: Callable[[], object]) -> Account:
        """What an act changes, and the events that it leaves."""
        with transaction.atomic():
            last = AuditEvent.objects.latest("number").number
            with changes.watched() as touched:
                answer = act()
            now = {table: changes.rows(table) for table in sorted(touched & MODELS.keys() - DERIVED.keys())}
            events = list(AuditEvent.objects.filter(number__gt=last))
            transaction.set_rollback(True)
        return Account(
            [change for table, rows in now.items() for change in self._compared(table, rows)], events, answer
        )

    def _compared(self, table: str, now: Mapping[Any, Row]) -> Iterator[Change]:
        if table not in self._known:
            self._known[table] = changes.rows(table)
        before = self._known[table]
        for key in before.keys() | now.keys():
            change = Change(table, before.get(key), now.get(key))
            if change.before != change.after and change.columns - DERIVED_COLUMNS:
                yield change


def _key(model: type[Model]) -> str:
    assert model._meta.pk is not None
    return str(model._meta.pk.column)


def _columns_to(model: type[Model], other: type[Model]) -> list[str]:
    return [str(one.column) for one in model._meta.concrete_fields if one.related_model is other]
