"""How incidents are called."""

import pytest

from incidents.rules import references


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("INC-0031", ("fraud", 31)),
        ("inc-31", ("fraud", 31)),
        ("INC 31", ("fraud", 31)),
        (" 31 ", ("fraud", 31)),
        ("support-copilot/INC-0019", ("support-copilot", 19)),
        ("support-copilot INC-0019", ("support-copilot", 19)),
        ("INC-0", None),
        ("the cache", None),
        ("", None),
    ],
)
def test_a_name_is_read_from_the_service_it_is_written_in(text: str, meant: tuple[str, int] | None) -> None:
    assert references.read(text, "fraud") == meant


def test_a_name_carries_its_service_only_elsewhere() -> None:
    assert references.reference("fraud", 31, within="fraud") == "INC-0031"
    assert references.read(references.reference("fraud", 31, within="claims"), "claims") == ("fraud", 31)
