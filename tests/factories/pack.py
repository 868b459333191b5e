"""An audit pack with everything in it, for one organisation in the third quarter of 2026.

Claims Triage Assistant is full (a review with every state, void sign-offs, a waiver, two decisions, contributed
chapters, a trail); Payment Screening is a no-go; an empty service has nothing but its name. `hostile` is a service made
of strings that try to be markup, paths, other scripts or very long. All of it comes from constants: the same call, the
same pack.
"""

# ruff: noqa: E501  # prose in pieces would be no clearer

import datetime
from dataclasses import replace
from pathlib import Path

from readiness.choices import DecisionState, EvidenceKind, ItemState, PointState, TriggerState, Verdict
from readiness.packs import archive as pack_archive
from readiness.rules import pack_contents as pack
from readiness.rules import pack_decisions as decisions
from readiness.rules import pack_reviews as reviews
from readiness.rules import pack_sections as blocks
from readiness.rules import pack_signatures as signatures
from readiness.rules.pack_sections import Cell, Column
from tests.factories import pack_chapters
from tests.factories.pack_chapters import digest

MEANING_SIGNED = signatures.Meaning(
    "M1", "sign-off", "I have examined the answer, the points and the evidence, and state that this item is met.", "1"
)
MEANING_DECIDED = signatures.Meaning(
    "M2", "decision", "I record this decision on the facts shown to me and accept responsibility for it.", "1"
)
MEANING_WAIVED = signatures.Meaning(
    "M3",
    "waiver",
    "I accept the remaining risk until the date of expiry on the strength of the compensating control.",
    "1",
    datetime.date(2026, 1, 1),
)
PILLARS = (
    "Data quality",
    "Model performance",
    "Security and access",
    "Capacity and scale",
    "Observability",
    "Graceful degradation",
    "Compliance and privacy",
    "Versioning and rollback",
    "Cost",
    "Documentation",
)
TRIGGERS = (
    "A critical item is not met",
    "Metrics are unusual",
    "A key person is unavailable",
    "An external dependency is unstable",
    "No valid rollback drill",
    "A severity 1 incident is open",
    "The post-mortem of a severity 1 incident is overdue",
)
LONG_NAME = "Cross-border Payment Screening and Sanctions Name Matching for Correspondent Banking (EMEA)"

REVIEW = Path(__file__).with_name("pack_review.txt").read_text(encoding="utf-8")
"""Sections, each with its items: key (critical with !) | title | four points | a typical piece of evidence."""

HOSTILE = (
    "</td></tr></table><h1>Verdict: Go</h1>",
    '"><img src="file:///etc/passwd"><link rel="attachment" href="file:///etc/passwd">',
    "<style>@import url(http://127.0.0.1:9/x.css)</style>",
    "{{ service.name }} {% include 'x' %} ${7*7}",
    "<script>alert(1)</script> javascript:alert(1)",
    "王小明 и Ελένη Παπαδοπούλου, عبد الله, 🚀, Đặng Thị Hồng, Þórður",
    "reversed \u202eog-on\u202c, zero\u200bwidth, soft\u00adhyphen, bell\u0007, combining e\u0301",
    "A" * 300,
    "(12 0 R) \\) << /GhOutside-1 >> %%EOF endobj",
    "p95 ≥ 2 × peak → 1.84 s ≤ 2.50 s, ≈ 93 %, µ, €",
)
"""Strings that must come out as they went in, or as their Unicode numbers."""


def moment(text: str) -> datetime.datetime:
    """`2026-07-09 15:02:10` as a moment in UTC."""
    return datetime.datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=datetime.UTC)


def signature(
    name: str,
    role: str,
    at: datetime.datetime,
    meaning: signatures.Meaning,
    *about: object,
    method: str = "Passkey",
    seconds: int = 68,
) -> signatures.Signature:
    """A signature whose maker proved who they are `seconds` before."""
    return signatures.Signature(
        by=signatures.Person(name, role),
        at=at,
        meaning=meaning,
        method=method,
        proven_at=at - datetime.timedelta(seconds=seconds),
        digest=digest("signed", *about),
        policy="Rules 2026.2",
    )


