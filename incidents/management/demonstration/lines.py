"""What incidents adds to the story, one module a thread; `manage.py seed_demo` finds it by name."""

from collections.abc import Iterable

from incidents.management.demonstration import adapting, alerting, responding, runbooks
from portal.management.demonstration.stage import Stage, Storyline

STORIES = (adapting, alerting, responding, runbooks)


def storylines(stage: Stage) -> Iterable[Storyline]:
    """All threads of incidents."""
    return [line for story in STORIES for line in story.storylines(stage)]
