"""Alert rules: which alerts a service knows and what covers each; every revision is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.db.models import F

from incidents import verbs
from incidents.choices import Severity
from incidents.models import AlertPlaybook, AlertRule, AlertRuleRevision, Runbook
from incidents.rules import matching
from portal import audit, canonical, clock, permissions, revisions
from portal.errors import Conflict, DomainError
from portal.permissions import Access, Capability
from portal.rules import texts
from readiness.models import OwnershipDomain, Service

LONGEST_NAME = 120
LONGEST_THRESHOLD = 200
LONGEST_REASON = 300
NAME_NEEDED = "Name the alert, such as “Cost spike”."
REASON_NEEDED = "Say why this alert is no longer watched."


@dataclass(frozen=True)
class Written:
    """What somebody wrote of a rule. `playbook` and `domain_key` are keys, empty where none fits."""

    name: str
    matchers: Mapping[str, str] = field(default_factory=dict)
    severity: int = Severity.SEV_3
    playbook: str = ""
    runbook: Runbook | None = None
    domain_key: str = ""
    threshold: str = ""


def make(access: Access, *, service: Service, written: Written) -> AlertRule:
    """Writes a rule of a service; alerts that come from now on are matched with it.

    Raises NotPermitted, and DomainError at the field that is refused.
    """
    permissions.require(access, Capability.DOCUMENT_WRITE, service.scope)
    rule = AlertRule(service=service)
    _take_over(rule, written)
    try:
        with transaction.atomic():
            rule.revision, rule.content_digest = 1, canonical.digest(rule.governed_content())
            rule.save()
            _keep(access, rule, verbs.ALERT_RULE_WRITTEN, _facts(rule), _texts(rule))
    except IntegrityError as clash:
        raise _name_taken() from clash
    return rule


def change(access: Access, *, rule: AlertRule, written: Written, seen: int) -> bool:
    """Changes what was read at revision `seen`; False where nothing differs. A changed threshold is not reviewed yet.

    Raises NotPermitted, Conflict where somebody was faster, and DomainError at the field that is refused.
    """
    permissions.require(access, Capability.DOCUMENT_WRITE, rule.service.scope)
    before, threshold = canonical.digest(rule.governed_content()), rule.threshold
    _take_over(rule, written)
    if rule.threshold != threshold:
        rule.threshold_reviewed_on = rule.threshold_reviewed_by = None
    if canonical.digest(rule.governed_content()) == before:
        return False
    try:
        _revise(access, rule, seen, verbs.ALERT_RULE_WRITTEN, _facts(rule), _texts(rule))
    except IntegrityError as clash:
        raise _name_taken() from clash
    return True


def end(access: Access, *, rule: AlertRule, seen: int, reason: str) -> None:
    """Ends a rule: nothing is matched with it any more, and what it matched stays. Raises as `change`."""
    permissions.require(access, Capability.DOCUMENT_WRITE, rule.service.scope)
    reason = reason.strip()
    if not reason:
        raise DomainError.of({"reason": [REASON_NEEDED]})
    if words := texts.refusal(reason, LONGEST_REASON):
        raise DomainError.of({"reason": [words]})
    rule.ended_at = clock.now()
    _revise(access, rule, seen, verbs.ALERT_RULE_ENDED, {}, {"name": rule.name, "reason": reason})


def review_threshold(access: Access, *, rule: AlertRule, seen: int) -> None:
    """Says that the threshold is still right, today in the team's zone. Raises as `change`."""
    permissions.require(access, Capability.DOCUMENT_REVIEW, rule.service.scope)
    if not rule.threshold:
        raise DomainError("This rule has no threshold that could be reviewed. Write it down first.")
    today = clock.today_in(rule.service.scope.team.time_zone)
    rule.threshold_reviewed_on, rule.threshold_reviewed_by = today, access.person
    facts: dict[str, audit.Fact] = {"on": str(today)}
    _revise(access, rule, seen, verbs.ALERT_THRESHOLD_REVIEWED, facts, {"name": rule.name, "threshold": rule.threshold})


def _take_over(rule: AlertRule, written: Written) -> None:
    if refusals := _refusals(rule.service, written):
        raise DomainError.of(refusals)
    rule.name, rule.threshold = texts.tidied(written.name), written.threshold.strip()
    rule.matchers, rule.severity = dict(written.matchers), written.severity
    rule.playbook, rule.runbook, rule.domain_key = written.playbook, written.runbook, written.domain_key


def _refusals(service: Service, written: Written) -> dict[str, list[str]]:
    refusals: dict[str, list[str]] = {}
    if words := texts.name_refusal(written.name, LONGEST_NAME, NAME_NEEDED):
        refusals["name"] = [words]
    if words := matching.read(matching.written(written.matchers))[1]:
        refusals["matchers"] = [words]
    if written.severity not in Severity.values:
        refusals["severity"] = ["Choose a severity from 1 to 4."]
    if written.playbook and not AlertPlaybook.objects.filter(key=written.playbook).exists():
        refusals["playbook"] = ["Choose a playbook of the list."]
    if written.runbook and written.runbook.service_id != service.pk:
        refusals["runbook"] = ["Choose a runbook of this service."]
    if written.domain_key and not OwnershipDomain.objects.filter(key=written.domain_key).exists():
        refusals["domain_key"] = ["Choose a domain of the list."]
    if words := texts.refusal(written.threshold.strip(), LONGEST_THRESHOLD):
        refusals["threshold"] = [words]
    return refusals


def _revise(
    access: Access,
    rule: AlertRule,
    seen: int,
    verb: audit.Verb,
    facts: dict[str, audit.Fact],
    said: dict[str, str],
) -> None:
    """Saves the rule as its next revision, if nobody else did since `seen`."""
    with transaction.atomic():
        taken = AlertRule.objects.filter(pk=rule.pk, revision=seen, ended_at=None).update(revision=F("revision") + 1)
        if not taken:
            raise Conflict("Somebody changed or ended this rule in between. Open it anew, then say yours again.")
        rule.revision, rule.content_digest = seen + 1, canonical.digest(rule.governed_content())
        rule.save()
        _keep(access, rule, verb, facts, said)


def _keep(
    access: Access, rule: AlertRule, verb: audit.Verb, facts: dict[str, audit.Fact], said: dict[str, str]
) -> None:
    own: dict[str, audit.Fact] = {"revision": rule.revision, "digest": rule.content_digest}
    event = audit.record(access, verb, rule, scope=rule.service.scope, facts={**own, **facts}, texts=said)
    revisions.add(AlertRuleRevision, rule, rule.governed_content(), event, access)


def _facts(rule: AlertRule) -> dict[str, audit.Fact]:
    runbook = str(rule.runbook.public_id) if rule.runbook else None
    return {
        "severity": int(rule.severity),
        "playbook": rule.playbook or None,
        "runbook": runbook,
        "domain": rule.domain_key or None,
    }


def _texts(rule: AlertRule) -> dict[str, str]:
    return {"name": rule.name, "threshold": rule.threshold, "matchers": matching.written(rule.matchers)}


def _name_taken() -> DomainError:
    return DomainError.of({"name": ["The service has a rule of this name. Change that one, or choose another name."]})
