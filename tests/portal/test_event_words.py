"""What an event says: in words that people read, however it is kept."""

from portal import event_words
from readiness.queries import wording


def told(verb: str, facts: dict[str, object], *, in_short: bool = False, **texts: str) -> str:
    return event_words.headline(verb, event_words.sentence(verb, facts, texts, in_short=in_short))


def beside(verb: str, facts: dict[str, object], **texts: str) -> dict[str, str]:
    return {change.name: change.new for change in event_words.changes(verb, facts, texts)}


def test_the_severity_of_an_incident_is_its_number_and_that_of_a_finding_a_word() -> None:
    incident: dict[str, object] = {"label": "INC-0001", "was": 3, "severity": 2}

    assert told("incident.severity-changed", incident) == "Changed INC-0001 from sev-3 to sev-2"
    assert beside("finding.opened", {"severity": 2})["severity"] == "medium"


def test_names_of_fields_and_moments_are_written_as_people_write_them() -> None:
    changed = told("incident.changed", {"label": "INC-0001", "fields": ["affected_groups", "harm"]})
    posted = beside("incident.updated", {"next_word_at": "2026-11-20T17:41:53.922325+00:00"})

    assert changed == "Changed INC-0001: affected groups, harm"
    assert posted == {"next word": "20 Nov 2026, 17:41 UTC"}


def test_words_that_the_headline_says_are_not_said_again_below_it() -> None:
    said = {"title": "Refuse a write without a tenant", "text": "Refuse a write without a tenant"}

    assert "text" not in beside("action-item.opened", {"number": 7}, **said)
    assert told("decision.recorded", {"verdict": "emergency-go", "release": "3.2.1", "environment": "production"}) == (
        "Recorded emergency go for 3.2.1 in production"
    )


def test_items_that_were_signed_are_called_by_their_titles() -> None:
    facts: dict[str, object] = {"items": ["env.configuration", "env.secrets"], "rounds": [1, 1], "method": "password"}

    said = told("signoff.granted", facts)

    assert said == f"Signed off {wording.named('env.configuration')}, {wording.named('env.secrets')}"
    assert beside("signoff.granted", facts) == {"method": "password"}


def test_a_headline_counts_what_is_too_long_for_it_and_all_of_it_stands_below() -> None:
    items = ["env.configuration", "env.secrets", "api.auth", "mon.metrics"]
    facts: dict[str, object] = {"items": items, "source": 3, "kept": ["draft", "signed", "signed", "answered"]}

    assert told("answers.carried", facts, in_short=True) == "Carried 4 items over from review 3"
    below = beside("answers.carried", facts)
    assert below["items"].count("“") == 4
    assert below["kept"] == "2 signed, 1 draft, 1 answered"
    assert "“" in told("answers.carried", facts)
