"""Whatever is posted in any of the six forms is read or refused with its place, and what is taken is worked off."""

import copy
import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.actions import alert_posts
from incidents.choices import SourceKind
from incidents.intake import forms
from incidents.intake.signal import Malformed, Signal, Told
from incidents.models import Alert, AlertPost
from portal.rules import texts
from tests.factories import alerts, portal

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.json"))
CAME = datetime.datetime(2026, 11, 21, 15, 0, tzinfo=datetime.UTC)

Way = tuple[str | int, ...]


def deep(levels: int) -> Any:
    """Lists in lists."""
    found: Any = "x"
    for _ in range(levels):
        found = [found]
    return found


HOSTILE = st.one_of(
    st.sampled_from([10**400, -(10**400), 1e308, 2**63, "1e999", True, None, [], {}, [[]], {"": ""}, deep(500)]),
    st.sampled_from(["\ud800", "\0", "\u202e", "a\u200bb", "\x1b[2J", "\r\n", " ", "x" * 5000, "9999-12-31T23:59:59Z"]),
    st.text(max_size=40),
    st.text(alphabet="\0\x07\x1b\u061c\u200b\u202e\u2066\ufeff\ud800 ab\n", max_size=20),
    st.dictionaries(st.sampled_from(["\ud800", "\u202e", "a", "\0", ""]), st.sampled_from([[], 10**400, "\ud800"])),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
)


def ways(value: Any, so_far: Way = ()) -> Iterator[Way]:
    """The way to every value of a body, from its top."""
    yield so_far
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in members:
        yield from ways(member, (*so_far, name))


def put(body: Any, way: Way, value: Any) -> Any:
    """The body with another value there."""
    if not way:
        return value
    changed = copy.deepcopy(body)
    place = changed
    for step in way[:-1]:
        place = place[step]
    place[way[-1]] = value
    return changed


@st.composite
def posts(draw: st.DrawFn) -> tuple[str, str]:
    """The kind of a source, and a sample of its posts in which a value or two are another."""
    sample = draw(st.sampled_from(SAMPLES))
    body = json.loads(sample.read_bytes())
    for _ in range(draw(st.integers(1, 2))):
        body = put(body, draw(st.sampled_from(list(ways(body)))), draw(HOSTILE))
    if isinstance(body, dict) and isinstance(body.get("Message"), str) and draw(st.booleans()):
        body["Message"] = json.dumps({"AlarmName": draw(HOSTILE), "NewStateValue": "ALARM", "Trigger": draw(HOSTILE)})
    return sample.stem.partition("-")[0], json.dumps(body)


def may_be_shown(signal: Signal) -> bool:
    """Whether what is kept of it would be taken from a person too."""
    several = (signal.summary, signal.service, signal.severity, *signal.labels, *signal.labels.values())
    return not texts.name_refusal(signal.name, 200, "empty") and not any(
        texts.refusal(text, 5000, one_line=False) for text in several
    )


def read(post: tuple[str, str]) -> Told | Malformed:
    """What a post tells, or why it is refused."""
    try:
        return forms.read(*post, CAME)
    except Malformed as refusal:
        return refusal


@settings(max_examples=400, deadline=None)
@given(posts())
def test_a_post_is_read_or_refused_in_words_that_can_be_sent(post: tuple[str, str]) -> None:
    told = read(post)
    if isinstance(told, Malformed):
        assert told.reason.encode()
        assert len(told.place.encode()) < 1000
    else:
        assert all(may_be_shown(signal) for signal in told.signals)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None)
@given(st.lists(posts(), min_size=1, max_size=4))
def test_what_was_taken_is_worked_off(told: list[tuple[str, str]]) -> None:
    made = {kind: alerts.source(portal.team(), kind=kind) for kind in {kind for kind, _body in told}}
    for kind, body in told:
        answer = alerts.post(made[kind], body)
        assert answer.status_code in (202, 400), answer.content
    for post in AlertPost.objects.filter(worked_at=None):
        alert_posts.work_off(post.pk)
    assert not AlertPost.objects.filter(worked_at=None).exists()


@pytest.mark.django_db
def test_a_number_without_measure_is_refused_with_its_place() -> None:
    made = alerts.source(portal.team(), kind=SourceKind.GENERIC)
    answer = alerts.post(made, json.dumps({"name": "x", "state": "firing", "labels": {"build": 10**400}}))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "labels.build")


@pytest.mark.django_db
def test_a_place_with_half_a_character_can_be_told() -> None:
    made = alerts.source(portal.team(), kind=SourceKind.GENERIC)
    answer = alerts.post(made, '{"name": "x", "state": "firing", "labels": {"\\ud800": []}}')
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "labels.?")


@pytest.mark.parametrize("kind", [SourceKind.ALERTMANAGER, SourceKind.GRAFANA])
def test_a_name_of_nothing_that_can_be_seen_is_none(kind: str) -> None:
    with pytest.raises(Malformed) as refusal:
        forms.read(kind, alerts.group(alerts.told("\u200b\u202e")), CAME)
    assert refusal.value.place == "alerts[0].labels.alertname"


@pytest.mark.django_db
def test_a_name_that_turns_the_page_around_is_kept_without_that() -> None:
    made = alerts.source(portal.team())
    alert_posts.work_off(alert_posts.receive(made.source, body=alerts.group(alerts.told("Cost\u202e\nspike"))).pk)
    assert Alert.objects.get().name == "Cost spike"
    assert "\\u202e" in AlertPost.objects.get().body, "the post is stored as it came"
