"""The official schema of CycloneDX 1.6, as its own library for Python ships it, asked of a file."""

import datetime
import functools
import json
from importlib import resources
from typing import Any

from jsonschema import Draft7Validator
from referencing import Registry, Resource

from readiness.rules.card_formats.reading import About

ABOUT = About(
    "fraud-gbm",
    "Fraud scoring",
    "3e671687-395b-41f5-a30f-a58921a69b79",
    3,
    datetime.datetime(2026, 11, 2, 9, 30, tzinfo=datetime.UTC),
    "41",
)
_FOLDER = "cyclonedx.schema._res"


def _shipped(name: str) -> Any:
    return json.loads((resources.files(_FOLDER) / name).read_text("utf-8"))


@functools.cache
def _validator() -> Draft7Validator:
    beside = {
        "http://cyclonedx.org/schema/spdx.SNAPSHOT.schema.json": "spdx.SNAPSHOT.schema.json",
        "http://cyclonedx.org/schema/jsf-0.82.SNAPSHOT.schema.json": "jsf-0.82.SNAPSHOT.schema.json",
    }
    held = [(uri, Resource.from_contents(_shipped(name))) for uri, name in beside.items()]
    registry: Registry[Any] = Registry().with_resources(held)
    return Draft7Validator(
        _shipped("bom-1.6.SNAPSHOT.schema.json"), registry=registry, format_checker=Draft7Validator.FORMAT_CHECKER
    )


def problems(bom: str) -> list[str]:
    """What the schema has against a file, with the place."""
    return [f"{error.json_path}: {error.message}" for error in _validator().iter_errors(json.loads(bom))]