def review(
    code: str,
    release: str,
    opened: str,
    owners: dict[str, str],
    signers: tuple[tuple[str, str, str], ...],
    states: dict[str, ItemState],
    texts: dict[str, str],
    voided: dict[str, str],
) -> reviews.Review:
    """A deployment review of 11 sections, 40 items and 160 points; green and signed where `states` says nothing."""
    start = moment(opened)
    sections: list[reviews.ReviewSection] = []
    title, number = "", 0
    items: list[reviews.Item] = []
    for line in [*REVIEW.strip().splitlines(), "end"]:
        if "|" not in line:
            if items:
                sections.append(reviews.ReviewSection(title, tuple(items)))
            title, items = line, []
            continue
        number += 1
        key, heading, points, evidence = (part.strip() for part in line.split("|"))
        items.append(
            _item(code, release, number, start, key, heading, points, evidence, owners, signers, states, texts, voided)
        )
    return reviews.Review(
        title="Deployment review",
        template="Deployment review 3.1",
        state="Decided",
        started_by="Priya Raghunathan",
        started_at=start,
        sections=tuple(sections),
        release=release,
        model=f"{code}-2026-06b",
        is_current=True,
    )


def _item(
    code: str,
    release: str,
    number: int,
    start: datetime.datetime,
    key: str,
    heading: str,
    points: str,
    evidence: str,
    owners: dict[str, str],
    signers: tuple[tuple[str, str, str], ...],
    states: dict[str, ItemState],
    texts: dict[str, str],
    voided: dict[str, str],
) -> reviews.Item:
    critical, key = key.endswith("!"), key.rstrip("!")
    state = states.get(key, ItemState.GREEN)
    owner = owners[key.split(".")[0]]
    answered = start + datetime.timedelta(days=number % 6, minutes=number * 37, seconds=number * 11 % 60)
    answers = state not in (ItemState.UNANSWERED, ItemState.NOT_APPLICABLE)
    signed = answered + datetime.timedelta(days=4, minutes=number * 3)
    who = signers[number % len(signers)]
    signoffs = []
    if key in voided:
        voided_at = signed - datetime.timedelta(hours=20)
        old = signature(who[0], who[1], voided_at - datetime.timedelta(hours=5), MEANING_SIGNED, code, key, "old")
        void = signatures.Void(voided_at, owner, voided[key], f"S-{number:03d}" if state == ItemState.GREEN else "")
        signoffs.append(signatures.SignOff(f"S-{number:03d}-V", key, old, void=void))
    if state == ItemState.GREEN:
        mine = signature(*who[:2], signed, MEANING_SIGNED, code, key, method=who[2], seconds=number * 29 % 280)
        signoffs.append(
            signatures.SignOff(f"S-{number:03d}", key, mine, carried_from="release 4.1.2" if number == 2 else "")
        )
    return reviews.Item(
        key=key,
        title=heading,
        state=state,
        critical=critical,
        after_go=key.startswith("post."),
        owner=owner,
        text="" if state == ItemState.NOT_APPLICABLE else texts.get(key, ""),
        reason=texts.get(key, "") if state == ItemState.NOT_APPLICABLE else "",
        rated_by=owner if answers else "",
        rated_at=answered if answers else None,
        points=tuple(
            _point(text.strip(), place, state, owner, answered) for place, text in enumerate(points.split(";"))
        ),
        measures=(reviews.Measure("p95 latency", "1.84 s", "2.50 s", met=True),) if key == "perf.latency" else (),
        evidence=(_evidence(code, release, number, key, evidence, owner, answered),) if answers else (),
        comments=(reviews.Comment("Yusuf Demir", answered, "Which run is this? The file names two."),)
        if number == 5
        else (),
        signoffs=tuple(signoffs),
        returns=(signatures.Return(key, signatures.Person(*who[:2]), signed, "The report covers one zone of two."),)
        if key == "deploy.traffic"
        else (),
    )


