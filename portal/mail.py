"""Mails: a row in the outbox, made of templates when it leaves. What can be kept secret is made only then.

A kind of mail is a folder `templates/emails/<kind>/` with `subject.txt`, `body.txt` and `body.html`. They get the
row's content, `recipient`, `base_url`, and for the kinds in `LINKS` the one-time `link`.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from portal import clock, jobs, password_links, unsubscribing
from portal.models import OutboxMessage, Scope, User
from portal.permissions import Access
from portal.queries import digests

LINKS: Mapping[str, Callable[[User], str]] = {
    "invitation": password_links.link_for,
    "password_reset": password_links.link_for,
}
UNSUBSCRIBABLE = frozenset({"digest"})
"""Kinds that their reader may end; what a person needs to get in is none of them."""
KEPT_BACK = "(this link is in the mail alone)"
IN_FILE = "(this link is in the mail’s file alone, in var/mail on the server)"


@dataclass(frozen=True)
class Shown:
    """A mail as somebody else than its recipient reads it; no `body` where it speaks of what this one may not see."""

    subject: str
    body: str | None


def queue(
    recipient: User,
    *,
    kind: str,
    key: str,
    content: Mapping[str, Any] | None = None,
    scopes: Iterable[Scope] = (),
    due_at: datetime.datetime | None = None,
) -> OutboxMessage:
    """Puts a mail into the outbox once: the same `key` again changes nothing. Call it inside the action's transaction.

    `content` is plain JSON for the templates, never a secret. `scopes` are those it speaks of: who may not see one of
    them when it leaves gets no mail, and an administrator who may not see one is not shown its body. With `due_at`
    (UTC) it waits until then.
    """
    now = clock.now()
    message, created = OutboxMessage.objects.get_or_create(
        key=key,
        defaults={
            "recipient": recipient,
            "kind": kind,
            "content": dict(content or {}),
            "scopes": sorted({scope.pk for scope in scopes}),
            "due_at": due_at or now,
        },
    )
    if created and message.due_at <= now:
        jobs.enqueue("portal.tasks.deliver_outbox", message.pk)
    return message


def compose(message: OutboxMessage) -> EmailMultiAlternatives:
    """The mail as it leaves, in plain text and HTML. The same message always has the same Message-ID."""
    return _composed(message)


def shown_to(reader: Access, message: OutboxMessage) -> Shown:
    """A mail as an administrator reads it: without the notices of what this one may not see, and without links that
    act in its recipient's name.

    Its one-time link is shown in the demonstration alone: elsewhere it is in the mail, or in the mail’s file.
    """
    mail = _composed(message, reader)
    seen = Scope.objects.visible_to(reader).filter(pk__in=message.scopes).count()
    return Shown(str(mail.subject), str(mail.body) if seen == len(message.scopes) else None)


def _composed(message: OutboxMessage, reader: Access | None = None) -> EmailMultiAlternatives:
    unsubscribe = settings.BASE_URL + unsubscribing.path_for(message.recipient)
    context = {
        **message.content,
        "recipient": message.recipient,
        "base_url": settings.BASE_URL,
        "link": _link(message, with_link=reader is None or shows_links()),
        "notices": digests.told(message, reader) if message.kind == "digest" else (),
        "unsubscribe": unsubscribe if reader is None else _kept_back(),
    }
    folder = f"emails/{message.kind}"
    mail = EmailMultiAlternatives(
        subject=" ".join(render_to_string(f"{folder}/subject.txt", context).split()),
        body=render_to_string(f"{folder}/body.txt", context).strip() + "\n",
        to=[message.recipient.email],
        headers={"Message-ID": message_id(message), "Auto-Submitted": "auto-generated", **_way_out(message)},
    )
    mail.attach_alternative(render_to_string(f"{folder}/body.html", context), "text/html")
    return mail


def _way_out(message: OutboxMessage) -> dict[str, str]:
    """The headers by which mail programs offer to unsubscribe with one click (RFC 2369, RFC 8058)."""
    if message.kind not in UNSUBSCRIBABLE:
        return {}
    address = settings.BASE_URL + unsubscribing.path_for(message.recipient)
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def message_id(message: OutboxMessage) -> str:
    """The name under which mail programs know it, so that a copy folds into the first."""
    return f"<{message.public_id}@{urlsplit(settings.BASE_URL).hostname or 'localhost'}>"


def leaves_by_server() -> bool:
    """Whether a mail server is set; without one the mails are kept as files, and shown in the outbox."""
    return bool(settings.MAIL_SERVER_SET)


def shows_links() -> bool:
    """Whether the outbox shows one-time links: in the demonstration without a mail server, where no link is a secret.

    Anywhere else whoever reads one could sign in as somebody else, and sign in their name.
    """
    return bool(settings.DEMO) and not leaves_by_server()


def whereabouts() -> str:
    """Where a mail that was just queued is found, in a sentence."""
    if leaves_by_server():
        return "A mail with a link to set a password is on its way."
    if shows_links():
        return "No mail server is set: the mail with the link to set a password is under Administration, Outbox."
    return "No mail server is set: the mail with the link to set a password is a file in var/mail on the server."


def _link(message: OutboxMessage, *, with_link: bool) -> str:
    make = LINKS.get(message.kind)
    if make is None:
        return ""
    if with_link:
        return f"{settings.BASE_URL}{make(message.recipient)}"
    return _kept_back()


def _kept_back() -> str:
    """Where a link is that is not shown."""
    return KEPT_BACK if leaves_by_server() else IN_FILE
