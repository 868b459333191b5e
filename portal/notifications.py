"""In-app notices: said once to each person, whatever runs twice."""

from collections.abc import Iterable

from portal import clock
from portal.models import Notification, User


def notify(recipients: Iterable[User], *, kind: str, key: str, subject: str, url: str) -> None:
    """Tells each person once. `key` names the occasion: the same occasion again says nothing."""
    now = clock.now()
    Notification.objects.bulk_create(
        [
            Notification(recipient=person, kind=kind, key=key, subject=subject[:255], url=url, created_at=now)
            for person in {person.pk: person for person in recipients}.values()
        ],
        ignore_conflicts=True,
    )
