"""The same picture with every part of every answer: read inside the act that decides, to count anew and to freeze."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from portal.models import User
from portal.permissions import Access
from readiness.queries import answer_parts, contributions, launch, launch_items, launch_watch
from readiness.queries.answer_rows import AnswerParts
from readiness.queries.launch import Launch
from readiness.queries.launch_subjects import Subject
from readiness.queries.review_frame import ReviewFrame


@dataclass(frozen=True)
class Whole:
    """A launch with the rows of its answers, and the frame that each of their reviews is held against."""

    launch: Launch
    parts: Mapping[int, AnswerParts]
    frames: Mapping[int, ReviewFrame]

    @property
    def contributors(self) -> list[User]:
        """Everybody who last wrote any part of an item that counts, by name."""
        counted = [item.answer.pk for item in self.launch.watch.items if item.counts]
        people = {person.pk: person for pk in counted for person in contributions.people(self.parts[pk])}
        return sorted(people.values(), key=lambda person: person.name)

    @property
    def signers(self) -> list[User]:
        """Everybody whose sign-off stands on an item that counts, by name."""
        signed = [item.answer.signoff for item in self.launch.watch.items if item.counts and item.answer.signoff]
        return sorted({signoff.person for signoff in signed}, key=lambda person: person.name)


def look(subject: Subject, access: Access, now: datetime.datetime) -> Whole:
    """The picture with every item counted anew from its rows: some twenty statements, in a transaction."""
    answers = list(launch_items.answers(subject))
    parts, frames = answer_parts.of(answers), answer_parts.frames(answers)
    seen = launch_watch.at(subject, now, anew=answer_parts.counted(parts, frames))
    counted = [item.answer.pk for item in seen.items if item.counts]
    prepared = frozenset(person.identity for pk in counted for person in contributions.people(parts[pk]))
    critical = [item for item in seen.items if item.answer.critical]
    me = access.person.identity
    wrote = [
        item.title for item in critical if any(one.identity == me for one in contributions.to(parts[item.answer.pk]))
    ]
    return Whole(launch.assembled(subject, access, now, seen, prepared, wrote), parts, frames)
