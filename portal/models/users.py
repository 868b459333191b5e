"""People who sign in."""

import uuid
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from portal.models.base import PublicIdModel


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail address."""

    def create_user(self, email: str, name: str, password: str | None = None, **fields: Any) -> "User":
        """A new user with a hashed password, or none usable when it is left out."""
        user = self.model(email=email.strip().lower(), name=name.strip(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Addresses are the same in upper and lower case."""
        return self.get(email__iexact=username)


class User(PublicIdModel, AbstractBaseUser):
    """One person's account. `public_id` is what the audit record names; `identity` is the human being behind it."""

    class Theme(models.TextChoices):
        """How the pages look to this person."""

        SYSTEM = "", "As the system"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    email = models.EmailField(max_length=254, unique=True, help_text="Kept in lower case.")
    name = models.CharField(max_length=200)
    identity = models.UUIDField(
        default=uuid.uuid4,
        help_text="The human being: accounts of one person carry the same, so four-eyes counts persons.",
    )
    time_zone = models.CharField(max_length=64, default="UTC")
    theme = models.CharField(max_length=8, choices=Theme, default=Theme.SYSTEM, blank=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique")]
        ordering = ["name", "email"]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """The full name, as it is shown."""
        return self.name

    @property
    def initials(self) -> str:
        """First letters of the first and the last name."""
        words = [word for word in self.name.split() if word[0].isalpha()]
        return (words[0][0] + words[-1][0] if len(words) > 1 else self.name[:2]).upper()
