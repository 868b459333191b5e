"""Posts of alert sources: stored whole before they are answered, worked off later, each once.

The row is the promise that the answer 202 gives. A worker takes it by a conditional update with a lease; a sweep sends
again for what a lost worker or an unreachable broker left behind. What cannot be taken in says why, and is tried ever
more rarely for a day; then whoever leads the team has it tried again. Alerts are told by machines and are no acts of
people: the record takes one event for each service whose alerts a post began or ended, and none for what was only told
again, so that a storm of alerts does not queue at the record's one lock.
"""

import datetime
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Q, QuerySet

from incidents import verbs
from incidents.actions import alert_incidents
from incidents.choices import AlertState
from incidents.intake import forms
from incidents.intake.signal import Malformed, Signal, Told
from incidents.models import Alert, AlertPost, AlertRule, AlertSource
from incidents.queries import known_alerts
from incidents.rules import matching, retrying, telling
from incidents.rules.retrying import MOST_ATTEMPTS
from incidents.rules.telling import Standing
from portal import audit, clock, jobs, permissions
from portal.errors import DomainError
from portal.permissions import Access, Capability
from portal.rules import texts
from readiness.choices import ServiceState
from readiness.models import Service

LEASE = datetime.timedelta(minutes=5)
SWEPT_AFTER = datetime.timedelta(seconds=30)
SWEPT_AT_ONCE = 500
LONGEST_ERROR = 300
TASK = "incidents.tasks.work_off_alert_post"
logger = logging.getLogger(__name__)


class UnreadablePost(DomainError):
    """A body that is not in its source's form; `errors` names the place."""

    status = 400
    code = "malformed"


@dataclass(frozen=True)
class Places:
    """The services of a team by what alerts call them, and the rules that its alerts are matched with."""

    services: Mapping[str, int]
    rules: Sequence[matching.Rule]


def receive(source: AlertSource, *, body: str) -> AlertPost:
    """Stores a post of a source that has proven itself, in one insert, and sends a worker for it.

    Raises UnreadablePost with the place and the reason where the body is not in the source's form.
    """
    now = clock.now()
    try:
        forms.read(source.kind, body, now)
    except Malformed as error:
        raise UnreadablePost(str(error), {error.place: [error.reason]}) from None
    with transaction.atomic():
        post = AlertPost.objects.create(source=source, body=body, received_at=now)
        jobs.enqueue(TASK, post.pk)
    return post


def work_off(post_id: int) -> None:
    """Works off one post, unless somebody else has it or did it already.

    Raises what kept it from being taken in, once the post says so.
    """
    if not _claim(post_id):
        return
    post = AlertPost.objects.select_related("source__team").get(pk=post_id)
    try:
        told = forms.read(post.source.kind, post.body, post.received_at)
    except Malformed as error:  # it was readable when it came: the program was changed since
        AlertPost.objects.filter(pk=post_id).update(attempts=MOST_ATTEMPTS, error=_words(error))
        logger.exception("alert post %s can no longer be read", post_id)
        return
    try:
        take_in(post, told)
    except Exception as error:
        later = clock.now() + retrying.delay(post.attempts)
        AlertPost.objects.filter(pk=post_id, worked_at=None).update(claimed_until=later, error=_words(error))
        raise


def take_in(post: AlertPost, told: Told) -> None:
    """Takes in what a claimed post tells, unless its lease ran out and another worker did."""
    places = _places(post.source.team_id)
    with transaction.atomic():
        source = AlertSource.objects.select_for_update().get(pk=post.source_id)
        waiting = AlertPost.objects.filter(pk=post.pk, worked_at=None)
        if not waiting.update(worked_at=clock.now(), claimed_until=None, error=""):
            return
        _heard(source, told, post.received_at)
        _take_in(source, told.signals, post.received_at, places)


@transaction.atomic
def try_again(access: Access, *, source: AlertSource) -> int:
    """Has all that could not be taken in from a source tried again at once; returns how many posts.

    Raises NotPermitted, and DomainError where there is none.
    """
    permissions.require(access, Capability.TEAM_MANAGE, team_id=source.team_id)
    found = AlertPost.objects.stuck().filter(source=source)
    stuck = list(found.values_list("pk", flat=True))
    if not stuck:
        raise DomainError(f"All that {source.name} posted is taken in.")
    found.update(attempts=0, claimed_until=None, error="")
    for post_id in stuck[:SWEPT_AT_ONCE]:
        jobs.enqueue(TASK, post_id)
    facts: dict[str, audit.Fact] = {"team": source.team.slug, "count": len(stuck)}
    audit.record(access, verbs.ALERT_POSTS_TRIED_AGAIN, source, facts=facts, texts={"name": source.name})
    return len(stuck)


def sweep(now: datetime.datetime) -> None:
    """Sends for posts that wait longer than they should."""
    waiting = _waiting(now).filter(received_at__lt=now - SWEPT_AFTER)
    with transaction.atomic():
        for post_id in waiting.values_list("pk", flat=True)[:SWEPT_AT_ONCE]:
            jobs.enqueue(TASK, post_id)


def _words(error: Exception) -> str:
    """Why a post could not be taken in, on one line."""
    kind = "" if isinstance(error, DomainError | Malformed) else f"{type(error).__name__}: "
    return texts.shown(f"{kind}{error}")[:LONGEST_ERROR]


def _waiting(now: datetime.datetime) -> QuerySet[AlertPost]:
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    return AlertPost.objects.filter(free, worked_at=None, attempts__lt=MOST_ATTEMPTS)


def _claim(post_id: int) -> bool:
    now = clock.now()
    taken = _waiting(now).filter(pk=post_id).update(claimed_until=now + LEASE, attempts=F("attempts") + 1)
    return taken == 1


