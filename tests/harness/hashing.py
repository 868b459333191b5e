"""Passwords as they are really kept, but for the work: a million rounds each would be most of what a test costs."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class Quick(PBKDF2PasswordHasher):
    """The real algorithm with a few rounds. The number of rounds is part of what is kept, as it is in real ones."""

    iterations = 10
