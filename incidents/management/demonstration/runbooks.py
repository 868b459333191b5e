"""Runbooks: a way back that failed once and was rewritten, one that was restored from, one stale and never drilled."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from incidents.actions import runbooks
from incidents.actions.runbooks import Terms
from incidents.models import Runbook
from portal import clock
from portal.actions.documents import Written
from portal.management.demonstration.days import Line
from portal.management.demonstration.people import BERLIN, NEW_YORK
from portal.management.demonstration.stage import Stage, Storyline
from readiness.actions.drills import Rehearsal
from readiness.models import Service

WAY_BACK = Terms("Roll back the model", is_rollback=True, target_minutes=Decimal(15))


def storylines(stage: Stage) -> list[Storyline]:
    """A line for each service that has some."""
    return [_way_back(stage), _features(stage), _provider(stage), _queue(stage)]


def _way_back(stage: Stage) -> Storyline:
    """Written before the first drill of fraud scoring; its drill of rewritten steps is the one that counts."""
    line, texts, cast = Line(stage.days, BERLIN, "runbook: roll back"), _texts()["roll-back"], stage.cast
    yield line.on(113, "10:20")
    written = Written(texts["first"], keeper=cast["juergen.grossmann"])
    book = runbooks.begin(
        cast.access("juergen.grossmann"), service=_of("fraud-scoring"), terms=WAY_BACK, written=written
    )
    yield line.on(60, "15:10")
    failed = "The features of the newer model stayed in the cache. Step 4 is missing."
    _drill(stage, book, "minhkhai.nguyen", "23.7", ("fraud-gbm 5.7.2", "fraud-gbm 5.6.0"), failed=failed)
    yield line.on(58, "11:40")
    content = {**texts["first"], **texts["cache"]}
    note = "Step 4: the features of the model one leaves go too"
    _revise(stage, book, "juergen.grossmann", WAY_BACK, content, note)
    yield line.on(40, "09:15")
    runbooks.confirm(cast.access("approver"), runbook=_again(book), seen=2, note="Read beside the drill’s log.")
    yield line.on(20, "14:30")
    _drill(stage, book, "bjorn.aasland", "6.2", ("fraud-gbm 5.8.1", "fraud-gbm 5.7.2"))
    yield line.on(15, "10:05")
    _revise(stage, book, "juergen.grossmann", WAY_BACK, {**content, **texts["contacts"]}, "New rota on the fraud desk")


def _features(stage: Stage) -> Storyline:
    line, texts, cast = Line(stage.days, BERLIN, "runbook: features"), _texts()["features"], stage.cast
    yield line.on(75, "13:10")
    terms = Terms("Rebuild the feature snapshot", target_minutes=Decimal(40))
    written = Written(texts["first"], keeper=cast["engineer"], review_every=180)
    book = runbooks.begin(cast.access("engineer"), service=_of("fraud-scoring"), terms=terms, written=written)
    yield line.on(14, "10:45")
    _drill(stage, book, "engineer", "33.5", ("snapshot of 02:00", "snapshot of the day before"), kind="restore")


def _provider(stage: Stage) -> Storyline:
    """Nobody has reviewed it in time, and nobody has drilled it."""
    line, texts, cast = Line(stage.days, NEW_YORK, "runbook: provider"), _texts()["provider"], stage.cast
    yield line.on(54, "11:25")
    terms = Terms("Answer without the provider")
    written = Written(texts["first"], review_every=30)
    runbooks.begin(cast.access("deshawn.carter"), service=_of("support-copilot"), terms=terms, written=written)


def _queue(stage: Stage) -> Storyline:
    """One that was written anew elsewhere, and is retired."""
    line, texts, cast = Line(stage.days, BERLIN, "runbook: queue"), _texts()["queue"], stage.cast
    yield line.on(44, "14:50")
    terms = Terms("Replay claims that got no label", target_minutes=Decimal(30))
    book = runbooks.begin(
        cast.access("yusuf.demir"), service=_of("claims-triage"), terms=terms, written=Written(texts["first"])
    )
    yield line.on(10, "16:20")
    reason = "The queue replays by itself since 2.4"
    runbooks.retire(cast.access("sofia.papadopoulou"), runbook=_again(book), seen=1, reason=reason)


def _revise(stage: Stage, book: Runbook, who: str, terms: Terms, content: Mapping[str, Any], note: str) -> None:
    found = _again(book)
    runbooks.revise(
        stage.cast.access(who), runbook=found, terms=terms, written=Written(content, note), seen=found.revision
    )


def _drill(
    stage: Stage,
    book: Runbook,
    who: str,
    minutes: str,
    versions: tuple[str, str],
    *,
    kind: str = "rollback",
    failed: str = "",
) -> None:
    found = _again(book)
    told = Rehearsal(
        kind=kind,
        environment=found.service.environments.get(name="staging"),
        from_version=versions[0],
        to_version=versions[1],
        performed_by=stage.cast[who],
        performed_at=clock.now() - datetime.timedelta(minutes=50),
        result="failed" if failed else "passed",
        minutes=Decimal(minutes),
        note=failed,
        link=f"https://ci.example.com/drills/{found.service.slug}/{clock.now():%Y-%m-%d}",
    )
    runbooks.record_drill(stage.cast.access(who), runbook=found, revision=found.revision, rehearsal=told)


def _of(slug: str) -> Service:
    return Service.objects.select_related("scope__team").get(slug=slug)


def _again(book: Runbook) -> Runbook:
    return Runbook.objects.select_related("service__scope__team", "keeper").get(pk=book.pk)


def _texts() -> dict[str, dict[str, Mapping[str, Any]]]:
    found: dict[str, dict[str, Mapping[str, Any]]] = yaml.safe_load(
        Path(__file__).with_name("runbooks.yaml").read_text("utf-8")
    )
    return found
