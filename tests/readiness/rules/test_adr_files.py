"""Decision records in files: whatever people wrote comes in whole, nothing is made up, and it goes out and in again."""

import datetime
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules import document_fields
from readiness.choices import DecisionRecordState as State
from readiness.rules import adr_reading, adr_writing
from readiness.rules import decision_records as rules
from readiness.rules.adr_reading import AdrFile
from readiness.rules.adr_references import Reference

SAMPLES = Path(__file__).parents[1] / "adr_samples"
FILES = sorted(path.relative_to(SAMPLES).as_posix() for path in SAMPLES.rglob("*.md"))


def source(name: str) -> str:
    return (SAMPLES / name).read_bytes().decode("utf-8")


def read(name: str) -> AdrFile:
    return adr_reading.read(name, source(name))


def written(found: AdrFile) -> str:
    return adr_writing.write(found.title, found.state, found.decided_on, found.content)


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


UNSAID = words("status date deciders accepted superseded by supersedes proposed rejected deprecated validation")
UNSAID |= words("consulted informed kontext entscheidung")
"""Words of the form itself, which a file in another form says otherwise."""


@pytest.mark.parametrize("name", FILES)
def test_every_word_of_a_file_is_kept(name: str) -> None:
    found = read(name)
    names = {str(found.number), f"{found.number:04}" if found.number else ""}
    links = [found.superseded_by, *found.supersedes]
    named = {word for link in links if link for word in words(f"{link.words} {link.number}")}
    plain = re.sub(r"^\d+\. ", "", source(name), flags=re.MULTILINE)  # a list of options has no numbers
    lost = words(plain) - words(written(found)) - UNSAID - names - named
    assert not lost - words(str(found.decided_on)) - {"adr"}


@pytest.mark.parametrize("name", FILES)
def test_no_word_is_made_up(name: str) -> None:
    form = "context and problem statement decision drivers considered options outcome consequences confirmation"
    more = "pros and cons of the options more information chosen option status accepted proposed good because makers"
    title = words(name.replace("-", " ").replace("_", " "))
    assert not words(written(read(name))) - words(source(name)) - words(f"{form} {more}") - title - UNSAID


@pytest.mark.parametrize("name", FILES)
def test_what_is_exported_comes_in_the_same_again(name: str) -> None:
    first = read(name)
    again = adr_reading.read(adr_writing.file_name(first.number or 1, first.title), written(first))
    assert (again.title, again.state, again.decided_on) == (first.title, first.state, first.decided_on)
    assert again.content == first.content


@pytest.mark.parametrize("name", FILES)
def test_a_file_breaks_no_rule_of_who_types(name: str) -> None:
    assert document_fields.refusals(rules.FIELDS, read(name).content) == {}


def test_madr_4_goes_into_its_fields() -> None:
    found = read("madr4/0001-keep-decisions.md")
    content = found.content
    assert (found.number, found.title) == (1, "Keep decisions beside the code")
    assert (found.state, found.decided_on) == (State.ACCEPTED, datetime.date(2024, 3, 4))
    assert (content["decision_makers"], content["consulted"]) == ("Ana Brook, Ben Otter", "Platform; Security")
    assert [row["option"] for row in content["options"] if row.get("taken")] == ["Files beside the code"]
    first, wiki, nothing = content["options"]
    assert first["pros"] == "they are versioned\na change and its reason come together"
    assert (first["neutral"], first["cons"]) == ("Markdown is known to all", "people outside do not see them")
    assert "the last edit is three years old" in wiki["about"]
    assert nothing == {"option": "Nothing"}
    assert content["confirmation"] == "Each pull request is asked for its decision."
    assert content["front_matter"].startswith("tags: [process, writing]\n# a remark of the team\nx-owner:\n  team:")


def test_nygard_goes_into_its_fields_with_its_links() -> None:
    found = read("nygard/0003-bucket.md")
    assert (found.number, found.title, found.state) == (3, "Store uploads in a bucket", State.ACCEPTED)
    assert [(link.number, link.file) for link in found.supersedes] == [(2, "0002-files.md")]
    assert "Amended by a talk in the corridor" in found.content["other"][0]["text"]
    older = read("nygard/0002-files.md")
    assert older.superseded_by == Reference(3, "0003-bucket.md", "[3. Store uploads in a bucket](0003-bucket.md)")
    assert older.content["consequences"] == "One server only.\n\n#### Later\n\nWhen there are two, this has to change."


def test_madr_2_lists_its_terms_below_the_title() -> None:
    found = read("madr2/0010-retry.md")
    assert (found.state, found.decided_on) == (State.ACCEPTED, datetime.date(2021, 6, 30))
    assert found.content["decision_makers"] == "Ana, Ben"
    assert found.content["preface"] == "Technical Story: [TICKET-17](https://tracker.example.com/17)"
    assert "#### Negative Consequences\n\n* some requests fail" in found.content["consequences"]
    assert [len(row) > 1 for row in found.content["options"]] == [True, True]


