"""Fills the databases that tests get copies of, before a test asks: `python -m tests.harness.filling`.

It goes on beside the tests; one that asks before its database is there waits for it. What goes wrong here is kept with
the database and told by the tests that want it.
"""

import os
from pathlib import Path

import django

from tests.harness.databases import Templates


def main() -> None:
    """Be that process."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    Templates(Path(os.environ["GATEHOUSE_TEST_FOLDER"]) / "databases").make()


if __name__ == "__main__":
    main()
