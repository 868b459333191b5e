"""Alerts as they came: the list, the tray, and the rules that one of the tray may be given to."""

from dataclasses import dataclass

from django.db.models import Count, IntegerField, Max, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from incidents.choices import AlertState
from incidents.models import Alert, AlertPost, AlertRule, AlertSource
from incidents.models.alerts import AlertQuerySet
from incidents.queries import alert_incidents, alert_placements
from portal.permissions import Access, Capability
from readiness.choices import ServiceState
from readiness.models import Service

SHOWN, WAITING = 20, 5


@dataclass(frozen=True)
class Waiting:
    """One line of the tray: the newest alert of its fingerprint, how often it was told, and what one may do.

    `declare_url` is where an incident is declared from it, `incident` names the one it is in; either may be empty.
    """

    alert: Alert
    times: int
    may_act: bool
    declare_url: str = ""
    incident: str = ""


@dataclass(frozen=True)
class Tray:
    """The newest lines, and how many there are."""

    lines: tuple[Waiting, ...]
    total: int


def tray(access: Access) -> Tray:
    """What came in and matches no rule, the newest first, told together by fingerprint: three statements."""
    return _told_together(access, Alert.objects.visible_to(access).in_tray())


def waiting(access: Access) -> Tray:
    """The same of the teams whose alerts the person may place: one statement, three where something waits."""
    return _told_together(access, _to_place(access), shown=WAITING)


def waiting_count(access: Access) -> Subquery:
    """How many lines `waiting` has, as an expression for a statement over something else."""
    counted = _to_place(access).order_by().values(one=Value(1))
    lines = counted.annotate(number=Count("fingerprint", distinct=True)).values("number")
    return Subquery(lines, output_field=IntegerField())


def _to_place(access: Access) -> AlertQuerySet:
    teams = access.teams_with(Capability.DOCUMENT_WRITE)
    return Alert.objects.in_tray().filter(incident=None, source__team__in=teams)


def _told_together(access: Access, waiting: AlertQuerySet, shown: int = SHOWN) -> Tray:
    grouped = waiting.order_by().values("source", "fingerprint")
    told = grouped.annotate(newest=Max("pk"), told=Sum("times"), last=Max("last_told_at")).order_by("-last", "-newest")
    newest = list(told[:shown])
    if not newest:
        return Tray((), 0)
    known = _related(Alert.objects.all()).select_related("incident__service__scope")
    alerts = known.in_bulk([row["newest"] for row in newest])
    lines = tuple(_line(access, alerts[row["newest"]], row["told"]) for row in newest)
    return Tray(lines, told.count())


def listed(access: Access) -> AlertQuerySet:
    """Every alert that one may see, the newest first: one statement."""
    return _related(Alert.objects.visible_to(access)).order_by("-starts_at", "-pk")


def told(access: Access) -> AlertQuerySet:
    """Every alert that one may see, with the incident each is in, and who placed it: two statements."""
    return alert_placements.with_placements(listed(access).select_related("incident__service__scope"))


def every_rule(access: Access) -> QuerySet[AlertRule]:
    """The rules of services that one sees, ended ones too: one statement."""
    return AlertRule.objects.visible_to(access).select_related("service", "runbook")


def shown(access: Access) -> AlertQuerySet:
    """Alerts with what the page of one shows: two statements."""
    related = ("incident__service__scope", "left_out_by", "ended_by", "rule__runbook__service")
    return alert_placements.with_placements(listed(access).select_related(*related))


def one(access: Access) -> AlertQuerySet:
    """Alerts of the tray with what acting on one needs."""
    return _related(Alert.objects.visible_to(access).in_tray())


def rules_for(access: Access, alert: Alert) -> QuerySet[AlertRule]:
    """The rules of its team that an alert may be given to; those of its service alone where it names one."""
    found = AlertRule.objects.visible_to(access).filter(ended_at=None, service__scope__team=alert.source.team_id)
    found = found.exclude(service__state=ServiceState.RETIRED).select_related("service")
    return found.filter(service=alert.service) if alert.service else found


def services_for(alert: Alert) -> QuerySet[Service]:
    """The services that a rule may be made for from an alert: the one it names, else those of its source's team."""
    found = Service.objects.filter(scope__team=alert.source.team_id).exclude(state=ServiceState.RETIRED)
    return (found.filter(pk=alert.service_id) if alert.service_id else found).order_by("name")


def sources(access: Access) -> QuerySet[AlertSource]:
    """The sources that one may see, those that still work first, and how many posts of each are `stuck`."""
    found = AlertSource.objects.visible_to(access).select_related("team", "created_by")
    own = AlertPost.objects.stuck().filter(source=OuterRef("pk")).order_by().values("source")
    number = Subquery(own.annotate(number=Count("pk")).values("number"), output_field=IntegerField())
    found = found.annotate(stuck=Coalesce(number, 0))
    return found.order_by("revoked_at", "team__name", "name", "pk")


def firing(access: Access, source: AlertSource) -> int:
    """How many alerts that the person may see fire as far as a source told: one statement."""
    return Alert.objects.visible_to(access).filter(source=source, state=AlertState.FIRING).count()


def stuck_posts(source: AlertSource) -> list[AlertPost]:
    """The oldest posts of a source that could not be taken in, without their bodies: one statement."""
    return list(AlertPost.objects.stuck().filter(source=source).order_by("pk").defer("body")[:SHOWN])


def _related(found: AlertQuerySet) -> AlertQuerySet:
    return found.select_related("source__team", "service__scope__team", "rule")


def _line(access: Access, alert: Alert, times: int) -> Waiting:
    may_act = access.can(Capability.DOCUMENT_WRITE, alert.source.team_id)
    incident = alert.incident
    named = incident.label if incident and access.sees(incident.service.scope) else ""
    return Waiting(alert, times, may_act, alert_incidents.declare_url(access, alert), named)
