"""One-time links by which a person sets their password: after an invitation, or when it was forgotten."""

from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse

from portal.models import User


def link_for(person: User) -> str:
    """The path of the page. It is derived, not stored; it ends with the first use, a sign-in, or after three days."""
    token = default_token_generator.make_token(person)
    uid = user_pk_to_url_str(person)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
