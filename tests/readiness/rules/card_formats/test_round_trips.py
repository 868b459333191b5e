"""What a card says comes back from every format it is written in, whatever stands in it."""

from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from readiness.rules.card_formats import cyclonedx, cyclonedx_reading, hugging_face
from tests.readiness.rules.card_formats import schemas
from tests.readiness.rules.card_formats.contents import PIECES, contents

ABOUT = schemas.ABOUT
NAMES = st.sampled_from(["fraud-gbm", "gpt_support *ft*", "C#", "Users", "模型"])
slow = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


@slow
@given(contents, NAMES)
def test_a_readme_says_all_that_a_card_says(content: dict[str, Any], name: str) -> None:
    assert hugging_face.read(hugging_face.written(content, name), name).content == content


FRONT_MATTERS = st.sampled_from(
    [
        "",
        "---\nlicense: mit\ntags: [a, b]\n---\n",
        "---\n# only a comment\n---\n",
        "---\nmodel-index: [{name: x, results: [{dataset: {name: A}, metrics: [{type: f1, value: 0.910}]}]}]\n---\n",
        "---\nmodel-index: all wrong\nzebra: 1\n---\n",
    ]
)


@slow
@given(FRONT_MATTERS, st.lists(st.sampled_from(PIECES), max_size=12).map("\n\n".join), NAMES)
def test_what_was_imported_is_exported_and_imported_again_without_a_change(head: str, text: str, name: str) -> None:
    assume(head or not text.startswith("---"))  # else it is front matter by chance, and is refused where it is no YAML
    once = hugging_face.read(head + text, name).content
    assert hugging_face.read(hugging_face.written(once, name), name).content == once


@slow
@given(FRONT_MATTERS, contents, NAMES)
def test_a_card_revised_after_an_import_says_the_revision(head: str, content: dict[str, Any], name: str) -> None:
    imported = hugging_face.read(head, name).content
    revised = {**imported, **content}
    again = dict(hugging_face.read(hugging_face.written(revised, name), name).content)
    for side in (again, revised):
        side.pop("front_matter", None)
    assert again == revised


@slow
@given(contents, NAMES)
def test_a_bill_of_materials_is_valid_and_says_all_that_a_card_says(content: dict[str, Any], name: str) -> None:
    bom = cyclonedx.written(content, ABOUT)
    assert schemas.problems(bom) == []
    assert cyclonedx_reading.read(bom, name).content == content
