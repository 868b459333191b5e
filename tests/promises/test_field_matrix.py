"""R05: no field of the API gives what a role does not carry.

The operations and their fields come from the description of the API, the capability that each asks for from its door,
and the names that no body may have from the models. Only the four tables below are typed: what a door leaves to its
action, and the few fields whose name looks like one of those and is not.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.urls import resolve
from drf_spectacular.generators import SchemaGenerator

from portal import clock
from portal.models import ApiToken, Scope, Team
from portal.permissions import Capability
from tests.factories import callers, everything, portal
from tests.factories.everything import Operation, World
from tests.harness import changes, results
from tests.promises import fitting, principals
from tests.promises.principals import Principal, Relation

pytestmark = pytest.mark.django_db

OF_EACH_THING = frozenset[Capability]()
"""The body names things of several kinds and teams; the action asks for the capability of each."""
AWAY = frozenset({Capability.TEAM_MANAGE})
"""Beside one's own: for who leads a team of the person."""
BY_ITS_ACTION: Mapping[str, frozenset[Capability]] = {
    "absence_cancel": AWAY,
    "absence_deputy": AWAY,
    "absence_enter": AWAY,
    "action_item_change": frozenset({Capability.ACTION_ITEM_CHANGE}),
    "alert_end": frozenset({Capability.INCIDENT_RESPOND}),
    "finding_say": frozenset({Capability.FINDING_ANSWER, Capability.FINDING_CLOSE}),
    "holdings_hand_over": OF_EACH_THING,
    "incident_move": frozenset({Capability.INCIDENT_RESPOND}),
    "incident_note": frozenset({Capability.INCIDENT_RESPOND}),
    "incident_step": frozenset({Capability.INCIDENT_RESPOND}),
    "incident_update": frozenset({Capability.INCIDENT_RESPOND}),
    "runbook_act": frozenset({Capability.DOCUMENT_WRITE, Capability.DOCUMENT_REVIEW}),
    "waiver_revoke": frozenset({Capability.WAIVER_APPROVE}),
    "waiver_settle": frozenset({Capability.WAIVER_APPROVE}),
}
"""What is asked for where the door says “signed in”: any one of these, in the team that holds the thing."""
ON_NO_SCOPE = {"absence_cancel", "absence_deputy", "proposal_accept", "proposal_decline"}
"""Persons, and checklists, are of the organisation: they are there for who does not see the service as well."""
OF_ONESELF = ("password", "is_active", "is_staff", "is_superuser", "last_login", "email", "groups", "user_permissions")
OF_THE_RECORD = ("role", "roles", "team", "scope", "seq", "number", "digest", "previous", "hash", "author", "actor")
PEOPLE_SAY_IT = {"performed_at", "performed_by", "started_at"}
"""When and by whom as somebody tells it: a drill, and when an incident began."""
ALSO_CALLED_SO = {
    "service_register": {"team"},  # a new thing has to be somebody's; the action asks for the right in that team
    "ownership_assign": {"role"},  # accountable or standing in for a domain: no membership
    "sign_off_grant": {"digest"},  # what the signer saw: another is refused
    "waiver_settle": {"digest"},
    "model_version_record": {"previous"},  # the version before it, by its label
    "item_answer": {"points.number"},  # which point
}
LEAST_FIELDS, LEAST_TRIED = 150, 1_500


@dataclass(frozen=True)
class Field:
    """One field of the body of one operation."""

    operation: Operation
    name: str
    value: Any


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # comes without types
    return found


def writes(schema: Mapping[str, Any]) -> list[Operation]:
    return [one for one in everything.operations(schema) if one.method != "get" and one.is_for_tokens]


