"""How often something was tried that can be guessed."""

from django.db import models


class Attempts(models.Model):
    """Tries of one kind on one subject within a window of time. The database counts, so parallel tries count too."""

    key = models.CharField(max_length=64, primary_key=True, help_text="Digest of the kind and the subject.")
    count = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "attempts"

    def __str__(self) -> str:
        return f"{self.count} until {self.ends_at}"
