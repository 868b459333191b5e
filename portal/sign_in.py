"""How people sign in: by e-mail, with accounts that somebody made for them; what it leaves in the record and the mail.

This is where the library for sign-in meets the portal: it asks the adapter, and every write it wants goes through an
action. Its signals are used where it offers no other hook.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import authentication_step_completed
from allauth.core import context
from allauth.mfa.models import Authenticator
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse

from portal import audit, clock, dates, guessing, identity, mail, network_address, second_factor, verbs
from portal.access import access_of
from portal.actions import people
from portal.errors import DomainError
from portal.models import User
from portal.session_rules import SIGNED_IN_AT


class AccountAdapter(DefaultAccountAdapter):
    """What the library asks of us: no signing up, capped guessing, events, and mails by the outbox."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "This address and this password do not belong together.",
        "incorrect_password": "That is not your password.",
        "enter_current_password": "That is not your password.",
        "too_many_login_attempts": "Too many wrong tries. Wait five minutes, then try again.",
        "incorrect_code": "That code is not right.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Closed: an administrator or a lead invites."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Counts the try before the password is looked at, for the account and for the network address."""
        self._tries = [
            (guessing.PASSWORD_OF_ACCOUNT, str(credentials.get("email", "")).strip().lower()),
            (guessing.PASSWORDS_FROM_ADDRESS, network_address.counted(request)),
        ]
        if not all(guessing.take(limit, subject) for limit, subject in self._tries):
            raise self.validation_error("too_many_login_attempts")

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        """Whether the password is right, capped as every proof of identity."""
        try:
            return isinstance(user, User) and identity.password_is_right(user, password)
        except DomainError as refusal:
            raise self.validation_error("too_many_login_attempts") from refusal

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Opens the session, with its event; without the event there is no session."""
        assert isinstance(user, User)  # noqa: S101  there is no other kind of user
        open_session(request, user, method=_method(request, user))

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Sets the password with its event; every session bound to the old one ends."""
        assert isinstance(user, User)  # noqa: S101  there is no other kind of user
        way = "changed" if self.request.user.is_authenticated else "link" if user.has_usable_password() else "first"
        people.set_password(access_of(user), password=password, way=way)

    def send_password_reset_mail(self, user: AbstractBaseUser, email: str, context: dict[str, Any]) -> None:
        """Queues the mail; the link is made when it leaves, so that none lies in the database."""
        self._queue(user, "password_reset", {})

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tells the person of a change to their account, and from where it came."""
        happened = template_prefix.rsplit("/", 1)[-1]
        at = dates.utc_words(clock.now())
        self._queue(
            user, "account_notice", {"happened": happened, "at": at, "address": network_address.of(self.request)}
        )

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to the profile."""
        return reverse("portal:profile")

    def _rollback_login_failed_rl_usage(self) -> None:
        for limit, subject in self._tries:
            guessing.give_back(limit, subject)

    def _queue(self, user: AbstractBaseUser, kind: str, content: dict[str, str]) -> None:
        assert isinstance(user, User)  # noqa: S101  there is no other kind of user
        with transaction.atomic():
            mail.queue(user, kind=kind, key=f"{kind}:{user.public_id}:{clock.now().isoformat()}", content=content)


def open_session(request: HttpRequest, person: User, *, method: str) -> None:
    """Signs the person in with a new session key, and records it. `method` says how they proved who they are."""
    with transaction.atomic():
        audit.record(access_of(person), verbs.SIGNED_IN, person, facts={"method": method})
        DefaultAccountAdapter.login(AccountAdapter(request), request, person)
    request.session[SIGNED_IN_AT] = clock.now().timestamp()


def stay(request: HttpRequest, person: User) -> None:
    """Binds this session anew after the person's other sessions were ended; its key changes too."""
    person.refresh_from_db(fields=["password", "session_epoch"])
    update_session_auth_hash(request, person)


def _method(request: HttpRequest, person: User) -> str:
    records = get_authentication_records(request, person)
    return "+".join(str(record.get("type") or record["method"]) for record in records) or "unknown"


@receiver(authentication_step_completed)
def renew_key_on_proof(request: HttpRequest, reauthenticated: bool = False, **_details: Any) -> None:
    """A session whose person proved who they are once more gets a new key (promises.md, R36)."""
    if reauthenticated:
        request.session.cycle_key()


@receiver(post_save, sender=Authenticator)
def note_added_factor(instance: Authenticator, created: bool, **_details: Any) -> None:
    """A second factor came: an event in the same transaction, and every other session ends."""
    if created:
        _second_factor_changed(instance, added=True)


@receiver(post_delete, sender=Authenticator)
def note_removed_factor(instance: Authenticator, **_details: Any) -> None:
    """A second factor went."""
    _second_factor_changed(instance, added=False)


def _second_factor_changed(authenticator: Authenticator, *, added: bool) -> None:
    person = User.objects.get(pk=authenticator.user_id)
    people.note_second_factor(access_of(person), kind=authenticator.type, added=added)
    request = context.request
    if request is not None and request.user.pk == person.pk:
        second_factor.forget(request)
        request.user.session_epoch = person.session_epoch
        stay(request, request.user)
