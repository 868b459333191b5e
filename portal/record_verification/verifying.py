"""One verification: the chain, what hangs on it, and where asked for the files."""

import datetime
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from portal import clock
from portal.append_only import upkeep
from portal.models import AuditHead
from portal.record_verification import chain, files, revisions
from portal.record_verification.findings import Problem, Tally, further_checks

MOST = 20
"""Problems named; whoever sees more has seen enough."""


@dataclass(frozen=True)
class Verification:
    """What was verified, up to which event, and what is wrong with it: `problems`, the first break first."""

    deployment: str
    head: int
    digest: str
    at: datetime.datetime
    tally: Tally
    problems: tuple[Problem, ...]
    with_files: bool = False

    @property
    def intact(self) -> bool:
        """Whether everything holds."""
        return not self.problems


def verify(*, with_files: bool = False, most: int = MOST) -> Verification:
    """Verifies the whole record up to the head of this moment; `most` problems are named.

    Memory stays constant. Raises nothing for a broken record, DatabaseError when it cannot be read.
    """
    at, tally = clock.now(), Tally()
    head = AuditHead.objects.filter(pk=1).first()
    if head is None:
        return Verification("", 0, "", at, tally, (Problem(0, "The record has no head."),))
    found = _problems(head, tally, with_files=with_files)
    named = tuple(itertools.islice(found, most))
    return Verification(str(head.deployment), head.number, head.digest, at, tally, named, with_files)


def _problems(head: AuditHead, tally: Tally, *, with_files: bool) -> Iterator[Problem]:
    yield from chain.problems(head, tally)
    yield from revisions.problems(tally)
    for further in further_checks:
        yield from further(tally)
    for table in upkeep.missing():
        yield Problem(0, f"The database does not guard {table}: it could be changed unseen by this portal.")
    if with_files:
        yield from files.problems(tally)
