"""Asking for an audit pack on its page: several services, and a clear word at each field that is wrong."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.models import User
from portal.permissions import Role
from readiness.models import AuditPack
from tests.factories import portal, readiness
from tests.factories.days import today

pytestmark = pytest.mark.django_db


@pytest.fixture
def compliance() -> User:
    return portal.member(None, Role.COMPLIANCE, name="Cora Compliance")


def ask(client: Client, person: User, **changed: Any) -> Any:
    client.force_login(person)
    period = {"since": today(-7), "until": today()}
    asked = {"services": ["fraud-scoring"], **period, "purpose": "Audit 2026/3", **changed}
    days = {name: str(today(said)) for name, said in changed.items() if isinstance(said, int)}
    return client.post(reverse("readiness:pack_request"), {**asked, **days})


def test_a_pack_of_several_services_is_asked_for_at_once(client: Client, compliance: User) -> None:
    for slug in ("fraud-scoring", "churn-radar", "claims-triage"):
        readiness.service(slug=slug, name=slug.capitalize())

    answer = ask(client, compliance, services=["fraud-scoring", "claims-triage"])

    pack = AuditPack.objects.get()
    assert answer.status_code == 302
    assert answer.url == reverse("readiness:pack", args=[pack.number])
    assert [part.service.slug for part in pack.parts.all()] == ["claims-triage", "fraud-scoring"]
    shown = client.get(answer.url).content.decode()
    assert "0 of 3 steps" in shown
    assert "Audit 2026/3" in shown


@pytest.mark.parametrize(
    ("field", "changed", "words"),
    [
        ("services", {"services": []}, "Choose at least one service."),
        ("services", {"services": ["no-such"]}, "no-such is not one of the available choices"),
        ("since", {"since": "last Tuesday"}, "Enter a valid date."),
        ("until", {"until": -8}, "The last day is before the first."),
        ("until", {"until": +2}, "The last day is still to come"),
        ("until", {"since": "2020-01-01", "until": "2020-01-31"}, "Nothing was on record yet on 31 Jan 2020."),
        ("purpose", {"purpose": "x" * 201}, "200 is the most"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(
    client: Client, compliance: User, field: str, changed: dict[str, Any], words: str
) -> None:
    readiness.service(slug="fraud-scoring")

    answer = ask(client, compliance, **changed)

    assert answer.status_code == 422
    assert words in " ".join(answer.context["form"].errors[field])
    assert not AuditPack.objects.exists()
    typed = changed.get("purpose", "Audit 2026/3")
    assert f'value="{typed}"' in answer.content.decode()


def test_a_service_that_one_may_not_see_cannot_be_asked_for(client: Client) -> None:
    readiness.service(slug="fraud-scoring", restricted=True)
    lead = portal.member(portal.team(), Role.LEAD)

    assert ask(client, lead).status_code in (403, 422)
    assert not AuditPack.objects.exists()