def _point(text: str, place: int, state: ItemState, owner: str, at: datetime.datetime) -> reviews.Point:
    if state == ItemState.NOT_APPLICABLE:
        return reviews.Point(text, PointState.NOT_APPLICABLE)
    if text == "GPU need verified":
        return reviews.Point(text, PointState.NOT_APPLICABLE, owner, at, "the model runs at a provider")
    if state == ItemState.UNANSWERED or (state in (ItemState.RED, ItemState.YELLOW, ItemState.WAIVED) and place == 1):
        return reviews.Point(text, PointState.OPEN)
    return reviews.Point(text, PointState.TICKED, owner, at + datetime.timedelta(seconds=place * 7))


def _evidence(
    code: str, release: str, number: int, key: str, name: str, owner: str, at: datetime.datetime
) -> reviews.Evidence:
    piece = reviews.Evidence(
        reference=f"E-{number:03d}",
        item_key=key,
        kind=EvidenceKind.FILE,
        name=name,
        digest=digest("evidence", code, name),
        by=owner,
        at=at,
        observed_on=at.date(),
        environment="Staging",
        version=release,
        size=18_400 + number * 3_617,
    )
    if key == "cost.usage":
        return replace(
            piece, kind=EvidenceKind.LINK, link="https://boards.alderholm.example/cta-cost?range=30d", size=None
        )
    if key == "perf.latency":
        return replace(
            piece, kind=EvidenceKind.MEASURED, name="Latency, seven days", value="p95 1.84 s, p99 3.91 s", size=None
        )
    if key == "api.versioning":
        return replace(piece, outdated="Names release 4.1.2: it no longer counts.")
    if key == "sec.network":
        return replace(piece, redacted="Redacted on 2026-08-02 by compliance and an administrator: personal data.")
    return piece


def triggers(**firing: str) -> tuple[decisions.Trigger, ...]:
    """The seven triggers; those named by number (`t1="facts"`) fire, the last two are unknown."""
    facts = (
        "16 of 17 critical items of the first stage green and signed, 1 waived (W-07)",
        "p95 1.84 s, errors 0.24 %, no alert firing",
        "Priya Raghunathan present; deputy named",
        "Provider, vector store and claims core marked stable",
        "Run on 8 July 2026 by Sven Ólafsson in staging, 6 minutes",
        "Not monitored here",
        "Not monitored here",
    )
    found = []
    for number, (title, fact) in enumerate(zip(TRIGGERS, facts, strict=True), 1):
        state = TriggerState.UNKNOWN if number > 5 else TriggerState.CLEAR
        if f"t{number}" in firing:
            state, fact = TriggerState.FIRING, firing[f"t{number}"]
        found.append(
            decisions.Trigger(
                title, state, fact, "As at 13:30:41", "No incident tool is connected yet." if state == "unknown" else ""
            )
        )
    return tuple(found)