def _heard(source: AlertSource, told: Told, received_at: datetime.datetime) -> None:
    """Remembers when the source was last heard, and where its subscription is to be confirmed."""
    if source.last_post_at is None or source.last_post_at < received_at:
        source.last_post_at = received_at
    if told.confirmation_url:
        source.confirmation_url = told.confirmation_url
    source.save(update_fields=["last_post_at", "confirmation_url"])


def _take_in(source: AlertSource, signals: Sequence[Signal], told_at: datetime.datetime, places: Places) -> None:
    """Begins, ends and counts the alerts that a post tells of: a few statements for every 200 signals, and the event.

    Where some are in incidents, these are locked first, and their timelines told last.
    """
    if not signals:
        return
    rows = {alert.pk: alert for alert in known_alerts.near(source, signals)}
    standing = known_alerts.incidents(source, {signal.fingerprint for signal in signals})
    followed = alert_incidents.hold(incident for incident, _service in standing.values())
    touched = telling.tell((_standing(alert) for alert in rows.values()), signals, told_at)
    changed = [_taken_over(rows[alert.row], alert) for alert in touched if alert.row is not None]
    Alert.objects.bulk_update(changed, ["state", "ends_at", "times", "last_told_at"], batch_size=200)
    again = [alert.pk for alert in changed if alert.ended_by_id and alert.ends_at is None]
    if again:
        Alert.objects.filter(pk__in=again).update(ended_by=None, ended_reason="")
    begun = [_row(source, alert, places, told_at) for alert in touched if alert.row is None]
    _join(begun, standing)
    Alert.objects.bulk_create(begun, batch_size=200)
    turned = [rows[alert.row] for alert in touched if alert.row is not None and alert.turned]
    _record(source, begun, turned)
    for key, incident in followed.items():
        own = [alert for alert in (*turned, *begun) if alert.incident_id == key and alert.state != AlertState.LEFT_OUT]
        alert_incidents.tell(incident, own)


def _join(begun: Sequence[Alert], standing: Mapping[str, tuple[int, int | None]]) -> None:
    """What fires anew of a fingerprint belongs to the incident that another of it is in, until that is closed."""
    for alert in begun:
        if last := standing.get(alert.fingerprint):
            alert.incident_id, service = last
            alert.service_id = alert.service_id or service


def _standing(alert: Alert) -> Standing:
    return Standing(
        signal=None,
        fingerprint=alert.fingerprint,
        starts_at=alert.starts_at,
        ends_at=alert.ends_at,
        state=AlertState(alert.state),
        last_told_at=alert.last_told_at,
        times=alert.times,
        row=alert.pk,
        by_hand=alert.ended_by_id is not None,
    )


def _taken_over(row: Alert, alert: Standing) -> Alert:
    row.state, row.ends_at = alert.state, alert.ends_at
    row.times, row.last_told_at = alert.times, alert.last_told_at
    return row


def _places(team_id: int) -> Places:
    """Where alerts of a team's sources may belong: two statements, before anybody has to wait for this post."""
    services = Service.objects.filter(scope__team_id=team_id).exclude(state=ServiceState.RETIRED)
    return Places(dict(services.values_list("slug", "pk")), rules_of_team(team_id))


def rules_of_team(team_id: int) -> list[matching.Rule]:
    """The rules that alerts of a team's sources are matched with: one statement."""
    open_rules = AlertRule.objects.filter(ended_at=None, service__scope__team_id=team_id)
    open_rules = open_rules.exclude(service__state=ServiceState.RETIRED)
    return [matching.Rule(*row) for row in open_rules.values_list("pk", "service_id", "matchers")]


def _row(source: AlertSource, alert: Standing, places: Places, told_at: datetime.datetime) -> Alert:
    """A new alert. One that names a service of another team, or none there is, belongs to nobody yet."""
    signal = alert.signal
    assert signal is not None  # noqa: S101  one that begins is told by a signal
    service = places.services.get(signal.service)
    is_strange = bool(signal.service) and service is None
    rule = None if is_strange else matching.best(places.rules, signal.labels, service)
    return Alert(
        source=source,
        service_id=rule.service if rule else service,
        rule_id=rule.key if rule else None,
        fingerprint=alert.fingerprint,
        name=signal.name,
        labels=_labels(signal),
        summary=signal.summary,
        url=signal.url,
        state=alert.state,
        starts_at=alert.starts_at,
        ends_at=alert.ends_at,
        first_told_at=told_at,
        last_told_at=alert.last_told_at,
        times=alert.times,
    )


def _labels(signal: Signal) -> dict[str, str]:
    """The labels, with the word for its severity and the service it names where they stand beside them."""
    beside = {"severity": signal.severity, "service": signal.service}
    return {**{name: text for name, text in beside.items() if text}, **signal.labels}


def _record(source: AlertSource, begun: Sequence[Alert], turned: Sequence[Alert]) -> None:
    """One event for each service of which an alert began or ended, and one for the tray."""
    touched = [*begun, *turned]
    named = {alert.service_id for alert in touched}
    services = Service.objects.select_related("scope").in_bulk([pk for pk in named if pk])
    entries = []
    for service_id in sorted(named, key=lambda pk: (pk is None, pk)):
        own = Counter(alert.state for alert in touched if alert.service_id == service_id)
        facts: dict[str, audit.Fact] = {
            "source": str(source.public_id),
            "fired": own[AlertState.FIRING],
            "ended": own[AlertState.RESOLVED],
        }
        scope = services[service_id].scope if service_id else None
        entries.append(audit.Entry(verbs.ALERTS_TOLD, source, scope, facts, {"name": source.name}))
    if entries:
        audit.record_all(None, entries)
