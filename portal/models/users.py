"""People who sign in."""

import uuid
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from portal import clock
from portal.models.base import PublicIdModel
from portal.permissions import Access


class UserQuerySet(models.QuerySet["User"]):
    """Filters over people."""

    def visible_to(self, access: Access) -> "UserQuerySet":
        """Everybody of the organisation; an auditor sees themselves and the people of the teams they audit.

        A token of one team sees its person and that team's people.
        """
        if access.reads_openly:
            return self.all()
        teams = Q(memberships__team__in=list(access.roles)) | Q(memberships__team__scopes__in=access.audited)
        return self.filter(Q(pk=access.person.pk) | teams).distinct()

    def invited(self) -> "UserQuerySet":
        """Those who have not set a password yet."""
        return self.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX)


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


People = UserManager.from_queryset(UserQuerySet)


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
    daily_mail = models.BooleanField(default=True, help_text="Gets a mail a day with what was said and not yet read.")
    theme = models.CharField(max_length=8, choices=Theme, default=Theme.SYSTEM, blank=True)
    is_active = models.BooleanField(default=True)
    session_epoch = models.PositiveIntegerField(
        default=0, help_text="Counted up to end every session: part of what each session is bound to."
    )
    date_joined = models.DateTimeField(default=clock.now, editable=False)

    objects = People()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique")]
        ordering = ["name", "email"]

    def __str__(self) -> str:
        return self.name

    def get_session_auth_hash(self) -> str:
        """What a session is bound to: it ends with a change of the password or of the epoch."""
        return self._session_hash(None)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under the keys that were in use before."""
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(secret)

    def _session_hash(self, secret: str | bytes | None) -> str:
        bound = f"{self.session_epoch}:{self.password}"
        return salted_hmac("portal.session", bound, secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        """The full name, as it is shown."""
        return self.name

    @property
    def initials(self) -> str:
        """First letters of the first and the last name."""
        words = [word for word in self.name.split() if word[0].isalpha()]
        return (words[0][0] + words[-1][0] if len(words) > 1 else self.name[:2]).upper()
