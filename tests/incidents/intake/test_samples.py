"""Posts in all the variety of the published forms are read: nothing is invented, nothing that matters is lost."""

import datetime
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest

from incidents.choices import SourceKind
from incidents.intake import forms, pagerduty
from incidents.intake.signal import Malformed, Signal, Told

SAMPLES = Path(__file__).parent / "samples"
CAME = datetime.datetime(2026, 11, 21, 15, 0, tzinfo=datetime.UTC)
FIRED = datetime.datetime(2026, 11, 21, 13, 47, 2, tzinfo=datetime.UTC)


def told(name: str) -> Told:
    text = (SAMPLES / f"{name}.json").read_bytes().decode()
    return forms.read(name.partition("-")[0], text, CAME)


def only(name: str) -> Signal:
    (signal,) = told(name).signals
    return signal


@pytest.mark.parametrize("name", sorted(path.stem for path in SAMPLES.glob("*.json")))
def test_every_sample_is_read_and_read_alike_twice(name: str) -> None:
    assert told(name) == told(name)
    for signal in told(name).signals:
        assert signal.name
        assert 0 < len(signal.fingerprint) <= 64
        assert signal.at.tzinfo == datetime.UTC
        assert "\0" not in "".join([*signal.labels.values(), signal.name, signal.summary])
        assert signal.firing == (signal.ends_at is None)


def test_alertmanager_tells_name_beginning_labels_words_and_link() -> None:
    signal = only("alertmanager-firing")
    assert (signal.fingerprint, signal.name, signal.firing) == ("5ef0c2a91d3b7e64", "CostSpike", True)
    assert signal.starts_at == FIRED.replace(microsecond=123456)
    assert signal.labels == {"alertname": "CostSpike", "service": "fraud-scoring", "severity": "warning"}
    assert (signal.service, signal.severity) == ("fraud-scoring", "warning")
    assert signal.summary == "CostSpike is over its threshold"
    assert signal.url == "https://prometheus.example.com/graph?g0.expr=x"


def test_alertmanager_ends_the_same_alert_it_began() -> None:
    began, ended = only("alertmanager-firing"), only("alertmanager-resolved")
    assert (began.fingerprint, began.starts_at) == (ended.fingerprint, ended.starts_at)
    assert ended.ends_at == datetime.datetime(2026, 11, 21, 14, 10, tzinfo=datetime.UTC)


def test_a_group_may_mix_states_and_zones() -> None:
    first, second = told("alertmanager-mixed-group").signals
    assert (first.firing, second.firing) == (True, False)
    assert second.starts_at == datetime.datetime(2026, 11, 20, 0, 0, tzinfo=datetime.UTC)


def test_what_is_not_english_stays_as_it_is() -> None:
    signal = only("alertmanager-not-english")
    assert signal.name == "Modellgüte gefallen – 正確率"
    assert signal.labels["团队"] == "风控"
    assert signal.labels["note"] == "línea 1\nlínea 2"


def test_grafana_links_to_the_dashboard_and_falls_back_to_its_values() -> None:
    assert only("grafana-firing").url == "https://grafana.example.com/d/abc"
    assert only("grafana-firing").service == "support-copilot"
    assert "__alert_rule_uid__" not in only("grafana-firing").labels
    assert only("grafana-resolved").summary == "[ var='B' labels={} value=44.2 ]"
    assert only("grafana-no-data").name == "DatasourceNoData"


def test_an_alarm_fires_and_is_well_again_under_one_fingerprint() -> None:
    fired, well = only("sns-alarm"), only("sns-ok")
    assert fired.fingerprint == well.fingerprint == only("sns-raw-delivery").fingerprint
    assert (fired.firing, well.firing) == (True, False)
    assert fired.at == FIRED.replace(microsecond=512000)
    assert fired.labels["Endpoint"] == "fraud-scoring"
    assert fired.summary == "Feature drift of the endpoint"
    assert only("sns-composite-alarm").summary.startswith("Threshold Crossed")


def test_a_lack_of_data_and_a_running_job_say_nothing() -> None:
    for name in ("sns-insufficient-data", "sns-sagemaker-job-runs", "pagerduty-ping", "pagerduty-annotated"):
        assert told(name) == Told()


def test_a_subscription_is_handed_on_for_a_person_to_confirm() -> None:
    assert told("sns-subscription").confirmation_url.startswith("https://sns.eu-central-1.amazonaws.com/")
    assert told("sns-unsubscribed") == Told()


@pytest.mark.parametrize("address", ["http://sns.eu-central-1.amazonaws.com/", "https://evil.example/", "javascript:1"])
def test_a_confirmation_elsewhere_is_refused(address: str) -> None:
    post = {"Type": "SubscriptionConfirmation", "SubscribeURL": address}
    with pytest.raises(Malformed, match="SubscribeURL"):
        forms.read(SourceKind.SNS, json.dumps(post), CAME)


def test_a_failed_job_names_the_service_of_its_tags() -> None:
    signal = only("sns-sagemaker-job-failed")
    assert (signal.service, signal.summary) == ("fraud-scoring", "ClientError: the input has no rows")


