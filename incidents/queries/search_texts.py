"""What of incidents can be found: what each kind of thing says, in whose scope, and where its page is."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.urls import reverse

from incidents.models import AlertPlaybook, AlertRule, Incident, PostMortem, Runbook
from portal.extension_points import SearchText
from readiness.queries import search_texts


def runbooks(rows: QuerySet[Runbook]) -> Iterator[SearchText]:
    """Runbooks with every step and command."""
    for one in rows.select_related("service"):
        yield search_texts.document(one, one.title, one.service.scope_id)


def incidents(rows: QuerySet[Incident]) -> Iterator[SearchText]:
    """Incidents with their timelines and what was noted at the steps.

    A line about another service is left out: what is found here is found by everybody who sees the incident's own.
    """
    for one in rows.select_related("service").prefetch_related("timeline", "steps"):
        said = [
            one.label,
            one.harm,
            one.affected_groups,
            *(entry.text for entry in one.timeline.all() if not entry.about_id),
        ]
        said += [step.note for step in one.steps.all()]
        body = "\n".join(words for words in said if words)
        address = one.get_absolute_url()
        title = f"{one.label} {one.title}"
        yield SearchText(str(one.public_id), one.service.scope_id, title, body, address, one.declared_at)


def post_mortems(rows: QuerySet[PostMortem]) -> Iterator[SearchText]:
    """Post-mortems with what they propose to ask of everybody."""
    for one in rows.select_related("incident__service").prefetch_related("proposals"):
        said = search_texts.document(one, str(one), one.incident.service.scope_id)
        proposed = [f"{proposal.text}\n{proposal.why}" for proposal in one.proposals.all()]
        body = "\n".join([said.body, *proposed])
        yield SearchText(said.key, said.scope_id, said.title, body, said.address, said.changed_at)


def alert_rules(rows: QuerySet[AlertRule]) -> Iterator[SearchText]:
    """Alert rules in use by name, labels and threshold."""
    for one in rows.filter(ended_at=None).select_related("service"):
        labels = [f"{name} {value}" for name, value in one.matchers.items()]
        address = reverse("incidents:alert_rule", args=[one.service.slug, one.public_id])
        body = "\n".join([*labels, one.threshold])
        yield SearchText(str(one.public_id), one.service.scope_id, one.name, body, address)


def playbooks(rows: QuerySet[AlertPlaybook]) -> Iterator[SearchText]:
    """The shipped playbooks with their steps: nobody's own, so everybody's to read."""
    for one in rows:
        playbook = one.playbook
        steps = (f"{step.title}\n{step.how}" for step in playbook.steps)
        body = "\n".join([playbook.why, playbook.trigger.sentence(), *steps])
        yield SearchText(str(one.pk), None, one.title, body, f"{reverse('incidents:playbooks')}#{one.key}")
