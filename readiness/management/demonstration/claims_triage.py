"""Claims triage: everything answered and signed; a go for staging was withdrawn, and the decision is waiting."""

from decimal import Decimal

from portal.management.demonstration.days import Line
from portal.management.demonstration.people import BERLIN
from portal.management.demonstration.stage import Stage, Storyline
from readiness.actions import service_changes
from readiness.management.demonstration import acting, answering, deciding, reviewing, signing
from readiness.management.demonstration.acting import Scene
from readiness.management.demonstration.profiles import CLAIMS

LEAD = "sofia.papadopoulou"
HANDS = {
    "drift": "li.na",
    "retraining": "tomas.ferreira",
    "inference": "yusuf.demir",
    "logging": "tomas.ferreira",
    "": "li.na",
}
SIGNERS = ("approver",)


def storylines(stage: Stage) -> list[Storyline]:
    """The service's line."""
    return [_story(Scene(stage, Line(stage.days, BERLIN, "claims-triage"), CLAIMS, HANDS))]


def _story(scene: Scene) -> Storyline:
    line = scene.line
    yield from _registered(scene)
    yield from reviewing.assessment(scene, LEAD, SIGNERS, (48, 44))
    yield line.on(27, "14:00")
    drill = deciding.drill(
        scene,
        "yusuf.demir",
        from_version="triage-mistral 2.4",
        to_version="triage-mistral 2.3",
        minutes=Decimal(CLAIMS.words["drill_minutes"]),
        note="Run by Yusuf from Sofia’s procedure. Weights were still on the node; a cold pull would add six minutes.",
    )
    yield from reviewing.prelaunch(scene, LEAD, SIGNERS, (25, 22), drill)
    yield line.on(19, "09:30")
    review = answering.start(scene, LEAD, "deployment")
    yield from answering.answer(scene, review)
    yield line.on(9, "10:10")
    yield from signing.ask(scene, LEAD, review, ("model.validation", "sec.output"))
    yield line.on(8, "09:50")
    yield from signing.sign(scene, review, SIGNERS)
    yield line.on(5, "09:40")
    yield from acting.confirm_dependencies(scene, "yusuf.demir")
    yield line.on(5, "14:10")
    staging = deciding.decide(
        scene,
        "decider",
        "go",
        "For the rehearsal with the claims board: household and motor, on last month’s claims.",
        environment="staging",
        on_call="yusuf.demir",
        drill=scene.service.drills.latest("performed_at"),
        return_to="triage-mistral 2.3, release 2.3.4",
        told="The claims board and the handlers who take part",
    )
    yield line.on(5, "16:35")
    reason = "Staging still holds claims of customers who objected to tests. Decided anew once they are taken out."
    deciding.withdraw(scene, "decider", staging, reason)
    yield line.on(4, "15:20")
    text = "All signed from my side. Hannelore, the claims board meets the day after tomorrow and would like to know."
    answering.comment(scene, "approver", review, "deploy.rollout", text)


def _registered(scene: Scene) -> Storyline:
    line = scene.line
    yield line.on(118, "10:30")
    acting.register(scene, LEAD, "claims-automation")
    yield line.after(15, 25)
    acting.own(scene, LEAD, {key: name for key, name in HANDS.items() if key}, [("inference", "li.na")])
    yield line.after(20, 30)
    service_changes.confirm_tier(scene.by("approver"), service=scene.service, revision=1)
    yield line.on(117, "11:00")
    named = (
        ("Claims core system", "New claims and their documents", "Claims wait in its queue"),
        ("Aurelia API, vision", "Reads photos of damage", "Claims with photos go to a handler"),
    )
    yield from acting.depend(scene, LEAD, "yusuf.demir", named)
    yield line.on(52, "13:40")
    scene.version = yield from acting.model(
        scene,
        LEAD,
        "triage-mistral",
        purpose="Proposes the track of a claim and what is missing",
        kind="model",
        version="2.4",
        registry_url="https://registry.example.com/triage-mistral/2.4",
        evaluation_passed="Macro F1 0.897 on 6,200 settled claims",
        previous="2.3",
        previous_since=line.days.back(130),
    )
    yield line.after(10, 15)
    summary = "Household claims as well as motor; photos read before text."
    planned_on = line.days.ahead(3, BERLIN)
    scene.release = acting.plan(scene, LEAD, "2.4.0", ("model", "code"), summary, planned_on)
