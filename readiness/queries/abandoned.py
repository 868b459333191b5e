"""Why reviews were abandoned: the words of their events."""

from collections.abc import Mapping

from portal.models import AuditText
from readiness import verbs
from readiness.models import Service


def of_service(service: Service, number: int | None = None) -> Mapping[str, AuditText]:
    """The reason of each abandoned review of a service by its public id, each with its event and who did it.

    With `number`, what stood in the record up to that event. One statement.
    """
    found = AuditText.objects.filter(
        name="reason", event__verb=verbs.REVIEW_ABANDONED.name, event__scope=service.scope_id
    )
    if number is not None:
        found = found.filter(event_id__lte=number)
    return {said.event.target_id: said for said in found.select_related("event__actor")}
