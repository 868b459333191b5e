"""Routes for signing in, proving identity and second factors: the library's views that are used, and no others.

Each stands behind its door of `portal/doors.py`. Views that write run in one transaction with the event they leave.
"""

from collections.abc import Callable
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.db import transaction
from django.http import HttpResponse
from django.urls import URLPattern, path, re_path

from portal.doors import DOORS_OF_OTHERS, door

View = Callable[..., HttpResponse]


def _page(route: str, view: View, name: str, make: Callable[..., Any] = path) -> URLPattern:
    """One of the library's pages behind its own door."""
    pattern: URLPattern = make(route, door(**DOORS_OF_OTHERS[name])(view), name=name)
    return pattern


def _writing(route: str, view: View, name: str) -> URLPattern:
    """The same, in one transaction: a second factor and the event it leaves stand or fall together."""
    return _page(route, transaction.atomic(view), name)


urlpatterns: list[URLPattern] = [
    _page("sign-in/", account.login, "account_login"),
    _page("sign-in/second-factor/", factors.authenticate, "mfa_authenticate"),
    _page("sign-in/closed/", account.account_inactive, "account_inactive"),
    _page("sign-out/", account.logout, "account_logout"),
    _page("password/reset/", account.password_reset, "account_reset_password"),
    _page("password/reset/sent/", account.password_reset_done, "account_reset_password_done"),
    _page("password/reset/done/", account.password_reset_from_key_done, "account_reset_password_from_key_done"),
    _page(
        # The key holds hyphens of its own, the account's part none.
        r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[0-9A-Za-z-]+)/$",
        account.password_reset_from_key,
        "account_reset_password_from_key",
        make=re_path,
    ),
    _page("profile/password/", account.password_change, "account_change_password"),
    _page("profile/password/set/", account.password_set, "account_set_password"),
    _page("profile/proof/", account.reauthenticate, "account_reauthenticate"),
    _page("profile/proof/code/", factors.reauthenticate, "mfa_reauthenticate"),
    _page("profile/proof/passkey/", passkeys.reauthenticate_webauthn, "mfa_reauthenticate_webauthn"),
    _page("profile/second-factor/", factors.index, "mfa_index"),
    _writing("profile/second-factor/app/", app.activate_totp, "mfa_activate_totp"),
    _writing("profile/second-factor/app/remove/", app.deactivate_totp, "mfa_deactivate_totp"),
    _page("profile/second-factor/passkeys/", passkeys.list_webauthn, "mfa_list_webauthn"),
    _writing("profile/second-factor/passkeys/add/", passkeys.add_webauthn, "mfa_add_webauthn"),
    _writing("profile/second-factor/passkeys/<int:pk>/", passkeys.edit_webauthn, "mfa_edit_webauthn"),
    _writing("profile/second-factor/passkeys/<int:pk>/remove/", passkeys.remove_webauthn, "mfa_remove_webauthn"),
    _writing("profile/second-factor/codes/", recovery_codes.view_recovery_codes, "mfa_view_recovery_codes"),
    _writing("profile/second-factor/codes/new/", recovery_codes.generate_recovery_codes, "mfa_generate_recovery_codes"),
    _writing(
        "profile/second-factor/codes/download/", recovery_codes.download_recovery_codes, "mfa_download_recovery_codes"
    ),
]
