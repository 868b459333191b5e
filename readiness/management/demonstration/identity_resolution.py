"""Customer identity resolution and household matching: a long name, a review half done, domains without an owner."""

from portal.management.demonstration.days import Line
from portal.management.demonstration.people import NEW_YORK
from portal.management.demonstration.stage import Stage, Storyline
from readiness.actions import answers, dependencies, ownership, signoffs
from readiness.management.demonstration import acting, answering, signing
from readiness.management.demonstration.acting import Scene
from readiness.management.demonstration.answering import Said
from readiness.management.demonstration.profiles import IDENTITY
from readiness.models import OwnershipDomain, Service

LEAD = "maya.thompson"
LEAVING = "oskar.lindholm"
HANDS = {
    "drift": LEAVING,
    "retraining": LEAVING,
    "inference": "deshawn.carter",
    "logging": "elena.vasquez",
    "": "elena.vasquez",
}
REVIEWED = {
    "env.infrastructure": Said("yellow", "Sized by estimate; the load test is still to come.", (3, 4)),
    "model.resources": Said(aside={2: "Runs on processors only."}),
    "api.auth": Said("red", "The lookup trusts any caller inside the cluster. A gateway is ordered, not built.", (4,)),
    "sec.input": Said(aside={2: "No prompt: records are compared, nothing is generated."}),
    "mon.dashboards": Said("yellow", "Operations and cost boards exist; nothing compares before and after.", (1, 3)),
}
FIRST = ("model.validation", "model.resources")
THEN = (
    "env.configuration",
    "env.infrastructure",
    "env.dependencies",
    "env.secrets",
    "api.endpoints",
    "api.auth",
    "mon.metrics",
    "mon.logging",
    "mon.dashboards",
    "sec.input",
    "sec.network",
    "docs.technical",
)


def storylines(stage: Stage) -> list[Storyline]:
    """The service's line."""
    return [_story(Scene(stage, Line(stage.days, NEW_YORK, "identity-resolution"), IDENTITY, HANDS))]


def _story(scene: Scene) -> Storyline:
    line = scene.line
    yield from _registered(scene)
    yield line.on(26, "10:15")
    review = answering.start(scene, LEAD, "deployment")
    yield from answering.answer(scene, review, said=REVIEWED, only=FIRST)
    yield line.on(20, "16:30")
    yield from _left(scene)
    yield line.on(16, "09:40")
    yield from answering.answer(scene, review, said=REVIEWED, only=THEN)
    yield line.on(8, "11:20")
    yield from signing.ask(scene, "elena.vasquez", review, ("env.secrets", "mon.logging", "sec.input"))
    yield line.on(7, "09:30")
    session = signing.Session(scene, "grace.oconnor")
    session.sign(answering.item(review, "env.secrets"))
    yield line.after(6, 12)
    reason = "One step between gateway and batch is missing from the trace. Please attach one that goes through."
    signoffs.give_back(scene.by("grace.oconnor"), answer=answering.item(review, "mon.logging"), reason=reason)
    yield line.on(5, "14:05")
    text = "Who takes drift and retraining now that Oskar has left? Without an owner this cannot go."
    answering.comment(scene, "elena.vasquez", review, "model.validation", text)
    yield line.after(60, 80)
    answers.assign(
        scene.by(LEAD), answer=answering.item(review, "model.fallback"), person=scene.stage.cast["deshawn.carter"]
    )


def _registered(scene: Scene) -> Storyline:
    line = scene.line
    yield line.on(62, "10:45")
    acting.register(scene, LEAD, "customer-platform")
    yield line.after(15, 25)
    acting.own(scene, LEAD, {key: name for key, name in HANDS.items() if key}, [("drift", "elena.vasquez")])
    yield line.on(60, "13:20")
    for name, purpose, state in (
        ("Consent registry", "Who may be grouped", "stable"),
        ("Address validation service", "One spelling for each address", ""),
    ):
        yield line.after(2, 5)
        added = dependencies.add(scene.by(LEAD), service=scene.service, name=name, purpose=purpose)
        if state:
            dependencies.declare(scene.by("deshawn.carter"), dependency=added, state=state)
    yield line.on(30, "11:30")
    scene.version = yield from acting.model(
        scene,
        LEAD,
        "entity-matcher",
        purpose="Probability that two records are one customer",
        kind="model",
        version="0.9.0-rc2",
        registry_url="https://registry.example.com/entity-matcher/0.9.0-rc2",
        evaluation_passed="Pairwise F1 0.968, 0.02 % wrong merges, 40,000 labelled pairs",
        previous="0.8.4",
        previous_since=line.days.back(120),
    )
    yield line.after(10, 15)
    summary = "First release of household matching, for the loyalty programme."
    planned_on = line.days.ahead(18, NEW_YORK)
    scene.release = acting.plan(scene, LEAD, "0.9.0", ("model", "code", "infrastructure"), summary, planned_on)


def _left(scene: Scene) -> Storyline:
    """Oskar leaves: what he held is vacant, here and where he supported others."""
    domains = {domain.key: domain for domain in OwnershipDomain.objects.all()}
    copilot = Service.objects.select_related("scope__team").get(slug="support-copilot")
    held = ((scene.service, "drift"), (scene.service, "retraining"), (copilot, "inference"), (copilot, "logging"))
    for service, key in held:
        yield scene.line.after(1, 3)
        ownership.vacate(
            scene.by(LEAD),
            service=service,
            domain=domains[key],
            person=scene.stage.cast[LEAVING],
            reason="Has left the company; a successor is being hired.",
        )
