"""A decision for staging says nothing of production, on the portfolio, in its figures and on the service's page."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import launches
from tests.factories.launches import Scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def staged() -> Scene:
    """A service with a go for staging, and no other."""
    of = launches.scene()
    launches.decide(of)
    return of


def get(of: Scene, address: str) -> str:
    client = Client()
    client.force_login(of.lead)
    return client.get(address).content.decode()


def test_the_portfolio_names_the_environment_and_says_production_was_not_asked(staged: Scene) -> None:
    shown = get(staged, reverse("readiness:portfolio"))

    assert "Go for 3.2.0 in staging" in shown
    assert "Not asked" in shown


@pytest.mark.parametrize(("decision", "finds"), [("go", False), ("none", True)])
def test_filters_and_figures_count_it_as_not_asked(staged: Scene, decision: str, finds: bool) -> None:
    shown = get(staged, f"{reverse('readiness:portfolio')}?decision={decision}")

    assert (staged.service.get_absolute_url() in shown) is finds


def test_the_file_names_the_environment(staged: Scene) -> None:
    rows = list(
        csv.DictReader(io.StringIO(get(staged, f"{reverse('readiness:portfolio')}?_export=csv").lstrip("\ufeff")))
    )

    assert rows[0]["Decision"] == "Go for 3.2.0 in staging"


def test_the_service_page_says_that_production_was_not_asked(staged: Scene) -> None:
    shown = get(staged, staged.service.get_absolute_url())

    assert "Not asked for production" in shown
    assert "Go for 3.2.0 in staging" in shown


def test_a_go_for_production_reads_as_one() -> None:
    of = launches.scene()
    launches.going_live(of)

    assert "Go for 3.2.0" in get(of, of.service.get_absolute_url())
    assert of.service.get_absolute_url() in get(of, f"{reverse('readiness:portfolio')}?decision=go")
