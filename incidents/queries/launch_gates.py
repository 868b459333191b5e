"""What incidents and firing alerts tell a launch: the facts of all that touch a service, in one statement."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote

from django.db.models import (
    BooleanField,
    Case,
    DateField,
    DateTimeField,
    Exists,
    F,
    Model,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    UUIDField,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, NullIf
from django.urls import reverse

from incidents.choices import AlertState, Severity
from incidents.models import AffectedService, Alert, AlertPost, AlertSource, Incident
from incidents.queries import incidents as queries
from incidents.rules import alert_blocks, launch_blocks, lifecycle, references
from incidents.rules.alert_blocks import AlertFacts, Heard, Place
from incidents.rules.launch_blocks import IncidentFacts
from portal import clock
from portal.permissions import Access
from portal.queries import unions
from readiness.choices import EnvironmentKind
from readiness.extension_points import NamedIncident
from readiness.models import Dependency, Deployment, Environment, Release, Service
from readiness.rules.triggers import Trigger

M = TypeVar("M", bound=Model)

WATCHED = lifecycle.MAKES_UNSTABLE | lifecycle.BLOCKS_LAUNCH
ENVIRONMENT_LABELS = ("environment", "env")
"""Labels by which an alert names where it stands; the first that is there counts."""
INCIDENT, ALERT, HEARD, DEPLOYED = "incident", "alert", "heard", "deployed"


class Row(NamedTuple):
    """A line of the one statement: an incident, an alert that fires, a source that is heard, or an environment in which
    something was deployed.

    `flag` says of an incident that it affects the service, of an alert that what it names is no environment of the
    service, of a source that it told of the service; `restricted` of a source that posts of it are stuck.
    """

    what: str
    key: int
    public_id: uuid.UUID | None
    number: int
    slug: str
    service: str
    name: str
    text: str
    severity: int
    state: str
    at: datetime.datetime | None
    due_on: datetime.date | None
    flag: bool
    restricted: bool
    team: int
    written: str


def of_release(
    release: Release, environments: Sequence[Environment], at: datetime.datetime
) -> Mapping[int, Sequence[Trigger]]:
    """What incidents and alerts say to this launch at this moment: incidents alike in every environment."""
    service, rows = release.service, read(release.service, environments)
    fixes = references.read(release.fixes_incident, service.slug)
    found = [_incident(row, service, fixes) for row in rows if row.what == INCIDENT]
    said = launch_blocks.all_of(found, clock.today_in(service.team.time_zone, at), at)
    firing = [_alert(row) for row in rows if row.what == ALERT]
    heard = [_heard(row) for row in rows if row.what == HEARD]
    deployed = {row.key for row in rows if row.what == DEPLOYED}
    url = f"{reverse('incidents:alerts')}?service={quote(service.slug)}"
    told: dict[int, Sequence[Trigger]] = {}
    for one in environments:
        place = Place(one.name, str(one.kind), one.pk in deployed)
        unusual = alert_blocks.unusual(firing, place, heard=heard, url=url, at=at)
        told[one.pk] = [*said, unusual] if unusual else said
    return told


def read(service: Service, environments: Sequence[Environment]) -> list[Row]:
    """All that a launch looks at, the incidents worst first, then the alerts that fire longest: one statement."""
    parts = (_touching(service), _firing(service, environments), _hearing(service), _deployed(environments))
    rows = unions.read(Row, parts)
    return sorted(rows, key=lambda row: (row.what, row.severity, row.at.timestamp() if row.at else 0, row.key))


def _touching(service: Service) -> QuerySet[Incident, Any]:
    """The incidents that a launch of the service looks at: open ones, and those whose post-mortem is owed.

    Its own, those that affect it, and those of services of this portal that it is said to need.
    """
    affects = Exists(AffectedService.objects.filter(incident=OuterRef("pk"), service=service))
    needs = Dependency.objects.filter(service=service, removed_at__isnull=True)
    needed = needs.filter(upstream=OuterRef("service"))
    watched = Q(state__in=queries.OPEN, severity__in=WATCHED) | queries.owed() & Q(worst_severity=Severity.SEV_1)
    found = Incident.objects.filter(Q(service=service) | Q(affects) | Q(Exists(needed)), watched)
    return _part(
        found,
        INCIDENT,
        public_id="public_id",
        number="number",
        slug="service__slug",
        service="service__name",
        name="title",
        severity="severity",
        state="state",
        at="declared_at",
        due_on=Case(When(worst_severity=Severity.SEV_1, then="post_mortem_due_on"), output_field=DateField()),
        flag=affects,
        restricted="service__scope__restricted",
        team="service__scope__team_id",
        written=Coalesce(F("post_mortem__state"), _words(""), output_field=TextField()),
    )


def _firing(service: Service, environments: Sequence[Environment]) -> QuerySet[Alert, Any]:
    """The alerts of the service that fire in one of these environments, those that stand longest.

    Those that name none of the service's environments stand in production.
    """
    where = Coalesce(*(NullIf(KeyTextTransform(name, "labels"), _words("")) for name in ENVIRONMENT_LABELS), _words(""))
    called = Q(name__iexact=OuterRef("stands_in")) | Q(kind__iexact=OuterRef("stands_in"))
    is_strange = ~Exists(Environment.objects.filter(called, service=service))
    found = Alert.objects.filter(service=service, state=AlertState.FIRING).annotate(stands_in=where)
    asked = (
        Q(stands_in="") | Q(is_strange) if any(one.kind == EnvironmentKind.PRODUCTION for one in environments) else Q()
    )
    for one in environments:
        asked |= Q(stands_in__iexact=one.name) | Q(stands_in__iexact=str(one.kind))
    longest = found.filter(asked).order_by("starts_at", "pk").values("pk")[: alert_blocks.MOST_COUNTED]
    return _part(
        Alert.objects.annotate(stands_in=where).filter(pk__in=longest),
        ALERT,
        public_id="public_id",
        service="stands_in",
        name="name",
        text="summary",
        state="state",
        at="starts_at",
        flag=is_strange,
    )


def _hearing(service: Service) -> QuerySet[AlertSource, Any]:
    """The sources of the service's team that posted once and still may."""
    found = AlertSource.objects.filter(team=service.scope.team_id, revoked_at=None, last_post_at__isnull=False)
    return _part(
        found,
        HEARD,
        name="name",
        text="kind",
        at="last_post_at",
        flag=Exists(Alert.objects.filter(source=OuterRef("pk"), service=service)),
        restricted=Exists(AlertPost.objects.stuck().filter(source=OuterRef("pk"))),
    )