CTA_OWNERS = {
    "env": "Sven Ólafsson",
    "model": "Priya Raghunathan",
    "api": "Kwame Boateng",
    "mon": "Sven Ólafsson",
    "sec": "Kwame Boateng",
    "perf": "Sven Ólafsson",
    "cost": "Jean-Baptiste de la Fontaine-Montmorency",
    "deploy": "Sven Ólafsson",
    "post": "Sven Ólafsson",
    "inc": "Sven Ólafsson",
    "docs": "Priya Raghunathan",
}
CTA_SIGNERS = (
    ("Dr Małgorzata Wiśniewska-Okonkwo", "Model Risk", "Passkey"),
    ("Yusuf Demir", "Security Engineering", "Password and TOTP"),
    ("Anna-Liisa Härkönen", "Site Reliability", "Passkey"),
    ("Tomasz Brzęczyszczykiewicz", "Payments Platform", "Password and TOTP"),
)
CTA_STATES = {
    "api.versioning": ItemState.YELLOW,
    "cost.optimisation": ItemState.RED,
    "deploy.traffic": ItemState.YELLOW,
    "docs.user": ItemState.YELLOW,
    "inc.recovery": ItemState.WAIVED,
    "perf.caching": ItemState.NOT_APPLICABLE,
    "post.smoke": ItemState.UNANSWERED,
}
CTA_TEXTS = {
    "env.dependencies": "The provider’s limit is 600 requests a minute; the tested peak is 212. Fallback for the vector store is a read-only copy in the second zone.",
    "model.validation": "Agreement with adjusters on 1,240 frozen claims: 93.1 % (target 92 %). Output schema 2.3 accepted by the claims workflow.",
    "api.versioning": "Deprecation warnings are sent, but the migration path for partners still on interface 1 is not published. Became condition C-1.",
    "perf.load": "Expected peak 96 requests a minute; tested 212 for four hours. 212 ÷ 96 = 2.21; the limit is ≥ 2.00.",
    "perf.caching": "Not applicable: the service declares no caching. Rule: when caching is declared.",
    "cost.optimisation": "No routing to smaller models; 31 % of requests repeat within an hour and are paid for again. Opens action A-118.",
    "deploy.traffic": "Failover between zones tested; failover between regions is planned for October. Became condition C-2.",
    "inc.recovery": "Restore of the vector store takes 9 hours against an objective of 4. Accepted on credit until 10 October 2026 under waiver W-07.",
    "docs.user": "Known limits are in the guide; the list of frequent questions is missing. Became condition C-3.",
}
CTA_VOIDED = {
    "model.validation": "the benchmark file was replaced by a new run.",
    "sec.output": "model version changed from triage-2026-06a to triage-2026-06b.",
}


