"""One of everything that the API names, and where each operation of its description finds it."""

import copy
import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Model

from incidents.actions import alert_posts, alert_rules, post_mortems, proposals
from incidents.actions.proposals import NewProposal
from incidents.models import Alert
from portal import clock
from portal.actions.documents import Written
from portal.models import AuditEvent
from portal.permissions import TEAM_ROLES, Role
from readiness.actions import (
    absences,
    audit_packs,
    decision_records,
    dependencies,
    findings,
    model_cards,
    reviews,
    service_states,
)
from readiness.actions import action_items as action_item_actions
from readiness.actions.action_items import NewItem
from readiness.choices import ServiceState
from readiness.models import CheckOccurrence, CheckVersion, Condition, Service, SignOff
from readiness.rules.action_items import Terms
from tests.factories import alerts, callers, incidents, launches, portal, readiness, record, runbooks, waivers
from tests.factories import reviews as review_factory
from tests.factories.launches import Scene

PREFIX = "/api/v1/"
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Operation:
    """One operation as the description of the API tells it; `path` is as templates write it, below the API's root."""

    name: str
    method: str
    path: str
    told: Mapping[str, Any]

    @property
    def takes_if_match(self) -> bool:
        """Whether it can be told what was seen."""
        return any(one["name"] == "If-Match" for one in self.told.get("parameters", ()))

    @property
    def example(self) -> dict[str, Any] | None:
        """The body that the description shows, for the caller to change; None where it takes none, or a form."""
        told = self.told.get("requestBody", {}).get("content", {}).get("application/json")
        if told is None:
            return None
        named = [one["value"] for one in told.get("examples", {}).values()]
        found: dict[str, Any] = copy.deepcopy(named[0] if named else told["example"])
        return found

    @property
    def is_for_tokens(self) -> bool:
        """Whether a person's token opens it; an alert's source has its own."""
        return {"token": []} in self.told["security"]


@dataclass(frozen=True)
class World:
    """A service with one of everything, and a tool of somebody who holds every role there."""

    tool: callers.Caller
    names: Mapping[str, str]

    def address(self, path: str) -> str:
        """The address of the thing that a path of the description stands for: `{item}` is what `items/` lists."""
        kind = path.partition("/")[0]

        def value(found: re.Match[str]) -> str:
            name = self.names.get(f"{kind}.{found[1]}") or self.names.get(found[1])
            assert name, f"say in tests/factories/everything.py what {{{found[1]}}} of {path} is"
            return name

        return re.sub(r"{(\w+)}", value, path)


def operations(schema: Mapping[str, Any]) -> Iterator[Operation]:
    """Every operation of the API."""
    for path, methods in schema["paths"].items():
        for method in METHODS:
            if method in methods:
                told = methods[method]
                yield Operation(told["operationId"], method, path.removeprefix(PREFIX), told)


def world(*, restricted: bool = False, sees_all: bool = True) -> World:
    """The same in every test; `restricted` hides its service, and who does not see all has no role across teams."""
    declared = {"restricted": True} if restricted else {}
    of = launches.scene(answered=False, **declared)
    with transaction.atomic():
        service_states.set_state(None, of.service, ServiceState.LIVE)
    launches.green(of, "env.secrets")
    launches.sign(of, "env.secrets")
    everybody = portal.member(of.service.scope.team, *TEAM_ROLES, name="Eva Everything")
    if sees_all:
        portal.member(None, Role.COMPLIANCE, Role.ADMINISTRATOR, who=everybody)
    item = review_factory.answer(of.review, "deploy.rollout")
    names = {
        "slug": of.service.slug,
        "team": of.service.scope.team.slug,
        "domain": "inference",
        "cadence": "weekly",
        "kind": "owners",
        "release": of.release,
        "review": of.review,
        "item": item,
        "evidence": review_factory.link(of.access("engineer"), item),
        "signoff": SignOff.objects.get(answer__review=of.review),
        "audit-trail.number": AuditEvent.objects.latest("number").number,
        **_declared(of),
        **_decided(of),
        **_owed(of),
        **_written(of),
        **_happened(of),
    }
    words = {name: str(one.public_id) if isinstance(one, Model) else str(one) for name, one in names.items()}  # type: ignore[attr-defined]
    return World(callers.caller(everybody, may="write"), words)


