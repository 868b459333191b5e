"""Second factors: who needs one, how their secrets are kept, and that a guessed code is capped and works once."""

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base.forms import AuthenticateForm as LibraryAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as LibraryReauthenticateForm
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from portal import ciphers, guessing
from portal.models import User
from portal.permissions import Access, Role

ROLES_THAT_NEED_ONE = frozenset({Role.APPROVER, Role.DECIDER, Role.COMPLIANCE, Role.AUDITOR, Role.ADMINISTRATOR})
_KNOWN = "second_factor"
PURPOSE = "portal.second-factor"


def is_needed(access: Access) -> bool:
    """Whether the person's roles ask for a second factor: those who sign, decide, read everything or manage people."""
    return settings.SECOND_FACTOR_REQUIRED and bool(ROLES_THAT_NEED_ONE & (access.across | access.roles_anywhere))


def is_set_up(person: User) -> bool:
    """Whether the person has an authenticator app or a passkey."""
    return bool(get_mfa_adapter().is_mfa_enabled(person, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]))


def is_set_up_here(request: HttpRequest, person: User) -> bool:
    """The same, remembered in the session while it is so, because every page asks."""
    if not request.session.get(_KNOWN):
        if not is_set_up(person):
            return False
        request.session[_KNOWN] = True
    return True


def forget(request: HttpRequest) -> None:
    """Called when an authenticator came or went: the next page looks again."""
    request.session.pop(_KNOWN, None)


class MFAAdapter(DefaultMFAAdapter):
    """Keeps the secrets of second factors encrypted, so that a stolen database is not a second factor."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "That code is not right. Codes change every 30 seconds; take the newest.",
    }

    def encrypt(self, text: str) -> str:
        """Under the installation's secret key."""
        return ciphers.cipher(PURPOSE).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Under the secret key, or one that was in use before (SECRET_KEY_FALLBACKS)."""
        return ciphers.cipher(PURPOSE).decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        """What a key is called until its owner renames it."""
        return f"Key {Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1}"

    def _get_site_name(self) -> str:
        return "Gatehouse"


class CappedCode:
    """A code that is typed: five wrong ones in five minutes are enough, and a right one works once."""

    user: User

    def clean_code(self) -> str:
        """The code, when it is right and new."""
        if not guessing.take(guessing.SECOND_FACTOR, self.user.pk):
            raise get_account_adapter().validation_error("too_many_login_attempts")
        code: str = super().clean_code()  # type: ignore[misc]  # the library's form stands beside this class
        guessing.give_back(guessing.SECOND_FACTOR, self.user.pk)
        if not guessing.take(guessing.CODE_USED, f"{self.user.pk}:{code}"):
            raise get_mfa_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(CappedCode, LibraryAuthenticateForm):
    """The code at sign-in."""


class ReauthenticateForm(CappedCode, LibraryReauthenticateForm):
    """The code as a proof of identity."""
