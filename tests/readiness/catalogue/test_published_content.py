"""What is published can be stored, read back and recognised."""

import json
from pathlib import Path

import pytest

from portal import catalogue
from readiness.catalogue import loader, schema

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("template", loader.templates(), ids=lambda template: template.key)
def test_a_stored_version_reads_back_as_it_was(template: schema.Template) -> None:
    again = schema.Template.model_validate_json(catalogue.content(template))
    assert again == template
    assert catalogue.digest(again) == catalogue.digest(template)


def test_one_changed_point_is_another_version() -> None:
    template = loader.template("deployment")
    content = json.loads(catalogue.content(template))
    content["sections"][0]["items"][0]["points"][0]["text"] = "Something else"
    changed = catalogue.validate(content, schema.Template, file="changed")
    assert catalogue.digest(changed) != catalogue.digest(template)


def test_the_published_json_schema_is_current() -> None:
    expected = catalogue.json_schema("Readiness catalogue", *schema.FILES)
    path = ROOT / "docs" / "catalogue.schema.json"
    assert path.read_text(encoding="utf-8") == expected, (
        "Write it anew: python -c 'from portal import catalogue; from readiness.catalogue import schema; "
        'print(catalogue.json_schema("Readiness catalogue", *schema.FILES), end="")\' > docs/catalogue.schema.json'
    )
