"""What follows any change of one answer, in the transaction of the action that made it."""

from collections.abc import Mapping

from portal import audit, revisions
from portal.audit import Fact, Verb
from portal.errors import Conflict
from portal.models import AuditEvent
from portal.permissions import Access
from readiness.actions import after_items, answer_heads, ending, status, whereabouts
from readiness.models import AnswerRevision, ItemAnswer
from readiness.queries import answer_rows
from readiness.queries.review_frame import ReviewFrame


def settle(
    access: Access | None,
    answer: ItemAnswer,
    frame: ReviewFrame,
    verb: Verb,
    facts: Mapping[str, Fact],
    texts: Mapping[str, str],
) -> AuditEvent:
    """After any change of an answer: its state and digest, the event, the revision and the service's status row."""
    was, parts = answer.state, answer_rows.of(answer, frame)
    content = answer_heads.renew(parts, frame)
    fields = {name: getattr(answer, name) for name in answer_heads.COUNTED}
    moved = ItemAnswer.objects.filter(pk=answer.pk, revision=answer.revision - 1).update(**fields)
    if not moved:
        raise Conflict("Somebody else changed this item at the same moment. Try again.")
    if answer.state != was:
        status.refresh(frame.service)
    chained = {**whereabouts.of(answer), **facts, "revision": answer.revision, "digest": answer.content_digest}
    event = audit.record(access, verb, answer, scope=frame.service.scope, facts=chained, texts=texts)
    revisions.add(AnswerRevision, answer, content.plain(), event, access)
    after_items.tell(access, answer, was, event)
    if getattr(answer, "may_serve", True):
        ending.source_ended(access, [answer], ending.changed(answer))
    return event