def claims_triage() -> pack.ServiceChapterData:
    """A live service on a third-party model, under a conditional go."""
    return pack.ServiceChapterData(
        slug="claims-triage",
        name="Claims Triage Assistant",
        team="Claims Automation",
        glance=pack.Glance(
            purpose="Reads incoming motor and household claims and proposes a queue, an urgency and three questions for the adjuster. A person decides every claim.",
            state="Live since 18 March 2025",
            tier="Tier 2: many people notice at once",
            headline=Verdict.CONDITIONAL_GO,
            headline_words="D-12 of 14 July 2026 for release 4.2.0 in production, current",
            gate="Allow with conditions",
            release="4.2.0",
            models=("triage-2026-06b (provider pin)", "Prompt revision 41"),
            environments="Production, eu-north; staging",
            accountable="Priya Raghunathan",
            deputy="Kwame Boateng",
            traits=("Third-party API", "Streaming", "Personal data", "User-facing", "GDPR"),
            traits_not_declared=("automated retraining", "caching", "file uploads"),
            left_out=(
                pack.LeftOut(
                    "Domain Drift monitoring", "Sourcing is third-party API: drift is watched by the provider"
                ),
                pack.LeftOut("Domain Retraining pipeline", "Automated retraining is not declared"),
                pack.LeftOut("Item perf.caching", "Caching is not declared"),
                pack.LeftOut("Check weekly.drift-alerts", "Sourcing is third-party API"),
            ),
            targets=(
                decisions.Fact("p95 latency", "at most 2.50 s"),
                decisions.Fact("Error rate", "at most 0.50 %"),
                decisions.Fact("Cost per prediction", "at most €0.041"),
            ),
            rests_on=("Deployment review, release 4.2.0",),
            applicable=39,
            answered=38,
            green=33,
            pillars=tuple(
                pack.Pillar(title, state, int(state != ItemState.GREEN))
                for title, state in zip(
                    PILLARS,
                    map(
                        ItemState,
                        [
                            "green",
                            "green",
                            "green",
                            "yellow",
                            "green",
                            "waived",
                            "green",
                            "yellow",
                            "red",
                            "unanswered",
                        ],
                    ),
                    strict=True,
                )
            ),
            gaps=(
                pack.Gap(
                    "cost.optimisation",
                    "Repeated requests are paid for twice",
                    "3 × 1 × 3 × (1 + 4 ÷ 12) = 12.0",
                    "A-118",
                ),
                pack.Gap(
                    "inc.recovery", "Restore takes 9 hours, objective 4", "1 × 3 × 3 × (1 + 2 ÷ 12) = 10.5", "A-121"
                ),
                pack.Gap(
                    "api.versioning", "No published migration path for partners", "1 × 1 × 3 × (1 + 6 ÷ 12) = 4.5"
                ),
            ),
            overdue_checks=1,
        ),
        ownership=pack.Ownership(
            domains=(
                pack.DomainOwner("Drift monitoring", rule="drift of a third-party model is watched by its provider"),
                pack.DomainOwner("Retraining pipeline", rule="the service declares no automated retraining"),
                pack.DomainOwner(
                    "Inference management",
                    signatures.Person("Sven Ólafsson", "DevOps, Claims Automation"),
                    ("Kwame Boateng",),
                    datetime.date(2025, 2, 3),
                ),
                pack.DomainOwner(
                    "Prediction logging",
                    signatures.Person("Kwame Boateng", "Backend, Claims Automation"),
                    ("Sven Ólafsson", "Priya Raghunathan"),
                    datetime.date(2026, 8, 21),
                ),
            ),
            handovers=(
                pack.Handover(
                    moment("2026-08-21 12:04:55"),
                    "Prediction logging",
                    "Jean-Baptiste de la Fontaine-Montmorency",
                    "Kwame Boateng",
                    "Change of role; 11 items, 4 checks and 1 runbook handed over in one step",
                ),
            ),
            warnings=("Sven Ólafsson has given 19 of 40 answers.",),
        ),
        reviews=(
            review(
                "triage", "4.2.0", "2026-07-02 08:10:00", CTA_OWNERS, CTA_SIGNERS, CTA_STATES, CTA_TEXTS, CTA_VOIDED
            ),
        ),
        waivers=(
            decisions.Waiver(
                reference="W-07",
                item_key="inc.recovery",
                item_title="What is lost can be restored",
                critical=True,
                state="Approved",
                reason="Restoring the vector store takes 9 hours against an objective of 4. The new backup tier is ordered and arrives in the first week of October.",
                control="A read-only copy in the second zone answers within 3 minutes.\nClaims received meanwhile are queued and worked by hand; tried on 8 July 2026.",
                asked_by=signatures.Person("Sven Ólafsson", "DevOps"),
                asked_at=moment("2026-07-10 09:15:22"),
                expires_on=datetime.date(2026, 10, 10),
                in_force=True,
                approval=signature(
                    "Anna-Liisa Härkönen", "Site Reliability", moment("2026-07-12 13:47:09"), MEANING_WAIVED, "W-07"
                ),
            ),
            decisions.Waiver(
                reference="W-05",
                item_key="perf.load",
                item_title="Holds at twice the expected peak",
                critical=True,
                state="Lapsed on 30 June 2026",
                reason="Load generator under repair.",
                control="Traffic capped at the tested rate.",
                asked_by=signatures.Person("Sven Ólafsson"),
                asked_at=moment("2026-05-28 10:00:00"),
                expires_on=datetime.date(2026, 6, 30),
            ),
        ),
        decisions=(conditional_go(), earlier_go()),
        sections=pack_chapters.contributed(),
        trail=trail("cta", 60, 1_024),
    )


