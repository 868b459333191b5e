"""How people sign in: by e-mail, with accounts that an administrator made."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: an administrator or a lead invites."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Closed."""
        return False
