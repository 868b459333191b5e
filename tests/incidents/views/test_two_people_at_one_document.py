"""Two people write one document by its form: whoever saves last is shown every clash, and nothing of either is lost."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from incidents.models import PostMortem, Runbook
from portal.actions.documents import Written
from portal.models import User
from portal.models.documents import AbstractDocument
from portal.permissions import Role
from readiness.actions import decision_records, model_cards
from readiness.models import DecisionRecord, ModelCard, Service
from tests.factories import incidents, portal, readiness, runbooks
from tests.portal import pages

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Kind:
    """A kind of document: how one is begun, and three of its texts."""

    begin: Callable[[Service, User], AbstractDocument]
    texts: tuple[str, str, str]


def _card(service: Service, ana: User) -> ModelCard:
    model = readiness.model(service, "fraud-gbm")
    return model_cards.begin(portal.access(ana), model=model, written=Written({"intended_use": "Scores payments."}))


def _record(service: Service, ana: User) -> DecisionRecord:
    written = Written({"context": "Ten retries held every worker."})
    return decision_records.propose(portal.access(ana), service=service, title="Retry once", written=written)


def _runbook(service: Service, ana: User) -> Runbook:
    return runbooks.runbook(service, ana, is_rollback=False)


def _post_mortem(service: Service, ana: User) -> PostMortem:
    return incidents.explained(incidents.resolved(incidents.declared(service, ana), ana), ana)


KINDS = {
    "model card": Kind(_card, ("limitations", "users", "inputs")),
    "decision record": Kind(_record, ("decision", "consequences", "drivers")),
    "runbook": Kind(_runbook, ("symptoms", "purpose", "not_for")),
    "post-mortem": Kind(_post_mortem, ("went_well", "lucky", "went_badly")),
}


@pytest.fixture
def service() -> Service:
    return readiness.service()


@pytest.fixture
def people(service: Service) -> dict[str, User]:
    team = service.scope.team
    return {name: portal.member(team, Role.CONTRIBUTOR, name=name) for name in ("Ana", "Ben", "Bo")}


def _opened(who: User, document: AbstractDocument) -> dict[str, Any]:
    return {**pages.form(pages.signed_in(who).get(f"{document.get_absolute_url()}revise/"))}


def _saved(who: User, document: AbstractDocument, form: dict[str, Any], **typed: str) -> Any:
    return pages.signed_in(who).post(f"{document.get_absolute_url()}revise/", {**form, **typed})


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_after_a_clash_the_second_save_loses_nothing_of_either(
    kind: Kind, service: Service, people: dict[str, User]
) -> None:
    ana, ben, bo = people.values()
    document = kind.begin(service, ana)
    first, second, other = kind.texts
    hers, his = _opened(ana, document), _opened(ben, document)
    typed = {first: "Her first", second: "Her second", other: "Only hers", "keeper": str(bo.public_id)}
    assert _saved(ana, document, hers, **typed).status_code == 302

    answer = _saved(ben, document, his, **{first: "His first", second: "His second", "note": "A typo"})

    assert answer.status_code == 412
    words = pages.words(answer)
    assert words.count("Ana saved this in between") == 2
    assert all(text in words for text in ("Her first", "His first", "Her second", "His second"))
    assert "Taken over into the form, because you had left it alone: Who keeps it (Ana)" in words
    again = pages.form(answer)
    assert (again[first], again[second], again[other]) == (["His first"], ["His second"], ["Only hers"])
    assert (again["keeper"], again["note"]) == ([str(bo.public_id)], ["A typo"])

    assert _saved(ben, document, again).status_code == 302
    document.refresh_from_db()
    stands = (document.content[first], document.content[second], document.content[other])
    assert stands == ("His first", "His second", "Only hers")
    assert (document.keeper, document.written_by) == (bo, ben)


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_who_corrects_a_typo_takes_no_document_back_from_its_new_keeper(
    kind: Kind, service: Service, people: dict[str, User]
) -> None:
    ana, ben, bo = people.values()
    document = kind.begin(service, ana)
    hers, his = _opened(ana, document), _opened(ben, document)
    _saved(ana, document, hers, keeper=str(bo.public_id), review_every="30")

    assert _saved(ben, document, his, **{kind.texts[0]: "Corrected"}).status_code == 302

    document.refresh_from_db()
    assert (document.keeper, document.review_every) == (bo, 30)
    assert document.content[kind.texts[0]] == "Corrected"


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_two_who_hand_it_to_two_people_are_told(kind: Kind, service: Service, people: dict[str, User]) -> None:
    ana, ben, bo = people.values()
    document = kind.begin(service, ana)
    his = _opened(ben, document)
    _saved(ana, document, _opened(ana, document), keeper=str(bo.public_id))

    answer = _saved(ben, document, his, keeper=str(ben.public_id))

    assert answer.status_code == 412
    assert "Who keeps it, saved by Ana Bo Yours, in the form Ben" in pages.words(answer)
    assert pages.form(answer)["keeper"] == [str(ben.public_id)]


REVIEWED_IN_THE_FORM = {name: kind for name, kind in KINDS.items() if name != "decision record"}


@pytest.mark.parametrize("kind", REVIEWED_IN_THE_FORM.values(), ids=list(REVIEWED_IN_THE_FORM))
def test_who_says_to_have_gone_over_all_of_it_is_shown_first_what_others_wrote(
    kind: Kind, service: Service, people: dict[str, User]
) -> None:
    ana, ben, _ = people.values()
    document: Any = kind.begin(service, ana)
    first, second, _ = kind.texts
    his = _opened(ben, document)
    _saved(ana, document, _opened(ana, document), **{first: "Her first"})
    reviews = document.reviews.count()

    answer = _saved(ben, document, his, **{second: "His second", "is_review": "on"})

    assert answer.status_code == 412
    assert "Not saved yet: others changed what you have not read" in pages.words(answer)
    again = pages.form(answer)
    assert (again[first], again[second], "is_review" in again) == (["Her first"], ["His second"], False)
    assert document.reviews.count() == reviews
    assert _saved(ben, document, again, is_review="on").status_code == 302
    document.refresh_from_db()
    assert (document.content[first], document.content[second]) == ("Her first", "His second")
    assert (document.reviews.count(), document.reviewed_by) == (reviews + 1, ben)


def test_terms_of_a_runbook_come_together_like_its_texts(service: Service, people: dict[str, User]) -> None:
    ana, ben, _ = people.values()
    runbook = _runbook(service, ana)
    hers, his = _opened(ana, runbook), _opened(ben, runbook)
    _saved(ana, runbook, hers, title="Go back", target_minutes="20", is_rollback="on")

    answer = _saved(ben, runbook, his, title="Return", symptoms="Errors above 0.5 %")

    assert answer.status_code == 412
    again = pages.form(answer)
    assert (again["title"], again["target_minutes"], again["is_rollback"]) == (["Return"], ["20"], ["on"])
    _saved(ben, runbook, again)
    runbook.refresh_from_db()
    assert (runbook.title, runbook.target_minutes, runbook.is_rollback) == ("Return", Decimal(20), True)


def test_rows_that_two_people_changed_are_shown_in_both_versions(service: Service, people: dict[str, User]) -> None:
    ana, ben, _ = people.values()
    runbook = _runbook(service, ana)
    hers, his = _opened(ana, runbook), _opened(ben, runbook)
    _saved(ana, runbook, hers, **{"steps-0-do": "Ask the gate twice"})

    answer = _saved(ben, runbook, his, **{"steps-1-do": "Go back at once"})

    words = pages.words(answer)
    assert "Steps, saved by Ana Ask the gate twice" in words
    assert "Yours, in the form Ask the gate" in words
    _saved(ben, runbook, pages.form(answer))
    runbook.refresh_from_db()
    assert [step["do"] for step in runbook.content["steps"]] == ["Ask the gate", "Go back at once"]


def test_a_revision_that_is_refused_for_something_else_merges_when_it_is_sent_again(
    service: Service, people: dict[str, User]
) -> None:
    ana, ben, _ = people.values()
    runbook = _runbook(service, ana)
    hers, his = _opened(ana, runbook), _opened(ben, runbook)
    _saved(ana, runbook, hers, symptoms="Hers")

    answer = _saved(ben, runbook, his, title=" ", not_for="His")
    assert (answer.status_code, pages.form(answer)["seen"]) == (422, ["1"])
    _saved(ben, runbook, pages.form(answer), title="Roll back")

    runbook.refresh_from_db()
    assert (runbook.content["symptoms"], runbook.content["not_for"]) == ("Hers", "His")
