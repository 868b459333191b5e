"""Pages that count or name services for somebody who may not see all of them leave out the restricted ones."""

import re

import pytest
from django.urls import reverse

from incidents.actions import alert_posts
from portal.models import AuditorScope, Membership, User
from portal.permissions import Role
from readiness.models import Service
from tests.factories import alerts, portal, readiness, reviews
from tests.portal.pages import signed_in, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def hidden() -> Service:
    return readiness.service(name="Project Nightingale", slug="project-nightingale", restricted=True)


@pytest.fixture
def administrator() -> User:
    return portal.member(None, Role.ADMINISTRATOR)


def auditor_of(*services: Service) -> User:
    """Somebody who audits these services and nothing else."""
    auditor = portal.member(None, Role.AUDITOR, name="Aud Itor")
    membership = Membership.objects.get(person=auditor)
    AuditorScope.objects.bulk_create(AuditorScope(membership=membership, scope=one.scope) for one in services)
    return auditor


def test_the_page_of_an_auditor_names_what_its_reader_may_see(hidden: Service, administrator: User) -> None:
    auditor = auditor_of(readiness.service(name="Fraud scoring"), hidden)
    address = reverse("portal:person", args=[auditor.public_id])
    seen = words(signed_in(administrator).get(address))
    assert "Fraud scoring" in seen
    assert "Nightingale" not in seen
    assert "Nightingale" in words(signed_in(portal.member(None, Role.COMPLIANCE)).get(address))


def test_an_auditor_reads_what_they_audit_on_their_profile(hidden: Service) -> None:
    assert "Project Nightingale" in words(signed_in(auditor_of(hidden)).get(reverse("portal:profile")))


def test_the_page_of_the_checklists_counts_the_reviews_that_its_reader_may_see(
    hidden: Service, administrator: User
) -> None:
    reviews.started(readiness.service())
    reviews.started(hidden)
    address = reverse("readiness:templates")
    assert _reviews(signed_in(administrator).get(address)) == 1
    assert _reviews(signed_in(hidden.owner).get(address)) == 2


def test_the_page_of_an_alert_source_counts_the_alerts_that_its_reader_may_see(
    hidden: Service, administrator: User
) -> None:
    source = alerts.source(hidden.scope.team).source
    alert_posts.work_off(alert_posts.receive(source, body=alerts.group(alerts.told(service=hidden.slug))).pk)
    for page in ("alert_source", "alert_source_revoke"):
        address = reverse(f"incidents:{page}", args=[source.public_id])
        assert "1 alert" not in words(signed_in(administrator).get(address))
        assert "1 alert" in words(signed_in(hidden.owner).get(address))


def _reviews(page: object) -> int:
    """How many reviews all checklists of the page are said to have together."""
    return sum(int(found) for found in re.findall(r"(\d+) reviews? on it", words(page)))
