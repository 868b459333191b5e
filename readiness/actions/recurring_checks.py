"""Recurring checks of live services: opening what has become due, answering it, holding back its reminders."""

import datetime
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from portal import audit, canonical, clock, permissions, revisions, storage
from portal.audit import Verb
from portal.errors import Conflict, DomainError
from portal.permissions import Access, Capability
from portal.rules import texts
from readiness import verbs
from readiness.actions import action_items, status
from readiness.actions.action_items import NewItem
from readiness.choices import ActionOrigin, CheckResult, Priority, ServiceState
from readiness.models import CheckOccurrence, CheckVersion, OccurrenceRevision, Service
from readiness.queries import action_items as action_item_queries
from readiness.queries import ownership as ownership_queries
from readiness.queries import recurring_checks as check_queries
from readiness.queries.recurring_checks import Calendar
from readiness.rules import check_results, reminders
from readiness.rules.action_items import LONGEST_TITLE, Terms
from readiness.rules.check_results import Told

LONGEST_REASON = 300

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


def open_due(now: datetime.datetime) -> int:
    """Opens every check whose period has come and was not opened yet; how many.

    What was missed while nobody looked is opened too, so that a late look leaves the same rows as looks on time.
    """
    services = list(check_queries.live_services())
    calendars = check_queries.calendars([service.team for service in services])
    newest = check_queries.newest_opened(services)
    versions = list(CheckVersion.objects.current())
    behind = [
        service for service in services if check_queries.owed_since(service, calendars[service.team.pk], newest, now)
    ]
    return sum(_open(service, calendars[service.team.pk], versions, now) for service in behind)


def _open(service: Service, calendar: Calendar, versions: Sequence[CheckVersion], now: datetime.datetime) -> int:
    """Opens what one service owes. Somebody else may do the same at the moment: the constraint lets one of them."""
    try:
        with transaction.atomic():
            status.hold(service)
            owed = check_queries.owed_since(service, calendar, check_queries.newest_opened([service]), now)
            rows = check_queries.occurrences_of(service, owed, versions)
            CheckOccurrence.objects.bulk_create(rows)
            if rows:
                _record_opening(service, rows)
                status.refresh(service)
    except IntegrityError:
        return 0
    return len(rows)


def answer(
    access: Access,
    *,
    occurrence: CheckOccurrence,
    told: Told,
    revision: int,
    file: "UploadedFile[Any] | None" = None,
) -> CheckOccurrence:
    """Says what came of a check: passed, failed, or not done and why. It may be put right until the period ends.

    A failed one opens an action item for whoever is accountable. Put right, that item stays: a person ends it.

    `revision` is the one the person saw. Raises Conflict, naming who was faster, and DomainError at `result`, `note`,
    `link`, `file` or a number's name.
    """
    told = check_results.tidied(told)
    scope = occurrence.service.scope
    with transaction.atomic():
        permissions.require(access, Capability.CHECK_ANSWER, scope)
        status.hold(occurrence.service)
        now = clock.now()
        _refuse(occurrence, told, now)
        with storage.kept(access, file, scope=scope) if file else nullcontext() as attachment:
            fields = {
                "result": told.result,
                "note": told.note,
                "link": told.link,
                "values": dict(told.values),
                "attachment": attachment or occurrence.attachment,
                "done_by": access.person,
                "done_at": now,
                "remind_at": None,
            }
            facts: dict[str, audit.Fact] = {"result": told.result}
            _write(access, occurrence, revision, fields, verbs.CHECK_ANSWERED, facts, {"note": told.note})
            if told.result == CheckResult.FAIL:
                _follow_up(access, occurrence)
            status.refresh(occurrence.service)
    return occurrence


def _follow_up(access: Access, occurrence: CheckOccurrence) -> None:
    """The action item of a check that failed; the one there is, where one is open still."""
    title = occurrence.version.row.title
    new = NewItem(
        terms=Terms(texts.tidied(f"Failed: {title}")[:LONGEST_TITLE], occurrence.note, priority=Priority.HIGH),
        owner=ownership_queries.accountable(occurrence.service, occurrence.domain_key),
        origin=ActionOrigin.CHECK,
        key=action_item_queries.key_of(occurrence),
        origin_text=f"{title}, {occurrence.period}"[:LONGEST_TITLE],
        origin_url=occurrence.get_absolute_url(),
        occurrence=occurrence,
    )
    action_items.add(access, service=occurrence.service, new=new)


