"""Voice transcription: one person holds everything, is about to be away without a deputy, and the drill has expired."""

import datetime
from decimal import Decimal

from portal.management.demonstration.days import Line
from portal.management.demonstration.people import BERLIN
from portal.management.demonstration.stage import Stage, Storyline
from readiness.actions import absences, dependencies
from readiness.management.demonstration import acting, answering, deciding, signing, waiving
from readiness.management.demonstration.acting import Scene
from readiness.management.demonstration.answering import Said
from readiness.management.demonstration.profiles import VOICE

LEAD, ALONE = "sofia.papadopoulou", "yusuf.demir"
HANDS = {"drift": ALONE, "retraining": ALONE, "inference": ALONE, "logging": ALONE, "": ALONE}
GATEWAY = "Telephony gateway"
UNWATCHED = (
    "The error counter comes with the board of the platform team, in two weeks.",
    "Yusuf reads the error log at nine and at four.",
)
REVIEWED = {
    "mon.alerts": Said("yellow", "Latency and availability alert; nothing watches errors or cost.", (1, 4)),
    "env.dependencies": Said("yellow", "The telephony gateway drops one call in two hundred.", (1, 2, 3)),
}
ANSWERED = ("env.configuration", "env.dependencies", "env.secrets", "mon.metrics", "mon.alerts", "sec.access")


def storylines(stage: Stage) -> list[Storyline]:
    """The service's line."""
    return [_story(Scene(stage, Line(stage.days, BERLIN, "voice-transcription"), VOICE, HANDS))]


def _story(scene: Scene) -> Storyline:
    line = scene.line
    yield from _registered(scene)
    yield line.on(16, "10:40")
    review = answering.start(scene, ALONE, "deployment")
    yield from answering.answer(scene, review, said=REVIEWED, only=ANSWERED)
    yield line.on(14, "11:30")
    waiver = waiving.ask(scene, ALONE, review, "mon.alerts", UNWATCHED, line.days.back(5, BERLIN))
    yield line.on(13, "10:20")
    waiving.approve(scene, "decider", waiver, "For the fortnight until the board is there.")
    yield line.on(9, "13:10")
    yield from signing.sign(scene, review, ("approver",), leave=("sec.access",))
    yield line.on(4, "09:35")
    gateway = scene.service.dependencies.get(name=GATEWAY)
    note = "One call in two hundred is dropped since the firmware of last week; the supplier has a fix for December."
    dependencies.declare(scene.by(ALONE), dependency=gateway, state="degraded", note=note)
    yield line.on(2, "16:45")
    starts_on = line.days.ahead(6, BERLIN)
    absences.enter(
        scene.by(ALONE),
        person=scene.stage.cast[ALONE],
        starts_on=starts_on,
        ends_on=starts_on + datetime.timedelta(days=12),
    )


def _registered(scene: Scene) -> Storyline:
    line = scene.line
    yield line.on(119, "14:10")
    acting.register(scene, LEAD, "claims-automation")
    yield line.after(15, 25)
    acting.own(scene, LEAD, {key: name for key, name in HANDS.items() if key})
    yield line.on(117, "10:20")
    named = (
        (GATEWAY, "Sound of the calls", "Calls go on without a transcript"),
        ("Claims core system", "Where the summary is filed", "Kept for a day, filed later"),
    )
    yield from acting.depend(scene, LEAD, ALONE, named)
    yield line.on(104, "11:00")
    deciding.drill(
        scene,
        ALONE,
        from_version="whisper-de-claims 1.9.2",
        to_version="whisper-de-claims 1.8.0",
        minutes=Decimal(VOICE.words["drill_minutes"]),
        note="Went as written. Should be repeated before the next release.",
    )
    yield line.on(20, "09:55")
    scene.version = yield from acting.model(
        scene,
        LEAD,
        "whisper-de-claims",
        purpose="Writes down German calls about claims",
        kind="model",
        version="1.9.2",
        registry_url="https://registry.example.com/whisper-de-claims/1.9.2",
        evaluation_passed="Word error rate 7.9 % on 90 hours of calls",
        previous="1.8.0",
        previous_since=line.days.back(125),
    )
    yield line.after(10, 15)
    summary = "Summaries filed with the claim; speakers told apart."
    planned_on = line.days.ahead(10, BERLIN)
    scene.release = acting.plan(scene, LEAD, "1.10.0", ("code", "configuration"), summary, planned_on)
