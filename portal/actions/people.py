"""Accounts: add, invite, close and open again, and what people change about themselves."""

import uuid

from django.db import transaction
from django.db.models import F

from portal import audit, clock, mail, permissions, verbs
from portal.actions import roles_across
from portal.errors import DomainError
from portal.models import User
from portal.permissions import Access, Capability
from portal.queries import people
from portal.rules import texts


@transaction.atomic
def add(access: Access, *, email: str, name: str, time_zone: str = "UTC") -> User:
    """Makes an account without a password and mails an invitation. Refuses an address that has one already."""
    permissions.require(access, Capability.PEOPLE_MANAGE)
    if User.objects.filter(email=email.strip().lower()).exists():
        raise DomainError("There is an account with this address already.", {"email": ["This person is here already."]})
    return make(access, email=email, name=name, time_zone=time_zone)


def make(access: Access | None, *, email: str, name: str, time_zone: str = "UTC", invite: bool = True) -> User:
    """Makes the account within the transaction of an action that has checked who may; `access` None is the portal."""
    name = texts.name(name, "name", needed="This person is new here: give their full name.")
    person = User.objects.create_user(email, name, time_zone=time_zone)
    if invite:
        _mail_invitation(access, person, key=f"invitation:{person.public_id}")
    audit.record(access, verbs.PERSON_ADDED, person, texts={"name": person.name, "email": person.email})
    return person


@transaction.atomic
def send_invitation(access: Access, *, person: User) -> None:
    """Mails the invitation again; for people who have not set a password yet."""
    permissions.require(access, Capability.PEOPLE_MANAGE)
    if person.has_usable_password() or not person.is_active:
        raise DomainError(f"{person.name} needs no invitation. “Forgotten?” on the sign-in page sends a new link.")
    _mail_invitation(access, person, key=f"invitation:{person.public_id}:{uuid.uuid4().hex}")
    audit.record(access, verbs.PERSON_INVITED, person, texts={"name": person.name})


@transaction.atomic
def change_own(access: Access, *, name: str, time_zone: str, theme: str, daily_mail: bool = True) -> list[str]:
    """Changes one's own name, time zone, theme and wish for a daily mail; returns which of them changed."""
    person = User.objects.select_for_update().get(pk=access.person.pk)
    name = texts.name(name, "name", needed="Your name stands beside what you sign.")
    wanted: dict[str, object] = {"name": name, "time_zone": time_zone, "theme": theme, "daily_mail": daily_mail}
    fields = [field for field, value in wanted.items() if getattr(person, field) != value]
    if not fields:
        return []
    User.objects.filter(pk=person.pk).update(**wanted)
    audit.record(access, verbs.PERSON_CHANGED, person, facts={"fields": fields}, texts={"name": name})
    return fields


@transaction.atomic
def end_daily_mail(person: User) -> None:
    """Ends a person's daily mail, by the link under it; whoever holds the link may. Again changes nothing."""
    if User.objects.filter(pk=person.pk, daily_mail=True).update(daily_mail=False):
        facts: dict[str, audit.Fact] = {"fields": ["daily_mail"]}
        audit.record(None, verbs.PERSON_CHANGED, person, facts=facts, texts={"name": person.name})
    person.daily_mail = False


@transaction.atomic
def close(access: Access, *, person: User) -> None:
    """Closes an account: its sessions and tokens stop working with this transaction. The record keeps its name."""
    permissions.require(access, Capability.PEOPLE_MANAGE)
    if person.pk == access.person.pk:
        raise DomainError("Nobody closes their own account. Another administrator can.")
    today = clock.now().date()
    held = people.open_across(person, today, auditor=False)
    roles_across.refuse_losing_administrators(held, person, frozenset(), None, today)
    open_account = User.objects.filter(pk=person.pk, is_active=True)
    if not open_account.update(is_active=False, session_epoch=F("session_epoch") + 1):
        raise DomainError(f"The account of {person.name} is closed already.")
    audit.record(access, verbs.PERSON_CLOSED, person, texts={"name": person.name})


@transaction.atomic
def reopen(access: Access, *, person: User) -> None:
    """Opens a closed account again. What its memberships have not lost meanwhile holds again; old sessions do not."""
    permissions.require(access, Capability.PEOPLE_MANAGE)
    if not User.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
        raise DomainError(f"The account of {person.name} is open.")
    audit.record(access, verbs.PERSON_REOPENED, person, texts={"name": person.name})


@transaction.atomic
def set_password(access: Access, *, password: str, way: str) -> None:
    """Sets one's own password; every session bound to the old one ends. `way`: first, link or changed."""
    person = access.person
    person.set_password(password)
    person.save(update_fields=["password"])
    audit.record(access, verbs.PASSWORD_SET, person, facts={"way": way})


@transaction.atomic
def end_other_sessions(access: Access) -> None:
    """Ends every session of the person; the caller binds its own anew (`portal.sign_in.stay`)."""
    _count_epoch_up(access.person)
    audit.record(access, verbs.SESSIONS_ENDED, access.person)


@transaction.atomic
def note_second_factor(access: Access, *, kind: str, added: bool) -> None:
    """Records a second factor that came or went, and ends every other session, as a changed password does."""
    _count_epoch_up(access.person)
    verb = verbs.SECOND_FACTOR_ADDED if added else verbs.SECOND_FACTOR_REMOVED
    audit.record(access, verb, access.person, facts={"kind": kind})


def _mail_invitation(access: Access | None, person: User, *, key: str) -> None:
    by = access.person.name if access else ""
    mail.queue(person, kind="invitation", key=key, content={"by": by})


def _count_epoch_up(person: User) -> None:
    User.objects.filter(pk=person.pk).update(session_epoch=F("session_epoch") + 1)
    person.refresh_from_db(fields=["session_epoch"])
