"""Card fraud scoring: everything done, live with a go, and the next release on its way."""

import datetime
from decimal import Decimal

from portal.management.demonstration.days import Line
from portal.management.demonstration.people import BERLIN
from portal.management.demonstration.stage import Stage, Storyline
from readiness.actions import absences, answers, covering, releases, served_models, service_changes, signoffs
from readiness.management.demonstration import acting, answering, deciding, reviewing, signing, waiving
from readiness.management.demonstration.acting import Scene
from readiness.management.demonstration.answering import Said
from readiness.management.demonstration.profiles import FRAUD
from readiness.models import Drill, Review
from readiness.rules.served_models import RegistryFacts

HANDS = {
    "drift": "minhkhai.nguyen",
    "retraining": "bjorn.aasland",
    "inference": "juergen.grossmann",
    "logging": "engineer",
    "": "engineer",
}
SIGNERS = ("approver", "tomas.ferreira")

ASSESSED = {
    "spend.showback": Said(
        "yellow", "Two of the three calling teams get a statement; the wallet team’s cost centre is missing.", (1, 3)
    ),
    "know.adrs": Said("yellow", "The choice of the feature store has no record yet; Bjørn writes it.", (2, 3)),
    "spend.api-limits": Said(text="No third party is called.", aside={1: "No third party is called.", 2: "As above."}),
}
REVIEWED = {
    "cost.optimisation": Said(
        "yellow", "Two idle GPU nodes are kept until the December peak is over; a date is set.", (1, 2, 3)
    ),
    "deploy.traffic": Said(aside={3: "One region only: card payments stay in the EU."}),
}
AFTER_THE_GO = {
    "post.comparison": Said(
        "yellow",
        "p95 38.9 ms, errors 0.03 %, cost as before: no worse on the same weekdays. A full month is still to be seen.",
        (1, 2, 3),
        values={"p95_ms": "38.9", "error_rate": "0.03", "cost_per_prediction": "0.00041"},
    )
}


def storylines(stage: Stage) -> list[Storyline]:
    """The service’s own line, and that of its next release."""
    scene = Scene(stage, Line(stage.days, BERLIN, "fraud-scoring"), FRAUD, HANDS)
    return [_story(scene)]


def _story(scene: Scene) -> Storyline:
    yield from _registered(scene)
    yield from _assessed(scene)
    yield from _before_the_launch(scene)
    yield from _reviewed(scene)
    yield from _live(scene)
    yield from _next_release(scene)


def _registered(scene: Scene) -> Storyline:
    line = scene.line
    yield line.on(128, "09:40")
    acting.register(scene, "lead", "payments-risk")
    yield line.after(20, 30)
    supporting = [("drift", "engineer"), ("inference", "bjorn.aasland"), ("logging", "bjorn.aasland")]
    acting.own(scene, "lead", {key: name for key, name in HANDS.items() if key}, supporting)
    yield line.after(60, 90)
    service_changes.confirm_tier(scene.by("approver"), service=scene.service, revision=1)
    yield line.on(127, "10:15")
    named = (
        ("Card network event stream", "Payments as they happen", "Replay from the last hour"),
        ("Device reputation feed", "Known devices and addresses", "Score without it, threshold lowered"),
        ("Payments database, replica", "History of the card", "Features of the night before"),
    )
    yield from acting.depend(scene, "lead", "juergen.grossmann", named)
    yield line.on(112, "14:20")
    _drill(scene, "fraud-gbm 5.7.2", "fraud-gbm 5.6.0", Decimal("12.5"), "First drill of the written procedure.")


def _assessed(scene: Scene) -> Storyline:
    line = scene.line
    yield line.on(52, "09:30")
    scene.version = yield from acting.model(
        scene,
        "lead",
        "fraud-gbm",
        purpose="Probability that a card payment is fraudulent",
        kind="model",
        version="5.8.1",
        registry_url="https://registry.example.com/fraud-gbm/5.8.1",
        evaluation_passed="Recall 0.914 at 0.1 % false positives, 48,000 cases, frozen set of June",
        previous="5.7.2",
        previous_since=line.days.back(150),
    )
    yield line.after(10, 15)
    scene.release = acting.plan(
        scene,
        "lead",
        "5.8.0",
        ("model", "code"),
        "Retrained on two more quarters; device features read in one call instead of three.",
        line.days.back(25, BERLIN),
    )
    yield from reviewing.assessment(scene, "lead", SIGNERS, (50, 45), ASSESSED)
    yield from _renewed(scene, "spend.showback", (44, 44), line.days.back(30, BERLIN))


