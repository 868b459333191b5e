"""Published checklists by digest: immutable, so a parsed one is kept and costs no statement the next time."""

import functools
from collections.abc import Mapping

from readiness.catalogue import schema
from readiness.models import TemplateVersion


@functools.lru_cache(maxsize=64)
def items(digest: str) -> Mapping[str, schema.Item]:
    """The items of the published version with this digest, by key; one statement the first time."""
    version = TemplateVersion.objects.filter(digest=digest).first()
    return {item.key: item for item in version.checklist.items} if version else {}
