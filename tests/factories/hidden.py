"""A restricted service with one of everything, whose words all carry a canary: others must not find a trace of it."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from incidents.actions import alert_posts, alert_rules, post_mortems
from incidents.actions.alert_sources import Made
from portal import clock
from portal.actions import searching, tokens
from portal.actions.documents import Written
from portal.models import AuditorScope, Membership, Team, User
from portal.permissions import Role
from readiness.actions import (
    action_items,
    answers,
    audit_packs,
    decision_records,
    dependencies,
    evidence,
    findings,
    model_cards,
    recurring_checks,
    reviews,
    service_changes,
    service_states,
    signoffs,
    targets,
    waivers,
)
from readiness.actions.action_items import NewItem
from readiness.choices import ServiceState
from readiness.models import Condition, Service
from readiness.rules.action_items import Terms
from readiness.rules.check_results import Told
from readiness.rules.measures import Targets
from readiness.rules.waivers import Wanted
from tests.factories import alerts, incidents, launches, portal, readiness, record, runbooks
from tests.factories import everything as everything_factory
from tests.factories import reviews as review_factory
from tests.factories.launches import Scene

CANARY = "nightjar"
"""Nothing else in the demonstration says this word."""


def word(what: str) -> str:
    """A text that would give it away."""
    return f"{CANARY} {what}"


@dataclass(frozen=True)
class Keepers:
    """The team that keeps it, with its people and its source of alerts: teams and people are no secret."""

    team: Team
    lead: User
    engineer: User
    approver: User
    decider: User
    compliance: User
    auditor: User
    source: Made

    def everybody(self) -> list[User]:
        """Who may see it."""
        return [*User.objects.filter(memberships__team=self.team), self.compliance, self.auditor]


def keepers() -> Keepers:
    """They are there before there is anything to hide: teams, people, tokens and sources of alerts are no secret.

    So is the short checklist that they answer, and the checks of every other service that are due.
    """
    launches.short_checklist()
    recurring_checks.open_due(clock.now())
    team = portal.team(name="Quiet team", slug="quiet-team")
    found = Keepers(
        team,
        lead=portal.member(team, Role.LEAD, name="Quentin Lead"),
        engineer=portal.member(team, Role.CONTRIBUTOR, name="Quinn Engineer"),
        approver=portal.member(team, Role.APPROVER, name="Quade Approver"),
        decider=portal.member(team, Role.DECIDER, name="Queenie Decider"),
        compliance=portal.member(None, Role.COMPLIANCE, name="Quill Compliance"),
        auditor=portal.member(None, Role.AUDITOR, name="Quirin Auditor"),
        source=alerts.source(team),
    )
    tokens.issue(portal.access(found.lead), name="Pipeline", team=team)
    _posted(found, alerts.told("LagHigh"))
    return found


def everything(by: Keepers, needs: Service) -> Service:
    """The service and all that hangs on it, by the product's own actions; it needs a service that others see."""
    of = _registered(by)
    _declared(of, needs)
    _reviewed(of)
    _decided(of)
    _owed(of, by)
    _written(of)
    _happened(of, by)
    searching.follow()
    return of.service


def _registered(by: Keepers) -> Scene:
    service = readiness.service(
        team=by.team,
        lead=by.lead,
        slug=f"{CANARY}-scoring",
        restricted=True,
        name=word("scoring"),
        description=word("description"),
    )
    version = readiness.model_version(readiness.model(service, name=word("model")), version=f"{CANARY}-v1")
    release = readiness.release(service, "3.2.0", carries=[version], summary=word("summary"))
    launches.own_all(service, by.lead)
    if service.unconfirmed_tier:
        service_changes.confirm_tier(portal.access(by.approver), service=service, revision=service.revision)
    review = reviews.start(portal.access(by.lead), service=service, kind="deployment", release=release)
    AuditorScope.objects.create(membership=Membership.objects.get(person=by.auditor), scope=service.scope)
    return Scene(service, release, review, by.lead, by.engineer, by.approver, by.decider)


def _declared(of: Scene, needs: Service) -> None:
    lead = of.access("lead")
    dependencies.add(lead, service=of.service, name=word("provider"), purpose=word("purpose"), upstream=needs)
    promised = Targets(p95_ms=Decimal(1800), accuracy_metric=word("metric"), accuracy=Decimal(90))
    targets.change(lead, service=of.service, targets=promised, revision=of.service.target.revision)
    launches.drill(of)


