"""Routes for signing in and proving identity: the parts of allauth that are used, and no others."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from django.urls import URLPattern, path

urlpatterns: list[URLPattern] = [
    path("sign-in/", account.login, name="account_login"),
    path("sign-out/", account.logout, name="account_logout"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/sent/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/<str:uidb36>-<str:key>/",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("sign-in/second-factor/", mfa.authenticate, name="mfa_authenticate"),
]