def conditional_go() -> decisions.Decision:
    """A current decision with three conditions: met, late and overdue."""
    return decisions.Decision(
        reference="D-12",
        is_headline=True,
        verdict=Verdict.CONDITIONAL_GO,
        state=DecisionState.CURRENT,
        release="4.2.0, model triage-2026-06b",
        environment="Production",
        rationale="All critical items are green and signed, one is on credit with a tested control. The three open items do not touch the adjuster’s decision and have owners and dates.",
        signature=signature(
            "Henrike Vanderstraeten-Ó Súilleabháin",
            "Head of Claims Technology",
            moment("2026-07-14 13:30:41"),
            MEANING_DECIDED,
            "D-12",
            seconds=52,
        ),
        triggers=triggers(),
        confirmations=(
            decisions.Fact("On call", "Sven Ólafsson until 2026-07-31 00:00:00 UTC"),
            decisions.Fact("Drill, way back", "Rollback drill of 8 July 2026; release 4.1.2"),
            decisions.Fact("Who was told", "Claims desk, 14 recipients, 2026-07-10 09:00:00 UTC"),
        ),
        facts=(
            decisions.Fact("Compliance", "30 of 35 first-stage items green (86 %)"),
            decisions.Fact("Progress", "35 of 35 first-stage items answered"),
            decisions.Fact("Template", "Deployment review 3.1"),
            decisions.Fact("Baselines fixed", "p95 2.50 s · p99 4.50 s · errors 0.50 % · cost €0.041 per claim"),
        ),
        conditions=(
            decisions.Condition(
                "C-1",
                "Publish the migration path for partners on interface 1",
                "Kwame Boateng",
                datetime.date(2026, 7, 31),
                "Met on 29 July 2026",
                met=True,
            ),
            decisions.Condition(
                "C-2",
                "Test failover between regions",
                "Sven Ólafsson",
                datetime.date(2026, 9, 20),
                "Open, 10 days late",
                late=True,
            ),
            decisions.Condition(
                "C-3",
                "Add frequent questions to the user guide",
                "Priya Raghunathan",
                datetime.date(2026, 9, 15),
                "Met late, on 22 September 2026",
                met=True,
                late=True,
            ),
            decisions.Condition(
                "C-4", "Repeat the restore test", "Sven Ólafsson", datetime.date(2026, 10, 10), "Open, not yet due"
            ),
        ),
        supersedes="D-09 of 2 April 2026 (go, release 4.1.2)",
    )


def earlier_go() -> decisions.Decision:
    """A decision that another took the place of."""
    return decisions.Decision(
        reference="D-09",
        verdict=Verdict.GO,
        state=DecisionState.SUPERSEDED,
        release="4.1.2, model triage-2026-06a",
        environment="Production",
        rationale="Everything is green and signed.",
        signature=signature(
            "Henrike Vanderstraeten-Ó Súilleabháin",
            "Head of Claims Technology",
            moment("2026-04-02 09:11:05"),
            MEANING_DECIDED,
            "D-09",
        ),
        triggers=triggers(),
        superseded_by="D-12",
    )


