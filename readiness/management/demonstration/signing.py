"""How the demonstration's people ask for sign-offs and give them."""

import datetime
from collections.abc import Collection, Sequence

from portal import clock
from portal.identity import Proof
from portal.management.demonstration.stage import Storyline
from readiness.actions import signoffs
from readiness.choices import ItemState
from readiness.management.demonstration.acting import Scene
from readiness.management.demonstration.answering import item
from readiness.models import ItemAnswer, Review
from readiness.rules import signing


def ask(scene: Scene, who: str, review: Review, keys: Sequence[str]) -> Storyline:
    """Asks for the sign-off of these items."""
    for key in keys:
        yield scene.line.after(0.5, 2)
        signoffs.ask(scene.by(who), answer=item(review, key))


def sign(scene: Scene, review: Review, signers: Sequence[str], leave: Collection[str] = ()) -> Storyline:
    """Signs every critical item that is green, shared between the signers, each in a session of their own."""
    waiting = review.answers.filter(critical=True, state=ItemState.GREEN, signoff=None).exclude(item_key__in=leave)
    rows = list(waiting)
    for place, signer in enumerate(signers):
        share = rows[len(rows) * place // len(signers) : len(rows) * (place + 1) // len(signers)]
        session = Session(scene, signer)
        for found in share:
            yield scene.line.after(0.8, 4)
            session.sign(found)


class Session:
    """A signer's session: one proof of who they are, until it has run out."""

    def __init__(self, scene: Scene, signer: str) -> None:
        self.scene, self.signer = scene, signer
        self._proof: Proof | None = None
        self._last: datetime.datetime | None = None

    def sign(self, found: ItemAnswer, note: str = "") -> None:
        """Signs the item as it stands."""
        now = clock.now()
        if self._proof is None or not signing.may_sign(self._proof.at, self._last, now):
            self._proof, self._last = Proof("password", now), None
        found.refresh_from_db(fields=["content_digest"])
        signoffs.grant(
            self.scene.by(self.signer),
            answer=found,
            digest=found.content_digest,
            proof=self._proof,
            last_signed_at=self._last,
            note=note,
        )
        self._last = now
