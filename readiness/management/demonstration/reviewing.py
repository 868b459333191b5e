"""Whole reviews of the demonstration: started, answered, signed, closed."""

from collections.abc import Mapping, Sequence

from portal.management.demonstration.stage import Storyline
from readiness.actions import answers
from readiness.management.demonstration import answering, deciding, signing
from readiness.management.demonstration.acting import Scene
from readiness.management.demonstration.answering import Said
from readiness.models import Drill

DRILLED = "prelaunch.rollback"


def assessment(
    scene: Scene, lead: str, signers: Sequence[str], days: tuple[int, int], said: Mapping[str, Said] | None = None
) -> Storyline:
    """A readiness assessment: begun so many working days ago, signed and closed so many ago."""
    began, ended = days
    yield scene.line.on(began, "09:15")
    review = answering.start(scene, lead, "pillars")
    yield from answering.answer(scene, review, said=said)
    yield scene.line.on(ended, "10:00")
    yield from signing.sign(scene, review, signers)
    yield scene.line.after(30, 50)
    answering.close(scene, lead, review)


def prelaunch(scene: Scene, lead: str, signers: Sequence[str], days: tuple[int, int], drill: Drill) -> Storyline:
    """A pre-launch review whose way back is proven by the drill."""
    began, ended = days
    who = scene.hand("inference")
    yield scene.line.on(began, "09:20")
    review = answering.start(scene, who, "prelaunch")
    yield from answering.answer(scene, review, said={DRILLED: Said(rating="")})
    yield scene.line.after(4, 8)
    found = answering.item(review, DRILLED)
    deciding.attach_drill(scene, who, found, drill)
    yield scene.line.after(1, 2)
    answers.rate(scene.by(who), answer=found, rating="green", version=0)
    yield scene.line.on(ended, "10:05")
    yield from signing.sign(scene, review, signers)
    yield scene.line.after(30, 50)
    answering.close(scene, lead, review)