def snooze(
    access: Access, *, occurrence: CheckOccurrence, until: datetime.datetime, reason: str, revision: int
) -> CheckOccurrence:
    """Holds back the reminders of an open check until a moment, with a reason. What is due stays due.

    Raises DomainError at `until` or `reason`, Conflict when somebody was faster.
    """
    reason = reason.strip()
    with transaction.atomic():
        permissions.require(access, Capability.CHECK_ANSWER, occurrence.service.scope)
        status.hold(occurrence.service)  # as a look for reminders does, which moves the same moment
        if errors := _snooze_refusals(occurrence, until, reason):
            raise DomainError.of(errors)
        period = check_queries.period_of(occurrence)
        fields = {
            "snoozed_until": until,
            "snooze_reason": reason,
            "remind_at": reminders.snoozed(period, until),
        }
        facts: dict[str, audit.Fact] = {"until": until.astimezone(datetime.UTC).isoformat()}
        _write(access, occurrence, revision, fields, verbs.CHECK_SNOOZED, facts, {"reason": reason})
    return occurrence


def release(service: Service) -> list[str]:
    """Ends what a service owes when it leaves production: its open checks are not owed any more.

    Called inside the transaction of the action that moves its state, whose event names the checks by the opaque ids
    returned. What was missed before stays missed.
    """
    now = clock.now()
    running = service.occurrences.open().filter(ends_at__gt=now)
    ended = [str(public_id) for public_id in running.values_list("public_id", flat=True)]
    running.update(result=CheckResult.NOT_OWED, done_at=now, remind_at=None)
    return ended


def _refuse(occurrence: CheckOccurrence, told: Told, now: datetime.datetime) -> None:
    if occurrence.result == CheckResult.NOT_OWED or occurrence.service.state != ServiceState.LIVE:
        raise DomainError("Checks are answered for services that are live.")
    measured = check_queries.measured(occurrence, told.values)
    if errors := check_results.refusals(told, check_queries.period_of(occurrence), now, measured):
        raise DomainError.of(errors)


def _snooze_refusals(occurrence: CheckOccurrence, until: datetime.datetime, reason: str) -> texts.Refusals:
    if occurrence.result:
        return {"until": ["This check is answered; nobody is reminded of it."]}
    errors: texts.Refusals = {}
    if refusal := reminders.snooze_refusal(check_queries.period_of(occurrence), clock.now(), until):
        errors["until"] = [refusal]
    if not reason or (refusal := texts.refusal(reason, LONGEST_REASON)):
        errors["reason"] = [refusal if reason else "Say why."]
    return errors


def _write(
    access: Access,
    occurrence: CheckOccurrence,
    revision: int,
    fields: Mapping[str, Any],
    verb: Verb,
    facts: Mapping[str, audit.Fact],
    said: Mapping[str, str],
) -> None:
    """Moves the row on from the revision seen, and keeps what it says now as a revision of the record.

    Where somebody was faster, `occurrence` is as they left it.
    """
    for name, value in fields.items():
        setattr(occurrence, name, value)
    occurrence.revision = revision + 1
    occurrence.content_digest = canonical.digest(occurrence.governed_content())
    moved = CheckOccurrence.objects.filter(pk=occurrence.pk, revision=revision).exclude(result=CheckResult.NOT_OWED)
    if not moved.update(**fields, revision=occurrence.revision, content_digest=occurrence.content_digest):
        occurrence.refresh_from_db()
        raise _conflict(occurrence)
    service = occurrence.service
    chained: dict[str, audit.Fact] = {
        "service": service.slug,
        "check": occurrence.recurring_check.key,
        "period": occurrence.period,
        **facts,
        "revision": occurrence.revision,
        "digest": occurrence.content_digest,
    }
    event = audit.record(access, verb, occurrence, scope=service.scope, facts=chained, texts=dict(said))
    revisions.add(OccurrenceRevision, occurrence, occurrence.governed_content(), event, access)


def _conflict(saved: CheckOccurrence) -> Conflict:
    by = saved.done_by.name if saved.done_by else "Somebody"
    said = saved.get_result_display() or "nothing yet"
    words = f"{by} answered this in between: {said}. Nothing you typed is lost; save again to put yours in its place."
    return Conflict(words, saved=said, saved_by=by)


def _record_opening(service: Service, rows: Sequence[CheckOccurrence]) -> None:
    facts: dict[str, audit.Fact] = {
        "service": service.slug,
        "periods": sorted({row.period for row in rows}),
        "checks": sorted({row.recurring_check.key for row in rows}),
    }
    audit.record(None, verbs.CHECKS_OPENED, service, scope=service.scope, facts=facts)
