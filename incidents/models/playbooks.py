"""Alert playbooks as loaded from the catalogue."""

import functools

from django.db import models

from incidents.catalogue import schema


class AlertPlaybook(models.Model):
    """Ordered steps for one class of alert, by key: the catalogue's row as canonical JSON.

    Steps are read together with their playbook and never apart, so they are no table of their own.
    """

    key = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=120)
    content = models.TextField()
    digest = models.CharField(max_length=64)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.title

    @property
    def playbook(self) -> schema.AlertPlaybook:
        """Severity, trigger, rule of applicability and steps."""
        return _parsed(self.digest, self.content)


@functools.lru_cache(maxsize=32)
def _parsed(_digest: str, content: str) -> schema.AlertPlaybook:
    return schema.AlertPlaybook.model_validate_json(content)
