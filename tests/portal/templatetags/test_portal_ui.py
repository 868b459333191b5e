"""What the small pieces of a page say: to the eye, to a screen reader, to who writes markup into a name."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.template import Context, Template
from django.utils import timezone

HOSTILE = '<script>alert("x")</script>'
WHOLE = "9f2c" + "0" * 56 + "e41a"


def rendered(source: str, **context: Any) -> str:
    return Template(source).render(Context(context))


@pytest.fixture(autouse=True)
def in_berlin() -> Iterator[None]:
    with timezone.override("Europe/Berlin"), time_machine.travel("2026-11-12T14:02:00Z", tick=False):
        yield


def test_an_icon_is_silent_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in rendered('{% icon "check" %}')
    assert 'role="img" aria-label="Signed"' in rendered('{% icon "check" label="Signed" %}')


def test_a_state_is_a_symbol_a_word_and_a_colour() -> None:
    pill = rendered('{% state "waived" %}')
    assert "gh-state--waived" in pill
    assert "#i-s-waived" in pill
    assert pill.endswith("On credit</span>")


def test_another_word_leaves_the_symbol_true() -> None:
    pill = rendered('{% state "red" "Firing" %}')
    assert "#i-s-red" in pill
    assert "Firing" in pill


def test_a_state_nobody_knows_is_shown_plain() -> None:
    assert rendered('{% state "purple" %}') == '<span class="gh-state gh-state--plain">purple</span>'


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Priya Raghunathan", "PR"),
        ("Tomás Ferreira da Conceição-Albuquerque", "TC"),
        ("Özlem", "ÖZ"),
        ("Dr. Hannelore (Zimmermann) Brandt", "DB"),
        ("", ""),
    ],
)
def test_initials_are_first_and_last(name: str, letters: str) -> None:
    assert rendered("{{ name|initials }}", name=name) == letters


def test_a_person_shows_the_full_name() -> None:
    chip = rendered("{% person who %}", who="Li Na")
    assert '<span class="gh-face" aria-hidden="true">LN</span><span>Li Na</span>' in chip


def test_nobody_is_a_hole_in_red_words() -> None:
    chip = rendered("{% person None %}")
    assert "gh-face--none" in chip
    assert "gh-t-red" in chip
    assert "Nobody" in chip


def test_a_face_alone_still_says_the_name_to_a_screen_reader() -> None:
    assert '<span class="visually-hidden">Li Na</span>' in rendered("{% person who face_only=True %}", who="Li Na")


def test_a_digest_shows_its_ends_and_copies_the_whole() -> None:
    chip = rendered("{% digest value of='the file' %}", value=WHOLE)
    assert f'data-copy="{WHOLE}"' in chip
    assert 'aria-label="Copy SHA-256 9f2c…e41a of the file"' in chip


def test_a_digest_may_come_as_bytes_or_with_its_algorithm() -> None:
    assert WHOLE in rendered("{% digest value %}", value=bytes.fromhex(WHOLE))
    assert f'data-copy="{WHOLE}"' in rendered("{% digest value %}", value=f"sha256:{WHOLE}")


def test_no_digest_is_nothing() -> None:
    assert rendered("{% digest value %}", value=None) == ""


def test_a_moment_is_in_the_viewers_zone_with_utc_in_its_title() -> None:
    moment = datetime.datetime(2026, 11, 12, 9, 42, tzinfo=datetime.UTC)
    assert rendered("{{ moment|when }}", moment=moment) == (
        '<time datetime="2026-11-12T10:42:00+01:00" title="12 Nov 2026, 09:42 UTC">today, 10:42</time>'
    )


@pytest.mark.parametrize(
    ("style", "words"), [("day", "3 Nov 2026"), ("short", "3 Nov"), ("time", "10:42"), ("", "3 Nov 2026, 10:42")]
)
def test_a_moment_can_be_said_shorter(style: str, words: str) -> None:
    moment = datetime.datetime(2026, 11, 3, 9, 42, tzinfo=datetime.UTC)
    assert f">{words}</time>" in rendered("{{ moment|when:style }}", moment=moment, style=style)


def test_a_day_is_a_day_without_a_zone() -> None:
    assert rendered("{{ day|when }}", day=datetime.date(2026, 11, 3)) == '<time datetime="2026-11-03">3 Nov 2026</time>'


def test_nothing_due_and_no_moment_leave_no_trace() -> None:
    assert rendered("{{ none|when }}{{ none|due }}", none=None) == ""


def test_what_is_late_is_marked_late() -> None:
    late = datetime.datetime(2026, 11, 10, 14, 0, tzinfo=datetime.UTC)
    assert 'class="gh-due gh-due--late"' in rendered("{{ late|due }}", late=late)
    assert ">10 Nov, 2 days late<" in rendered("{{ late|due:'bare' }}", late=late)


def test_words_that_the_other_text_lacks_are_marked() -> None:
    shown = rendered("{{ mine|marked:theirs }}", mine="use provider B today", theirs="use the small one today")
    assert shown == "use <ins>provider B </ins>today"


@pytest.mark.parametrize(
    "source",
    [
        "{% person x %}",
        "{% person x face_only=True %}",
        "{% state 'red' x %}",
        "{% digest x %}",
        "{{ x|marked:'y' }}",
        "{{ x|marked:x }}",
        "{% icon 'check' label=x %}",
        "{% crumbs x '/' %}",
    ],
)
def test_markup_in_a_text_stays_text(source: str) -> None:
    assert "<script" not in rendered(source, x=HOSTILE)


def test_crumbs_are_links_in_their_order() -> None:
    trail = rendered('{% crumbs "Portfolio" "/portfolio/" "support-copilot" "/services/support-copilot/" %}')
    assert trail.index("/portfolio/") < trail.index("/services/support-copilot/")
    assert 'aria-label="Where this is"' in trail


def test_a_crumb_without_its_address_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="shorter"):
        rendered('{% crumbs "Portfolio" "/portfolio/" "support-copilot" %}')
