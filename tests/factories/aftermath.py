"""What comes after a decision, by the product's actions: an emergency go, its release live and kept, what was wrong."""

from portal import clock
from portal.identity import Proof
from portal.permissions import Access, Role
from readiness.actions import emergencies, findings, live_decisions, releases, withdrawals
from readiness.models import Environment, LaunchDecision, Release, Review, Service
from readiness.queries import emergencies as emergency_queries
from readiness.queries import launch_subjects
from tests.factories import portal


def follows(review: Review, release: Release) -> None:
    """The release goes to production in an emergency and is kept; an auditor finds the older decision wrong."""
    service, decision = review.service, LaunchDecision.objects.get(review=review)
    decider = _member(service, Role.DECIDER, "Dario Decider")
    in_an_emergency(_member(service, Role.APPROVER, "Anton Approver"), decider, release)
    live_decisions.record(
        decider, service=service, release=release, verdict="keep", reason="It holds.", seen=0, proof=_proof()
    )
    auditor = portal.access(portal.member(None, Role.COMPLIANCE, name="Cleo Compliance"))
    finding = findings.open_finding(
        auditor, service=service, severity=1, title="Decided too early", text="A run is missing.", decision=decision
    )
    findings.answer(portal.access(service.owner), finding=finding, text="It is withdrawn.")
    withdrawals.withdraw(decider, decision=decision, reason="A run is missing.", proof=_proof())


def in_an_emergency(asking: Access, deciding: Access, release: Release) -> LaunchDecision:
    """An emergency go for production by two persons, and the release there."""
    place = Environment.objects.get(service=release.service, kind="production")
    request = emergencies.ask(asking, release=release, environment=place, reason="All is empty.", proof=_proof())
    picture = emergency_queries.look(launch_subjects.again(release, place), deciding, clock.now())
    decision = emergencies.go(
        deciding,
        request=request,
        rationale="The fix is one line.",
        acknowledged={one.key: "Watched by hand." for one in picture.to_accept},
        seen=picture.launch.sequence,
        proof=_proof(),
    )
    releases.deployed(portal.access(release.service.owner), release=release, environment=place)
    return decision


def _member(service: Service, role: Role, name: str) -> Access:
    return portal.access(portal.member(service.scope.team, role, name=name))


def _proof() -> Proof:
    return Proof("password", clock.now())
