"""The portal as it runs: its processes answer, and what it stores is what the test sees."""

import requests

from tests.harness.portals import Portal


def test_a_new_installation_serves_and_works(empty_portal: Portal) -> None:
    ready = requests.get(empty_portal.url + "/readyz", timeout=10)

    assert ready.json()["status"] == "ok", ready.text
    assert empty_portal.worker is not None
    assert empty_portal.worker.poll() is None, empty_portal.log()
