"""The audit trail as a list: the page draws its lines, the file has their columns."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet

from portal import canonical
from portal.models import AuditEvent
from portal.permissions import Access
from portal.queries import audit_trail
from portal.queries.audit_trail import Line

MOST_IN_A_FILE = 50_000
"""Events in one file; whoever needs more chooses a shorter period."""
COLUMNS = ("Event", "Time (UTC)", "Who", "Verb", "What", "Where", "Changes", "Way", "Follows", "Digest")


class AuditTrailTable(tables.Table):
    """Events of `queries.audit_trail.events`, by their place in the chain."""

    number = tables.Column(verbose_name="Event")

    noun = "events"

    class Meta:
        template_name = "portal/audit_trail/_table.html"
        empty_text = "No event fits these filters"
        order_by = "-number"

    def __init__(self, data: QuerySet[AuditEvent], *, access: Access, **options: Any) -> None:
        super().__init__(data, **options)
        self.access, self.events = access, data

    @cached_property
    def lines(self) -> list[Line]:
        """What to show of the events on this page."""
        return audit_trail.lines(self.access, [row.record for row in self.paginated_rows])

    @property
    def oldest_first(self) -> bool:
        """Whether it is turned round."""
        return str(next(iter(self.order_by), "")) == "number"

    def as_values(self, exclude_columns: Any = None) -> Iterator[list[Any]]:
        """The rows of the file, its heads first; where some are left out, a last row says so."""
        chosen = self.events.order_by(*(self.order_by or self._meta.order_by))
        yield list(COLUMNS)
        for line in audit_trail.all_lines(self.access, chosen[:MOST_IN_A_FILE]):
            yield _cells(line)
        if chosen[MOST_IN_A_FILE : MOST_IN_A_FILE + 1]:
            yield [f"Only {MOST_IN_A_FILE} events fit into one file. Choose a shorter period for the others."]


def _cells(line: Line) -> list[Any]:
    changes = "; ".join(
        f"{change.name}: {change.old} → {change.new}" if change.old else f"{change.name}: {change.new}"
        for change in line.changes
    )
    moment = canonical.utc_text(line.at)
    what = (line.verb, line.sentence, line.place, changes)
    return [line.number, moment, line.who, *what, line.via, line.previous, line.digest]
