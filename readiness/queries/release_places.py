"""Where a release stands in each environment of its service: as the gate answers a pipeline, and no other way."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal import clock
from readiness.choices import GO, ServiceState
from readiness.models import Environment, LaunchDecision, Release
from readiness.queries import decisions, gate, launch_subjects
from readiness.queries.decisions import Recorded, Rollback
from readiness.queries.launch_subjects import Subject
from readiness.rules import releases as rules
from readiness.rules.gate import Answer, GateAnswer


@dataclass(frozen=True)
class Place:
    """One environment: what the gate answers there, and why nobody may tell that it was deployed ("" if they may)."""

    subject: Subject
    answer: GateAnswer
    refusal: str

    @property
    def name(self) -> str:
        """The environment's name."""
        return self.subject.environment.name

    @property
    def runs_there_now(self) -> bool:
        """Whether it does, and may go on."""
        return self.subject.runs_there

    @property
    def may_go(self) -> bool:
        """Whether the gate lets it pass, with or without conditions."""
        return self.answer.verdict != Answer.DENY

    @property
    def may_go_back(self) -> bool:
        """Whether a rollback to it is allowed where a deployment is not."""
        return self.subject.live_with_go and not self.subject.closed


@dataclass(frozen=True)
class Standing:
    """The decisions on a release, the newest first, and where it stands."""

    recorded: Sequence[Recorded]
    places: Sequence[Place]

    @property
    def rollback(self) -> Rollback | None:
        """The last rollback of it in production, while it does not run there again."""
        runs = {place.subject.environment.pk for place in self.places if place.runs_there_now}
        return decisions.last_rollback(one for one in self.recorded if one.decision.environment_id not in runs)

    @property
    def has_go(self) -> bool:
        """Whether a go stands for production, or for wherever it is to go where the service has none."""
        last = [place for place in self.places if place.subject.is_production] or self.places
        there = {place.subject.environment.pk for place in last}
        return any(one.allows and one.decision.environment_id in there for one in self.recorded)

    @property
    def waits_for_deployment(self) -> bool:
        """Whether a go stands somewhere and nobody has told yet that it was deployed there."""
        waits = {place.subject.environment.pk for place in self.places if not place.runs_there_now and place.may_go}
        return any(one.allows and one.decision.environment_id in waits for one in self.recorded)

    def progress(self, release: Release) -> rules.Progress:
        """How far it has come; its deployments are read with it."""
        return rules.Progress(
            cancelled=release.cancelled_at is not None,
            go_recorded=any(one.decision.verdict in GO and not one.facts.withdrawn for one in self.recorded),
            deployed=bool(release.deployments.all()),
        )


def of(release: Release, now: datetime.datetime) -> Standing:
    """The decisions on the release and its places: six statements at any number of either.

    One more for each decision of which what it rests on has changed.
    """
    today = clock.today_in(release.service.team.time_zone, now)
    on_it = LaunchDecision.objects.filter(release=release).select_related("environment", "service")
    recorded = decisions.standing(on_it, now, today)
    subjects = launch_subjects.each(release)
    answers = gate.everywhere(subjects, recorded, now)
    places = [
        Place(subject, asked.answer, rules.deployment_refusal(_facts(subject, recorded)))
        for subject, asked in zip(subjects, answers, strict=True)
    ]
    return Standing(recorded, places)


def deployment_facts(release: Release, environment: Environment, now: datetime.datetime) -> rules.DeploymentFacts:
    """What decides whether somebody may tell that it was deployed there: two statements."""
    subject = launch_subjects.again(release, environment)
    return _facts(subject, decisions.on(subject, now, subject.today(now)))


def _facts(subject: Subject, recorded: Iterable[Recorded]) -> rules.DeploymentFacts:
    place = subject.environment.pk
    return rules.DeploymentFacts(
        environment=subject.environment.name,
        is_production=subject.is_production,
        service_retired=subject.service.state == ServiceState.RETIRED,
        cancelled=subject.release.cancelled_at is not None,
        runs_there_now=subject.runs_there,
        has_current_go=any(one.allows and one.decision.environment_id == place for one in recorded),
        was_live_there=subject.live_with_go,
    )
