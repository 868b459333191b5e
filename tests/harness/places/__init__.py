"""Every place that answers GET: an address of it in the demonstration, who comes, and what kind of answer it gives.

The tests that go everywhere (statements, accessibility) share this list; a URL that is missing from it fails them, so
a new page is named here once and is held to all of them.
"""

from portal import checks
from tests.harness.places import of_api, of_incidents, of_portal, of_readiness
from tests.harness.places.furnishing import furnish
from tests.harness.places.place import APPROVER, LEAD, SERVICE, WITH_FACTORS, Kind, Place

__all__ = [
    "APPROVER",
    "LEAD",
    "SERVICE",
    "WITH_FACTORS",
    "Kind",
    "Place",
    "everywhere",
    "furnish",
    "names",
    "names_of_pages",
]

NO_PAGES = {
    "action_item_export",
    "alerts_waiting",
    "answer",
    "answer_assign",
    "answered_for",
    "check_file",
    "decision_record_export",
    "decision_record_pdf",
    "decision_records_export",
    "decision_snapshot",
    "documents_waiting",
    "drill_file",
    "evidence_add",
    "evidence_file",
    "findings_waiting",
    "healthz",
    "heaviest_gaps",
    "import_file",
    "incidents_of_service",
    "incidents_waiting",
    "leadership_gaps",
    "mfa_download_recovery_codes",
    "model_card_export",
    "model_card_pdf",
    "notification_open",
    "pack_download",
    "post_mortem_pdf",
    "proposal_asked",
    "readyz",
    "review_present",
    "review_way",
    "runbook_pdf",
    "runbooks_waiting",
    "service_applicable",
    "service_runbooks",
    "service_slug",
    "signoff_ask",
    "signoff_grant",
    "waivers_waiting",
    "way_to_go",
}
"""What answers with something else than a page of its own, beside the API: known before there is a demonstration."""
PAGES_OF_THE_API = {"api_docs", "api_docs_part", "api_trial"}


def names() -> set[str]:
    """The name of every URL that answers GET."""
    return {str(pattern.name) for _, pattern in checks.every_pattern() if "GET" in (checks.door_of(pattern) or {})}


def names_of_pages() -> set[str]:
    """The name of every URL that answers GET with a page of its own."""
    of_the_api = {name for name in names() if name.startswith("api_")} - PAGES_OF_THE_API
    return names() - of_the_api - NO_PAGES


def everywhere() -> list[Place]:
    """Every place, in the demonstration of the database in use, after `furnish`."""
    return [*of_portal.everywhere(), *of_readiness.everywhere(), *of_incidents.everywhere(), *of_api.everywhere()]
