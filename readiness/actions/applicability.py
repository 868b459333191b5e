"""What answers count as after something beside them has changed: traits, targets, a release, or the day."""

import datetime
from collections.abc import Collection

from django.db import transaction
from django.db.models import Q, QuerySet

from portal import clock
from readiness.actions import answer_locks, carried_ends, ending, status
from readiness.catalogue import loader, tailoring
from readiness.choices import ItemState, ReviewState
from readiness.models import ItemAnswer, Review, Service
from readiness.queries import answer_parts, answer_rows, locks, scoring, waivers
from readiness.queries import answers as answer_queries
from readiness.queries import status as status_queries
from readiness.queries.review_frame import ReviewFrame


def reapply(service: Service) -> tuple[list[str], list[str]]:
    """After a change of traits: which items of the open reviews apply now. Returns the keys left out and brought in.

    What rested on an answer that is left out is asked again. A review that a go stands on keeps its items: it is the
    next release that answers for the new traits. Called inside the transaction of the action that changes the traits,
    which has called `hold` and records both lists.
    """
    left_out: list[str] = []
    brought_in: list[str] = []
    gone: list[ItemAnswer] = []
    domain_rules = loader.domain_rules()
    for review in _reviews(service):
        items = {item.key: item for item in review.template_version.checklist.items}
        review.service = service
        frame = ReviewFrame(review)
        for answer in review.answers.order_by("pk"):
            found = tailoring.tailored(items[answer.item_key], service.traits, domain_rules)
            if (found.applies, found.domain or "") == (answer.applies, answer.domain_key):
                continue
            if answer.applies and not found.applies:
                gone.append(answer)
            if found.applies != answer.applies:
                (brought_in if found.applies else left_out).append(answer.item_key)
            answer.applies, answer.domain_key = found.applies, found.domain or ""
            answer.left_out_reason = "" if found.applies else found.applicability.reason
            answer.becomes(answer_queries.outcome(answer_rows.of(answer, frame), frame).state, clock.now())
            answer.save(update_fields=["applies", "domain_key", "left_out_reason", "state", "state_since"])
    for answer in gone:
        ending.source_ended(None, [answer], ending.left_out(answer))
    return left_out, brought_in


def recount(service: Service) -> None:
    """After a change of targets, of traits or of what a release carries: what each answer that matters counts as now.

    Those are the answers of the reviews that colour the service, and of every open one whose release was not live yet.
    Called inside the transaction of the action that makes the change, before the status row is refreshed.
    """
    found = _answers(service)
    answer_locks.hold_all(found)
    _write(found)


def hold(services: Collection[Service], answers: Collection[ItemAnswer] = ()) -> None:
    """Locks all that a change of these services asks or counts anew, these answers, and what rests on any of them.

    An action calls it once, before it holds the status rows and before the first event of what it changes.
    """
    named = ItemAnswer.objects.filter(pk__in=[answer.pk for answer in answers])
    asked = [ItemAnswer.objects.filter(review__in=_reviews(service)) for service in services]
    answer_locks.hold_all(named, *asked, *(_answers(service) for service in services))


def hold_item(service: Service, item_key: str) -> None:
    """The same for what a waiver of this item counts for."""
    answer_locks.hold_all(_answers(service).filter(item_key=item_key))


def recount_item(service: Service, item_key: str) -> None:
    """The same for one item, whose waiver was approved or revoked: it counts in every review that matters."""
    _write(_answers(service).filter(item_key=item_key))


def recount_begun(review: Review) -> None:
    """A review has begun: a waiver outlives the one it was asked for in, so what is under one is on credit here too.

    Called inside the transaction of the action that starts it, before the status row is refreshed.
    """
    if standing := waivers.standing(review.service, clock.now()):
        _write(review.answers.filter(item_key__in=standing, applies=True))


def recount_due(now: datetime.datetime) -> None:
    """Counts anew what only the day has changed, service by service; each is right again whenever this runs."""
    for service in Service.objects.filter(pk__in=_due(now).values("review__service")).select_related("scope__team"):
        today = clock.today_in(service.team.time_zone, now)
        with transaction.atomic():
            due = _answers(service).filter(state_holds_until__lte=today)
            answer_locks.hold_all(due)
            status.hold(service)
            carried_ends.aged(due.filter(carried__isnull=False).values_list("pk", flat=True))
            if _write(due):
                status.refresh(service)


def _due(now: datetime.datetime) -> QuerySet[ItemAnswer]:
    """Answers whose day may have come somewhere on Earth."""
    return ItemAnswer.objects.filter(state_holds_until__lte=now.date() + datetime.timedelta(days=1))


def _write(answers: QuerySet[ItemAnswer]) -> bool:
    """Whether any was there. The caller has locked them, with what rests on them."""
    rows = list(answers.select_related("signoff").order_by("pk"))
    counted, was = answer_parts.counted_anew(rows), {row.pk: row.state for row in rows}
    for answer, found in zip(rows, counted.values(), strict=True):
        if (found.state, found.holds_until) != (answer.state, answer.state_holds_until):
            answer.becomes(found.state, clock.now())
            ItemAnswer.objects.filter(pk=answer.pk).update(
                state=answer.state, state_since=answer.state_since, state_holds_until=found.holds_until
            )
    ended = [row for row in rows if was[row.pk] == ItemState.GREEN != counted[row.pk].state]
    if ended:
        ending.source_ended(None, ended, "What it rested on no longer counts")
    return bool(rows)


def _answers(service: Service) -> QuerySet[ItemAnswer]:
    ahead = Q(review__state=ReviewState.OPEN) & ~Q(scoring.is_live())
    return ItemAnswer.objects.annotate(is_current=status_queries.in_current_review(service)).filter(
        ahead | Q(is_current=True), review__service=service, applies=True
    )


def _reviews(service: Service) -> QuerySet[Review]:
    """The open reviews that no go stands on."""
    held = Q(release__isnull=False) & Q(locks.under_go("release"))
    open_ones = service.reviews.filter(~held, state=ReviewState.OPEN)
    return open_ones.select_related("template_version", "release")
