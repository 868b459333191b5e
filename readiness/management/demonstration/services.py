"""The demonstration's eight services, each with a story of its own."""

from collections.abc import Iterable

from portal.management.demonstration.stage import Stage, Storyline
from readiness.actions import status
from readiness.management.demonstration import fraud_scoring

STORIES = (fraud_scoring.storylines,)


def storylines(stage: Stage) -> Iterable[Storyline]:
    """Readiness' part of the story."""
    stage.around.enter_context(status.at_the_end())
    return [line for story in STORIES for line in story(stage)]
