"""R39: whatever is sent to the API, it answers as its description says: never with a fault of its own.

Every operation of the description is asked, so one that is added is held to it by itself. Each body is wrong in one
way; what is done all the same is undone before the next.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from django.db import transaction
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator

from tests.factories import callers, everything
from tests.factories.everything import Operation, World
from tests.harness import results

pytestmark = pytest.mark.django_db

PROBLEM = "application/problem+json"
NO_BODIES = (None, 7, "text", [], [{}], True)
"""What no operation takes as its body."""
NASTY = (
    "\0",
    "x" * 70_000,
    -(10**12),
    10**400,
    [[]],
    {"": None},
    "9999-12-31T23:59:59+99:99",
    "\ud800",
    "2026-13-40",
    "",
)
"""What a field may be sent; some take some of it."""
FOREIGN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # comes without types
    return found


@pytest.fixture
def world() -> World:
    return everything.world()


def operations(schema: Mapping[str, Any]) -> list[Operation]:
    return [one for one in everything.operations(schema) if one.is_for_tokens]


def sent(world: World, operation: Operation, body: Any, address: str = "") -> Any:
    """The answer; nothing of what was done stays."""
    address = address or world.address(operation.path)
    send: Callable[..., Any] = getattr(world.tool, operation.method)
    with transaction.atomic():
        answer = send(address, body, if_match="*") if operation.method != "get" else send(address)
        transaction.set_rollback(True)
    return answer


def fault(schema: Mapping[str, Any], operation: Operation, answer: Any) -> str:
    """How an answer breaks the description; "" where it keeps it."""
    told = operation.told["responses"].get(str(answer.status_code))
    if answer.status_code >= 500 or told is None:
        return f"{answer.status_code}: {answer.content[:200]!r}"
    if answer.status_code < 400:
        return ""
    if answer["Content-Type"] != PROBLEM:
        return f"{answer.status_code} as {answer['Content-Type']}"
    shape = {"components": schema["components"], "$ref": "#/components/schemas/Problem"}
    wrong = next(Draft202012Validator(shape).iter_errors(callers.as_json(answer)), None)
    return f"{wrong.json_path} {wrong.message}" if wrong else ""


def named(answer: Any, field: str) -> bool:
    """Whether a refusal names the field, or a part of it."""
    fields = [error["field"] for error in callers.as_json(answer)["errors"]] if answer.status_code == 422 else []
    return any(one == field or one.startswith(f"{field}.") for one in fields)


def not_of_its_kind(schema: Mapping[str, Any], told: Mapping[str, Any]) -> Any:
    """A value that a field of this shape cannot take."""
    validator = Draft202012Validator({"components": schema["components"], **told})
    return next(value for value in ({"no": {"such": []}}, ["nothing", {}], [[{}]]) if not validator.is_valid(value))


def fields(schema: Mapping[str, Any], operation: Operation) -> dict[str, Any]:
    """The fields of its body, by name."""
    shape = operation.told["requestBody"]["content"]["application/json"]["schema"]
    while "$ref" in shape:
        shape = schema["components"]["schemas"][shape["$ref"].rsplit("/", 1)[-1]]
    found: dict[str, Any] = shape.get("properties", {})
    return found


def wrong_bodies(schema: Mapping[str, Any], operation: Operation) -> Iterator[tuple[str, Any]]:
    """Bodies that are refused, each with the field that the refusal has to name; "" is none in particular."""
    body = operation.example
    if body is None:
        return
    yield from (("", value) for value in NO_BODIES)
    yield "no_such_field", {**body, "no_such_field": 1}
    for name, told in fields(schema, operation).items():
        yield name, {**body, name: not_of_its_kind(schema, told)}


def test_a_wrong_body_is_refused_at_its_field_by_every_operation(schema: dict[str, Any], world: World) -> None:
    wrong, cases = [], 0
    for operation in operations(schema):
        for field, body in wrong_bodies(schema, operation):
            answer, cases = sent(world, operation, body), cases + 1
            broken = fault(schema, operation, answer)
            if not broken and (answer.status_code not in (400, 422) or (field and not named(answer, field))):
                broken = f"{answer.status_code} does not name it: {answer.content[:200]!r}"
            if broken:
                wrong.append(f"{operation.name} {field}: {broken}")
    results.tell("R39", f"{len(wrong)}-of-{cases}-wrong-bodies {wrong[:5]}", 0, kept=not wrong and cases > 500)


def test_no_value_of_a_field_breaks_an_operation(schema: dict[str, Any], world: World) -> None:
    wrong, cases = [], 0
    for operation in operations(schema):
        body = operation.example
        for number, name in enumerate(fields(schema, operation) if body is not None else ()):
            for step in range(3):
                value = NASTY[(3 * number + step) % len(NASTY)]
                answer, cases = sent(world, operation, {**(body or {}), name: value}), cases + 1
                if broken := fault(schema, operation, answer):
                    wrong.append(f"{operation.name} {name}={str(value)[:20]!r}: {broken}")
    results.tell("R39", f"{len(wrong)}-of-{cases}-nasty-values {wrong[:5]}", 0, kept=not wrong and cases > 500)


def test_no_parameter_breaks_what_is_read(schema: dict[str, Any], world: World) -> None:
    wrong, cases = [], 0
    for operation in operations(schema):
        asked = [one["name"] for one in operation.told.get("parameters", ()) if one["in"] == "query"]
        for name in asked if operation.method == "get" else ():
            for value in ("%00", "x" * 300, "-1", "9" * 400, "%F0%9F%92%A9", "2026-13-40", ""):
                address = f"{world.address(operation.path)}?{name}={value}"
                answer, cases = sent(world, operation, None, address), cases + 1
                if broken := fault(schema, operation, answer):
                    wrong.append(f"{operation.name} {name}={value[:20]}: {broken}")
    results.tell("R39", f"{len(wrong)}-of-{cases}-parameters {wrong[:5]}", 0, kept=not wrong and cases > 300)


def test_what_is_named_in_an_address_and_does_not_exist_is_not_found(schema: dict[str, Any], world: World) -> None:
    wrong, cases = [], 0
    for operation in operations(schema):
        for parameter in operation.told.get("parameters", ()):
            if parameter["in"] != "path":
                continue
            other = {"uuid": FOREIGN}.get(parameter["schema"].get("format", ""), "999999")
            names = {
                **world.names,
                **{key: other for key in world.names if key.rpartition(".")[2] == parameter["name"]},
            }
            address = World(world.tool, names).address(operation.path)
            answer, cases = sent(world, operation, operation.example or {}, address), cases + 1
            is_an_id = parameter["schema"].get("format") == "uuid"
            if answer.status_code not in ((404,) if is_an_id else (404, 422)) or fault(schema, operation, answer):
                wrong.append(f"{operation.name} {parameter['name']}: {answer.status_code} {answer.content[:200]!r}")
    results.tell("R39", f"{len(wrong)}-of-{cases}-addresses {wrong[:5]}", 0, kept=not wrong and cases > 80)
