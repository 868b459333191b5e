"""In-app notices: said once to each person, whatever runs twice, and only to who may see what they speak of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal import access, clock
from portal.models import Notification, Scope, User
from portal.permissions import Access


@dataclass(frozen=True)
class Notice:
    """What is to be said to whom. `key` names the occasion: the same occasion again says nothing.

    `scope` is what the notice speaks of, None where it names nothing that hangs on one.
    """

    recipients: Sequence[User]
    kind: str
    key: str
    subject: str
    url: str
    scope: Scope | None


def notify(
    recipients: Iterable[User],
    *,
    kind: str,
    key: str,
    subject: str,
    url: str,
    scope: Scope | None,
    by: Access | None = None,
) -> None:
    """Tells each person once, as a Notice has it.

    `by` is whose act it was, who is not told of it. Whoever may not see the scope now is not told, and whoever may not
    see it later finds the notice gone.
    """
    told = [person for person in recipients if by is None or person.pk != by.person.pk]
    notify_all([Notice(told, kind, key, subject, url, scope)])


def notify_all(notices: Iterable[Notice]) -> None:
    """The same for several notices at once, in as many statements as for one."""
    now, said = clock.now(), list(notices)
    accesses = access.accesses_of(
        {one.pk: one for notice in said if notice.scope for one in notice.recipients}.values()
    )
    Notification.objects.bulk_create(
        [
            Notification(
                recipient=person,
                kind=notice.kind,
                key=notice.key,
                subject=notice.subject[:255],
                url=notice.url,
                scope=notice.scope,
                created_at=now,
            )
            for notice in said
            for person in {one.pk: one for one in notice.recipients}.values()
            if notice.scope is None or accesses[person.pk].sees(notice.scope)
        ],
        ignore_conflicts=True,
    )
