"""KYC face match: restricted to its team, high risk by law, and refused: a no-go with its reasons."""

import datetime
from decimal import Decimal

from portal.management.demonstration.days import Line
from portal.management.demonstration.people import BERLIN
from portal.management.demonstration.stage import Stage, Storyline
from readiness.actions import answers, dependencies, releases, service_changes
from readiness.management.demonstration import acting, answering, deciding, signing, waiving
from readiness.management.demonstration.acting import Scene
from readiness.management.demonstration.answering import Said
from readiness.management.demonstration.profiles import KYC

HANDS = {
    "drift": "minhkhai.nguyen",
    "retraining": "bjorn.aasland",
    "inference": "juergen.grossmann",
    "logging": "bjorn.aasland",
    "": "engineer",
}
LEAK = "At high rate the match score can be read to four digits: enough to climb towards a false match in 3,000 tries."
CLIMBED = (
    "Rounding the score changes the contract with two callers; they can follow in January.",
    "Twenty tries an account and day, counted by the gateway.",
)
REVIEWED = {
    "sec.output": Said("red", LEAK, (1, 3)),
    "model.fallback": Said(
        "yellow", "The branch visit is offered; the words on the screen are not translated yet.", (1, 2, 3)
    ),
    "deploy.rollout": Said(
        "red", "The rollback drill failed: the image of 2.2.0 was no longer in the registry.", (1, 3)
    ),
    "mon.alerts": Said("yellow", "No alert watches the share of rejected selfies by skin tone.", (1, 2, 4)),
}
ANSWERED = (
    "env.configuration",
    "env.secrets",
    "model.validation",
    "model.fallback",
    "mon.metrics",
    "mon.alerts",
    "sec.input",
    "sec.output",
    "perf.load",
    "deploy.rollout",
)


def storylines(stage: Stage) -> list[Storyline]:
    """The service's line."""
    return [_story(Scene(stage, Line(stage.days, BERLIN, "kyc-face-match"), KYC, HANDS))]


def _story(scene: Scene) -> Storyline:
    line = scene.line
    yield from _registered(scene)
    yield line.on(34, "09:45")
    review = answering.start(scene, "lead", "deployment")
    yield from answering.answer(scene, review, said=REVIEWED, only=ANSWERED)
    yield line.on(24, "10:00")
    yield from signing.sign(scene, review, ("approver",), leave=("perf.load",))
    yield line.on(22, "13:30")
    deciding.drill(
        scene,
        "juergen.grossmann",
        from_version="facematch-r101 2.3.1",
        to_version="facematch-r101 2.2.0",
        minutes=Decimal(KYC.words["drill_minutes"]),
        result="failed",
        note="The image of 2.2.0 had been cleaned away. Rebuilt from the tag in 31 minutes, with another base image: "
        "not the version that had been tested. Retention of images is set to one year now.",
    )
    yield line.on(18, "10:10")
    waiver = waiving.ask(scene, "engineer", review, "sec.output", CLIMBED, line.today + datetime.timedelta(days=60))
    yield line.on(17, "15:30")
    waiving.refuse(scene, "decider", waiver, "A score that can be climbed is the risk itself. Round it first.")
    yield line.on(15, "11:00")
    deciding.decide(
        scene,
        "decider",
        "no-go",
        "A score that can be climbed is a way in for impostors, and there is no tested way back. Both have to be "
        "settled before we meet again; the rest of the review is in good order.",
    )
    yield line.on(6, "10:20")
    found = answering.item(review, "sec.output")
    text = "Score rounded to one digit, 20 tries an account at most, since 2.3.1-rc4. The tests run again on Monday."
    found = answers.describe(scene.by("engineer"), answer=found, text=text, version=found.text_version)
    yield line.after(1, 2)
    answers.rate(scene.by("engineer"), answer=found, rating="yellow", version=found.rating_version)


def _registered(scene: Scene) -> Storyline:
    line = scene.line
    yield line.on(101, "11:15")
    acting.register(scene, "lead", "payments-risk", restricted=True)
    yield line.after(15, 25)
    acting.own(scene, "lead", {key: name for key, name in HANDS.items() if key})
    yield line.after(30, 50)
    service_changes.confirm_tier(scene.by("tomas.ferreira"), service=scene.service, revision=1)
    yield line.on(100, "10:00")
    name, fallback = "Document reader", "Applicant types the fields"
    added = dependencies.add(
        scene.by("lead"),
        service=scene.service,
        name=name,
        purpose="Photo and fields of the document",
        fallback=fallback,
    )
    dependencies.declare(scene.by("juergen.grossmann"), dependency=added, state="stable")
    yield line.on(40, "14:30")
    scene.version = yield from acting.model(
        scene,
        "lead",
        "facematch-r101",
        purpose="Similarity of document photo and selfie",
        kind="model",
        version="2.3.1",
        registry_url="https://registry.example.com/facematch-r101/2.3.1",
        evaluation_passed="98.7 % true matches at 0.0009 % false matches, 120,000 pairs, eight skin tone groups",
        previous="2.2.0",
        previous_since=line.days.back(140),
    )
    yield line.after(10, 15)
    summary = "Liveness check without turning the head; new detector for glasses."
    scene.release = acting.plan(scene, "lead", "2.3.1", ("model", "code"), summary, line.days.back(14, BERLIN))
    yield line.on(36, "16:00")
    releases.deployed(scene.by("lead"), release=scene.release, environment=scene.environment("staging"))
