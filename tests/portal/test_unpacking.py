"""Archives that somebody sent: honest ones give their files, hostile ones give a sentence and cost nothing."""

import io
import stat
import zipfile

import pytest

from portal import unpacking
from portal.archive import ArchiveError


def packed(*members: tuple[str | zipfile.ZipInfo, bytes], deflated: bool = True) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED) as archive:
        for name, body in members:
            archive.writestr(name, body)
    return out.getvalue()


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def test_files_come_in_their_order_without_folders() -> None:
    content = packed(("adr/", b""), ("adr/2.md", b"two"), ("adr/1.md", b"one"))
    assert unpacking.is_zip(content)
    assert unpacking.files(content) == [("adr/2.md", b"two"), ("adr/1.md", b"one")]
    assert not unpacking.is_zip(b"# 1. Text")


@pytest.mark.parametrize("name", ["../1.md", "/etc/1.md", "a/../../1.md", "C:1.md", "a\\..\\1.md"])
def test_a_path_that_leads_out_is_refused(name: str) -> None:
    with pytest.raises(ArchiveError, match="leads out"):
        unpacking.files(packed((name, b"x")))


def test_a_link_is_refused() -> None:
    with pytest.raises(ArchiveError, match="a link or a device"):
        unpacking.files(packed((link("1.md"), b"/etc/passwd")))


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(ArchiveError, match="larger than 1 MB"):
        unpacking.files(packed(("1.md", b"0" * (unpacking.LARGEST + 1))))


def test_a_bomb_that_lies_about_its_size_is_cut_off() -> None:
    body = b"0" * (3 * unpacking.LARGEST)
    content = packed(("1.md", body))
    small = content.replace(len(body).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert small != content
    with pytest.raises(ArchiveError):
        unpacking.files(small)


def test_too_many_files_and_too_much_together_are_refused() -> None:
    with pytest.raises(ArchiveError, match="501 files; 500 are the most"):
        unpacking.files(packed(*((f"{number}.md", b"") for number in range(501))))
    full = b"0" * unpacking.LARGEST
    with pytest.raises(ArchiveError, match="32 MB together"):
        unpacking.files(packed(*((f"{number}.md", full) for number in range(33))))


def test_the_same_path_twice_is_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = packed(("1.md", b"a"), ("1.md", b"b"))
    with pytest.raises(ArchiveError, match="in it twice"):
        unpacking.files(content)


def test_what_is_damaged_says_so() -> None:
    whole = packed(("1.md", b"text " * 100))
    for content in (whole[:-30], whole[:40] + b"\xff" * 20 + whole[60:], b"PK\x03\x04"):
        with pytest.raises(ArchiveError, match="damaged"):
            unpacking.files(content)


def test_a_password_is_refused() -> None:
    content = bytearray(packed(("1.md", b"x")))
    for start in (content.find(b"PK\x03\x04") + 6, content.find(b"PK\x01\x02") + 8):
        content[start] |= 1
    with pytest.raises(ArchiveError, match="password"):
        unpacking.files(bytes(content))
