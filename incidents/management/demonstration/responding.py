"""Incidents: a sev-1 that is over, explained and followed up, and a sev-2 that is open still."""

import datetime
from pathlib import Path
from typing import Any

import yaml

from incidents.actions import (
    alert_incidents,
    incident_facts,
    incident_reach,
    incident_states,
    incidents,
    post_mortems,
    proposals,
    timelines,
)
from incidents.actions.incident_facts import Facts
from incidents.actions.incident_reach import Touched
from incidents.actions.incidents import NewIncident
from incidents.actions.post_mortems import FollowUp
from incidents.actions.proposals import NewProposal
from incidents.models import Alert, Incident, PostMortem
from portal import clock
from portal.actions.documents import Written
from portal.management.demonstration.days import Line
from portal.management.demonstration.people import BERLIN, NEW_YORK
from portal.management.demonstration.stage import Stage, Storyline
from readiness.choices import Priority
from readiness.models import ModelVersion, Service
from readiness.rules.action_items import Terms
from readiness.rules.template_additions import AddedPoint

FRAUD, COPILOT = "fraud-scoring", "support-copilot"
IDENTITY = "customer-identity-resolution-and-household-matching"


def storylines(stage: Stage) -> list[Storyline]:
    """A line for each incident."""
    return [_wrong_customer(stage), _held_payments(stage)]


def _wrong_customer(stage: Stage) -> Storyline:
    """A sev-1 of the copilot: declared by hand, mitigated by a flag, over within the morning, explained in time.

    Of what its post-mortem proposes one is asked of every service with a cache by now, the other waits.
    """
    line, cast, texts = Line(stage.days, NEW_YORK, "wrong customer"), stage.cast, _texts()["wrong-customer"]
    leads, writes = "maya.thompson", "elena.vasquez"
    yield line.on(48, "10:34")
    began = clock.now() - datetime.timedelta(minutes=53)
    new = NewIncident(**texts["declared"], started_at=began, commander=cast[leads])
    incident = incidents.declare(cast.access(writes), service=Service.objects.get(slug=COPILOT), new=new)
    yield line.after(4, 6)
    incident_states.move(cast.access(writes), incident=incident, to="mitigated", text=texts["mitigated"])
    yield line.after(6, 9)
    timelines.update(cast.access(leads), incident=incident, text=texts["update"], next_word=60)
    yield line.after(20, 30)
    facts = Facts(harm=texts["harm"], affected_groups=texts["groups"])
    incident_facts.change(cast.access(leads), incident=incident, facts=facts)
    incident_states.move(cast.access(leads), incident=incident, to="resolved", text=texts["resolved"])
    yield line.on(47, "09:20")
    post_mortem = post_mortems.begin(cast.access(writes), incident=_again(incident))
    yield line.on(45, "14:15")
    post_mortem = _standing(post_mortem)
    written = Written({**post_mortem.content, **texts["account"]}, "after the talk of the five who were there")
    post_mortems.revise(cast.access(writes), post_mortem=post_mortem, written=written, seen=1)
    yield line.after(20, 40)
    for row in texts["follow_ups"]:
        due = line.today + datetime.timedelta(days=row["days"])
        terms = Terms(row["title"], row["text"], due, Priority.HIGH)
        new_item = FollowUp(terms, cast[row["owner"]])
        post_mortems.follow_up(cast.access(writes), post_mortem=_standing(post_mortem), new=new_item)
    yield line.on(44, "11:00")
    post_mortems.publish(cast.access(leads), post_mortem=_standing(post_mortem), seen=2)
    new_point, waiting = (NewProposal(**texts["proposals"][name]) for name in ("asked", "waiting"))
    asked = proposals.propose(cast.access(leads), post_mortem=_standing(post_mortem), new=new_point)
    yield line.after(10, 20)
    incident_states.move(cast.access(leads), incident=incident, to="closed", text=texts["closed"])
    yield line.after(20, 30)
    proposals.propose(cast.access(leads), post_mortem=_standing(post_mortem), new=waiting)
    yield line.on(35, "10:40")
    point = AddedPoint(new_point.item_key, new_point.text, asked_of="caching")
    proposals.accept(cast.access("admin"), proposal=asked, addition=point, reason=texts["taken"])


def _held_payments(stage: Stage) -> Storyline:
    """A sev-2 of fraud scoring: declared from an alert as a sev-3, raised, half way through its playbook."""
    line, cast, texts = Line(stage.days, BERLIN, "held payments"), stage.cast, _texts()["held-payments"]
    yield line.on(1, "13:52")
    service = Service.objects.get(slug=FRAUD)
    running = ModelVersion.objects.filter(model__service=service).order_by("-recorded_at").first()
    affected = [Touched(Service.objects.get(slug=IDENTITY), texts["how"])]
    began = clock.now() - datetime.timedelta(minutes=5)
    new = NewIncident(**texts["declared"], started_at=began, affected=affected, model_version=running)
    alert = Alert.objects.select_related("source", "service").get(name="AccuracyDrop")
    incident = alert_incidents.declare(cast.access("engineer"), alert=alert, service=service, new=new)
    yield line.after(2, 5)
    engineer, commander = cast["engineer"], cast["minhkhai.nguyen"]
    incident_reach.command(cast.access("engineer"), incident=incident, person=engineer)
    yield line.after(8, 11)
    timelines.step(cast.access("engineer"), incident=incident, number=1, did="done", text=texts["sample"])
    incident_reach.command(cast.access("engineer"), incident=incident, person=commander, text=texts["handed"])
    yield line.after(18, 24)
    timelines.step(cast.access("engineer"), incident=incident, number=2, did="done", text=texts["evaluated"])
    yield line.after(4, 8)
    incident_states.change_severity(cast.access("minhkhai.nguyen"), incident=incident, severity=2, text=texts["raised"])
    incident_states.move(cast.access("minhkhai.nguyen"), incident=incident, to="identified", text=texts["identified"])
    facts = Facts(harm=texts["harm"], affected_groups=texts["groups"])
    incident_facts.change(cast.access("minhkhai.nguyen"), incident=incident, facts=facts)
    yield line.after(10, 14)
    timelines.update(cast.access("minhkhai.nguyen"), incident=incident, text=texts["update"], next_word=240)


def _again(incident: Incident) -> Incident:
    return Incident.objects.select_related("service__scope__team", "commander", "model_version").get(pk=incident.pk)


def _standing(post_mortem: PostMortem) -> PostMortem:
    return PostMortem.objects.select_related("incident__service__scope__team", "keeper").get(pk=post_mortem.pk)


def _texts() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("incidents.yaml").read_text("utf-8"))
    return found
