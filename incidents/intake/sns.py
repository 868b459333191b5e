"""AWS through SNS: alarms of CloudWatch (SageMaker's monitors among them) and events of SageMaker's jobs.

SNS cannot send a header of ours; its subscription carries the token as the password in its address. Its signature is
checked with a certificate from the network, which this never fetches, and nor is the address that confirms a
subscription: it is shown to the team.
"""

import datetime
import re

from incidents.intake import reading
from incidents.intake.reading import Node
from incidents.intake.signal import Malformed, Signal, Told

CONFIRMATION = re.compile(r"https://sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/[!-~]{1,900}")
ENDED_BADLY = ("Failed", "RollingBack", "OutOfService", "Stopped")
ENDED_WELL = ("Completed", "InService", "Succeeded")
STATUS = re.compile(
    r"^(Processing|Training|Transform|HyperParameterTuning|Endpoint|current|currentPipelineExecution).*Status$"
)


def read(text: str, told_at: datetime.datetime) -> Told:
    """The signal of a post, in SNS's envelope or delivered raw. Raises Malformed."""
    body = reading.body(text)
    if not body.get("Type"):
        return _message(body, told_at)
    kind = body.get("Type").choice("notification", "subscriptionconfirmation", "unsubscribeconfirmation")
    if kind == "subscriptionconfirmation":
        return Told(confirmation_url=_confirmation(body.get("SubscribeURL")))
    if kind == "unsubscribeconfirmation":
        return Told()
    at = body.get("Timestamp").moment() or told_at
    return _message(_inner(body.get("Message")), at)


def _confirmation(address: Node) -> str:
    found = address.needed(reading.LONGEST_URL)
    if not CONFIRMATION.fullmatch(found):
        raise address.malformed("This is no address of SNS.")
    return found


def _inner(message: Node) -> Node:
    """The message as an object of its own; its places say that they are inside."""
    text = message.value
    if not isinstance(text, str) or not text.strip():
        raise message.malformed("The text of the message is needed.")
    try:
        return Node(reading.body(text).value, message.place)
    except Malformed as error:
        raise Malformed(message.place, error.reason) from None


def _message(message: Node, at: datetime.datetime) -> Told:
    if message.get("AlarmName"):
        return _alarm(message, at)
    kind = message.get("detail-type").text()
    at = message.get("time").moment() or at
    if kind == "CloudWatch Alarm State Change":
        return _alarm_event(message, at)
    if message.get("source").text() == "aws.sagemaker":
        return _sagemaker(message, kind, at)
    raise message.malformed("This is neither an alarm of CloudWatch nor an event of SageMaker.")


def _alarm(message: Node, at: datetime.datetime) -> Told:
    """An alarm as CloudWatch sends it to a topic."""
    trigger = message.get("Trigger")
    labels = _dimensions(trigger.get("Dimensions")) if trigger else {}
    if trigger:
        labels |= {"metric": trigger.get("MetricName").text(), "namespace": trigger.get("Namespace").text()}
    labels |= {"region": message.get("Region").text(), "account": message.get("AWSAccountId").text()}
    return _state(
        name=message.get("AlarmName"),
        identity=message.get("AlarmArn").text() or f"{labels['account']} {labels['region']}",
        state=message.get("NewStateValue"),
        before=message.get("OldStateValue").text(),
        at=message.get("StateChangeTime").moment() or at,
        labels=labels,
        words=message.get("AlarmDescription").text(reading.LONGEST_SUMMARY)
        or message.get("NewStateReason").text(reading.LONGEST_SUMMARY),
    )


def _alarm_event(message: Node, at: datetime.datetime) -> Told:
    """The same alarm as an event bus sends it."""
    detail = message.get("detail")
    state, before = detail.get("state"), detail.get("previousState")
    resources = message.get("resources").rows()
    labels = {"region": message.get("region").text(), "account": message.get("account").text()}
    return _state(
        name=detail.get("alarmName"),
        identity=resources[0].text(reading.LONGEST_URL) if resources else " ".join(labels.values()),
        state=state.get("value"),
        before=before.get("value").text() if before else "",
        at=state.get("timestamp").moment() or at,
        labels=labels,
        words=state.get("reason").text(reading.LONGEST_SUMMARY),
    )


def _state(
    *, name: Node, identity: str, state: Node, before: str, at: datetime.datetime, labels: dict[str, str], words: str
) -> Told:
    """An alarm that fires or is well again; one that lacks data says nothing of either."""
    now = state.choice("alarm", "ok", "insufficient_data")
    if now == "insufficient_data":
        return Told()
    known = {"alertname": name.needed(), **{label: text for label, text in labels.items() if text}}
    firing = now == "alarm"
    signal = Signal(
        fingerprint=reading.fingerprint("", identity, known["alertname"]),
        name=name.name(),
        firing=firing,
        at=at,
        ends_at=None if firing else at,
        labels=known,
        summary=words,
        service=reading.service(known),
        kept_if_unknown=before.upper() == "ALARM",
    )
    return Told((signal,))


def _dimensions(rows: Node) -> dict[str, str]:
    """The dimensions of the metric, written `name` and `value` in either case."""
    found: dict[str, str] = {}
    for row in rows.rows():
        name = (row.get("name") or row.get("Name")).needed()
        found[name] = (row.get("value") or row.get("Value")).text()
    return found


def _sagemaker(message: Node, kind: str, at: datetime.datetime) -> Told:
    """A job, pipeline or endpoint that failed fires; the next one of its name that ends well closes it."""
    detail = message.get("detail")
    if not isinstance(detail.value, dict):
        raise detail.malformed("An object is expected here.")
    status = next((detail.get(name) for name in detail.value if STATUS.match(name)), None)
    word = status.text() if status else ""
    if word not in (*ENDED_BADLY, *ENDED_WELL):
        return Told()
    if not reading.name(kind):
        raise message.get("detail-type").malformed("This is needed and is missing or empty.")
    resources = message.get("resources").rows()
    what = resources[0].needed(reading.LONGEST_URL) if resources else detail.get("PipelineArn").text()
    firing = word in ENDED_BADLY
    tags = detail.get("Tags").labels() if isinstance(detail.get("Tags").value, dict) else {}
    labels = {**tags, "alertname": kind, "resource": what, "region": message.get("region").text()}
    labels = {name: reading.cleaned(text, reading.LONGEST_LABEL) for name, text in labels.items() if text}
    signal = Signal(
        fingerprint=reading.fingerprint("", kind, what),
        name=reading.name(kind),
        firing=firing,
        at=at,
        ends_at=None if firing else at,
        labels=labels,
        summary=detail.get("FailureReason").text(reading.LONGEST_SUMMARY),
        service=reading.service(labels),
        kept_if_unknown=False,
    )
    return Told((signal,))
