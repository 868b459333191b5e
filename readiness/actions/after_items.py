"""What a failing item after the go sets off: those who keep the release or roll it back hear of it at once."""

from portal import notifications
from portal.models import AuditEvent
from portal.permissions import Access
from readiness.choices import Stage
from readiness.models import ItemAnswer
from readiness.queries import decision_people, wording
from readiness.rules import after_items


def tell(access: Access | None, answer: ItemAnswer, was: str, event: AuditEvent) -> None:
    """In the caller's transaction, once `answer` moved on from the state `was`: who decides, who leads, who watches.

    Nothing is said of an item before the go, or of one that does not turn red.
    """
    if answer.stage != Stage.AFTER or not after_items.fails(was, answer.state):
        return
    release = answer.review.release
    if release is None:
        return
    service = answer.review.service
    notifications.notify(
        decision_people.of_live_release(service),
        kind="after-item-failing",
        key=f"failing-{answer.public_id}-{event.number}",
        subject=f"“{wording.title(answer.item_key, service)}” of {service.name} fails after the go: "
        f"keep {release.label}, or roll it back",
        url=answer.get_absolute_url(),
        scope=service.scope,
        by=access,
    )