def test_a_proposal_keeps_the_day_of_its_file_without_being_decided_on_it() -> None:
    found = read("madr3/0007-cache.md")
    assert (found.state, found.decided_on) == (State.PROPOSED, None)
    assert "date: 2023-01-31" in found.content["front_matter"]
    assert found.content["options"][0] == {"option": "One cache for each tenant", "taken": "yes"}


def test_line_ends_of_windows_and_other_scripts_come_in_plain() -> None:
    found = read("nygard/0004-windows.md")
    assert (found.number, found.title, found.content["decision"]) == (4, "记录决定", "用 Postgres。")
    assert "\r" not in str(found.content)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("adr/0012-retry-once.md", "Retry once"),
        ("ADR_7 Use TLS 13.md", "Use TLS 13"),
        ("use-python-3.md", "Use python 3"),
    ],
)
def test_without_a_heading_the_file_gives_the_title_and_loses_its_own_number_alone(name: str, title: str) -> None:
    assert adr_reading.read(name, "Some words.").title == title


def test_front_matter_that_grows_without_end_is_kept_as_it_is() -> None:
    for front in ("a: &a [x]\nb: [*a, *a]", "a: " + "[" * 60_000):
        found = adr_reading.read("0001-one.md", f"---\n{front}\n---\n# One\n")
        assert found.title == "One"
        assert any("cannot be read" in note for note in found.notes)


def test_odd_headings_lose_nothing() -> None:
    found = read("odd/adr-012-überschriften.md")
    assert (found.number, found.title, found.state) == (12, "Überschriften", State.ACCEPTED)
    assert found.content["context"] == "Warum **überhaupt**?\n\n#### Was wir wissen\n\n##### Sehr wenig"
    assert found.content["other"] == [{"title": "Offene Fragen", "text": "- Wer liest das?"}]
    assert "Date: March 2019" in found.content["preface"]
    bare = read("odd/13_no_heading.md")
    assert (bare.number, bare.title, bare.state) == (13, "No heading", State.PROPOSED)
    assert "# quoted, no heading" in bare.content["preface"]
    broken = read("odd/0014-broken-front-matter.md")
    assert (broken.title, broken.state) == ("Take the bus", State.DEPRECATED)
    kept = {row["title"] for row in broken.content["other"]}
    assert kept == {
        "Front matter",
        "Considered Options",
        "Another of our own",
        "Pros and Cons of the Options",
        "Status",
    }
    levels = read("odd/0015-all-first-level.md")
    assert (levels.title, levels.state, levels.content["decision"]) == ("Use gRPC", State.REJECTED, "No: REST stays.")


@pytest.mark.parametrize(
    ("said", "state", "by"),
    [
        ("Accepted", State.ACCEPTED, None),
        ("*draft*", State.PROPOSED, None),
        ("Superseded by 12", State.SUPERSEDED, 12),
        ("superseded by ADR-0012", State.SUPERSEDED, 12),
        ("Superceded by [ADR 12](0012-x.md)", State.SUPERSEDED, 12),
        ("Accepted\n\nReplaced by [x](12-x.md)", State.SUPERSEDED, 12),
        ("Deprecated", State.DEPRECATED, None),
        ("Zurückgestellt", State.PROPOSED, None),
    ],
)
def test_a_status_is_understood_as_people_write_it(said: str, state: State, by: int | None) -> None:
    found = adr_reading.read("1.md", f"# A\n\n## Status\n\n{said}\n")
    assert (found.state, found.superseded_by.number if found.superseded_by else None) == (state, by)


TEXT = st.text(st.sampled_from("ab #*-`\n|>1.[]()é:"), max_size=60)
LINE = st.text(st.sampled_from("ab 1é"), min_size=1, max_size=20).filter(lambda line: bool(line.strip()))


@given(st.text(max_size=400))
def test_any_text_is_read_and_goes_out_and_in_again(text: str) -> None:
    first = adr_reading.read("0001-x.md", text)
    if first.title.strip() and "\n" not in first.title:
        written(first)


@given(context=TEXT, decision=TEXT, consequences=TEXT, title=LINE)
def test_what_people_type_comes_back_once_it_was_exported(
    context: str, decision: str, consequences: str, title: str
) -> None:
    typed = {"context": context, "decision": decision, "consequences": consequences}
    content = document_fields.tidied(rules.FIELDS, typed)
    once = adr_reading.read("0001-x.md", adr_writing.write(title, State.ACCEPTED, None, content))
    assert words(str(content)) <= words(str(once.content)) | words(str(once.title))
