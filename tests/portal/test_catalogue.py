"""Catalogue files are read strictly, and every mistake is told with its place."""

from pathlib import Path

import pytest

from portal import catalogue
from portal.catalogue import CatalogueError, Row


class Leaf(Row):
    number: int
    text: catalogue.Text


class Branch(Row):
    key: catalogue.Key
    colour: str | None
    leaves: tuple[Leaf, ...] = ()


class Tree(Row):
    branches: tuple[Branch, ...]


def problems_of(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "tree.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        catalogue.read(path, Tree)
    return [str(problem) for problem in caught.value.problems]


def test_a_good_file_becomes_frozen_rows(tmp_path: Path) -> None:
    path = tmp_path / "tree.yaml"
    path.write_text("branches: [{key: oak.left, colour: green}]", encoding="utf-8")
    tree = catalogue.read(path, Tree)
    assert tree.branches[0].key == "oak.left"
    with pytest.raises(ValueError, match="frozen"):
        tree.branches[0].colour = "brown"


def test_a_missing_field_is_named_with_file_key_and_field(tmp_path: Path) -> None:
    assert problems_of(tmp_path, "branches: [{key: oak.left}]") == ["tree.yaml: oak.left: colour: is missing"]


def test_a_field_nobody_knows_is_refused(tmp_path: Path) -> None:
    found = problems_of(tmp_path, "branches: [{key: oak.left, colour: green, hight: 3}]")
    assert found == ["tree.yaml: oak.left: hight: is not a known field"]


def test_every_mistake_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    found = problems_of(tmp_path, "branches: [{key: oak.left}, {key: oak.right, colour: 7}]")
    assert [line.rsplit(":", 1)[0] for line in found] == ["tree.yaml: oak.left: colour", "tree.yaml: oak.right: colour"]


def test_a_place_in_a_list_goes_by_its_own_number(tmp_path: Path) -> None:
    text = "branches: [{key: oak.left, colour: green, leaves: [{number: 4, text: ''}]}]"
    assert problems_of(tmp_path, text)[0].startswith("tree.yaml: oak.left: leaves.4.text: ")


def test_a_row_without_a_key_goes_by_its_position(tmp_path: Path) -> None:
    found = problems_of(tmp_path, "branches: [{key: oak.left, colour: green}, {colour: green}]")
    assert found == ["tree.yaml: branches.2.key: is missing"]


def test_a_field_written_twice_is_refused(tmp_path: Path) -> None:
    (found,) = problems_of(tmp_path, "branches: [{key: oak.left, colour: green, colour: red}]")
    assert "'colour' is written twice" in found


def test_a_file_that_is_not_yaml_says_where_it_breaks(tmp_path: Path) -> None:
    (found,) = problems_of(tmp_path, "branches: [{key: oak.left")
    assert found.startswith("tree.yaml: is not valid YAML")
    assert "line 1" in found


def test_a_file_builds_no_objects(tmp_path: Path) -> None:
    (found,) = problems_of(tmp_path, "branches: !!python/object/apply:os.getcwd []")
    assert "is not valid YAML" in found


def test_a_file_that_is_not_there_is_a_catalogue_error(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"absent\.yaml: cannot be read"):
        catalogue.read(tmp_path / "absent.yaml", Tree)


def test_the_digest_ignores_the_order_of_fields_and_defaults_written_out() -> None:
    one = catalogue.validate({"branches": [{"key": "oak.left", "colour": None}]}, Tree, file="one")
    two = catalogue.validate({"branches": [{"leaves": [], "colour": None, "key": "oak.left"}]}, Tree, file="two")
    assert catalogue.digest(one) == catalogue.digest(two)


def test_the_digest_changes_with_one_letter() -> None:
    one = catalogue.validate({"branches": [{"key": "oak.left", "colour": "green"}]}, Tree, file="one")
    two = catalogue.validate({"branches": [{"key": "oak.left", "colour": "greek"}]}, Tree, file="two")
    assert catalogue.digest(one) != catalogue.digest(two)


def test_stored_content_reads_back_as_the_same_rows() -> None:
    tree = catalogue.validate({"branches": [{"key": "oak.left", "colour": "grün"}]}, Tree, file="one")
    assert Tree.model_validate_json(catalogue.content(tree)) == tree
