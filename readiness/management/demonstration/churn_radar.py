"""Churn radar: registered the day before yesterday, and hardly anything declared yet."""

from portal.management.demonstration.days import Line
from portal.management.demonstration.people import NEW_YORK
from portal.management.demonstration.stage import Stage, Storyline
from readiness.actions import dependencies
from readiness.management.demonstration import acting
from readiness.management.demonstration.acting import Scene
from readiness.management.demonstration.profiles import CHURN


def storylines(stage: Stage) -> list[Storyline]:
    """The service's line."""
    return [_story(Scene(stage, Line(stage.days, NEW_YORK, "churn-radar"), CHURN, {"": "elena.vasquez"}))]


def _story(scene: Scene) -> Storyline:
    line = scene.line
    yield line.on(2, "15:30")
    acting.register(scene, "maya.thompson", "customer-platform")
    yield line.after(5, 10)
    acting.own(scene, "maya.thompson", {"logging": "elena.vasquez"})
    yield line.after(5, 10)
    dependencies.add(
        scene.by("maya.thompson"),
        service=scene.service,
        name="Data warehouse",
        purpose="Bookings, contacts, complaints",
    )
