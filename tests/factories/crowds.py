"""A thousand rows of everything, quickly: copies of rows that the demonstration has, in an own database only.

Nothing here goes through an action; what it is for is how pages and endpoints bear many rows.
"""

import copy
import datetime
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import models

from incidents.models import Alert, AlertRule, Runbook
from portal.actions import searching
from portal.models import ApiToken, AuditEvent, AuditHead, Membership, Notification, OutboxMessage, Team, User
from readiness.models import (
    Absence,
    ActionItem,
    Assignment,
    AuditPack,
    CheckOccurrence,
    Comment,
    DecisionRecord,
    Dependency,
    Deployment,
    Drill,
    Environment,
    Evidence,
    Finding,
    ItemAnswer,
    LaunchDecision,
    ModelCard,
    ModelVersion,
    PackPart,
    Release,
    Review,
    ServedModel,
    Service,
    ServiceStatus,
)
from tests.factories import record

M = TypeVar("M", bound=models.Model)

FIRST = 10_000
"""Where the numbers of copies start, so that they meet none that is there."""


def clones(row: M, how_many: int, /, **changes: Callable[[int], Any]) -> list[M]:
    """So many copies of a row; unique words and ids are made anew, `changes` says by position what else differs."""
    found = []
    for place in range(how_many):
        one = copy.copy(row)
        one._state = models.base.ModelState()
        for field in row._meta.concrete_fields:
            if isinstance(field, models.AutoField):
                one.pk = None
            elif field.unique:
                setattr(one, field.attname, _anew(field, getattr(row, field.attname)))
        for name, value in changes.items():
            setattr(one, name, value(place))
        found.append(one)
    return type(row)._default_manager.bulk_create(found, batch_size=500)


def _anew(field: "models.Field[Any, Any]", value: object) -> object:
    if isinstance(field, models.UUIDField):
        return uuid.uuid4()
    if isinstance(field, models.CharField):
        return f"{uuid.uuid4().hex}-{value}"[: field.max_length]
    return value


def grow(service: Service, reader: User, number: int) -> None:
    """So many more rows in every list that the service and this person see; takes the guards down."""
    record.put_guards_aside()
    _of_the_portal(service, reader, number)
    _services(service, number)
    _declared(service, number)
    releases = _released(service, number)
    _reviewed(service, reader, releases)
    _owed(service, reader, number)
    _followed_up(service, reader, number)
    _packed(number)
    _alerted(service, number)
    searching.rebuild()


