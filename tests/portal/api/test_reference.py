"""The documentation to read: an index and a page for each part, every one small, whole and with anchors that stay."""

import gzip
import re
from typing import Any

import pytest
from django.test import Client

from portal.api import reference
from portal.api.reference import Part
from tests.factories import callers, portal

LARGEST = 150_000
"""Bytes of a page as it is sent, compressed."""
PARTS = {part.slug: part for part in reference.reference().parts}


@pytest.fixture
def reader(client: Client, db: None) -> Client:
    client.force_login(portal.person())
    return client


def page(reader: Client, slug: str = "") -> str:
    answer = reader.get(f"/api/docs/{slug}/" if slug else "/api/docs/")
    assert answer.status_code == 200
    return answer.content.decode()


def anchors(text: str) -> set[str]:
    found = re.findall(r'\bid="([^"]+)"', text)
    assert len(found) == len(set(found)), "an anchor stands twice"
    return set(found)


def test_each_operation_of_the_description_stands_in_one_part(reader: Client) -> None:
    told = callers.as_json(callers.caller(portal.member(portal.team(), portal.Role.VIEWER)).get("schema/"))["paths"]
    described = sorted(one["operationId"] for methods in told.values() for one in methods.values())
    assert sorted(one.name for part in PARTS.values() for one in part.operations) == described


def test_the_index_names_every_call_and_leads_to_it(reader: Client) -> None:
    text = page(reader)
    for part in PARTS.values():
        for operation in part.operations:
            assert f'href="/api/docs/{part.slug}/#{operation.name}"' in text
            assert operation.name in anchors(text), "where the one page that this was had it"


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_a_part_stands_alone_and_is_small(part: Part, reader: Client) -> None:
    text = page(reader, part.slug)
    assert len(gzip.compress(text.encode())) < LARGEST
    assert "<script" not in text.partition("<main")[2].partition("</main>")[0]
    inside = set(re.findall(r'href="#([^"]+)"', text))
    assert inside <= anchors(text), inside - anchors(text)
    assert {operation.name for operation in part.operations} <= anchors(text)


def test_the_index_is_small_too_and_says_what_no_token_does(reader: Client) -> None:
    text = page(reader)
    assert len(gzip.compress(text.encode())) < LARGEST
    assert "by no token" in text


@pytest.mark.parametrize("path", ["/api/docs/nothing/", "/api/docs/Reviews/"])
def test_a_part_that_is_none_is_not_found(path: str, reader: Client) -> None:
    assert reader.get(path).status_code == 404


def test_a_shape_stands_where_it_is_used_with_all_it_is_made_of() -> None:
    def read(**fields: Any) -> dict[str, Any]:
        return {"type": "object", "properties": fields}

    answer = {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Outer"}}}}}
    document = {
        "paths": {"/a": {"get": {"operationId": "a", "tags": ["one thing"], "responses": answer}}},
        "components": {
            "schemas": {
                "Outer": read(
                    inner={"$ref": "#/components/schemas/Inner"}, again={"$ref": "#/components/schemas/Outer"}
                ),
                "Inner": read(),
                "Other": read(),
            }
        },
    }
    (part,) = reference.read(document).parts
    assert (part.slug, part.title, [shape.name for shape in part.shapes]) == (
        "one-thing",
        "One thing",
        ["Inner", "Outer"],
    )
