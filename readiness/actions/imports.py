"""Importing services and owners from a CSV: a dry run that only reads, then all rows at once in one transaction.

Both weigh every row first (`readiness/actions/import_plans.py`), in a few statements for the whole file. What is then
done is what the pages do, in bulk.
"""

from dataclasses import replace

from django.db import transaction

from portal import audit, canonical, exports, permissions
from portal.permissions import Access, Capability
from readiness import verbs
from readiness.actions import import_plans, ownership, service_changes, services, status
from readiness.actions.import_plans import Plan
from readiness.rules import imports as rules
from readiness.rules.imports import Report


def dry_run(access: Access, *, kind: str, content: bytes) -> Report:
    """What a file of services or owners would do, row by row. It reads, and keeps nobody from writing.

    Raises DomainError at `file` for a file that cannot be read at all.
    """
    return _planned(access, kind, content).report


def apply(access: Access, *, kind: str, content: bytes, expected: str = "") -> Report:
    """Does all rows of a file in one transaction, as the pages do each; or none, where one is refused.

    `expected` is the digest of the report that was shown: when the file would now do something else, nothing is done
    and the new report says so.
    """
    with transaction.atomic():
        plan = _planned(access, kind, content)
        is_stale = bool(expected) and expected != plan.report.digest
        if plan.report.refused or is_stale:
            return replace(plan.report, is_stale=is_stale)
        _do(access, plan)
        _record(access, plan.report, content)
    return replace(plan.report, applied=True)


def _planned(access: Access, kind: str, content: bytes) -> Plan:
    permissions.require(access, Capability.SERVICE_IMPORT)
    return import_plans.PLANS[kind](access, rules.read(content, kind, exports.plain_cell))


def _do(access: Access, plan: Plan) -> None:
    with status.at_the_end():
        status.hold(*(change.service for change in plan.changes))
        services.register_all(access, plan.registrations)
        service_changes.change_all(access, plan.changes)
        ownership.assign_all(access, plan.namings)


def _record(access: Access, report: Report, content: bytes) -> None:
    """One event for the file as a whole, unless it changed nothing."""
    done = report.counted("new") + report.counted("changed")
    if not done:
        return
    facts: dict[str, audit.Fact] = {
        "services": done if report.kind == rules.SERVICES else 0,
        "owners": done if report.kind == rules.OWNERS else 0,
        "digest": canonical.digest(content.hex()),
    }
    audit.record(access, verbs.SERVICES_IMPORTED, access.person, facts=facts)
