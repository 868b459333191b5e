"""R09: every state change leaves an event.

What a write changed is what the database says of its rows before and after, so an update in bulk, a cascade, a relation
of many to many and SQL written by hand are seen like any other. Every write of the API is done once and taken back; its
actions are those of the pages.
"""

from functools import partial
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator

from tests.factories import everything
from tests.harness import results
from tests.promises import fitting
from tests.promises.accounts import Books

LEAST_OPERATIONS = 45
"""How many do something; fewer means that this test has lost its way."""


@pytest.mark.django_db
def test_every_write_of_the_api_leaves_an_event_for_each_row_it_changes() -> None:
    world = everything.world()
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # comes without types
    writes = [one for one in everything.operations(schema) if one.method != "get" and one.is_for_tokens]

    books, untold, doing = Books(), list[str](), 0
    for one in writes:
        send = getattr(world.tool, one.method)
        account = books.account(partial(send, world.address(one.path), fitting.body(one, world), if_match="*"))
        untold += [f"{one.name}: {row}" for row in account.untold()]
        if account.changes:
            doing += 1
        else:
            print("nothing was changed by", one.name)
    told = f"{len(untold)}-rows-without-an-event-of-{doing}-operations {untold[:5]}"
    results.tell("R09", told, 0, kept=not untold and doing >= LEAST_OPERATIONS)
