"""Readiness in a process without `incidents`: a release is decided on, and every kind of page and endpoint is visited.

Prints as JSON what each address answered, and which modules of `incidents` got in.
"""

import json
import sys

import django


def main() -> None:
    """Be that process."""
    django.setup()
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    setup_test_environment()
    call_command("check")
    call_command("migrate", verbosity=0)
    call_command("load_catalogue", verbosity=0)
    print(
        json.dumps({"answers": _visited(), "modules": [name for name in sys.modules if name.startswith("incidents")]})
    )


def _visited() -> dict[str, int]:
    from django.test import Client

    from portal.permissions import Role
    from tests.factories import callers, launches

    scene = launches.scene()
    decision = launches.decide(scene)
    launches.also(scene, "lead", Role.CONTRIBUTOR)
    service = scene.service.get_absolute_url()
    tabs = (
        "",
        "reviews/",
        "decisions/",
        "ownership/",
        "releases/",
        "packs/",
        "history/",
        "drills/",
        "targets/",
        "documents/",
    )
    pages = [
        *("/", "/portfolio/", "/my-items/", "/my-signoffs/", "/ownership/", "/absences/", "/services/new/"),
        *("/audit-packs/", "/audit-packs/request/", "/audit-trail/", "/teams/", "/notifications/", "/profile/"),
        *(service + tab for tab in tabs),
        *(scene.review.get_absolute_url(), scene.release.get_absolute_url(), decision.get_absolute_url()),
        f"{scene.release.get_absolute_url()}decide/?environment=staging",
        *("/healthz", "/readyz", "/api/docs/", "/api/v1/schema/"),
    ]
    browser = Client()
    browser.force_login(scene.lead)
    answers = {path: browser.get(path).status_code for path in pages}
    tool, slug = callers.caller(scene.lead), scene.service.slug
    for path in ("services/", f"services/{slug}/status", f"services/{slug}/gate?release=3.2.0&environment=staging"):
        answers[f"/api/v1/{path}"] = tool.get(path).status_code
    return answers


if __name__ == "__main__":
    main()
