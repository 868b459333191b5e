"""What may be put on record as a drill."""

import datetime
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from readiness.rules import drill_records
from readiness.rules.drill_records import DrillRecord

NOW = datetime.datetime(2026, 11, 21, 14, 0, tzinfo=datetime.UTC)
GOOD = DrillRecord("rollback", "passed", False, "3.2.0", "3.1.0", NOW, Decimal("4.2"), link="https://ci.example.com/1")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({}, None),
        ({"link": "", "has_file": True}, None),
        ({"kind": "restore", "in_production": True}, None),
        ({"result": "failed", "note": "It did not come back."}, None),
        ({"in_production": True}, "environment"),
        ({"from_version": ""}, "from_version"),
        ({"to_version": "x" * 121}, "to_version"),
        ({"performed_at": NOW + datetime.timedelta(minutes=1)}, "performed_at"),
        ({"performed_at": NOW.replace(year=1)}, "performed_at"),
        ({"performed_at": NOW.replace(year=9999)}, "performed_at"),
        ({"to_version": "3.2.0"}, "to_version"),
        ({"kind": "restore", "to_version": "3.2.0"}, None),
        ({"minutes": Decimal(0)}, "minutes"),
        ({"minutes": Decimal(-1)}, "minutes"),
        ({"minutes": Decimal(100000)}, "minutes"),
        ({"result": "failed"}, "note"),
        ({"result": "maybe"}, "result"),
        ({"kind": "party"}, "kind"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": ""}, "file"),
    ],
)
def test_a_drill_is_told_in_full(changed: dict[str, Any], field: str | None) -> None:
    assert list(drill_records.refusals(replace(GOOD, **changed), NOW)) == ([field] if field else [])