def test_each_failed_test_is_an_alert_of_its_column_and_a_pass_ends_it() -> None:
    signals = told("evidently-suite").signals
    assert [signal.firing for signal in signals] == [True, False, True, True, True]
    assert len({signal.fingerprint for signal in signals}) == len(signals)
    assert {signal.service for signal in signals} == {"fraud-scoring"}
    assert not only("evidently-all-passed").firing
    assert only("evidently-snapshot").firing


def test_pagerduty_is_told_of_while_it_stands() -> None:
    assert only("pagerduty-triggered").firing
    assert only("pagerduty-acknowledged").firing
    assert not only("pagerduty-resolved").firing
    assert only("pagerduty-triggered").severity == "P1"
    assert only("pagerduty-acknowledged").severity == "high"
    assert only("pagerduty-triggered").service == "fraud-scoring"


def test_any_other_system_needs_name_and_state_alone() -> None:
    assert only("generic-one").firing
    first, second = told("generic-many").signals
    assert first.labels == {"alertname": "Predictions stopped", "shard": "3", "canary": "true"}
    assert first.starts_at == datetime.datetime(2026, 11, 21, 12, 0, tzinfo=datetime.UTC)
    assert second.url == ""


@pytest.mark.parametrize(
    ("kind", "text", "place"),
    [
        ("generic", "", "body"),
        ("generic", "[]", "body"),
        ("generic", '{"name": NaN}', "body"),
        ("generic", '{"a":' * 100_000, "body"),
        ("generic", '{"name": 1' + "0" * 5000 + "}", "body"),
        ("generic", '{"alerts": []}', "alerts"),
        ("generic", '{"alerts": {}}', "alerts"),
        ("generic", '{"alerts": [{"name": "x", "state": "firing"}, {"state": "firing"}]}', "alerts[1].name"),
        ("generic", '{"name": "x", "state": "burning"}', "state"),
        ("generic", '{"name": "x", "state": "firing", "starts_at": "yesterday"}', "starts_at"),
        ("generic", '{"name": "x", "state": "firing", "starts_at": "1066-10-14T09:00:00Z"}', "starts_at"),
        ("generic", '{"name": "x", "state": "firing", "labels": {"a": []}}', "labels.a"),
        ("generic", '{"name": "x", "state": "firing", "labels": ["a"]}', "labels"),
        ("generic", json.dumps({"alerts": [{"name": "x", "state": "firing"}] * 1001}), "alerts"),
        ("alertmanager", '{"version": "3", "alerts": []}', "version"),
        ("alertmanager", '{"version": "4"}', "alerts"),
        (
            "alertmanager",
            '{"version": "4", "alerts": [{"labels": {}, "status": "firing"}]}',
            "alerts[0].labels.alertname",
        ),
        ("alertmanager", '{"version": "4", "alerts": ["x"]}', "alerts[0]"),
        ("grafana", '{"alerts": [{"labels": {"alertname": "x"}, "status": "pending"}]}', "alerts[0].status"),
        ("sns", '{"Type": "Notification", "Message": "Somebody wrote a mail."}', "Message"),
        ("sns", '{"Type": "Notification", "Message": "{}"}', "Message"),
        ("sns", '{"Type": "Greeting"}', "Type"),
        ("sns", '{"AlarmName": "x", "NewStateValue": "RED"}', "NewStateValue"),
        ("evidently", "{}", "tests"),
        ("evidently", '{"tests": [{"name": "x", "status": "MAYBE"}]}', "tests[0].status"),
        ("pagerduty", "{}", "event"),
        (
            "pagerduty",
            '{"event": {"event_type": "incident.triggered", "data": {"type": "incident"}}}',
            "event.data.title",
        ),
    ],
)
def test_what_is_malformed_is_refused_with_the_place(kind: str, text: str, place: str) -> None:
    with pytest.raises(Malformed) as refusal:
        forms.read(kind, text, CAME)
    assert refusal.value.place == place
    assert refusal.value.reason


def test_half_a_character_and_a_zero_are_left_out() -> None:
    (signal,) = forms.read("generic", '{"name": "a\\u0000b\\ud800", "state": "firing"}', CAME).signals
    assert signal.name == "ab?"


def test_one_of_several_signatures_is_enough_while_the_secret_is_changed() -> None:
    def signed(secret: str) -> str:
        return "v1=" + hmac.new(secret.encode(), b"body", hashlib.sha256).hexdigest()

    assert pagerduty.is_signed(b"body", f"{signed('old')}, {signed('new')}", "new")
    assert not pagerduty.is_signed(b"body", signed("old"), "new")
    assert not pagerduty.is_signed(b"other", signed("new"), "new")
    assert not pagerduty.is_signed(b"body", signed("new").removeprefix("v1="), "new")
    assert not pagerduty.is_signed(b"body", signed(""), "")
    assert not pagerduty.is_signed(b"body", "v1=é", "new")


def test_every_kind_of_source_has_its_form() -> None:
    kinds: Any = set(SourceKind.values)
    assert kinds == set(forms.READERS)
