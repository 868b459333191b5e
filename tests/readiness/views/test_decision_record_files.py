"""Decision records as files in the browser: what they would become is shown first, then all come in, and go out."""

import io
import re
import zipfile

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal import archive
from portal.models import User
from portal.permissions import Role
from readiness.models import DecisionRecord, Service
from tests.factories import portal
from tests.factories import readiness as things

pytestmark = pytest.mark.django_db

GOOD = b"# 1. Retry once\n\n## Status\n\nAccepted\n\n## Context\n\nTen retries held every worker.\n"


@pytest.fixture
def service() -> Service:
    return things.service()


@pytest.fixture
def ana(service: Service) -> User:
    return portal.member(service.scope.team, Role.CONTRIBUTOR, name="Ana")


@pytest.fixture
def page(client: Client, ana: User) -> Client:
    client.force_login(ana)
    return client


def at(service: Service, name: str = "decision_records_import") -> str:
    return reverse(f"readiness:{name}", args=[service.slug])


def sent(*files: tuple[str, bytes]) -> dict[str, list[SimpleUploadedFile]]:
    return {"file": [SimpleUploadedFile(name, body) for name, body in files]}


def zipped(*files: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, body in files:
            made.writestr(name, body)
    return out.getvalue()


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def confirmed(shown: str) -> dict[str, str]:
    return dict(re.findall(r'name="(content|expected)" value="([^"]*)"', shown))


def test_files_are_shown_first_and_come_in_when_confirmed(page: Client, service: Service) -> None:
    shown = text(page.post(at(service), sent(("0001-retry.md", GOOD), ("README.md", b"# Ours"))))
    assert "1. Retry once" in shown
    assert "left out" in shown
    assert not DecisionRecord.objects.exists()
    done = page.post(at(service, "decision_records_import_confirm"), confirmed(shown), follow=True)
    assert "1 decision record is imported." in text(done)
    assert DecisionRecord.objects.get().content["context"] == "Ten retries held every worker."


def test_a_zip_is_taken_as_its_files(page: Client, service: Service) -> None:
    shown = text(page.post(at(service), sent(("all.zip", zipped(("adr/0001-retry.md", GOOD))))))
    assert "adr/0001-retry.md" in shown
    page.post(at(service, "decision_records_import_confirm"), confirmed(shown))
    assert DecisionRecord.objects.count() == 1


def test_what_cannot_be_taken_in_says_why_at_its_file(page: Client, service: Service) -> None:
    answer = page.post(at(service), sent(("0001-retry.md", GOOD), ("2.md", b"\xff\xfe")))
    assert answer.status_code == 422
    assert "1 file cannot be taken in, so none is" in text(answer)
    assert "It is no text in UTF-8" in text(answer)
    assert not confirmed(text(answer))


def test_a_hostile_zip_is_refused_with_a_sentence(page: Client, service: Service) -> None:
    answer = page.post(at(service), sent(("all.zip", zipped(("../../1.md", GOOD)))))
    assert answer.status_code == 422
    assert "leads out of the archive" in text(answer)
    assert "Choose files." in text(page.post(at(service), {}))


def test_what_came_back_broken_changes_nothing(page: Client, service: Service) -> None:
    forged = signing.dumps([["1.md", "# Ours"]], salt="another", compress=True)
    for content in ("", "%%%", "QUJD", "eJxLSVWoBAADJgFF", forged):
        told = page.post(
            at(service, "decision_records_import_confirm"), {"content": content, "expected": "x"}, follow=True
        )
        assert "nothing was changed" in text(told)
    assert not DecisionRecord.objects.exists()


def test_one_goes_out_as_markdown_and_all_as_a_zip_that_comes_in_again(page: Client, service: Service) -> None:
    shown = text(page.post(at(service), sent(("0001-retry.md", GOOD))))
    page.post(at(service, "decision_records_import_confirm"), confirmed(shown))
    one = page.get(reverse("readiness:decision_record_export", args=[service.slug, 1]))
    assert one["Content-Disposition"] == 'attachment; filename="0001-retry-once.md"'
    assert text(one).startswith("---\nstatus: accepted\n---\n\n# Retry once\n")
    whole = page.get(at(service, "decision_records_export")).content
    assert archive.problems(io.BytesIO(whole)) == []
    again = text(page.post(at(service), sent(("all.zip", whole))))
    assert "is record 1 already" in again


def test_who_may_not_write_may_not_import(client: Client, service: Service) -> None:
    client.force_login(portal.member(service.scope.team, Role.VIEWER))
    assert client.get(at(service)).status_code == 403
    assert client.post(at(service, "decision_records_import_confirm"), {"content": "x"}).status_code == 403
    assert client.get(at(service, "decision_records_export")).status_code == 200


def test_more_files_than_one_form_takes_are_refused_at_the_field(page: Client, service: Service) -> None:
    def many(number: int) -> dict[str, list[SimpleUploadedFile]]:
        return sent(*((f"{one:04}-retry.md", GOOD) for one in range(1, number + 1)))

    assert "up to 100 files at once, or a ZIP of up to 500" in text(page.get(at(service)))
    assert page.post(at(service), many(100)).status_code == 200
    refused = page.post(at(service), many(101))
    assert refused.status_code == 422
    said = "These are 101 files; 100 are taken at once. Pack them into a ZIP, which may hold 500."
    assert refused.context["form"].errors["file"] == [said]
    assert said in text(refused)
    whole = zipped(*((f"{one:04}-retry.md", GOOD) for one in range(1, 121)))
    assert page.post(at(service), sent(("all.zip", whole))).status_code == 200


def test_archives_that_are_too_much_together_are_refused_at_the_field(page: Client, service: Service) -> None:
    chosen = [(f"{part}.zip", zipped(*((f"{part}-{one}.md", b"x" * 1024**2) for one in range(20)))) for part in "abc"]
    refused = page.post(at(service), sent(*chosen))
    assert refused.status_code == 422
    assert "more than 32 MB together" in text(refused)


def test_so_many_files_that_nothing_is_read_are_refused_with_the_way_out(page: Client, service: Service) -> None:
    refused = page.post(at(service), sent(*((f"{one}.md", b"x") for one in range(201))))
    assert refused.status_code == 413
    assert "At most 100 files are taken at once" in text(refused)
