"""Document search: internal, tier 4, so that only critical items count; one go expired, and one is for staging."""

from decimal import Decimal

from portal.management.demonstration.days import Line
from portal.management.demonstration.people import KOLKATA
from portal.management.demonstration.stage import Stage, Storyline
from readiness.actions import environments, releases, reviews, service_changes
from readiness.management.demonstration import acting, answering, deciding, signing
from readiness.management.demonstration.acting import Scene
from readiness.management.demonstration.profiles import SEARCH

LEAD, ENGINEER = "ravi.subramaniam", "outsider"
HANDS = {"drift": ENGINEER, "retraining": ENGINEER, "inference": LEAD, "logging": LEAD, "": ENGINEER}


def storylines(stage: Stage) -> list[Storyline]:
    """The service's line."""
    return [_story(Scene(stage, Line(stage.days, KOLKATA, "document-search"), SEARCH, HANDS))]


def _story(scene: Scene) -> Storyline:
    line = scene.line
    yield from _registered(scene)
    yield line.on(20, "10:00")
    review = answering.start(scene, LEAD, "deployment")
    yield from answering.answer(scene, review)
    yield line.on(12, "11:15")
    yield from signing.sign(scene, review, ("hana.yoshida",))
    yield from _never_tried(scene)
    yield line.on(10, "11:30")
    yield from acting.confirm_dependencies(scene, ENGINEER)
    yield line.on(9, "20:30")
    deciding.decide(
        scene,
        "samuel.adeyemi",
        "go",
        "Good enough for two hundred colleagues to try for a month. Production is another question: the pre-launch "
        "review and an assessment come first.",
        environment="staging",
        on_call=LEAD,
        drill=scene.service.drills.latest("performed_at"),
        return_to="policy-embed 1.3, release 1.3.2",
        told="The pilot group in Bengaluru and Dublin, by mail",
    )
    yield line.on(8, "10:10")
    releases.deployed(scene.by(LEAD), release=scene.release, environment=scene.environment("staging"))
    yield from _too_early(scene)


def _too_early(scene: Scene) -> Storyline:
    """An assessment that is begun before there is anything to assess, and given up."""
    yield scene.line.on(7, "10:40")
    review = answering.start(scene, LEAD, "pillars")
    yield scene.line.on(5, "16:20")
    reason = "Begun too early: the pilot has run for three days, and half of the items ask for a month of use."
    reviews.abandon(scene.by(LEAD), review=review, reason=reason)


def _never_tried(scene: Scene) -> Storyline:
    """A go for an environment to which the release never came: it expires by itself."""
    line = scene.line
    yield line.on(12, "15:30")
    environments.add(scene.by(LEAD), service=scene.service, name="preview", kind="development")
    yield from acting.confirm_dependencies(scene, ENGINEER)
    yield line.on(12, "20:15")
    deciding.decide(
        scene,
        "samuel.adeyemi",
        "go",
        "Ten colleagues look at it before the pilot begins.",
        environment="preview",
        on_call=LEAD,
        drill=scene.service.drills.latest("performed_at"),
        return_to="policy-embed 1.3, release 1.3.2",
        told="Those ten, in person",
    )


def _registered(scene: Scene) -> Storyline:
    line = scene.line
    yield line.on(71, "09:30")
    acting.register(scene, LEAD, "knowledge-search")
    yield line.after(15, 25)
    acting.own(scene, LEAD, {key: name for key, name in HANDS.items() if key})
    yield line.after(10, 20)
    service_changes.confirm_tier(scene.by("hana.yoshida"), service=scene.service, revision=1)
    yield line.on(70, "12:00")
    named = (
        ("Document store", "Policies, manuals, contracts and who may read them", "Index of the night before"),
        ("Aurelia API, reranking", "Order of the passages", "Order by the index alone"),
    )
    yield from acting.depend(scene, LEAD, ENGINEER, named)
    yield line.on(32, "15:00")
    scene.version = yield from acting.model(
        scene,
        LEAD,
        "policy-embed",
        purpose="Puts passages and questions side by side",
        kind="model",
        version="1.4",
        registry_url="https://registry.example.com/policy-embed/1.4",
        evaluation_passed="nDCG at 10 of 0.79 on 900 questions",
        previous="1.3",
        previous_since=line.days.back(110),
    )
    yield line.after(10, 15)
    summary = "Contracts as well as policies; passages only where the reader may read the document."
    scene.release = acting.plan(scene, LEAD, "1.4.0", ("model", "code"), summary, line.days.back(8, KOLKATA))
    yield line.on(23, "14:20")
    deciding.drill(
        scene,
        LEAD,
        from_version="policy-embed 1.4",
        to_version="policy-embed 1.3",
        minutes=Decimal(SEARCH.words["drill_minutes"]),
        note="Alias of the index set back; nothing to rebuild.",
    )