def _deployed(environments: Sequence[Environment]) -> QuerySet[Environment, Any]:
    """Those of these environments in which something was ever deployed."""
    live = Exists(Deployment.objects.filter(environment=OuterRef("pk")))
    found = Environment.objects.filter(live, pk__in=[one.pk for one in environments])
    return _part(found, DEPLOYED)


def _part(found: QuerySet[M, Any], what: str, **columns: str | Combinable) -> QuerySet[M, Any]:
    """Rows of one kind; a column that says nothing of it is blank."""
    return unions.part(found, Row, **{**_blank(), "what": _words(what), "key": "pk", **columns})


def _blank() -> dict[str, str | Combinable]:
    return {
        "public_id": Value(None, UUIDField()),
        "number": Value(0),
        "slug": _words(""),
        "service": _words(""),
        "name": _words(""),
        "text": _words(""),
        "severity": Value(0),
        "state": _words(""),
        "at": Value(None, DateTimeField()),
        "due_on": Value(None, DateField()),
        "flag": Value(False, BooleanField()),
        "restricted": Value(False, BooleanField()),
        "team": Value(0),
        "written": _words(""),
    }


def _words(text: str) -> Value:
    return Value(text, TextField())


def _alert(row: Row) -> AlertFacts:
    url, is_strange = reverse("incidents:alert", args=[row.public_id]), row.flag and bool(row.service)
    if is_strange:
        return AlertFacts(row.name, row.text, url, strange=row.service, id=str(row.public_id))
    return AlertFacts(row.name, row.text, url, where=row.service, id=str(row.public_id))


def _heard(row: Row) -> Heard:
    last_at = row.at or datetime.datetime.min.replace(tzinfo=datetime.UTC)
    return Heard(row.name, row.text, last_at, watches=row.flag, stuck=row.restricted)


def _incident(row: Row, service: Service, fixes: tuple[str, int] | None) -> IncidentFacts:
    own = row.slug == service.slug
    hidden = row.restricted and not own  # whoever sees this service may not see that one, of the same team or not
    named = references.reference(row.slug, row.number, within=service.slug)
    return IncidentFacts(
        label="an incident of a restricted service" if hidden else named,
        title="" if hidden else row.name,
        severity=row.severity,
        state=row.state,
        touches=own or row.flag,
        service="" if own else ("A restricted service" if hidden else row.service),
        url="" if hidden else reverse("incidents:incident", args=[row.slug, row.number]),
        is_fixed=fixes == (row.slug, row.number),
        is_owed=row.due_on is not None and row.written != "published" and (own or row.flag),
        due_on=row.due_on,
        id=str(row.public_id),
    )


def offered(access: Access, service: Service) -> Sequence[NamedIncident]:
    """The incidents that a release of the service may name as what it fixes: those that are not closed."""
    affects = AffectedService.objects.filter(incident=OuterRef("pk"), service=service)
    found = Incident.objects.visible_to(access).filter(Q(service=service) | Exists(affects))
    rows = found.exclude(state="closed").select_related("service__scope").order_by("severity", "-declared_at")
    return [_named(row, service) for row in rows[:MOST_OFFERED]]


MOST_OFFERED = 50


def named(service: Service, text: str) -> NamedIncident | None:
    """The incident that a text names from this service: one that touches it; None where there is none."""
    meant = references.read(text, service.slug)
    if meant is None:
        return None
    slug, number = meant
    affects = AffectedService.objects.filter(incident=OuterRef("pk"), service=service)
    found = Incident.objects.filter(service__slug=slug, number=number).filter(Q(service=service) | Exists(affects))
    row = found.select_related("service__scope").first()
    return _named(row, service) if row else None


def _named(row: Incident, service: Service) -> NamedIncident:
    name = references.reference(row.service.slug, row.number, within=service.slug)
    hidden = row.service.scope.restricted and row.service_id != service.pk
    return NamedIncident(name, "" if hidden else row.title, "" if hidden else row.get_absolute_url())