def _before_the_launch(scene: Scene) -> Storyline:
    line = scene.line
    yield line.on(43, "13:30")
    drill = _drill(scene, "fraud-gbm 5.8.1", "fraud-gbm 5.7.2", Decimal(FRAUD.words["drill_minutes"]), DRILL_NOTE)
    yield from reviewing.prelaunch(scene, "lead", SIGNERS, (42, 38), drill)


def _reviewed(scene: Scene) -> Storyline:
    line = scene.line
    yield line.on(36, "09:10")
    review = answering.start(scene, "lead", "deployment")
    yield line.after(5, 9)
    covering.use_all(scene.by("engineer"), review=review)
    yield from answering.answer(scene, review, said=REVIEWED)
    yield line.on(30, "09:30")
    releases.deployed(scene.by("lead"), release=scene.release, environment=scene.environment("staging"))
    answering.comment(scene, "approver", review, "mon.logging", "Does the trace come from the build that goes out?")
    yield line.after(12, 18)
    answering.comment(
        scene, "engineer", review, "mon.logging", "Yes: traced on the release build, and nothing has changed since."
    )
    yield line.on(29, "09:45")
    yield from signing.sign(scene, review, SIGNERS, leave=("inc.recovery",))
    yield line.on(29, "16:00")
    yield from _reopened(scene, review)
    yield line.on(28, "11:20")
    found = answering.item(review, "inc.recovery")
    signoffs.give_back(
        scene.by("approver"), answer=found, reason="The log shows the restore, not the comparison of the sample."
    )
    yield line.after(40, 60)
    answering.attach(scene, found, "juergen.grossmann")
    signoffs.ask(scene.by("juergen.grossmann"), answer=found)
    yield line.after(90, 120)
    signing.Session(scene, "approver").sign(answering.item(review, "inc.recovery"), "The comparison is there now.")


def _reopened(scene: Scene, review: Review) -> Storyline:
    """A sign-off that becomes void because what was signed turned out to lack something, and its successor."""
    line, key = scene.line, "mon.logging"
    found = answering.item(review, key)
    reason = "The masking rule missed one field, customer_note. Fixed and traced anew."
    signoffs.reopen(scene.by("engineer"), answer=found, reason=reason)
    yield line.after(15, 25)
    answering.attach(scene, found, "engineer")
    found = answering.item(review, key)
    text = f"{found.text} The field customer_note is masked since the fix of today; traced again."
    answers.describe(scene.by("engineer"), answer=found, text=text, version=found.text_version)
    yield line.after(2, 5)
    signoffs.ask(scene.by("engineer"), answer=found)
    yield line.after(25, 40)
    signing.Session(scene, "tomas.ferreira").sign(
        answering.item(review, key), "Looked at the new trace field by field."
    )


def _live(scene: Scene) -> Storyline:
    line = scene.line
    yield from _renewed(scene, "spend.showback", (28, 28), line.days.back(12, BERLIN))
    yield line.on(27, "15:10")
    yield from acting.confirm_dependencies(scene, "juergen.grossmann")
    yield line.on(26, "14:00")
    deciding.decide(
        scene,
        "decider",
        "go",
        "All critical items are signed by two people who wrote none of them. The rollback took six and a half minutes, "
        "and the December peak is covered twice over. Canary at 5 % tomorrow morning.",
        on_call="juergen.grossmann",
        drill=scene.service.drills.latest("performed_at"),
        return_to="fraud-gbm 5.7.2, release 5.7.3",
        told="Payments operations, fraud desk and customer service leads, in the release channel",
    )
    yield line.on(25, "08:50")
    releases.deployed(scene.by("lead"), release=scene.release, environment=scene.environment("production"))
    review = scene.release.reviews.get()
    yield from answering.answer(scene, review, said=AFTER_THE_GO, stage="after", only=AFTER_ITEMS)
    yield line.on(24, "09:15")
    yield from signing.sign(scene, review, ("approver",))


