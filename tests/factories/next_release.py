"""A service whose first release was reviewed and decided on, for the review of the next, made by actions."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass, field

from portal import clock
from portal.permissions import Access, Role
from readiness.actions import reviews
from readiness.models import ItemAnswer, ModelVersion, Release, Review, ServedModel, Service
from tests.factories import launches, portal, readiness
from tests.factories import reviews as review_factory
from tests.harness import kept_scenes

OF_SERVICE = ("env.secrets", "api.auth")
"""Critical items that depend on the service, and stand for 180 days."""
OF_MODEL = ("sec.input", "model.fallback")
OF_RELEASE = ("deploy.rollout", "env.configuration")
SIGNED = (*OF_SERVICE, *OF_MODEL, *OF_RELEASE)
UNSIGNED = "cost.optimisation"
"""An item that is answered and that nobody has to sign."""


@dataclass
class Scene:
    """The service with its people, its model in version 3.1, and release 41 with its review, decided on."""

    service: Service
    model: ServedModel
    version: ModelVersion
    release: Release
    first: Review
    engineer: Access
    approver: Access
    people: launches.Scene = field(repr=False)

    @property
    def lead(self) -> Access:
        return portal.access(self.service.owner)

    def planned(self, label: str = "42", *, version: str = "") -> Release:
        """The next release, with the same model version unless it brings another."""
        carries = [readiness.model_version(self.model, version) if version else self.version]
        return readiness.release(self.service, label, carries=carries)

    def next_review(self, label: str = "42", *, version: str = "", days: int = 0) -> Review:
        """Its review, begun so many days later."""
        release = self.planned(label, version=version)
        with clock.at(clock.now() + datetime.timedelta(days=days)):
            return reviews.start(self.lead, service=self.service, kind="deployment", release=release)

    def item(self, review: Review, key: str) -> ItemAnswer:
        return review_factory.answer(review, key)


@kept_scenes.kept
def scene(signed: Collection[str] = SIGNED, *, decided: bool = True) -> Scene:
    """Release 41 carries model version 3.1; these items are green and signed, one is green only."""
    team = portal.team()
    lead = portal.member(team, Role.LEAD, name="Priya Lead")
    engineer = portal.member(team, Role.CONTRIBUTOR, name="Enno Engineer")
    approver = portal.member(team, Role.APPROVER, name="Alma Approver")
    decider = portal.member(team, Role.DECIDER, name="Dora Decider")
    service = readiness.service(team=team, lead=lead)
    model = readiness.model(service, "fraud-gbm")
    version = readiness.model_version(model, "3.1")
    release = readiness.release(service, "41", carries=[version])
    review = review_factory.started(service, release=release)
    for key in (*signed, UNSIGNED):
        item = review_factory.green(portal.access(engineer), review_factory.answer(review, key))
        if key != UNSIGNED:
            review_factory.signed(portal.access(approver), item)
    people = launches.Scene(service, release, review, lead, engineer, approver, decider)
    if decided:
        launches.decide(people, "no-go")
    return Scene(service, model, version, release, review, portal.access(engineer), portal.access(approver), people)
