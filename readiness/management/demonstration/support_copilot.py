"""Support copilot: a provider's model, live with a conditional go that lapsed, then with an emergency go."""

import datetime
from decimal import Decimal

from portal.management.demonstration.days import Line
from portal.management.demonstration.people import NEW_YORK
from portal.management.demonstration.stage import Stage, Storyline
from readiness.actions import conditions, dependencies, releases, service_changes
from readiness.actions.decision_statements import NewCondition
from readiness.management.demonstration import acting, answering, deciding, reviewing, signing, waiving
from readiness.management.demonstration.acting import Scene
from readiness.management.demonstration.answering import Said
from readiness.management.demonstration.profiles import COPILOT
from readiness.models import Condition

HANDS = {"inference": "deshawn.carter", "logging": "elena.vasquez", "": "elena.vasquez"}
SIGNERS = ("grace.oconnor", "tomas.ferreira")
PROVIDER = "Aurelia API"

ASSESSED = {
    "data.pipeline-checks": Said(
        "yellow", "Cases without a language tag reach the prompt; a rule is on its way.", (1, 4)
    ),
    "data.business-metrics": Said(
        "yellow", "No business figure stands beside the quality of the help pages yet.", (1,)
    ),
    "bench.stratified": Said("yellow", "Spanish and French cases are too few to judge: 60 and 45.", (1, 3)),
    "access.security-review": Said("yellow", "Reviewed last winter; the vector store came after it.", (1,)),
    "capacity.autoscaling": Said("yellow", "Scaling down was never tried under load.", (1, 3)),
    "obs.role-dashboards": Said("yellow", "Leadership has no board; they get a monthly slide.", (1,)),
    "resilience.circuit-breakers": Said("yellow", "The breaker opens; nobody is told when it does.", (1, 2)),
    "privacy.audit-trail": Said("yellow", "The provider’s sub-processors are listed, their retention is not.", (1, 2)),
    "privacy.legal": Said("yellow", "CCPA wording is with legal since two weeks.", (1, 2)),
    "release.shadow": Said("red", "The provider offers no shadow traffic; a sampled replay is planned, not built.", ()),
    "spend.showback": Said("red", "Cost is not split by support team at all.", ()),
    "know.adrs": Said("yellow", "Two of five choices have a record.", (2,)),
    "know.reviews": Said("yellow", "First quarterly review is due next month.", (1,)),
}
REVIEWED = {
    "cost.usage": Said(
        "red", "Tokens are counted per day, not per feature or team: the bill cannot be explained.", (3,)
    ),
    "mon.alerts": Said("yellow", "Errors of the provider alert; the share of false promises does not yet.", (1, 2)),
    "inc.communication": Said("red", "The status page procedure exists as a draft that nobody has tried.", (1, 3)),
    "docs.user": Said(
        "yellow", "Known limits are on the help page; support’s own article is still the old one.", (1, 2, 4)
    ),
    "perf.caching": Said(
        "yellow", "Hit rate is 18 %: hardly worth its upkeep. Measured again after the launch.", (2, 3, 4, 5)
    ),
    "deploy.traffic": Said(aside={2: "No session is held anywhere.", 3: "Regions are the provider’s part."}),
}
ALERTS = (
    "The judge that finds false promises runs once a night; it becomes an alert with the provider’s batch of December.",
    "Two agents read fifty answers a day, and the nightly figure is looked at each morning.",
)
AFTER_THE_GO = ("post.smoke", "post.monitoring")


def storylines(stage: Stage) -> list[Storyline]:
    """The service's line."""
    return [_story(Scene(stage, Line(stage.days, NEW_YORK, "support-copilot"), COPILOT, HANDS))]


def _story(scene: Scene) -> Storyline:
    yield from _registered(scene)
    yield from reviewing.assessment(scene, "maya.thompson", SIGNERS, (52, 45), ASSESSED)
    yield scene.line.on(42, "11:30")
    minutes = Decimal(COPILOT.words["drill_minutes"])
    note = "Pin and prompt set back by configuration; the cache had to be emptied by hand, which is in the runbook now."
    drill = deciding.drill(
        scene,
        "deshawn.carter",
        from_version="aurelia-large 2026-08-30, prompt r41",
        to_version="aurelia-large 2026-05-12, prompt r38",
        minutes=minutes,
        note=note,
    )
    yield from reviewing.prelaunch(scene, "maya.thompson", SIGNERS, (40, 36), drill)
    yield scene.line.on(33, "09:30")
    review = answering.start(scene, "maya.thompson", "deployment")
    yield from answering.answer(scene, review, said=REVIEWED)
    yield scene.line.on(26, "10:20")
    answering.comment(scene, "grace.oconnor", review, "sec.output", "Did the tests run with the new prompt, r41?")
    yield scene.line.after(25, 40)
    answering.comment(scene, "elena.vasquez", review, "sec.output", "They did: r41 and the pinned model of 30 August.")
    yield scene.line.on(24, "14:15")
    waiver = waiving.ask(scene, "elena.vasquez", review, "mon.alerts", ALERTS, scene.line.days.ahead(11, NEW_YORK))
    yield scene.line.on(23, "09:50")
    note = "Acceptable while every answer is read by an agent before it is sent."
    waiving.approve(scene, "samuel.adeyemi", waiver, note)
    yield scene.line.on(22, "10:40")
    yield from signing.sign(scene, review, SIGNERS)
    yield from _live(scene)
    yield from _in_a_hurry(scene)


