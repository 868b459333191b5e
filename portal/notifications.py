"""In-app notices: said once to each person, whatever runs twice, and only to who may see what they speak of."""

from collections.abc import Iterable

from portal import access, clock
from portal.models import Notification, Scope, User


def notify(recipients: Iterable[User], *, kind: str, key: str, subject: str, url: str, scope: Scope | None) -> None:
    """Tells each person once. `key` names the occasion: the same occasion again says nothing.

    `scope` is what the notice speaks of, None where it names nothing that hangs on one. Whoever may not see it now is
    not told, and whoever may not see it later finds the notice gone.
    """
    now, people = clock.now(), list({person.pk: person for person in recipients}.values())
    told = access.who_sees(people, scope) if scope is not None else people
    Notification.objects.bulk_create(
        [
            Notification(
                recipient=person, kind=kind, key=key, subject=subject[:255], url=url, scope=scope, created_at=now
            )
            for person in told
        ],
        ignore_conflicts=True,
    )
