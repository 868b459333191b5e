"""Secrets that must be read again are kept encrypted, so that a stolen database alone opens nothing."""

import base64

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


def cipher(purpose: str) -> MultiFernet:
    """Encrypts under the installation's secret key; decrypts under ones that were in use before as well.

    `purpose` parts the secrets of one use from those of another. The earlier keys are SECRET_KEY_FALLBACKS.
    """
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [salted_hmac(purpose, "", secret=secret, algorithm="sha256").digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