def _next_release(scene: Scene) -> Storyline:
    line = scene.line
    yield from _renewed(scene, "spend.showback", (13, 13), line.days.ahead(45, BERLIN))
    yield line.on(12, "09:50")
    facts = RegistryFacts(
        version="5.9.0",
        registry_url="https://registry.example.com/fraud-gbm/5.9.0",
        evaluation_passed="Recall 0.921 at 0.1 % false positives, 48,000 cases, frozen set of June",
    )
    served = scene.version.model
    scene.version = served_models.record_version(scene.by("lead"), model=served, facts=facts, previous=scene.version)
    yield line.on(10, "10:10")
    scene.release = acting.plan(
        scene,
        "lead",
        "5.9.0",
        ("model", "configuration"),
        "Threshold by country, and a model that has seen the summer’s card-testing wave.",
        line.days.ahead(6, BERLIN),
    )
    scene.profile = deciding.next_words(FRAUD, model="fraud-gbm 5.9.0", previous="fraud-gbm 5.8.1", release="5.9.0")
    yield line.on(8, "09:25")
    review = answering.start(scene, "engineer", "deployment")
    yield from answering.answer(scene, review, only=BEGUN)
    for key in ASSIGNED:
        yield line.after(0.5, 2)
        answers.assign(scene.by("lead"), answer=answering.item(review, key), person=scene.stage.cast["engineer"])
    yield line.on(5, "10:30")
    yield from signing.ask(scene, "engineer", review, ("model.validation", "env.configuration"))
    yield line.after(30, 50)
    reason = "The comparison covers staging only. Production has two settings of its own."
    signoffs.give_back(scene.by("tomas.ferreira"), answer=answering.item(review, "env.configuration"), reason=reason)
    yield line.on(4, "14:20")
    waiving.ask(scene, "engineer", review, "perf.load", UNLOADED, line.days.ahead(30, BERLIN))
    yield line.on(3, "11:40")
    absences.enter(
        scene.by("bjorn.aasland"),
        person=scene.stage.cast["bjorn.aasland"],
        starts_on=line.days.ahead(4, BERLIN),
        ends_on=line.days.ahead(4, BERLIN) + datetime.timedelta(days=10),
        deputy=scene.stage.cast["juergen.grossmann"],
    )


SHOWBACK = (
    "The wallet team has no cost centre of its own before the new year.",
    "Its share is written down by hand each month and sent to its lead.",
)
UNLOADED = (
    "The load generator of the new region is delivered a week after the planned day.",
    "The gateway caps the region at half of what the last load test reached.",
)
DRILL_NOTE = (
    "Followed the written procedure without help. Promotion command verified; the previous image was still warm, so "
    "most of the time went into draining."
)
AFTER_ITEMS = ("post.smoke", "post.monitoring", "post.comparison", "post.rollback")
ASSIGNED = ("api.auth", "sec.input", "sec.output", "inc.runbooks", "docs.technical")
BEGUN = ("env.configuration", "env.secrets", "model.validation", "model.resources", "mon.metrics", "mon.logging")


def _renewed(scene: Scene, key: str, days: tuple[int, int], until: datetime.date) -> Storyline:
    """A waiver of an item of the assessment, or its next renewal, approved on the second of these days."""
    asked, approved = days
    yield scene.line.on(asked, "16:05")
    review = scene.service.reviews.get(kind="pillars")
    waiver = waiving.ask(scene, "lead", review, key, SHOWBACK, until)
    yield scene.line.on(approved, "16:40")
    waiving.approve(scene, "tomas.ferreira", waiver)


def _drill(scene: Scene, from_version: str, to_version: str, minutes: Decimal, note: str) -> Drill:
    return deciding.drill(
        scene, "juergen.grossmann", from_version=from_version, to_version=to_version, minutes=minutes, note=note
    )
