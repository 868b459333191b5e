"""Pages of decision records: proposed in the browser, decided in dialogs, ended by later ones, never rewritten."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from portal import clock
from portal.actions.documents import Written
from portal.models import User
from portal.permissions import Role
from readiness.actions import decision_records
from readiness.models import DecisionRecord, Service
from tests.factories import portal
from tests.factories import readiness as things

pytestmark = pytest.mark.django_db


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


def typed(ana: User, **said: object) -> dict[str, object]:
    return {"seen": "0", "keeper": str(ana.public_id), "review_every": "90", "title": "Retry once", **said}


def record_of(service: Service, ana: User, title: str = "Retry once", **content: str) -> DecisionRecord:
    return decision_records.propose(portal.access(ana), service=service, title=title, written=Written(content))


def held(service: Service, ana: User, title: str = "Retry ten times", **content: str) -> DecisionRecord:
    record = record_of(service, ana, title, **content)
    decision_records.accept(portal.access(ana), record=record, seen=1)
    return record


def act(record: DecisionRecord, name: str) -> str:
    return reverse(f"readiness:decision_record_{name}", args=[record.service.slug, record.number])


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def test_a_record_is_proposed_with_its_options_and_shown(page: Client, service: Service, ana: User) -> None:
    said = typed(
        ana,
        context="Ten retries held **every** worker.",
        **{
            "options-0-option": "A smaller model",
            "options-0-pros": "An answer in 2.6 s\nNothing is invented",
            "options-0-cons": "A second model to keep",
            "options-0-taken": "yes",
            "options-1-option": "Say so",
        },
    )
    shown = text(page.post(reverse("readiness:decision_record_propose", args=[service.slug]), said, follow=True))
    assert "1. Retry once" in shown
    assert "<strong>every</strong>" in shown
    assert "2 weighed" in shown
    assert ">Taken<" in shown
    assert shown.count('aria-label="For it:"') == 2
    assert "Propose" in shown


def test_mistakes_are_listed_in_the_order_of_the_page(page: Client, service: Service, ana: User) -> None:
    told = text(page.post(reverse("readiness:decision_record_propose", args=[service.slug]), {"seen": "0"}))
    listed, shown = told.split('class="gh-mistakes"')[1].split("</ul>")[0], told.split("</ul>", 1)[1]
    for words in (listed, shown):
        assert words.index("Give it a title") < words.index("Choose who keeps it.")


def test_what_is_refused_keeps_everything_typed(page: Client, service: Service, ana: User) -> None:
    said = typed(ana, title="", context="Ten retries.", **{"options-0-pros": "It is fast"})
    answer = page.post(reverse("readiness:decision_record_propose", args=[service.slug]), said)
    assert answer.status_code == 422
    assert "Give it a title" in text(answer)
    assert "Ten retries." in text(answer)
    assert "It is fast" in text(answer)
    assert not DecisionRecord.objects.exists()


def test_superseding_begins_from_the_older_one_and_ends_it_on_acceptance(
    page: Client, service: Service, ana: User
) -> None:
    old = held(service, ana)
    propose = reverse("readiness:decision_record_propose", args=[service.slug])
    assert f"{propose}?supersedes=1" in text(page.get(old.get_absolute_url()))
    form = text(page.get(propose, {"supersedes": "1"}))
    assert 'value="1" id="id_supersedes_0" checked' in form.replace('class="form-check-input" ', "")
    page.post(propose, typed(ana, supersedes=["1"]))
    assert "Questioned by" in text(page.get(old.get_absolute_url()))
    new = DecisionRecord.objects.get(number=2)
    page.post(act(new, "accept"), {"seen": "1", "note": "All agreed."})
    assert "Superseded by 2" in text(page.get(old.get_absolute_url()))
    assert "1. Retry ten times" in text(page.get(new.get_absolute_url()))


def test_what_a_proposal_supersedes_is_not_taken_off_unseen_once_it_ended(
    page: Client, service: Service, ana: User
) -> None:
    old = held(service, ana)
    new = record_of(service, ana, supersedes="1")
    decision_records.deprecate(portal.access(ana), record=old, seen=2, note="Nobody retries any more.")
    form = text(page.get(act(new, "revise"))).replace('class="form-check-input" ', "")
    assert 'value="1" id="id_supersedes_0" checked' in form
    assert "1. Retry ten times (deprecated)" in form
    said = typed(ana, seen="1", context="The pool is full.")
    kept = page.post(act(new, "revise"), {**said, "supersedes": ["1"]})
    assert kept.status_code == 422
    assert "Record 1 is deprecated; only accepted records are superseded." in text(kept)
    assert "The pool is full." in text(kept)
    assert page.post(act(new, "revise"), said).status_code == 302
    new.refresh_from_db()
    assert (new.content["context"], "supersedes" in new.content) == ("The pool is full.", False)


def test_a_refused_act_opens_its_dialog_again_with_the_reason(page: Client, service: Service, ana: User) -> None:
    record = record_of(service, ana)
    answer = page.post(act(record, "reject"), {"seen": "1", "note": ""})
    assert answer.status_code == 422
    assert "Say why it is rejected." in text(answer)
    assert 'aria-labelledby="reject-title" data-open' in text(answer)
    late = page.post(act(record, "accept"), {"seen": "7", "note": "Agreed on Tuesday."})
    assert late.status_code == 412
    assert "Agreed on Tuesday." in text(late)


def test_what_may_no_longer_be_done_says_so_on_the_record(page: Client, service: Service, ana: User) -> None:
    record = held(service, ana)
    answer = page.post(act(record, "accept"), {"seen": "2"})
    assert answer.status_code == 422
    assert "It is accepted already." in text(answer)
    assert "its text never changes" in text(page.get(act(record, "revise"), follow=True))


def test_a_decided_record_offers_no_revising_and_a_viewer_no_act(client: Client, service: Service, ana: User) -> None:
    record = held(service, ana)
    client.force_login(ana)
    assert act(record, "revise") not in text(client.get(record.get_absolute_url()))
    client.force_login(portal.member(service.scope.team, Role.VIEWER))
    shown = text(client.get(record.get_absolute_url()))
    assert 'data-dialog="deprecate"' not in shown
    assert "Propose one" not in shown
    assert client.post(act(record, "deprecate"), {"seen": "2", "note": "No."}).status_code == 403


def test_a_record_of_a_restricted_service_does_not_exist_for_others(
    client: Client, service: Service, ana: User
) -> None:
    record = held(service, ana)
    service.scope.restricted = True
    service.scope.save()
    client.force_login(portal.member(portal.team(), Role.CONTRIBUTOR))
    assert client.get(record.get_absolute_url()).status_code == 404
    assert "Retry ten times" not in text(client.get(reverse("readiness:decision_records")))


def test_a_stale_record_is_stale_wherever_it_stands_until_it_is_reviewed(
    page: Client, service: Service, ana: User
) -> None:
    with clock.at(clock.now() - datetime.timedelta(days=91)):
        record = held(service, ana)
    places = (
        record.get_absolute_url(),
        reverse("readiness:decision_records"),
        reverse("readiness:service_documents", args=[service.slug]),
    )
    assert all("stale" in text(page.get(place)).lower() for place in places)
    page.post(act(record, "confirm"), {"seen": "2", "note": "Still so."})
    assert "Stale since" not in text(page.get(places[1]))
    assert "Still so." in text(page.get(places[0]))


def test_the_list_filters_by_standing_and_words(page: Client, service: Service, ana: User) -> None:
    record, other = held(service, ana), record_of(service, ana, "Stream answers")
    listed = reverse("readiness:decision_records")
    accepted = text(page.get(listed, {"standing": "accepted"}))
    assert record.get_absolute_url() in accepted
    assert other.get_absolute_url() not in accepted
    assert other.get_absolute_url() in text(page.get(listed, {"q": "stream"}))
    assert "1. Retry ten times" in text(page.get(listed, {"_export": "csv"}))


def test_revisions_are_compared_by_word(page: Client, service: Service, ana: User) -> None:
    record = record_of(service, ana, decision="Retry once.")
    said = typed(ana, seen="1", decision="Retry twice.")
    page.post(act(record, "revise"), said)
    compared = text(page.get(act(record, "compare")))
    assert "<del>once</del>" in compared
    assert "<ins>twice</ins>" in compared


def test_documents_have_a_tab_for_each_kind(page: Client) -> None:
    cards, records = reverse("readiness:documents"), reverse("readiness:decision_records")
    for place in (cards, records):
        shown = text(page.get(place))
        assert f'<a href="{place}" aria-current="page">' in shown
        assert cards in shown
        assert records in shown
