"""The alert playbooks as loaded: for their page, and as rows that apply by a rule."""

from dataclasses import dataclass

from incidents.catalogue import schema
from incidents.models import AlertPlaybook
from readiness.catalogue import loader
from readiness.extension_points import RuledRow
from readiness.rules.applicability import SOURCING_WORDS, Sourcing


@dataclass(frozen=True)
class PlaybookStep:
    """One step, in the usual words and, where they differ, in those for a third-party API."""

    number: int
    title: str
    how: str
    third_party: schema.StepWording | None


@dataclass(frozen=True)
class PlaybookPage:
    """A playbook as its page shows it."""

    key: str
    title: str
    why: str
    severity: int
    raised_to: int | None
    raised_from_cycle: int | None
    trigger: str
    who: str
    rule: str
    steps: tuple[PlaybookStep, ...]


def all_playbooks() -> list[PlaybookPage]:
    """Every playbook in the order of the catalogue, with the title of its domain: one statement."""
    domains = {domain.key.value: domain.title for domain in loader.ownership_domains()}
    return [_page(row, domains) for row in AlertPlaybook.objects.all()]


def ruled_rows() -> list[RuledRow]:
    """The playbooks as rows that apply by a rule: one statement."""
    return [
        RuledRow(row.key, row.title, dict(row.playbook.when), reworded=_is_reworded(row.playbook))
        for row in AlertPlaybook.objects.all()
    ]


def _page(row: AlertPlaybook, domains: dict[str, str]) -> PlaybookPage:
    playbook = row.playbook
    raised = playbook.escalation
    return PlaybookPage(
        key=playbook.key,
        title=playbook.title,
        why=playbook.why,
        severity=_number(playbook.severity),
        raised_to=_number(raised.severity) if raised else None,
        raised_from_cycle=raised.from_failed_cycle if raised else None,
        trigger=playbook.trigger.sentence(),
        who=_who(domains.get(playbook.domain or "", "")),
        rule=rule_words(playbook),
        steps=tuple(PlaybookStep(step.number, step.title, step.how, step.third_party) for step in playbook.steps),
    )


def _who(domain: str) -> str:
    return f"whoever is accountable for {domain.lower()}" if domain else "the service’s owner"


def rule_words(playbook: schema.AlertPlaybook) -> str:
    """For which services the playbook is meant; empty where it is meant for all."""
    sources = [SOURCING_WORDS[Sourcing(name)][0] for name in playbook.when.get("sourcing", [])]
    return f"only where the model is {' or '.join(sources)}" if sources else ""


def _number(severity: schema.Severity) -> int:
    return int(severity.value.removeprefix("sev-"))


def _is_reworded(playbook: schema.AlertPlaybook) -> bool:
    return any(step.third_party for step in playbook.steps)
