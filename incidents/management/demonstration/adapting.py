"""Playbooks: the one that fraud scoring adapted after a cost spike whose cause none of the shipped steps asks for."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from incidents.actions import adapted_playbooks
from incidents.models import AlertPlaybook
from incidents.rules import adapted_playbooks as rules
from portal.management.demonstration.days import Line
from portal.management.demonstration.people import BERLIN
from portal.management.demonstration.stage import Stage, Storyline
from readiness.models import Service


def storylines(stage: Stage) -> list[Storyline]:
    """A line for each playbook that a team adapted."""
    return [_adapted(stage, row) for row in _rows()]


def _adapted(stage: Stage, row: Mapping[str, Any]) -> Storyline:
    yield Line(stage.days, BERLIN, f"playbook {row['key']}").on(row["back"], row["at"])
    service = Service.objects.select_related("scope__team").get(slug=row["service"])
    playbook = AlertPlaybook.objects.get(key=row["key"])
    ships = {one["of"]: one for one in rules.shipped(playbook.playbook, is_third_party=service.traits.is_third_party)}
    steps = [
        ships[str(step["of"])] | {name: step[name] for name in step if name != "of"} if "of" in step else step
        for step in row["steps"]
    ]
    access = stage.cast.access(row["who"])
    adapted_playbooks.adapt(access, service=service, playbook=playbook, steps=steps, note=row["note"], seen=0)


def _rows() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("playbooks.yaml").read_text("utf-8"))
    return found