def _reviewed(of: Scene) -> None:
    """Answers with evidence, words and a signature; one reopened, one that waits for a signature, one on credit."""
    engineer, (secrets, rollout), (waits, owed) = of.access("engineer"), launches.CRITICAL, launches.OTHER
    for key in (secrets, rollout, waits):
        answers.describe(engineer, answer=review_factory.answer(of.review, key), text=word("answer"), version=0)
        launches.green(of, key)
    item = review_factory.answer(of.review, secrets)
    review_factory.link(engineer, item, title=word("link"))
    file = SimpleUploadedFile(f"{CANARY}.txt", word("file").encode(), content_type="text/plain")
    evidence.attach_file(engineer, answer=item, file=file, title=word("report"), release=of.release)
    reviews.comment(engineer, answer=item, text=word("comment"))
    launches.sign(of, secrets)
    launches.sign(of, rollout)
    signoffs.reopen(engineer, answer=review_factory.answer(of.review, rollout), reason=word("reopened"))
    signoffs.ask(engineer, answer=review_factory.answer(of.review, waits), of=[of.approver])
    until = clock.today_in("UTC") + datetime.timedelta(days=7)
    wanted = Wanted(word("reason"), word("control"), until)
    asked = waivers.request(engineer, answer=review_factory.answer(of.review, owed), wanted=wanted)
    waivers.approve(of.access("approver"), waiver=asked, digest=asked.content_digest, proof=launches.proof())


def _decided(of: Scene) -> None:
    """A conditional go, and the service live."""
    decision = record.decide(of.access("decider"), of.review)
    due_on = clock.today_in("UTC") + datetime.timedelta(days=6)
    Condition.objects.create(decision=decision, text=word("condition"), owner=of.engineer, due_on=due_on)
    with transaction.atomic():
        service_states.set_state(None, of.service, ServiceState.LIVE)


def _owed(of: Scene, by: Keepers) -> None:
    """A check that failed, an action item, a finding and a pack."""
    check, today = everything_factory.open_check(of.service), clock.today_in("UTC")
    told = Told("fail", word("note"))
    recurring_checks.answer(of.access("engineer"), occurrence=check, told=told, revision=check.revision)
    terms = Terms(word("to do"), word("how"), today + datetime.timedelta(days=3), 1)
    action_items.open_item(of.access("lead"), service=of.service, new=NewItem(terms, of.lead))
    office = portal.access(by.compliance)
    findings.open_finding(office, service=of.service, severity=1, title=word("finding"), text=word("text"))
    week = today - datetime.timedelta(days=7)
    audit_packs.request(of.access("lead"), services=[of.service], since=week, until=today, purpose=word("purpose"))


def _written(of: Scene) -> None:
    """A card, a decision record that holds and one that was proposed, and a runbook that was drilled."""
    lead, model = of.access("lead"), of.service.served_models.get()
    model_cards.begin(lead, model=model, written=Written({"intended_use": word("use")}))
    context = Written({"context": word("context")})
    adr = decision_records.propose(lead, service=of.service, title=word("record"), written=context)
    decision_records.accept(lead, record=adr, seen=1)
    decision_records.propose(lead, service=of.service, title=word("proposed"), written=context)
    book = runbooks.runbook(of.service, by=of.lead, title=word("roll back"), purpose=word("way back"))
    runbooks.drill(book, of.engineer)


def _happened(of: Scene, by: Keepers) -> None:
    """An alert that its rule knows, one that waits in the tray, an open incident, one that is over and explained."""
    lead = of.access("lead")
    rule = alert_rules.Written(word("rule"), {"alertname": f"{CANARY}CostSpike"})
    alert_rules.make(lead, service=of.service, written=rule)
    for name in (f"{CANARY}CostSpike", f"{CANARY}Late"):
        _posted(by, alerts.told(name, service=of.service.slug, summary=word("alert")))
    over = incidents.resolved(incidents.declared(of.service, title=word("outage"), text=word("known"), severity=1))
    account = post_mortems.begin(lead, incident=over, written=Written({**incidents.ACCOUNT, "lucky": word("luck")}))
    post_mortems.publish(lead, post_mortem=account, seen=1)
    incidents.declared(of.service, title=word("burning"), text=word("now"), severity=1)


def _posted(by: Keepers, told: dict[str, Any]) -> None:
    alert_posts.work_off(alert_posts.receive(by.source.source, body=alerts.group(told)).pk)
