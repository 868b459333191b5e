"""The link under a daily mail by which its reader ends it: signed, without sign-in, one click (RFC 8058)."""

from django.core import signing
from django.urls import reverse

from portal.models import User

SALT = "portal.daily-mail"


def path_for(person: User) -> str:
    """The path that ends this person's daily mail."""
    return reverse("portal:unsubscribe", args=[signing.dumps(str(person.public_id), salt=SALT)])


def person_of(token: str) -> User | None:
    """Whose link it is; None for one that we did not make."""
    try:
        public_id = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return User.objects.filter(public_id=public_id).first()
