"""What an auditor must find in the pack, in the words of the page."""

import io
from dataclasses import replace

import pikepdf
import pytest

from portal.pdf.process import RenderingProcess
from readiness.choices import DecisionState
from readiness.packs import pages as pack_pages
from tests.factories import pack
from tests.portal.pdf import tags
from tests.readiness.audit_pack.conftest import Built, build

FACES = {"/Pack-Sans", "/Pack-Sans-Semi-Bold", "/Pack-Mono"}


def test_the_cover_says_what_for_whom_as_of_when_and_how_to_verify(built: Built) -> None:
    cover = built.pages[0]
    for words in (
        "Claims Triage Assistant",
        pack.LONG_NAME,
        "1 July 2026 to 30 September 2026",
        "2026-10-01 00:00:00 UTC",
        "GH-2026-0417, made 2026-10-05 07:30:00 UTC",
        "3 persons by this organisation’s setting",
        "sha256sum --check record.sha256",
        "https://gatehouse.alderholm.example/packs/GH-2026-0417",
    ):
        assert words in cover
    assert built.contents.cover.record_digest in cover.replace(" ", "")


def test_the_cover_stays_one_page_however_many_services_and_however_long_their_names(
    renderer: RenderingProcess,
) -> None:
    services = [replace(pack.empty(), slug=f"s{number}", name=f"{number} {pack.LONG_NAME}") for number in range(30)]
    document = pack_pages.cover(pack.contents(*services))
    part = renderer.render(document.html, document.own)
    assert part.pages == 1
    assert "and 27 more, listed in the contents" in document.html


def test_every_sign_off_shows_who_when_meaning_method_and_the_whole_digest(built: Built) -> None:
    joined = built.text.replace(" ", "")
    for service in built.contents.services:
        for signoff in service.signoffs:
            assert signoff.signature.digest in joined
            assert signoff.signature.by.name in built.text
            assert f"{signoff.signature.at:%H:%M:%S}" in built.text
    assert "I have examined the answer, the points and the evidence, and state that this item is met." in built.text
    assert "Rules in force: Rules 2026.2" in built.text


def test_a_void_sign_off_is_kept_and_explained(built: Built) -> None:
    assert "S-005-V" in built.text
    assert "by Priya Raghunathan: the benchmark file was replaced by a new run. Signed again as S-005." in built.text


def test_a_carried_sign_off_says_for_which_release(built: Built) -> None:
    assert "for release 4.1.2" in built.text


def test_a_point_says_who_ticked_it_and_when(built: Built) -> None:
    point = built.contents.services[0].reviews[0].items[0].points[0]
    assert point.at is not None
    assert f"{point.text} {point.by}, {point.at:%Y-%m-%d %H:%M:%S}" in built.text


def test_credit_is_named_and_never_counted_as_green(built: Built) -> None:
    assert "W-07 What is lost can be restored: on credit until 10 October 2026" in built.text
    review = built.contents.services[0].reviews[0]
    assert dict(review.counts)["waived"] == 1
    assert f"{review.answered} of {review.applicable} applicable items answered, {review.green} green" in built.text
    assert review.green + 1 < review.answered


def test_a_decision_shows_its_triggers_conditions_and_the_digest_of_what_it_saw(built: Built) -> None:
    decision = built.contents.services[0].decisions[0]
    joined = built.text.replace(" ", "")
    for trigger in decision.triggers:
        assert trigger.title in built.text
    for condition in decision.conditions:
        assert condition.outcome in built.text
    assert decision.signature.digest in joined
    assert "Accepted: No incident tool is connected yet." in built.text
    assert "Superseded; superseded by D-12" in built.text
    assert decision.state == DecisionState.CURRENT


def test_what_traits_leave_out_is_there_with_its_rule(built: Built) -> None:
    assert "Item perf.caching" in built.text
    assert "Caching is not declared" in built.text


def test_redacted_and_outdated_evidence_says_so(built: Built) -> None:
    assert "Redacted on 2026-08-02 by compliance and an administrator: personal data." in built.text
    assert "Names release 4.1.2: it no longer counts." in built.text


def test_chapters_without_data_stay_and_say_so(renderer: RenderingProcess) -> None:
    alone = build(renderer, pack.contents(pack.empty()))
    service = alone.text[alone.text.index("Service · Facilities") : alone.text.index("No file of evidence")]
    assert service.count("Nothing recorded in this period.") == 5
    assert "Nothing was handed over in the period." in service
    assert service.count("Not kept in this portal. That says nothing about the service.") == 6
    for title in ("Sign-offs", "Waivers", "Model card", "Runbooks and drills", "Incidents", "Audit trail, excerpt"):
        assert title in service
    assert len(alone.pages) < 12


def test_the_summary_names_what_needs_attention(built: Built) -> None:
    summary = built.text[built.text.index("3 services in scope") : built.text.index("Service · Claims Automation")]
    for words in ("Condition overdue: Test failover between regions.", "What is lost can be restored: on credit."):
        assert words in summary
    assert "No-go for release 2026.3" in built.text
    assert "Critical item red: Out in steps, back in minutes." in built.text


def test_every_file_of_evidence_is_in_the_manifest_with_its_digest(built: Built) -> None:
    files = [file for service in built.contents.services for file in pack_pages.evidence_files(service)]
    assert len(files) > 60
    whole = built.text.replace(" ", "")
    for file in files:
        assert file.digest in whole
        assert file.path in whole


def test_only_the_shipped_faces_are_in_it(built: Built, hostile: Built) -> None:
    for one in (built, hostile):
        with pikepdf.open(io.BytesIO(one.pdf)) as document:
            fonts = [font for page in document.pages for font in page.Resources.get("/Font", {}).values()]
            assert {"/" + str(font.BaseFont).partition("+")[2] for font in fonts} == FACES
            assert all("/FontFile2" in font.DescendantFonts[0].FontDescriptor for font in fonts)


def test_tags_hold_together_through_the_whole_pack(built: Built) -> None:
    assert tags.mistakes(built.pdf) == []


def test_the_file_is_sound_and_says_what_it_is(built: Built) -> None:
    with pikepdf.open(io.BytesIO(built.pdf)) as document:
        assert document.check_pdf_syntax() == []
        assert str(document.Root.Lang) == "en-GB"
        assert b"Alderholm Group" in document.Root.Metadata.read_bytes()
    assert built.reader.metadata is not None
    assert built.reader.metadata.title == "Audit pack GH-2026-0417, 2026-07-01 to 2026-09-30"


@pytest.mark.parametrize("which", ["claims_triage", "payment_screening", "empty", "hostile"])
def test_no_template_asks_for_what_is_not_there(which: str, settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.template import engines

    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "‹nothing called %s›")
    contents = pack.contents(getattr(pack, which)())
    documents = [
        *pack_pages.service(contents.services[0]),
        *pack_pages.manifest(contents),
        pack_pages.cover(contents),
        pack_pages.reading(contents),
        pack_pages.summary(contents),
        pack_pages.verification(contents),
    ]
    assert [document.html for document in documents if "‹nothing called" in document.html] == []


def test_a_long_text_loses_nothing_where_it_fills_pages(renderer: RenderingProcess) -> None:
    words = [f"w{number:05d}" for number in range(2_500)]
    service = pack.claims_triage()
    section = service.reviews[0].sections[0]
    item = replace(section.items[0], text=" ".join(words))
    review = replace(service.reviews[0], sections=(replace(section, items=(item, *section.items[1:])),))
    long = build(renderer, pack.contents(replace(service, reviews=(review,))))
    assert [word for word in words if word not in long.text] == []
