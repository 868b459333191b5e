"""When an incident counts as a drill of the runbook that was at hand, how long it took, and who ran it. Pure.

catalogue.md, section 4: a run of a playbook exercises the runbook that leads through it. The way back is proven outside
production alone, so no incident proves it.
"""

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from incidents.rules import playbook_steps
from readiness.rules.drill_records import MOST_MINUTES

SHORTEST = Decimal("0.1")


@dataclass(frozen=True)
class Ticked:
    """What was done about a step last: by whom (opaque id) and when."""

    did: str
    by: int
    at: datetime.datetime


@dataclass(frozen=True)
class Ran:
    """A run of the runbook: by whom, and the minutes from taking it to hand until the harm was stopped."""

    by: int
    minutes: Decimal


def ran(
    steps: Sequence[Ticked], *, at_hand: datetime.datetime, ended: datetime.datetime, is_rollback: bool
) -> Ran | None:
    """The run that an incident was; None where no step was done with it at hand, or the runbook is the way back.

    `at_hand` is when it was declared or the runbook named, whichever was last; `ended` when it was mitigated. Who did
    most of the steps ran it, of several the one who did the last.
    """
    done = [step for step in steps if step.did == playbook_steps.DONE and step.at >= at_hand]
    if is_rollback or not done:
        return None
    most = Counter(step.by for step in done)
    last = max(done, key=lambda step: (most[step.by], step.at))
    until = max(ended, at_hand)
    minutes = Decimal(int((until - at_hand).total_seconds())) / 60
    return Ran(last.by, min(max(minutes.quantize(Decimal("0.1")), SHORTEST), MOST_MINUTES))
