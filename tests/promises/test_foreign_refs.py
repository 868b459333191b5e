"""R04: an id in a path, a body, a query, a filter or a form is checked like any other: foreign is as good as none.

What takes an id is derived: from the description of the API, and from the forms and filters that pages show. Each is
given the id of what the asker may not see, and one of nothing at all; neither is taken, and both are answered alike.
"""

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeAlias
from urllib.parse import urlencode

import pytest
from django.db import transaction
from drf_spectacular.generators import SchemaGenerator

from portal import clock
from portal.api import examples
from portal.models import User
from readiness.models import Service
from tests.factories import everything, readiness
from tests.factories.everything import Operation, World
from tests.harness import results

pytestmark = pytest.mark.django_db

NOTHING = "00000000-0000-4000-8000-000000000000"
NO_NUMBER = "999999999"
OPEN = {"team"}
"""Which teams there are is no secret (product.md, Visibility)."""
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
DIGEST = re.compile(r"\b[0-9a-f]{64}\b|\b[0-9a-f]{32}\b")
EXAMPLES = {examples.WORDS["service"]: "slug", examples.WORDS["team"]: "team", examples.FORMATS["email"]: "person"}
"""What the examples of the description call things, and what is meant in a world."""
KNOWN = {
    ("service_register", ("slug",)): "a short name is unique: who registers is told that it is taken",
    ("service_register", ("name",)): "and is offered one that is not, made from the name",
}
"""What may be answered otherwise, and why."""
LEAST_PATHS = 80
LEAST_CASES = 500
LEAST_IDS = 8
Place: TypeAlias = tuple[str | int, ...]
"""Where a value stands in a body: names of fields, and places of lists."""


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # comes without types
    return found


@pytest.fixture
def own() -> World:
    """Who asks holds every role in a team of their own, and may see nothing that is hidden elsewhere."""
    world = everything.world(sees_all=False)
    person = User.objects.get(name="Eva Everything", memberships__team__slug=world.names["team"])
    return replace(world, names={**world.names, "person": person.email})


@pytest.fixture
def foreign(own: World) -> World:
    """The same of another team, restricted; with what no address names, but a body does."""
    world = everything.world(restricted=True)
    service = Service.objects.get(slug=world.names["slug"])
    version, drill = readiness.model_version(service.served_models.all()[0]), service.drills.all()[0]
    more = {"model_version": str(version.public_id), "drill": str(drill.public_id)}
    return replace(world, names={**world.names, **more})


def operations(schema: Mapping[str, Any]) -> list[Operation]:
    return [one for one in everything.operations(schema) if one.is_for_tokens]


def sent(world: World, operation: Operation, address: str, body: Any = None) -> Any:
    """The answer; nothing of what was done stays."""
    send: Callable[..., Any] = getattr(world.tool, operation.method)
    with transaction.atomic():
        answer = send(address) if operation.method == "get" else send(address, body, if_match="*")
        transaction.set_rollback(True)
    return answer


def said(answer: Any, *ids: str) -> tuple[int, str]:
    """What an answer says, whichever id it was asked for and whatever was made anew."""
    text = answer.content.decode(errors="replace")
    for one in ids:
        if not one.isdigit():  # a number stands for much else
            text = text.replace(one, "ID").replace(one.replace("-", "_"), "ID")  # a column is named with _
    return answer.status_code, DIGEST.sub("DIGEST", UUID.sub("ID", text))


def uuids(of: World) -> dict[str, str]:
    """Every opaque id of a world, by what it is."""
    return {name: value for name, value in of.names.items() if UUID.fullmatch(value)}


def leaves(value: Any, at: Place = ()) -> Iterator[tuple[Place, str]]:
    """Every text in a body, and where it stands."""
    if isinstance(value, str):
        yield at, value
    parts: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in parts:
        yield from leaves(one, (*at, key))


def put(body: Any, at: Place, value: str) -> Any:
    """The same body with another text there."""
    changed = copy.deepcopy(body)
    inner = changed
    for key in at[:-1]:
        inner = inner[key]
    inner[at[-1]] = value
    return changed


def body_of(operation: Operation, world: World) -> Any:
    """The body that the description shows, in which the things of this world are named."""
    body: Any = operation.example
    if body is None:
        return {}
    for at, text in list(leaves(body)):
        known = world.names.get(EXAMPLES.get(text, "")) or world.names.get(str(at[-1])) if at else None
        if UUID.search(text) and known and UUID.fullmatch(known):
            body = put(body, at, UUID.sub(known, text))
        elif text in EXAMPLES and known:
            body = put(body, at, known)
    return body


def pairs(text: str, foreign: World) -> Iterator[tuple[str, str]]:
    """What is put in the place of a text: something hidden, and the same of nothing."""
    if UUID.search(text):
        yield from ((UUID.sub(one, text), UUID.sub(NOTHING, text)) for one in uuids(foreign).values())
    else:
        yield foreign.names["slug"], nothing_like(foreign.names["slug"])


