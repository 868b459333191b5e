"""Evidently: the JSON of a test suite, each failed test an alert that a later pass closes."""

import datetime

from incidents.intake import reading
from incidents.intake.reading import Node
from incidents.intake.signal import Malformed, Signal, Told

FAILED = ("FAIL", "WARNING", "ERROR")
PASSED = ("SUCCESS",)
PASSED_OVER = ("SKIPPED",)
SUBJECTS = ("column_name", "column", "feature_name", "metric")
"""Parameters of a test that say what it looks at, and so part it from others of its name."""


def read(text: str, told_at: datetime.datetime) -> Told:
    """The signals of a post: one a test that passed or failed. Raises Malformed."""
    body = reading.body(text)
    tests = body.get("tests")
    if not tests:
        raise tests.malformed("The tests of the suite are expected here.")
    at = body.get("timestamp").moment() or told_at
    common = body.get("metadata").labels()
    read_tests = (_test(row, at, common) for row in tests.rows())
    return Told(tuple(signal for signal in read_tests if signal))


def _test(row: Node, at: datetime.datetime, common: dict[str, str]) -> Signal | None:
    name = row.get("name").name()
    status = _status(row)
    if status in PASSED_OVER:
        return None
    labels = {**common, "alertname": name, **_subject(row)}
    firing = status in FAILED
    return Signal(
        fingerprint=reading.fingerprint("", row.get("id").text(), labels=labels),
        name=name,
        firing=firing,
        at=at,
        ends_at=None if firing else at,
        labels=labels,
        summary=row.get("description").text(reading.LONGEST_SUMMARY),
        url=reading.link(common.get("report_url", "")),
        service=reading.service(labels),
        severity=status.lower() if firing else "",
        kept_if_unknown=False,
    )


def _status(row: Node) -> str:
    """Newer versions write the status small, or as `TestStatus.FAIL`."""
    node = row.get("status")
    status = node.needed().rpartition(".")[2].upper()
    if status not in (*FAILED, *PASSED, *PASSED_OVER):
        raise Malformed(node.place, f"Use {', '.join((*PASSED, *FAILED, *PASSED_OVER))}; this is “{status[:40]}”.")
    return status


def _subject(row: Node) -> dict[str, str]:
    """The group, and the column or feature looked at."""
    found = {"group": row.get("group").text()}
    parameters = row.get("parameters")
    if isinstance(parameters.value, dict):
        texts = {name: parameters.value.get(name) for name in SUBJECTS}
        found |= {name: reading.cleaned(text, 300) for name, text in texts.items() if isinstance(text, str)}
    return {name: text for name, text in found.items() if text}
