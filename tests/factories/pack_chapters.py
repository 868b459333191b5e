"""Chapters 7 to 12 of the sample pack, as other parts of the product contribute them."""

# ruff: noqa: E501  # prose in pieces would be no clearer

import hashlib

from readiness.rules import pack_sections as blocks
from readiness.rules.pack_sections import Cell, Column, Mark


def digest(*words: object) -> str:
    """A digest of some words, so that each thing has its own and always the same."""
    return hashlib.sha256("\x1f".join(map(str, words)).encode()).hexdigest()


def contributed() -> tuple[blocks.Section, ...]:
    """Chapters 7 to 12 as other parts of the product contribute them, with every kind of block."""
    runs = {"D": Mark.DONE, "L": Mark.LATE, "F": Mark.FAILED, "M": Mark.MISSED, "N": Mark.NOT_DONE, ".": Mark.NOT_DUE}
    weeks = tuple(Column(str(week), 5.5, is_strip=True) for week in range(27, 41))
    weekly = (
        (
            "weekly.cost-trend",
            "Cost per prediction, week on week",
            "Jean-Baptiste de la Fontaine-Montmorency",
            "DDDDDLDDDDFDDD",
        ),
        ("weekly.prediction-logs", "Prediction logs written correctly", "Kwame Boateng", "DDDDDDDMLDDNN."),
    )
    checks = blocks.Section(
        7,
        (
            blocks.Legend((Mark.DONE, Mark.LATE, Mark.FAILED, Mark.MISSED, Mark.NOT_DONE, Mark.NOT_DUE)),
            blocks.Table(
                columns=(Column("Weekly", 56), Column("Accountable", 35), *weeks),
                rows=(
                    *(
                        (Cell(title, second=key), Cell(who), *(Cell(mark=runs[run]) for run in done))
                        for key, title, who, done in weekly
                    ),
                    (
                        Cell("Drift alerts reviewed", second="weekly.drift-alerts"),
                        Cell("Not applicable by the rule for the declared traits", mark=Mark.NOT_APPLICABLE, spans=15),
                    ),
                ),
                remark="ISO weeks of 2026. Week 27 begins on 29 June, week 40 on 28 September.",
            ),
            blocks.Table(
                heading="Everything that was not simply done",
                columns=(Column("Check", 56), Column("Period, result", 35), Column("What happened", 77)),
                rows=(
                    (
                        Cell("weekly.cost-trend", is_key=True),
                        Cell("Week 37", mark=Mark.FAILED),
                        Cell("Cost per claim +38 % with traffic +3 %. Opened action A-116."),
                    ),
                    (
                        Cell("weekly.prediction-logs", is_key=True),
                        Cell("Week 34", mark=Mark.MISSED),
                        Cell("Kwame Boateng reminded on 21 August, Priya Raghunathan as lead on 31 August."),
                    ),
                ),
            ),
        ),
    )
    card = blocks.Section(
        8,
        (
            blocks.Facts(
                rows=(
                    (
                        "Model, revision",
                        Cell(
                            "triage-2026-06b",
                            second="Revision 6 of 24 August 2026, by Priya Raghunathan. Next review 24 November 2026.",
                        ),
                    ),
                    (
                        "Intended use",
                        Cell(
                            "Proposing queue, urgency and follow-up questions for motor and household claims in Swedish, Finnish and English. The adjuster decides."
                        ),
                    ),
                    (
                        "Out of scope",
                        Cell(
                            "Settling or refusing a claim; estimating damage; claims with injury; any language other than the three named."
                        ),
                    ),
                    (
                        "Limitations",
                        Cell(
                            "Agreement falls to 84 % for claims under 20 words. Sarcasm and mixed languages are unreliable."
                        ),
                    ),
                    ("Digest of revision", Cell(digest=digest("card"))),
                ),
            ),
            blocks.Table(
                heading="Performance, overall and by segment",
                columns=(
                    Column("Segment", 42),
                    Column("Cases", 22, is_number=True),
                    Column("Agreement", 26, is_number=True),
                    Column("Limit", 26, is_number=True),
                    Column("F1", 26, is_number=True),
                    Column("Result", 26),
                ),
                rows=tuple(
                    (Cell(name), Cell(cases), Cell(value), Cell(limit), Cell(f1), Cell(mark=state))
                    for name, cases, value, limit, f1, state in (
                        ("Overall", "1,240", "93.1 %", "92.0 %", "0.94", Mark.GREEN),
                        ("Motor", "702", "94.6 %", "92.0 %", "0.95", Mark.GREEN),
                        ("Under 20 words", "97", "84.0 %", "85.0 %", "0.86", Mark.YELLOW),
                    )
                ),
            ),
        ),
        lead="The card that was in force at the end of the period.",
    )
    adr = blocks.Section(
        9,
        (
            blocks.Text(
                label="ADR 0014",
                title="Mask identity numbers before the provider is called, not after",
                subtitle="Accepted, 2 June 2026, by Kwame Boateng",
            ),
            blocks.Text(
                (
                    "Claims contain identity and policy numbers. Until release 4.1 the provider’s own redaction removed them from its logs after the call.",
                    "The privacy impact assessment of May 2026 found that the numbers still leave our network.",
                ),
                "Context",
            ),
            blocks.Steps(
                "Options",
                (
                    blocks.Step("Keep the provider’s redaction and accept the residual risk."),
                    blocks.Step("Mask in the gateway with a pattern list and a checksum test."),
                ),
            ),
            blocks.Text(
                ("Mask in the gateway. One place to test, one place to audit, and clients stay unchanged.",), "Decision"
            ),
            blocks.Steps(
                "Consequences",
                (
                    blocks.Step("Latency grows by 11 ms at p95."),
                    blocks.Step("The token table is personal data and is deleted after 30 days."),
                ),
                is_numbered=False,
            ),
            blocks.Text(label="Digest", digest=digest("adr")),
        ),
    )
    runbook = blocks.Section(
        10,
        (
            blocks.Heading("Cost per claim rises without traffic"),
            blocks.Text(
                ("Finds out in under 30 minutes why inference costs more than it should, and stops the loss.",),
                "Sven Ólafsson",
                subtitle="Revision 3 of 16 September 2026. Next review 16 December 2026.",
            ),
            blocks.Steps(
                "Steps",
                (
                    blocks.Step(
                        "Open the cost board and note the source with the largest growth.",
                        "open https://boards.alderholm.example/cta-cost",
                    ),
                    blocks.Step(
                        "Count requests per source for the last six hours.",
                        "ghctl logs count --service cta --by source --since 6h",
                    ),
                    blocks.Step(
                        "If one source is at fault, switch it to the queue.",
                        "ghctl flag set cta.batch.<source> on --reason INC-<n>",
                    ),
                    blocks.Step("Tell the lead and write the figures into the incident."),
                ),
            ),
            blocks.Table(
                heading="Drills",
                columns=(
                    Column("Date", 42),
                    Column("Led by", 36),
                    Column("Where", 18),
                    Column("Result", 16),
                    Column("Time", 16, is_number=True),
                    Column("What changed", 40),
                ),
                rows=(
                    (
                        Cell("2026-09-16"),
                        Cell("Anna-Liisa Härkönen"),
                        Cell("staging"),
                        Cell("Passed"),
                        Cell("22 min"),
                        Cell("Step 2 needed a wider time window; runbook changed"),
                    ),
                    (
                        Cell("2026-03-05"),
                        Cell("Kwame Boateng"),
                        Cell("staging"),
                        Cell("Failed"),
                        Cell("48 min"),
                        Cell("Access to the cost board missing; granted the same day"),
                    ),
                ),
            ),
        ),
    )
    actions = blocks.Section(
        12,
        (
            blocks.Table(
                columns=(
                    Column("No.", 14),
                    Column("Action", 43),
                    Column("From", 30),
                    Column("Owner", 32),
                    Column("Due", 19),
                    Column("State", 30),
                ),
                rows=(
                    (
                        Cell("A-116"),
                        Cell("Return re-triage to the queue"),
                        Cell("Check failed, week 37"),
                        Cell("Kwame Boateng"),
                        Cell("2026-09-12"),
                        Cell("Closed 11 September 2026", mark=Mark.DONE),
                    ),
                    (
                        Cell("A-118"),
                        Cell("Serve repeated requests from a cache"),
                        Cell("Gap cost.optimisation"),
                        Cell("Jean-Baptiste de la Fontaine-Montmorency"),
                        Cell("2026-11-15"),
                        Cell("Open, not yet due", mark=Mark.NOT_DUE),
                    ),
                    (
                        Cell("A-121"),
                        Cell("Bring restore below 4 hours"),
                        Cell("Waiver W-07"),
                        Cell("Sven Ólafsson"),
                        Cell("2026-09-28"),
                        Cell("Open, overdue by 2 days", mark=Mark.MISSED),
                    ),
                ),
            ),
        ),
    )
    return (checks, card, adr, runbook, actions)
