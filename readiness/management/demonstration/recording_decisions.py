"""Decision records: six on two services; one took the place of another, one waits, one was rejected."""

from pathlib import Path
from typing import Any

import yaml

from portal.actions.documents import Written
from portal.management.demonstration.days import Line
from portal.management.demonstration.people import BERLIN, NEW_YORK
from portal.management.demonstration.stage import Stage, Storyline
from readiness.actions import decision_records
from readiness.models import DecisionRecord, Service

FRAUD, COPILOT = "fraud-scoring", "support-copilot"


def storylines(stage: Stage) -> list[Storyline]:
    """A line for each service."""
    return [_fraud(stage), _copilot(stage)]


def _fraud(stage: Stage) -> Storyline:
    line, cast = Line(stage.days, BERLIN, "decision records of fraud-scoring"), stage.cast
    yield line.on(66, "10:15")
    engineer, lead = cast.access("engineer"), cast.access("lead")
    decision_records.accept(lead, record=_proposed(stage, FRAUD, 1, "lead", every=365), seen=1)
    yield line.on(48, "11:30")
    record = _proposed(stage, FRAUD, 2, "juergen.grossmann")
    yield line.on(47, "16:00")
    decision_records.accept(lead, record=record, seen=1, note="Said yes in the weekly round.")
    yield line.on(22, "13:20")
    record = _proposed(stage, FRAUD, 3, "engineer")
    yield line.on(21, "09:45")
    content = {**record.content, "decision": f"{record.content['decision']} A full answer later is thrown away."}
    written = Written(content, "What becomes of a late answer")
    decision_records.revise(engineer, record=record, title=record.title, written=written, seen=1)
    yield line.on(19, "14:30")
    decision_records.accept(lead, record=record, seen=2, note="The store’s team agreed on the 12 ms.")
    yield line.on(3, "15:10")
    _proposed(stage, FRAUD, 4, "engineer")


def _copilot(stage: Stage) -> Storyline:
    line, cast = Line(stage.days, NEW_YORK, "decision records of support-copilot"), stage.cast
    yield line.on(67, "11:00")
    record = _proposed(stage, COPILOT, 1, "maya.thompson", every=90)
    decision_records.accept(cast.access("maya.thompson"), record=record, seen=1)
    yield line.on(15, "10:10")
    record = _proposed(stage, COPILOT, 2, "deshawn.carter")
    yield line.on(12, "15:30")
    note = "Addresses went to the wrong customer twice in the trial."
    decision_records.reject(cast.access("maya.thompson"), record=record, seen=1, note=note)


def _proposed(stage: Stage, slug: str, number: int, who: str, every: int = 180) -> DecisionRecord:
    said = _texts()[slug][number]
    written = Written(said["content"], review_every=every)
    service = Service.objects.get(slug=slug)
    return decision_records.propose(stage.cast.access(who), service=service, title=said["title"], written=written)


def _texts() -> dict[str, dict[int, dict[str, Any]]]:
    found: dict[str, dict[int, dict[str, Any]]] = yaml.safe_load(
        Path(__file__).with_name("decision_records.yaml").read_text("utf-8")
    )
    return found