def elsewhere(operation: Operation, own: World, foreign: World) -> dict[str, str]:
    """What the path of an operation names, and what it is called in the foreign world."""
    takes = {one["name"] for one in operation.told.get("parameters", ()) if one["in"] == "path"} - OPEN
    named = {name: value for name, value in foreign.names.items() if name.rpartition(".")[2] in takes}
    return {name: value for name, value in named.items() if value != own.names[name]}


def nothing_like(value: str) -> str:
    """A name of this form and length that nothing has."""
    return NOTHING if UUID.fullmatch(value) else NO_NUMBER if value.isdigit() else f"no{value[2:]}"


def needed(operation: Operation) -> str:
    """The query without which an operation is not answered at all."""
    asked = [
        one["name"] for one in operation.told.get("parameters", ()) if one["in"] == "query" and one.get("required")
    ]
    return f"?{urlencode(dict.fromkeys(asked, '1'))}" if asked else ""


def named_only_in_the_shape(schema: Mapping[str, Any], operation: Operation, body: Any) -> Iterator[str]:
    """The fields of a body that take an id and that its example leaves out."""
    told = operation.told.get("requestBody", {}).get("content", {}).get("application/json", {})
    shape = told.get("schema", {})
    while "$ref" in shape:
        shape = schema["components"]["schemas"][shape["$ref"].rsplit("/", 1)[-1]]
    for name, field in shape.get("properties", {}).items():
        if field.get("format") == "uuid" and name not in body:
            yield name


def test_a_foreign_id_in_a_path_is_not_found_like_one_of_nothing(
    schema: dict[str, Any], own: World, foreign: World
) -> None:
    wrong, cases = [], 0
    for operation in operations(schema):
        if changed := elsewhere(operation, own, foreign):
            none = {name: nothing_like(value) for name, value in changed.items()}
            answers = []
            for names in (changed, none):
                address = World(own.tool, {**own.names, **names}).address(operation.path) + needed(operation)
                answers.append(said(sent(own, operation, address, body_of(operation, own)), *names.values()))
            cases += 1
            if answers[0] != answers[1] or answers[0][0] not in (403, 404):
                wrong.append(f"{operation.name}: {answers[0]} and {answers[1]}")
    results.tell("R04", f"{len(wrong)}-of-{cases}-paths {wrong[:5]}", 0, kept=not wrong and cases > LEAST_PATHS)


def test_a_foreign_id_in_a_body_is_refused_like_one_of_nothing(
    schema: dict[str, Any], own: World, foreign: World
) -> None:
    wrong, cases, ids = [], 0, set()
    with clock.at(clock.now()):
        for operation in operations(schema):
            address, body = own.address(operation.path), body_of(operation, own)
            if operation.method == "get":
                continue
            beside = [((name,), NOTHING) for name in named_only_in_the_shape(schema, operation, body)]
            for at, text in [*leaves(body), *beside]:
                none: dict[str, tuple[int, str]] = {}
                for hidden, nothing in pairs(text, foreign):
                    if nothing not in none:
                        none[nothing] = said(sent(own, operation, address, put(body, at, nothing)), nothing)
                    answer = said(sent(own, operation, address, put(body, at, hidden)), hidden)
                    cases += 1
                    if UUID.search(text):
                        ids.add((operation.name, at))
                    taken = bool(UUID.search(text)) and answer[0] < 400
                    if (taken or answer != none[nothing]) and (operation.name, at) not in KNOWN:
                        wrong.append(f"{operation.name} {at} {hidden}: {answer} and {none[nothing]}")
    told = f"{len(wrong)}-of-{cases}-values-of-{len(ids)}-ids {wrong[:5]}"
    results.tell("R04", told, 0, kept=not wrong and cases > LEAST_CASES and len(ids) >= LEAST_IDS)


def test_a_foreign_id_in_a_query_finds_what_one_of_nothing_finds(
    schema: dict[str, Any], own: World, foreign: World
) -> None:
    wrong, cases = [], 0
    with clock.at(clock.now()):
        for operation in operations(schema):
            asked = [one["name"] for one in operation.told.get("parameters", ()) if one["in"] == "query"]
            for name in asked if operation.method == "get" else ():
                address = f"{own.address(operation.path)}?{name}="
                slug = foreign.names["slug"]
                no_slug = nothing_like(slug)
                for nothing, hidden in ((no_slug, [slug]), (NOTHING, uuids(foreign).values())):
                    none = said(sent(own, operation, address + nothing), nothing)
                    for one in hidden if none[0] == 200 or nothing == no_slug else ():
                        answer, cases = said(sent(own, operation, address + one), one), cases + 1
                        if answer != none:
                            wrong.append(f"{operation.name} {name}={one}: {answer} and {none}")
    results.tell("R04", f"{len(wrong)}-of-{cases}-queries {wrong[:5]}", 0, kept=not wrong and cases > 100)