def payment_screening() -> pack.ServiceChapterData:
    """A self-hosted service with a very long name, refused."""
    states = {
        "api.streaming": ItemState.NOT_APPLICABLE,
        "deploy.rollout": ItemState.RED,
        "mon.alerts": ItemState.YELLOW,
        "inc.communication": ItemState.UNANSWERED,
        "post.smoke": ItemState.UNANSWERED,
        "post.monitoring": ItemState.UNANSWERED,
        "post.comparison": ItemState.UNANSWERED,
        "post.rollback": ItemState.UNANSWERED,
    }
    texts = {
        "deploy.rollout": "Rollback was last run on version 2026.2. On 2026.3 the rehearsal stopped at the promotion command: the previous version had been removed from the registry.",
        "api.streaming": "Not applicable: the service declares no streaming.",
        "mon.alerts": "Three of four alerts fired in the test.",
    }
    owners = dict.fromkeys(CTA_OWNERS, "Rahel Gebreselassie") | {"model": "Aoife Ní Bhraonáin"}
    return pack.ServiceChapterData(
        slug="payment-screening",
        name=LONG_NAME,
        short_name="Payment Screening and Name Matching (EMEA)",
        team="Payments Platform",
        glance=pack.Glance(
            purpose="Compares the parties of each outgoing payment with sanctions lists and holds those that may match, for a person to release or refuse.",
            state="Live since 2 October 2023",
            tier="Tier 1: the business stops without it",
            headline=Verdict.NO_GO,
            headline_words="D-31 of 21 September 2026 for release 2026.3 in production",
            gate="Deny",
            release="2026.2",
            models=("name-match-2026.2",),
            environments="Production, two own data centres",
            accountable="Aoife Ní Bhraonáin",
            deputy="Rahel Gebreselassie",
            traits=("Self-hosted", "Automated retraining", "Caching", "Personal data"),
            traits_not_declared=("streaming", "user-facing"),
            pillars=tuple(
                pack.Pillar(title, state, 0)
                for title, state in zip(
                    PILLARS,
                    map(
                        ItemState,
                        [
                            "green",
                            "green",
                            "yellow",
                            "yellow",
                            "yellow",
                            "green",
                            "green",
                            "red",
                            "green",
                            "unanswered",
                        ],
                    ),
                    strict=True,
                )
            ),
        ),
        ownership=pack.Ownership(
            domains=(
                pack.DomainOwner(
                    "Retraining pipeline",
                    signatures.Person("Tomasz Brzęczyszczykiewicz"),
                    ("Aoife Ní Bhraonáin (approves the retrained model)",),
                    datetime.date(2025, 1, 14),
                ),
                pack.DomainOwner(
                    "Prediction logging",
                    gap="nobody accountable since 12 September 2026",
                    supporting=("Tomasz Brzęczyszczykiewicz",),
                ),
            )
        ),
        reviews=(review("match", "2026.3", "2026-09-03 07:30:00", owners, CTA_SIGNERS[:2], states, texts, {}),),
        decisions=(
            decisions.Decision(
                reference="D-31",
                is_headline=True,
                verdict=Verdict.NO_GO,
                state=DecisionState.CURRENT,
                release="2026.3, model name-match-2026.3",
                environment="Production",
                rationale="Two triggers fire. The way back to 2026.2 does not exist, and one critical item is yellow. The release returns for a decision once rollback has been run on this version.",
                signature=signature(
                    "Ottoline Marchbanks-Featherstonehaugh",
                    "Chief Payments Officer",
                    moment("2026-09-21 09:12:30"),
                    MEANING_DECIDED,
                    "D-31",
                    method="Password and TOTP",
                    seconds=221,
                ),
                triggers=triggers(
                    t1="2 of 17 critical items not met: deploy.rollout red, mon.alerts yellow",
                    t5="Last run on version 2026.2 on 4 May 2026; none on 2026.3",
                ),
            ),
        ),
        trail=trail("snm", 18, 18),
    )


def empty() -> pack.ServiceChapterData:
    """A service of which nothing is known but its name."""
    return pack.ServiceChapterData(
        slug="nothing-yet",
        name="Parking Assistant",
        team="Facilities",
        glance=pack.Glance(purpose="Not described.", state="Draft", tier="Tier 4: internal or experimental"),
    )