def open_check(service: Service) -> CheckOccurrence:
    """A check of the service that is open now."""
    now, version = clock.now(), CheckVersion.objects.current()[0]
    return CheckOccurrence.objects.create(
        service=service,
        recurring_check=version.recurring_check,
        version=version,
        cadence=version.row.cadence,
        period="2026-W01",
        pillar=version.row.pillar,
        opens_at=now - datetime.timedelta(days=1),
        due_at=now + datetime.timedelta(days=3),
        ends_at=now + datetime.timedelta(days=6),
    )


def _declared(of: Scene) -> dict[str, Any]:
    today = clock.today_in("UTC")
    week = today + datetime.timedelta(days=7)
    return {
        "dependency": dependencies.add(of.access("engineer"), service=of.service, name="Provider"),
        "absence": absences.enter(of.access("engineer"), person=of.engineer, starts_on=today, ends_on=week),
        "pack": audit_packs.request(
            of.access("lead"), services=[of.service], since=today - datetime.timedelta(days=7), until=today
        ),
        "waiver": waivers.asked(of.engineer, of.service, "env.secrets", week),
    }


def _decided(of: Scene) -> dict[str, Any]:
    """A decision with a condition, on another release."""
    other = readiness.release(of.service, "3.1.9")
    review = reviews.start(of.access("lead"), service=of.service, kind="deployment", release=other)
    decision = record.decide(of.access("decider"), review)
    due_on = clock.today_in("UTC") + datetime.timedelta(days=7)
    condition = Condition.objects.create(decision=decision, text="Name the limits", owner=of.lead, due_on=due_on)
    return {"decision": decision, "condition": condition}


def _owed(of: Scene) -> dict[str, Any]:
    """What somebody has to do: a check that is open now, an action item, a finding."""
    check = open_check(of.service)
    terms = Terms("Rotate the key", "", clock.today_in("UTC") + datetime.timedelta(days=14), 2)
    opened = action_item_actions.open_item(of.access("lead"), service=of.service, new=NewItem(terms, of.lead))
    office = portal.access(portal.member(None, Role.COMPLIANCE))
    finding = findings.open_finding(office, service=of.service, severity=2, title="No trace", text="Show one month.")
    return {"check": check, "action-items.item": opened.item, "finding": finding}


def _written(of: Scene) -> dict[str, Any]:
    """A document of each kind."""
    model, lead = readiness.model(of.service), of.access("lead")
    return {
        "model": model,
        "card": model_cards.begin(lead, model=model, written=Written({"intended_use": "Drafts."})),
        "record": decision_records.propose(lead, service=of.service, title="Retry once", written=Written({})),
        "runbook": runbooks.runbook(of.service, by=of.lead),
    }


def _happened(of: Scene) -> dict[str, Any]:
    """An alert that its rule knows, an open incident that follows a playbook, and one that is over, with an account."""
    lead = of.access("lead")
    rule = alert_rules.make(
        lead, service=of.service, written=alert_rules.Written("CostSpike", {"alertname": "CostSpike"})
    )
    made = alerts.source(of.service.scope.team)
    alert_posts.work_off(alert_posts.receive(made.source, body=alerts.group(alerts.told())).pk)
    over = incidents.resolved(incidents.declared(of.service))
    account = post_mortems.begin(lead, incident=over, written=Written(incidents.ACCOUNT))
    new = NewProposal("deployment", "Every cache has a limit", "Nobody asked.", "deploy.rollout")
    return {
        "key": "alert.cost-spike",
        "proposal": proposals.propose(lead, post_mortem=account, new=new),
        "rule": rule,
        "source": made.source,
        "alert": Alert.objects.get(source=made.source),
        "incident": incidents.declared(of.service, playbook="alert.cost-spike"),
        "incidents.number": 1,
        "post_mortem": account,
    }
