"""Action items and findings: a ticket elsewhere, work in progress, done and dropped, a finding closed and one open."""

import datetime
from dataclasses import replace

from portal import clock
from portal.management.demonstration.days import Line
from portal.management.demonstration.people import BERLIN
from portal.management.demonstration.stage import Stage, Storyline
from readiness.actions import action_item_changes, action_item_reminders, action_items, findings, gaps
from readiness.actions.action_item_changes import Change
from readiness.actions.action_items import NewItem
from readiness.choices import ActionOrigin, FindingSeverity, Priority
from readiness.models import ActionItem, Service
from readiness.queries import gaps as gap_queries
from readiness.queries import service_page
from readiness.rules.action_items import Terms

FRAUD, COPILOT = "fraud-scoring", "support-copilot"


def storylines(stage: Stage) -> list[Storyline]:
    """One line for what is followed up."""
    return [_followed_up(stage)]


def _followed_up(stage: Stage) -> Storyline:
    line = Line(stage.days, BERLIN, "follow-ups")
    compliance = "compliance"
    yield line.on(40, "10:10")
    fraud = Service.objects.get(slug=FRAUD)
    closed = findings.open_finding(
        stage.cast.access(compliance),
        service=fraud,
        severity=FindingSeverity.MEDIUM,
        title="The access list of the feature store names people who left",
        text="Two of eleven accounts belong to people who left. Take them out, and say how it is kept true.",
    )
    yield line.on(36, "15:20")
    findings.answer(
        stage.cast.access("engineer"),
        finding=closed,
        text="Both accounts are closed. The list now comes from the directory each night; the job is in the runbook.",
    )
    yield line.on(34, "09:40")
    findings.close(stage.cast.access(compliance), finding=closed, text="Looked at the list of Monday: it agrees.")
    yield line.on(18, "11:05")
    incident = NewItem(
        Terms(
            "Alert when a nightly feature load is empty",
            "The load of the merchant features came back empty and nobody saw it until noon.",
            stage.days.told_at.date() - datetime.timedelta(days=4),
            Priority.HIGH,
            "https://tracker.example.com/browse/FRAUD-412",
        ),
        stage.cast["engineer"],
        ActionOrigin.POST_MORTEM,
        "post-mortem:feature-load",
        "Post-mortem: empty feature load",
    )
    action_items.open_item(stage.cast.access("lead"), service=fraud, new=incident)
    yield line.after(20, 60)
    by_hand = NewItem(
        replace(
            incident.terms,
            title="Agree with Finance who sees the cost of each team",
            text="",
            due_on=stage.days.told_at.date() + datetime.timedelta(days=2),
            priority=Priority.LOW,
            tracker="https://tracker.example.com/browse/FRAUD-409",
        ),
        stage.cast["lead"],
    )
    opened = action_items.open_item(stage.cast.access("lead"), service=fraud, new=by_hand).item
    yield line.on(12, "09:30")
    _move(stage, "lead", opened, "in-progress")
    idea = NewItem(
        replace(
            by_hand.terms,
            title="Score refunds with a model of their own",
            text="Refunds are scored by the model for payments, which was never evaluated on them.",
            due_on=stage.days.told_at.date() + datetime.timedelta(days=40),
            tracker="",
        ),
        stage.cast["engineer"],
    )
    dropped = action_items.open_item(stage.cast.access("lead"), service=fraud, new=idea).item
    yield line.on(11, "16:10")
    _move(stage, "lead", dropped, "dropped", "Refunds leave the scope with the next release; nothing is left to score.")
    yield line.on(10, "11:30")
    _finish_one(stage)
    yield line.on(9, "14:15")
    findings.open_finding(
        stage.cast.access(compliance),
        service=fraud,
        severity=FindingSeverity.HIGH,
        title="Deleting a customer leaves no trace in the logs of the model",
        text="Ten deletions were asked for last month; for none of them a log says when the features were gone.",
    )
    yield line.on(7, "11:20")
    copilot = Service.objects.get(slug=COPILOT)
    answered = findings.open_finding(
        stage.cast.access(compliance),
        service=copilot,
        severity=FindingSeverity.LOW,
        title="The notice to customers that a machine answers is missing in the app",
        text="The web page says so before the first message; the app does not. Show it in both.",
        item_key="docs.user",
    )
    yield line.on(5, "15:05")
    findings.answer(
        stage.cast.access(_lead(copilot)),
        finding=answered,
        text="The app shows it since its release of Monday; a picture of it is in the folder of the model card.",
    )
    yield line.on(4, "10:20")
    for slug in (FRAUD, COPILOT):
        service = service_page.glanced(stage.cast.access(compliance)).get(slug=slug)
        found = gap_queries.of_service(service, clock.now())
        if found:
            lead = _lead(service)
            gaps.follow_up(stage.cast.access(lead), service=service, key=found[0].gap.key)
        yield line.after(5, 15)
    yield stage.days.told_at - datetime.timedelta(minutes=2)
    action_item_reminders.send_due(clock.now())


def _move(stage: Stage, who: str, item: ActionItem, state: str, reason: str = "") -> None:
    item.refresh_from_db()
    wanted = Change(state=state, reason=reason)
    action_item_changes.change(stage.cast.access(who), item=item, wanted=wanted, revision=item.revision)


def _finish_one(stage: Stage) -> None:
    """The oldest item that a failed check opened is done."""
    unfinished = ActionItem.objects.unfinished().filter(origin=ActionOrigin.CHECK).order_by("opened_at")
    for item in unfinished.select_related("owner", "service__scope__team")[:1]:
        _move(stage, item.owner.email.partition("@")[0], item, "done")


def _lead(service: Service) -> str:
    """Who owns the service, by the name before the @."""
    return service.owner.email.partition("@")[0]
