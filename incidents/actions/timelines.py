"""What people write on an incident: notes, status updates to the teams, and the steps of its playbook."""

import datetime
from typing import Any

from django.db import transaction

from incidents import verbs
from incidents.actions import incident_heads
from incidents.actions.incident_heads import Line
from incidents.choices import Audience, EntryKind
from incidents.models import Incident, StepRun, TimelineEntry
from incidents.queries import incidents as queries
from incidents.rules import lifecycle, playbook_steps, status_updates
from portal import clock, notifications
from portal.errors import DomainError
from portal.permissions import Access


def note(access: Access, *, incident: Incident, text: str) -> TimelineEntry:
    """Writes a line into the timeline. Raises DomainError at `text`."""
    with transaction.atomic():
        held = incident_heads.held(access, incident)
        if refusal := lifecycle.text_refusal(text, "Write something first."):
            raise DomainError.of({"text": [refusal]})
        line = Line(EntryKind.NOTE, text.strip())
        return incident_heads.say(access, held, verbs.INCIDENT_NOTED, line, facts={"kind": str(line.kind)})


def update(access: Access, *, incident: Incident, text: str, next_word: int | None = None) -> TimelineEntry:
    """Posts a status update to everybody in the teams of the affected services.

    `next_word` is in how many minutes the next one comes; None: no word is promised. Raises DomainError at `text` or
    `next_word`.
    """
    with transaction.atomic():
        held = incident_heads.held(access, incident)
        if refusal := lifecycle.text_refusal(text, "Say what is known, what is done, and when the next word comes."):
            raise DomainError.of({"text": [refusal]})
        if refusal := status_updates.next_word_refusal(next_word, is_open=held.is_open):
            raise DomainError.of({"next_word": [refusal]})
        at = clock.now() + datetime.timedelta(minutes=next_word) if next_word else None
        line = Line(EntryKind.UPDATE, text.strip(), Audience.TEAMS)
        facts: dict[str, Any] = {"audience": str(Audience.TEAMS), "next_word_at": at.isoformat() if at else None}
        written = {"next_word_at": at}
        entry = incident_heads.move_on(access, held, verbs.INCIDENT_UPDATED, line, fields=written, facts=facts)
        notifications.notify(
            queries.told(held),
            kind="incident",
            key=f"incident-update-{entry.public_id}",
            subject=f"{held.label} on {held.service.name}: {' '.join(line.text.split())}",
            url=held.get_absolute_url(),
            scope=held.service.scope,
            by=access,
        )
    return entry


def step(access: Access, *, incident: Incident, number: int, did: str, text: str = "") -> StepRun:
    """A step is done, left out with a reason, or open again. The newest counts; every one is kept.

    Raises DomainError at `step` where somebody did it already or the incident is over, at `note` where a word lacks.
    """
    with transaction.atomic():
        held = incident_heads.held(access, incident)
        steps = queries.playbook(held).steps
        if not held.is_open:
            raise DomainError.of({"step": ["The incident is over: its steps stay as they are."]})
        if errors := playbook_steps.refusals(steps, number, did, text, longest=lifecycle.LONGEST_NOTE):
            raise DomainError.of(errors)
        title = next(one.title for one in steps.playbook.steps if one.number == number)
        said = f"Step {number} {playbook_steps.WORDS[did]}: {title}" + (f". {text.strip()}" if text.strip() else "")
        facts: dict[str, Any] = {"step": number, "did": did}
        entry = incident_heads.say(access, held, verbs.INCIDENT_STEP, Line(EntryKind.STEP, said), facts=facts)
        run = StepRun.objects.create(
            incident=held, number=number, did=did, note=text.strip(), by=access.person, at=entry.at, event=entry.event
        )
        _state_rules(held, number)
    return run


def _state_rules(incident: Incident, number: int) -> None:
    """Where the step carries a rule, the portal says what it means from now on."""
    followed = queries.playbook(incident)
    changed = followed.steps.playbook.step(number)
    if changed is None or not changed.rule:
        return
    for statement in followed.statements:
        line = Line(EntryKind.STEP, statement.words)
        incident_heads.say(None, incident, verbs.INCIDENT_NOTED, line, facts={"kind": str(EntryKind.STEP)})
