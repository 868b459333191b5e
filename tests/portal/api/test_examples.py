"""The description of the API shows an example of every body, and each is one that its schema takes."""

from collections.abc import Iterator
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator

from portal.api import reference
from portal.permissions import Role
from tests.factories import callers, portal


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return found


def bodies(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Name of the operation, media type and what stands there, for each body that goes in or out."""
    for methods in document["paths"].values():
        for operation in methods.values():
            told = [operation.get("requestBody", {})]
            told += [answer for status, answer in operation["responses"].items() if status.startswith("2")]
            for one in told:
                for media_type, content in one.get("content", {}).items():
                    yield operation["operationId"], media_type, content


def test_every_body_has_an_example(document: dict[str, Any]) -> None:
    bare = [name for name, _, content in bodies(document) if not {"example", "examples"} & content.keys()]
    assert bare == []
    assert len(list(bodies(document))) > 100


def test_every_example_is_one_that_its_schema_takes(document: dict[str, Any]) -> None:
    wrong = []
    for name, media_type, content in bodies(document):
        if "json" not in media_type:
            continue
        schema = {"components": document["components"], **content["schema"]}
        named = [one["value"] for one in content.get("examples", {}).values()]
        for example in named or [content["example"]]:
            checker = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
            wrong += [f"{name}: {error.json_path} {error.message[:90]}" for error in checker.iter_errors(example)]
    assert wrong == []


def test_an_example_speaks_of_one_service(document: dict[str, Any]) -> None:
    body = document["paths"]["/api/v1/releases/"]["post"]["requestBody"]["content"]["application/json"]["example"]
    assert (body["service"], body["label"], body["changes"]) == ("fraud-scoring", "5.9.0", ["model"])


@pytest.mark.django_db
def test_the_page_to_read_shows_them(document: dict[str, Any], client: Any) -> None:
    client.force_login(portal.person())
    page = client.get("/api/docs/releases/").content.decode()
    assert "Example of release_plan" in page
    assert page.count("&quot;fraud-scoring&quot;") > 3
    parts = reference.reference().parts
    shown = {operation.name for part in parts for operation in part.operations if operation.bodies}
    assert {"item_answer", "evidence_attach", "audit_pack_request"} <= shown


@pytest.mark.django_db
def test_the_document_that_is_handed_out_has_them() -> None:
    schema = callers.as_json(callers.caller(portal.member(portal.team(), Role.VIEWER)).get("schema/"))
    assert "example" in schema["paths"]["/api/v1/waivers/"]["post"]["requestBody"]["content"]["application/json"]