def _registered(scene: Scene) -> Storyline:
    line, lead = scene.line, "maya.thompson"
    yield line.on(122, "10:05")
    acting.register(scene, lead, "customer-platform")
    yield line.after(15, 25)
    supporting = [("inference", "oskar.lindholm"), ("logging", "oskar.lindholm")]
    acting.own(scene, lead, {key: name for key, name in HANDS.items() if key}, supporting)
    yield line.after(40, 60)
    service_changes.confirm_tier(scene.by("grace.oconnor"), service=scene.service, revision=1)
    yield line.on(121, "13:00")
    named = (
        (PROVIDER, "Writes the drafts", "Help pages without a draft"),
        ("Case system", "The customer’s case and language", "None: without a case there is nothing to answer"),
        ("Vector store", "Finds the help pages", "Keyword search"),
    )
    yield from acting.depend(scene, lead, "deshawn.carter", named)
    yield line.on(54, "11:10")
    scene.version = yield from acting.model(
        scene,
        lead,
        "aurelia-large",
        purpose="Drafts answers from help pages and case",
        provider="Aurelia AI",
        kind="pin",
        version="2026-08-30",
        prompt_revision="r41",
        retires_on=line.days.ahead(150, NEW_YORK),
        registry_url="https://registry.example.com/aurelia-large/2026-08-30",
        evaluation_passed="85 % of 1,200 drafts sent unchanged or nearly so; 0.31 % with a false promise",
        previous="2026-05-12",
        previous_since=line.days.back(160),
    )
    yield line.after(10, 15)
    summary = "Drafts in Spanish and French, pinned model of 30 August, shorter answers."
    planned_on = line.days.back(11, NEW_YORK)
    scene.release = acting.plan(scene, lead, "3.2.0", ("model", "prompt", "configuration"), summary, planned_on)


def _live(scene: Scene) -> Storyline:
    line = scene.line
    yield line.on(13, "16:20")
    yield from acting.confirm_dependencies(scene, "deshawn.carter")
    yield line.on(12, "15:00")
    deciding.decide(
        scene,
        "samuel.adeyemi",
        "conditional-go",
        "Critical items are met and signed, and agents stay in charge of every answer. Attribution of cost and the "
        "status page are owed; both have an owner and a date. Spanish and French stay behind their flag until then.",
        on_call="deshawn.carter",
        drill=scene.service.drills.latest("performed_at"),
        return_to="Pin 2026-05-12 with prompt r38",
        told="Support leads in Austin and Porto, legal, the provider’s account manager",
        conditions=_owed(scene),
    )
    yield line.on(11, "09:20")
    releases.deployed(scene.by("maya.thompson"), release=scene.release, environment=scene.environment("production"))
    review = scene.release.reviews.get()
    yield from answering.answer(scene, review, stage="after", only=AFTER_THE_GO)
    yield line.on(10, "10:30")
    yield from signing.sign(scene, review, ("grace.oconnor",))
    yield line.on(6, "14:10")
    met = Condition.objects.get(decision__service=scene.service, item_key="cost.usage")
    note = "Usage is tagged by feature and team since Thursday; 94 % of this week’s tokens are explained."
    conditions.meet(scene.by("deshawn.carter"), condition=met, note=note)


def _in_a_hurry(scene: Scene) -> Storyline:
    """The provider slows down, and the next release goes out at once: two persons, what is skipped is owed."""
    line, lead = scene.line, "maya.thompson"
    yield line.on(3, "10:15")
    summary = "Answers of three sentences at most; long cases go to an agent at once."
    scene.release = acting.plan(scene, lead, "3.2.1", ("configuration",), summary, line.days.ahead(5, NEW_YORK))
    scene.profile = deciding.next_words(COPILOT, release="3.2.1")
    yield line.after(10, 20)
    review = answering.start(scene, lead, "deployment")
    yield line.on(2, "11:45")
    provider = scene.service.dependencies.get(name=PROVIDER)
    note = "Answers take twice as long in the EU region since this morning. The provider expects it to last two days."
    dependencies.declare(scene.by("deshawn.carter"), dependency=provider, state="degraded", note=note)
    yield line.on(2, "14:00")
    reason = "Drafts arrive after the customer has hung up. 3.2.1 halves what is asked of the provider."
    request = deciding.ask_for_an_emergency_go(scene, "oskar.lindholm", reason)
    yield line.after(8, 14)
    rationale = "Waiting costs more than it saves: the setting was tried on staging, and 3.2.0 is one click away."
    deciding.take_up(scene, "samuel.adeyemi", request, rationale, {"dependency": "It is why we hurry."})
    yield line.after(9, 15)
    releases.deployed(scene.by(lead), release=scene.release, environment=scene.environment("production"))
    yield from answering.answer(scene, review, stage="after", only=("post.smoke",))


def _owed(scene: Scene) -> list[NewCondition]:
    today = scene.line.today
    first, soon, later = (today + datetime.timedelta(days=days) for days in (7, 14, 29))
    usage = "Tag usage by feature and team, so that the bill can be explained"
    words = "Try the status page procedure once, with support and communications"
    article = "Bring support’s own article up to the known limits of 3.2.0"
    alerts = "Let the share of false promises alert"
    return [
        deciding.condition(scene, "mon.alerts", alerts, "elena.vasquez", later),
        deciding.condition(scene, "cost.usage", usage, "deshawn.carter", soon),
        deciding.condition(scene, "inc.communication", words, "elena.vasquez", later),
        deciding.condition(scene, "docs.user", article, "maya.thompson", first),
    ]
