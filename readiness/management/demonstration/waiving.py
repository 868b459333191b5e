"""How the demonstration's people ask for waivers and answer them, and the mornings on which they are looked at."""

import datetime

from portal import clock
from portal.identity import Proof
from portal.management.demonstration.days import Line
from portal.management.demonstration.people import BERLIN
from portal.management.demonstration.stage import Stage, Storyline
from readiness.actions import applicability, waiver_reminders, waivers
from readiness.management.demonstration.acting import Scene
from readiness.management.demonstration.answering import item
from readiness.models import Review, Waiver
from readiness.rules.waivers import Wanted

FIRST_MORNING = 44
"""Working days back; the first waiver was approved the day before."""


def ask(scene: Scene, who: str, review: Review, key: str, said: tuple[str, str], until: datetime.date) -> Waiver:
    """Asks for a waiver of an item; `said` is the reason and what is done meanwhile."""
    return waivers.request(scene.by(who), answer=item(review, key), wanted=Wanted(*said, until))


def approve(scene: Scene, who: str, waiver: Waiver, note: str = "") -> None:
    """Approves it with a proof of just now."""
    proof = Proof("password", clock.now())
    waivers.approve(scene.by(who), waiver=waiver, digest=waiver.content_digest, proof=proof, note=note)


def refuse(scene: Scene, who: str, waiver: Waiver, reason: str) -> None:
    """Refuses it."""
    waivers.refuse(scene.by(who), waiver=waiver, reason=reason)


def storylines(stage: Stage) -> list[Storyline]:
    """One line: each morning what has lapsed is counted anew, and people are reminded of what will."""
    return [_mornings(Line(stage.days, BERLIN, "waivers"))]


def _mornings(line: Line) -> Storyline:
    for back in range(FIRST_MORNING, -1, -1):
        moment = line.on(back, "09:02" if back else "00:01")
        if moment >= line.days.told_at:
            return
        yield moment
        applicability.recount_due(clock.now())
        waiver_reminders.send_due(clock.now())
