"""The ownership matrix: one row a service, one column a domain."""

from collections.abc import Iterator
from typing import Any

import django_tables2 as tables

from portal import clock
from readiness.catalogue.schema import OwnershipDomain
from readiness.models import Service
from readiness.queries import ownership


class DomainColumn(tables.Column):
    """A domain: in the file the accountable person, or why there is none."""

    def __init__(self, domain: OwnershipDomain, *, supporting: bool = False, **options: Any) -> None:
        label = f"{domain.title}, supporting" if supporting else domain.title
        super().__init__(verbose_name=label, accessor="pk", orderable=False, **options)
        self.domain, self.supporting = domain, supporting

    def value(self, record: Service, bound_column: Any) -> str:
        """The cell of the file."""
        row: ownership.MatrixRow = bound_column._table.row_of(record)
        hold = next(hold for hold in row.holds if hold.domain.key == self.domain.key)
        if self.supporting:
            return ", ".join(held.person.name for held in hold.supporting)
        return hold.words


class MatrixTable(tables.Table):
    """Services of `queries.ownership.services`. The page draws `lines`, the file has the columns."""

    name = tables.Column(verbose_name="Service")
    team = tables.Column(accessor="scope__team__name", verbose_name="Team")
    tier = tables.Column()

    class Meta:
        template_name = "readiness/ownership/_matrix.html"
        empty_text = "No service fits these filters."

    def __init__(self, *args: Any, **options: Any) -> None:
        self.domains = ownership.domains()
        self.now = clock.now()
        columns = [
            column
            for domain in self.domains
            for column in (
                (str(domain.key), DomainColumn(domain)),
                (f"{domain.key}_supporting", DomainColumn(domain, supporting=True)),
            )
        ]
        super().__init__(*args, extra_columns=columns, **options)

    @property
    def lines(self) -> Iterator[ownership.MatrixRow]:
        """The rows of this page."""
        return (self.row_of(row.record) for row in self.paginated_rows)

    def row_of(self, service: Service) -> ownership.MatrixRow:
        """A service with its domains."""
        return ownership.row(service, self.domains, self.now)
