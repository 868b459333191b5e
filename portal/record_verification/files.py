"""Files: each is on disk as its digest says, unless it was redacted."""

import hashlib
from collections.abc import Iterator

from django.core.files.storage import default_storage

from portal.models import Attachment
from portal.record_verification.findings import Problem, Tally

BLOCK = 1024 * 1024
"""Bytes read at a time."""


def problems(tally: Tally) -> Iterator[Problem]:
    """Every file that is gone, or is not what was kept."""
    rows = Attachment.objects.order_by("pk").values_list("public_id", "file", "size", "sha256", "redacted_at")
    for public_id, name, size, sha256, redacted_at in rows.iterator(chunk_size=500):
        if redacted_at is not None:
            tally.redacted += 1
            continue
        tally.files += 1
        if not default_storage.exists(name):
            yield Problem(0, f"File {public_id} is gone from the store.")
        elif default_storage.size(name) != size or digest_of(name) != sha256:
            yield Problem(0, f"File {public_id} is not the one that was uploaded.")


def digest_of(name: str) -> str:
    """SHA-256, in hex, of a stored file."""
    digest = hashlib.sha256()
    with default_storage.open(name, "rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
