"""Bodies that the API takes: its own examples, with the words of the things of `tests/factories/everything.py`."""

import datetime
from typing import Any

from portal import clock
from portal.models import User
from tests.factories.everything import Operation, World

GONE = {"previous", "upstream", "supersedes", "file", "file_name", "gap", "decision", "fixes_incident", "describes"}
"""Fields that the examples show beside others that they do not go with, or that name what is not there."""
PERSONS = {"owner", "person", "keeper", "to", "deputy", "performed_by"}


def body(operation: Operation, world: World) -> dict[str, Any]:
    """A body that the operation takes as far as one can tell without knowing what it does."""
    shown = {name: value for name, value in (operation.example or {}).items() if name not in GONE}
    words = {**_words(world), **_by_operation(world).get(operation.name, {})}
    return {name: words.get(name, value) for name, value in shown.items()}


def _words(world: World) -> dict[str, Any]:
    person = User.objects.get(name="Enno Engineer").email
    return {
        **dict.fromkeys(PERSONS, person),
        **dict.fromkeys(("due_on", "expires_on", "planned_on", "until"), _day(10)),
        "service": world.names["slug"],
        "services": [world.names["slug"]],
        "team": world.names["team"],
        "post_mortem": world.names["post_mortem"],
        "release": "3.2.0",
        "environment": "staging",
        "starts_on": _day(3),
        "ends_on": _day(5),
        "link": "https://ci.example.com/runs/1184",
        "registry_url": "https://registry.example.com/fraud-scoring",
        "from_version": "3.2.0",
        "to_version": "3.1.0",
        "value": "1.84",
        "limit": "2.5",
        "opens_time": "09:00",
        "due_time": "17:00",
        "model_versions": [],
        "affected": [],
        "changes": ["code"],
        "playbook": "",
        "next_word": 30,
    }


def _by_operation(world: World) -> dict[str, dict[str, Any]]:
    return {
        "sign_off_ask": {"of": [User.objects.get(name="Alma Approver").email]},
        "audit_pack_request": {"since": _day(-7), "until": _day(0)},
        "check_snooze": {"until": (clock.now() + datetime.timedelta(days=1)).isoformat()},
        "decision_take": {"release": world.names["release"]},
        "service_environment_add": {"name": "canary"},
        "service_register": {"slug": "another-assistant", "owner": User.objects.get(name="Eva Everything").email},
        "service_change": {"owner": User.objects.get(name="Priya Lead").email},
        "release_plan": {"label": "4.0.0"},
        "incident_move": {"state": "mitigated"},
        "ownership_vacate": {"person": User.objects.get(name="Priya Lead").email},
    }


def _day(later: int) -> str:
    return str(clock.today_in("UTC") + datetime.timedelta(days=later))
