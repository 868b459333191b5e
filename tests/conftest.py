"""What every test can ask for. Databases of their own, running portals and browsers: `tests/harness/fixtures.py`."""

from typing import Any

import hypothesis
import pytest

pytest_plugins = ["tests.harness.fixtures"]
hypothesis.settings.register_profile("steady", derandomize=True)
hypothesis.settings.register_profile("exploring")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The shared test database holds the published catalogue, as every installation does."""
    from django.core.management import call_command

    with django_db_blocker.unblock():
        call_command("load_catalogue", verbosity=0)
