"""The same picture with every part of every answer: read inside the act that decides, to count anew and to freeze."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from portal.permissions import Access
from readiness.queries import answer_parts, launch, launch_items, launch_watch
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


def look(subject: Subject, access: Access, now: datetime.datetime) -> Whole:
    """The picture with every item counted anew from its rows: some twenty statements, in a transaction."""
    answers = list(launch_items.answers(subject))
    parts, frames = answer_parts.of(answers), answer_parts.frames(answers)
    seen = launch_watch.at(subject, now, anew=answer_parts.counted(parts, frames), with_hands=True)
    return Whole(launch.assembled(subject, access, now, seen), parts, frames)
