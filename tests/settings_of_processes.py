"""The real settings, for the processes that a test starts. Passwords cost little; nothing else differs."""

from portal.settings.base import *  # noqa: F403  the real settings, all of them

PASSWORD_HASHERS = ["tests.harness.hashing.Quick"]
