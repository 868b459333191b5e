"""The portal with readiness and nothing above it: what `tests/architecture/test_stands_alone.py` starts."""

from tests.settings import *  # noqa: F403  the same but for one app

INSTALLED_APPS = [app for app in INSTALLED_APPS if not app.startswith("incidents.")]  # noqa: F405
