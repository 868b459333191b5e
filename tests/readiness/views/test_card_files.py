"""Model cards as files: handed out, tried, confirmed, refused with nothing lost."""

import io
import json

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.actions.documents import Written
from portal.models import User
from portal.permissions import Role
from readiness.actions import model_cards
from readiness.models import ModelCard, ServedModel
from tests.factories import portal
from tests.factories import readiness as things

pytestmark = pytest.mark.django_db

README = "---\nlicense: mit\n---\n\n# Model card for fraud-gbm\n\n## Direct use\n\nScores payments.\n"


@pytest.fixture
def model() -> ServedModel:
    return things.model(things.service(), "fraud-gbm")


@pytest.fixture
def ana(model: ServedModel) -> User:
    return portal.member(model.service.scope.team, Role.CONTRIBUTOR, name="Ana")


@pytest.fixture
def page(client: Client, ana: User) -> Client:
    client.force_login(ana)
    return client


def address(model: ServedModel, name: str, *more: str) -> str:
    return reverse(f"readiness:{name}", args=[model.service.slug, model.public_id, *more])


def card_of(model: ServedModel, ana: User, **content: object) -> ModelCard:
    return model_cards.begin(portal.access(ana), model=model, written=Written(content))


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def confirmed(page: Client, model: ServedModel, tried: object) -> ModelCard:
    form = tried.context["confirmation"]  # type: ignore[attr-defined]
    given = {field.name: field.value() for field in form if field.value() is not False}
    page.post(address(model, "model_card_import_confirm"), given)
    return ModelCard.objects.get()


def test_an_uploaded_readme_is_shown_first_and_written_when_confirmed(page: Client, model: ServedModel) -> None:
    file = SimpleUploadedFile("README.md", README.replace("\n", "\r\n").encode("utf-8-sig"))
    tried = page.post(address(model, "model_card_import"), {"file": file})
    assert "<ins>Scores payments.</ins>" in text(tried)
    assert "to Intended use" in text(tried)
    assert not ModelCard.objects.exists()
    card = confirmed(page, model, tried)
    assert card.content == {"intended_use": "Scores payments.", "front_matter": "license: mit"}
    assert card.revisions.get().note == "imported from README.md"


def test_what_the_file_does_not_speak_of_stays_unless_it_is_the_whole_card(
    page: Client, model: ServedModel, ana: User
) -> None:
    card_of(model, ana, intended_use="Old.", limitations="Known.")
    tried = page.post(address(model, "model_card_import"), {"content": README})
    assert confirmed(page, model, tried).content["limitations"] == "Known."
    tried = page.post(address(model, "model_card_import"), {"content": README, "is_whole": "on"})
    assert "Taken away" in text(tried)
    assert "limitations" not in confirmed(page, model, tried).content


def test_a_card_that_was_revised_in_between_keeps_what_others_wrote(
    page: Client, model: ServedModel, ana: User
) -> None:
    card = card_of(model, ana, limitations="Known.")
    tried = page.post(address(model, "model_card_import"), {"content": README})
    ben = portal.member(model.service.scope.team, Role.CONTRIBUTOR, name="Ben")
    model_cards.revise(portal.access(ben), card=card, written=Written({"limitations": "Ben’s."}), seen=1)
    assert confirmed(page, model, tried).content["limitations"] == "Ben’s."


def test_a_clash_changes_nothing_and_keeps_the_file(page: Client, model: ServedModel, ana: User) -> None:
    card = card_of(model, ana, intended_use="Old.")
    tried = page.post(address(model, "model_card_import"), {"content": README})
    ben = portal.member(model.service.scope.team, Role.CONTRIBUTOR, name="Ben")
    model_cards.revise(portal.access(ben), card=card, written=Written({"intended_use": "Ben’s."}), seen=1)
    form = tried.context["confirmation"]
    given = {field.name: field.value() for field in form if field.value() is not False}
    answer = page.post(address(model, "model_card_import_confirm"), given)
    assert answer.status_code == 412
    assert "Nothing was changed" in text(answer)
    assert "Scores payments." in text(answer)
    assert ModelCard.objects.get().content == {"intended_use": "Ben’s."}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"---\na: [1\n---\n# My words\n", "Line 2"),
        (b"---\na: &x 1\n---\n# My words\n", "Anchors"),
        ("# My words\n\n## Limitations\n\n\u202e".encode(), "Limitations: This holds signs"),
    ],
)
def test_a_refused_upload_says_why_and_stands_in_the_form(
    page: Client, model: ServedModel, content: bytes, words: str
) -> None:
    answer = page.post(address(model, "model_card_import"), {"file": SimpleUploadedFile("README.md", content)})
    assert answer.status_code == 422
    assert words in text(answer)
    assert "# My words" in text(answer)


