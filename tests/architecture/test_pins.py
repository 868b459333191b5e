"""The development pins are the production pins and some more, so that tests run what installations run."""

import re
from pathlib import Path

PIN = re.compile(r"^([a-z0-9._-]+)(?:\[[a-z,]+\])?==([^ ;]+)(?: ; (.*?))? \\$", re.MULTILINE)


def pins(file: Path) -> dict[tuple[str, str], str]:
    """Return what a file pins: (package, marker) → version."""
    return {(name, marker): version for name, version, marker in PIN.findall(file.read_text())}


def test_development_pins_include_every_production_pin(repository: Path) -> None:
    production = pins(repository / "requirements.txt")
    development = pins(repository / "requirements-dev.txt")
    assert len(production) > 50
    assert {name: development.get(name) for name in production} == production