def hostile() -> pack.ServiceChapterData:
    """A service whose every text is one that tries something."""
    at = moment("2026-08-01 12:00:00")
    everything = "\n".join(HOSTILE)
    items = tuple(
        reviews.Item(
            key=f"x.{number}",
            title=text,
            state=ItemState.GREEN,
            owner=text,
            text=text,
            points=(reviews.Point(text, PointState.TICKED, text, at),),
            evidence=(
                reviews.Evidence(f"E-{number}", f"x.{number}", EvidenceKind.FILE, text, digest(text), text, at, size=3),
            ),
            comments=(reviews.Comment(text, at, everything),),
            signoffs=(
                signatures.SignOff(f"S-{number}", f"x.{number}", signature(text, text, at, MEANING_SIGNED, text)),
            ),
        )
        for number, text in enumerate(HOSTILE, 1)
    )
    table = blocks.Table(
        columns=(Column("Text", 84), Column("Key", 84)),
        rows=tuple((Cell(text), Cell(text, is_key=True)) for text in HOSTILE),
    )
    return pack.ServiceChapterData(
        slug="hostile",
        name=HOSTILE[0],
        short_name=HOSTILE[5],
        team=HOSTILE[1],
        glance=pack.Glance(
            purpose=everything, state=HOSTILE[2], tier=HOSTILE[3], accountable=HOSTILE[5], release=HOSTILE[4]
        ),
        reviews=(
            reviews.Review(
                "Deployment review", HOSTILE[0], "Open", HOSTILE[5], at, (reviews.ReviewSection(HOSTILE[6], items),)
            ),
        ),
        sections=(
            blocks.Section(7, (table,), lead=everything),
            blocks.Section(10, (blocks.Steps("Steps", tuple(blocks.Step(text, text) for text in HOSTILE)),)),
            blocks.Section(11, (blocks.Text(HOSTILE, HOSTILE[2], HOSTILE[0], HOSTILE[1]), blocks.Heading(HOSTILE[0]))),
        ),
        trail=pack.Trail(
            tuple(
                pack.TrailEvent(number, at, text, text, digest(number, text), text)
                for number, text in enumerate(HOSTILE, 1)
            ),
            len(HOSTILE),
        ),
    )


def trail(code: str, count: int, total: int) -> pack.Trail:
    """`count` entries of `total`, ten hours apart."""
    verbs = (
        ("recorded the check weekly.cost-trend as passed", "Week 31"),
        ("commented on cost.optimisation", ""),
        ("attached evidence to model.validation", "Benchmark on the frozen evaluation set.csv"),
        ("signed sec.output as met", "Release 4.2.0"),
        ("ticked a point of deploy.rollout", "Rollback written and run on this version"),
    )
    people = ("Priya Raghunathan", "Sven Ólafsson", "Jean-Baptiste de la Fontaine-Montmorency", "Gatehouse (scheduler)")
    start = moment("2026-07-02 08:10:00")
    events = tuple(
        pack.TrailEvent(
            sequence=184_211 + number * 43,
            at=start + datetime.timedelta(hours=number * 10, seconds=number * 41),
            by=people[number % len(people)],
            sentence=verbs[number % len(verbs)][0],
            digest=digest(code, number),
            target=verbs[number % len(verbs)][1],
        )
        for number in range(count)
    )
    return pack.Trail(events, total)


def contents(*services: pack.ServiceChapterData, **changes: object) -> pack.PackContents:
    """A pack of these services, by default the two full ones and the empty one. `changes` are those of the cover."""
    services = services or (claims_triage(), payment_screening(), empty())
    cover = pack.PackCover(
        number="GH-2026-0417",
        organisation="Alderholm Group",
        scope="Three services of three teams, production environment",
        since=datetime.date(2026, 7, 1),
        until=datetime.date(2026, 9, 30),
        as_of=moment("2026-10-01 00:00:00"),
        made_at=moment("2026-10-05 07:30:00"),
        prepared_for="Internal Audit, Model Risk Review 2026/3; Beatrix Lindqvist-Achterberg",
        prepared_by="Ines Carvalho, Compliance",
        software="Gatehouse 1.4.0",
        templates="Deployment review 3.1, Readiness assessment 2.0",
        record_digest="",
        address="https://gatehouse.alderholm.example/packs/GH-2026-0417",
    )
    draft = pack.PackContents(
        cover=replace(cover, **changes),  # type: ignore[arg-type]
        services=services,
        meanings=(MEANING_SIGNED, MEANING_DECIDED, MEANING_WAIVED),
        verification=pack.Verification(
            head=pack.RecordHead(186_904, digest("head"), moment("2026-10-01 00:00:07")),
            checkpoint=pack.Checkpoint(
                moment("2026-10-01 00:00:07"),
                "gatehouse.alderholm.example/record/9f1c2e7a\n186904\nmG1tZcQ4cZ0o1W8E7v9k2uYjXv6b4yq0Hn3Q5cS7d2A=\n",
            ),
        ),
    )
    return pack_archive.sealed(draft, pack_archive.data_json(draft))