@pytest.mark.parametrize(
    ("file", "words"),
    [(b"\xff\xfeG", "UTF-16"), (b"x" * (1024**2 + 1), "1 MB is the most"), (b"", "Choose a file, or paste its text.")],
)
def test_what_is_no_text_is_refused_at_the_file(page: Client, model: ServedModel, file: bytes, words: str) -> None:
    answer = page.post(address(model, "model_card_import"), {"file": SimpleUploadedFile("card.md", file)})
    assert answer.status_code == 422
    assert words in " ".join(answer.context["form"].errors["file"])


def test_a_file_that_came_back_broken_changes_nothing(page: Client, model: ServedModel) -> None:
    given = {"content": "%%%", "name": "README.md", "seen": "0"}
    answer = page.post(address(model, "model_card_import_confirm"), given, follow=True)
    assert "did not come back whole" in text(answer)
    assert not ModelCard.objects.exists()


def test_every_format_is_handed_out_as_a_download_of_the_revision_asked_for(
    page: Client, model: ServedModel, ana: User
) -> None:
    card = card_of(model, ana, intended_use="Scores payments.")
    model_cards.revise(portal.access(ana), card=card, written=Written({"intended_use": "Scores transfers."}), seen=1)
    readme = page.get(address(model, "model_card_export", "readme"), {"revision": "1"})
    assert "## Intended use\n\nScores payments." in text(readme)
    assert readme["Content-Disposition"] == 'attachment; filename="README.md"'
    bom = json.loads(text(page.get(address(model, "model_card_export", "cyclonedx"))))
    assert bom["components"][0]["modelCard"]["considerations"]["useCases"] == ["Scores transfers."]
    assert "Revision 2, written" in text(page.get(address(model, "model_card_export", "markdown")))
    assert page.get(address(model, "model_card_export", "word")).status_code == 404
    assert page.get(address(model, "model_card_export", "readme"), {"revision": "9"}).status_code == 404


def test_an_export_that_is_imported_again_changes_nothing(page: Client, model: ServedModel, ana: User) -> None:
    metrics = [{"metric": "Recall", "segment": "Abroad", "value": "80", "threshold": "90", "better": "higher"}]
    card_of(
        model, ana, intended_use="# Users\n\nScores.", metrics=metrics, risks=[{"risk": "a | b", "mitigation": "c\nd"}]
    )
    for form in ("readme", "cyclonedx"):
        exported = text(page.get(address(model, "model_card_export", form)))
        tried = page.post(address(model, "model_card_import"), {"content": exported, "is_whole": "on"})
        assert "Nothing would change" in text(tried)


def test_only_those_who_write_may_import(client: Client, model: ServedModel) -> None:
    client.force_login(portal.member(model.service.scope.team, Role.APPROVER))
    assert client.get(address(model, "model_card_import")).status_code == 403


def test_front_matter_that_cannot_be_given_back_is_refused_in_the_form(
    page: Client, model: ServedModel, ana: User
) -> None:
    said = {"seen": "0", "keeper": str(ana.public_id), "review_every": "90", "front_matter": "a: [1"}
    answer = page.post(address(model, "model_card_begin"), said)
    assert answer.status_code == 422
    assert "Line 1: Expected" in text(answer)


def test_a_revision_is_printed_with_its_metrics_and_its_marks(page: Client, model: ServedModel, ana: User) -> None:
    metrics = [{"metric": "Recall", "value": "80", "unit": "%", "threshold": "90", "better": "higher"}]
    card = card_of(model, ana, intended_use="<b>Scores</b> payments. Größe, 数据.", metrics=metrics)
    model_cards.revise(portal.access(ana), card=card, written=Written({"intended_use": "Other."}), seen=1)
    answer = page.get(address(model, "model_card_pdf"), {"revision": "1"})
    assert answer["Content-Type"] == "application/pdf"
    read = pypdf.PdfReader(io.BytesIO(answer.content), strict=True)
    words = " ".join(" ".join(one.extract_text() for one in read.pages).split())
    assert "Model card fraud-gbm" in words
    assert "<b>Scores</b> payments." in words
    assert "Under" in words
    assert "Other." not in words
    assert read.metadata is not None
    assert read.metadata.title == "Model card fraud-gbm, revision 1"
    assert page.get(address(model, "model_card_pdf"), {"revision": "9"}).status_code == 404
