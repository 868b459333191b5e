"""What names, texts and addresses may hold."""

import pytest

from portal.errors import DomainError
from portal.rules import texts

UNSEEN = ["\u202e", "\u2066", "\u200b", "\u200f", "\ufeff", "\u2028", "\x00", "\x1b", "\n", "\t"]


@pytest.mark.parametrize("sign", UNSEEN, ids=lambda sign: f"U+{ord(sign):04X}")
def test_no_name_holds_what_cannot_be_seen(sign: str) -> None:
    with pytest.raises(DomainError) as refused:
        texts.name(f"Fraud{sign}Team", "name", needed="Give it a name.")
    assert refused.value.errors == {"name": [texts.HIDDEN]}


@pytest.mark.parametrize("name", ["Größe & Söhne", "O’Brien", "不正検知", "مراقبة", "Zoë  Ångström"])
def test_names_of_every_script_are_names_with_one_blank_between_words(name: str) -> None:
    assert texts.name(f"  {name} ", "name", needed="Give it a name.") == " ".join(name.split())


def test_a_text_of_several_lines_keeps_its_lines_and_nothing_that_turns_it_around() -> None:
    assert texts.refusal("one\r\n\ttwo", 100, one_line=False) == ""
    assert texts.refusal("one\u202etwo", 100, one_line=False) == texts.HIDDEN


@pytest.mark.parametrize("sign", UNSEEN, ids=lambda sign: f"U+{ord(sign):04X}")
def test_what_is_left_of_a_text_of_a_machine_could_be_a_name(sign: str) -> None:
    left = texts.shown(f" Fraud {sign}Team  of{sign}")
    assert left == "Fraud Team of"
    assert not texts.name_refusal(left, 20, "needed")
    assert texts.shown(f"one\r\n\ttwo{sign}", one_line=False).startswith("one\r\n\ttwo")


@pytest.mark.parametrize("address", ["https://user:pass@example.com/", "https://token@example.com/x", "http://:p@a.b/"])
def test_no_address_carries_a_password(address: str) -> None:
    assert texts.web_address_refusal(address) == texts.NO_SECRETS


@pytest.mark.parametrize("address", ["https://example.com/@name", "http://localhost:8000/?q=a@b", ""])
def test_an_at_sign_elsewhere_is_no_password(address: str) -> None:
    assert texts.web_address_refusal(address) == ""


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://a.b/", "//a.b", "https:///x", "https://a.b/\u202e"])
def test_what_is_no_web_address_is_refused(address: str) -> None:
    assert texts.web_address_refusal(address)
