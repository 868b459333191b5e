"""Reads the alert playbooks that ship with the product; keys and step numbers are stable."""

from functools import cache
from pathlib import Path

from incidents.catalogue import schema
from portal import catalogue

FILE = Path(__file__).parent / "alert_playbooks.yaml"


@cache
def alert_playbooks() -> schema.AlertPlaybooks:
    """Returns the file with its title and version; raises `portal.catalogue.CatalogueError`."""
    return catalogue.read(FILE, schema.AlertPlaybooks)


def playbooks() -> tuple[schema.AlertPlaybook, ...]:
    """Returns the four playbooks in order."""
    return alert_playbooks().playbooks


def playbook(key: str) -> schema.AlertPlaybook:
    """Returns one playbook by key; raises `KeyError` where there is none."""
    return {playbook.key: playbook for playbook in playbooks()}[key]