def shape(schema: Mapping[str, Any], told: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in told:
        told = schema["components"]["schemas"][told["$ref"].rsplit("/", 1)[-1]]
    return told


def names(schema: Mapping[str, Any], told: Mapping[str, Any], before: str = "") -> Iterator[str]:
    """Every field that a shape takes, those within others by `outer.inner`."""
    told = shape(schema, told)
    for joint in ("allOf", "oneOf", "anyOf"):
        for part in told.get(joint, ()):
            yield from names(schema, part, before)
    for name, inner in told.get("properties", {}).items():
        yield before + name
        yield from names(schema, inner, f"{before}{name}.")
    yield from names(schema, told["items"], before) if "items" in told else ()


def bodies(operation: Operation) -> Mapping[str, Any]:
    """The shapes of its body, by the kind of content."""
    found: Mapping[str, Any] = operation.told.get("requestBody", {}).get("content", {})
    return found


def needed(operation: Operation, world: World) -> frozenset[Capability] | None:
    """What its fields need: the capability of its door, or what the action asks for; None where nothing says so."""
    found = resolve(everything.PREFIX + world.address(operation.path))
    rule = found.func.cls.doors[operation.method.upper()]  # type: ignore[attr-defined]  # every view of the API has them
    return frozenset({rule}) if isinstance(rule, Capability) else BY_ITS_ACTION.get(operation.name)


def never() -> set[str]:
    """The names of what the portal alone writes: keys, moments, who did it, what somebody may and is."""
    fields = [field for model in apps.get_models() for field in model._meta.concrete_fields]
    own = {field.name for field in fields if field.primary_key or not field.editable}
    own |= {field.name for field in fields if re.search(r"_(at|by|digest)$|^(signed|created)_", field.name)}
    return (own | {*OF_ONESELF, *OF_THE_RECORD}) - PEOPLE_SAY_IT


def sent(who: Principal, operation: Operation, path: str, body: Any) -> Any:
    return who.browser().generic(
        operation.method.upper(), path, json.dumps(body), content_type="application/json", headers={"if-match": "*"}
    )


def test_no_body_has_a_field_that_the_portal_alone_writes(schema: dict[str, Any]) -> None:
    forbidden, wrong, total = never(), [], 0
    for operation in writes(schema):
        taken = {name for told in bodies(operation).values() for name in names(schema, told["schema"])}
        total += len(taken)
        looks_so = {name for name in taken if name.rpartition(".")[2] in forbidden}
        wrong += [f"{operation.name}: {name}" for name in sorted(looks_so - ALSO_CALLED_SO.get(operation.name, set()))]
    results.tell("R05", f"{len(wrong)}-of-{total}-fields {wrong[:5]}", 0, kept=not wrong and total > LEAST_FIELDS)


def test_every_field_says_what_it_needs(schema: dict[str, Any]) -> None:
    world = everything.world()
    silent = [one.name for one in writes(schema) if needed(one, world) is None]
    stale = BY_ITS_ACTION.keys() - {one.name for one in writes(schema)}
    stale |= ALSO_CALLED_SO.keys() - {one.name for one in writes(schema)}
    results.tell("R05", f"{len(silent)}-silent-{len(stale)}-stale {silent} {stale}", 0, kept=not silent and not stale)


def test_what_the_portal_alone_writes_is_refused_at_its_name(schema: dict[str, Any]) -> None:
    world, wrong, cases = everything.world(), [], 0
    for operation in writes(schema):
        if "application/json" not in bodies(operation):
            continue
        taken = set(names(schema, bodies(operation)["application/json"]["schema"]))
        more = dict.fromkeys(sorted(never() - taken), "1")
        send, cases = getattr(world.tool, operation.method), cases + len(more)
        with transaction.atomic():
            answer = send(world.address(operation.path), {**(operation.example or {}), **more}, if_match="*")
            transaction.set_rollback(True)
        told = callers.as_json(answer).get("errors", []) if answer.status_code == 422 else []
        missed = more.keys() - {error["field"] for error in told}
        wrong += [f"{operation.name} takes {name} ({answer.status_code})" for name in sorted(missed)]
    results.tell("R05", f"{len(wrong)}-of-{cases}-names {wrong[:5]}", 0, kept=not wrong and cases > LEAST_TRIED)


def test_no_field_changes_what_is_not_theirs(schema: dict[str, Any]) -> None:
    world = everything.world()
    team, elsewhere = Team.objects.get(slug=world.names["team"]), portal.team()
    policy, wrong, cases, changed = principals.policy(), [], 0, 0
    tried = [(one, needed(one, world), fitting.body(one, world)) for one in writes(schema) if "{" in one.path]
    for relation in principals.RELATIONS:
        Scope.objects.filter(team=team).update(restricted=relation == "restricted")
        people = principals.all_of(relation, [team], elsewhere)
        ApiToken.objects.update(last_used_at=clock.now() + principals.NEVER_NOTED)
        content = changes.Content(principals.BESIDE)
        for operation, capabilities, body in tried:
            path = everything.PREFIX + world.address(operation.path)
            for who in people:
                may = who.may_write(capabilities or OF_EACH_THING, policy, on_a_scope=operation.name not in ON_NO_SCOPE)
                for part in parts(operation, body, relation):
                    with transaction.atomic(), changes.watched() as touched:
                        status, cases = sent(who, operation, path, part).status_code, cases + 1
                        differing = content.differing(touched)
                        transaction.set_rollback(True)
                    changed += bool(differing)
                    if not may and (differing or status < 400):
                        wrong.append(f"{operation.name} {[*part]} by {who.name} ({relation}): {status}, {differing}")
    told = f"{len(wrong)}-of-{cases}-writes-{changed}-change-what-is-theirs {wrong[:5]}"
    results.tell("R05", told, 0, kept=not wrong and cases > LEAST_TRIED and changed > 50)


def parts(operation: Operation, body: dict[str, Any], relation: Relation) -> Iterator[dict[str, Any]]:
    """The whole body; and of a change to what is their own team's each field by itself."""
    yield body
    if operation.method == "patch" and relation == "own":
        yield from ({name: value} for name, value in body.items())
