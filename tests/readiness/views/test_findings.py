"""The page of one finding: nobody speaks past what was said on it since they read it."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from portal.permissions import Role
from readiness.actions import findings
from readiness.models import Finding
from readiness.queries import findings as queries
from tests.factories import portal
from tests.factories import readiness as things

pytestmark = pytest.mark.django_db


@pytest.fixture
def finding() -> Finding:
    office = portal.access(portal.member(None, Role.COMPLIANCE, name="Mo"))
    return findings.open_finding(office, service=things.service(), severity=1, title="No trace", text="Show one month.")


def shown(page: str) -> str:
    """What the form would send as seen."""
    found = re.search(r'name="seen" value="(\d+)"', page)
    assert found
    return found[1]


def test_who_closes_a_finding_that_was_answered_since_reads_the_answer_first(finding: Finding) -> None:
    client, path = Client(), finding.get_absolute_url()
    client.force_login(finding.opened_by)
    told = {"act": "close", "text": "Nobody <b>answers</b>.", "seen": shown(client.get(path).content.decode())}
    findings.answer(portal.access(finding.service.owner), finding=finding, text="Here is October.")

    refused = client.post(path, told)

    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Somebody said more on it in between" in page
    assert "Here is October." in page
    assert ">\nNobody &lt;b&gt;answers&lt;/b&gt;.</textarea>" in page
    assert queries.state(finding) == "answered"
    assert client.post(path, {**told, "seen": shown(page)}).status_code == 302
    assert queries.state(finding) == "closed"


def test_compliance_opens_a_finding_from_the_list_and_chooses_the_service_there(finding: Finding) -> None:
    client, restricted = Client(), things.service(restricted=True)
    client.force_login(finding.opened_by)
    path = reverse("readiness:finding_new")
    assert f'href="{path}"' in client.get(reverse("readiness:findings")).content.decode()

    refused = client.get(path, {"service": ""})
    assert (refused.status_code, "Choose a service." in refused.content.decode()) == (422, True)

    chosen = client.get(path, {"service": restricted.slug})
    assert chosen["Location"] == reverse("readiness:finding_open", args=[restricted.slug])
    assert "About an item" in client.get(chosen["Location"]).content.decode()


def test_who_may_open_none_is_not_offered_one(finding: Finding) -> None:
    client, path = Client(), reverse("readiness:finding_new")
    client.force_login(finding.service.owner)
    assert path not in client.get(reverse("readiness:findings")).content.decode()
    assert client.get(path).status_code == 403