def _alerted(service: Service, number: int) -> None:
    """As many alerts that the service knows, that came in, and that wait in the tray."""
    rule = AlertRule.objects.filter(service=service, ended_at=None)[0]
    clones(rule, number, name=lambda place: f"alert {place}")
    alert = Alert.objects.filter(source__team=service.team, rule=None)[0]
    clones(alert, number, fingerprint=lambda place: f"print {place}")
    clones(alert.source, number // 10)


def _events(service: Service, number: int) -> list[AuditEvent]:
    last = AuditEvent.objects.filter(scope=service.scope)[0]
    highest = AuditEvent.objects.order_by("-number")[0].number
    found = clones(last, number, number=lambda place: highest + 1 + place, digest=lambda _: uuid.uuid4().hex)
    AuditHead.objects.update(number=found[-1].number, digest=found[-1].digest)
    return found


def _of_the_portal(service: Service, reader: User, number: int) -> None:
    clones(Notification.objects.filter(recipient=reader)[0], number, key=lambda place: f"copy-{place}")
    clones(ApiToken.objects.all()[0], number, user=lambda _: reader)
    clones(service.scope.team, number)
    clones(OutboxMessage.objects.all()[0], number)
    people = clones(reader, number, email=lambda place: f"copy-{place}@example.com")
    held = Membership.objects.filter(person=reader, team=service.scope.team)[0]
    clones(held, number, person=lambda place: people[place])
    for team in Team.objects.exclude(pk=service.scope.team_id)[:10]:
        clones(held, 1, person=lambda _: people[0], team=lambda _, team=team: team)
    clones(Absence.objects.all()[0], number)
    _events(service, number)


def _services(service: Service, number: int) -> None:
    scopes = clones(service.scope, number)
    copies = clones(service, number, scope=lambda place: scopes[place])
    clones(ServiceStatus.objects.get(service=service), number, service=lambda place: copies[place])
    for held in Assignment.objects.current().filter(service=service)[:3]:
        clones(held, number, service=lambda place: copies[place])


def _declared(service: Service, number: int) -> None:
    clones(Dependency.objects.filter(service=service)[0], number, name=lambda place: f"Provider {place}")
    clones(Environment.objects.filter(service=service)[0], number, name=lambda place: f"region-{place}")
    served = clones(ServedModel.objects.filter(service=service)[0], number, name=lambda place: f"model-{place}")
    version = ModelVersion.objects.filter(model__service=service)[0]
    clones(version, number, model=lambda place: served[place])
    clones(ModelCard.objects.filter(model__service=service)[0], number, model=lambda place: served[place])
    record = DecisionRecord.objects.filter(service=service, state="accepted")[0]
    clones(record, number, number=lambda place: FIRST + place)
    book = Runbook.objects.filter(service=service)[0]
    clones(book, number, number=lambda place: FIRST + place, title=lambda place: f"Procedure {place}")
    drill = Drill.objects.filter(service=service)[0]
    long_ago = drill.performed_at - datetime.timedelta(days=100)
    clones(drill, number, performed_at=lambda place: long_ago - datetime.timedelta(hours=place))


def _released(service: Service, number: int) -> list[Release]:
    release = Release.objects.filter(service=service, decisions__isnull=False)[0]
    releases = clones(release, number, label=lambda place: f"9.{place}.0")
    deployment = Deployment.objects.filter(release=release)[0]
    clones(deployment, number, release=lambda place: releases[place])
    decision, events = LaunchDecision.objects.filter(release=release)[0], _events(service, number)
    clones(
        decision,
        number,
        number=lambda place: FIRST + place,
        release=lambda place: releases[place],
        event=lambda place: events[place],
    )
    return releases


def _reviewed(service: Service, reader: User, releases: list[Release]) -> None:
    review = Review.objects.filter(service=service, kind="deployment", state="open")[0]
    number = len(releases)
    reviews = clones(review, number, number=lambda place: FIRST + place, release=lambda place: releases[place])
    answers = ItemAnswer.objects.filter(review=review, applies=True, signoff=None)
    waiting, open_one = answers.filter(state="green")[0], answers.exclude(state="green")[0]
    waiting.signoff_asked_at = review.started_at
    clones(waiting, number, review=lambda place: reviews[place], returned=lambda _: None)
    clones(open_one, number, review=lambda place: reviews[place], assignee=lambda _: reader, returned=lambda _: None)
    clones(Evidence.objects.filter(answer__review=review)[0], number, answer=lambda _: waiting)
    clones(Comment.objects.all()[0], number, answer=lambda _: waiting)


def _owed(service: Service, reader: User, number: int) -> None:
    """Checks of so many services, and so many more of this one that wait for the reader."""
    owned = Service.objects.filter(owner=reader)[0]
    waiting = CheckOccurrence.objects.filter(service=service).latest("opens_at", "pk")
    waiting.result, waiting.done_at = "", None
    clones(waiting, number, service=lambda _: owned, domain_key=lambda _: "", period=lambda place: f"9999-{place}")
    others = list(Service.objects.filter(pk__gt=service.pk).order_by("-pk")[:number])
    clones(waiting, len(others), service=lambda place: others[place])


def _followed_up(service: Service, reader: User, number: int) -> None:
    """As many things to do, all the reader's, and as many findings."""
    item = ActionItem.objects.unfinished().filter(service=service)[0]
    item.owner = reader
    clones(item, number, number=lambda place: FIRST + place, origin_key=lambda place: f"other:{place}")
    events = _events(service, number)
    clones(
        Finding.objects.filter(service=service)[0],
        number,
        number=lambda place: FIRST + place,
        event=lambda place: events[place],
    )


def _packed(number: int) -> None:
    packs = clones(AuditPack.objects.all()[0], number, number=lambda place: FIRST + place)
    clones(PackPart.objects.all()[0], number, pack=lambda place: packs[place])
