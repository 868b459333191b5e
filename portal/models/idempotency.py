"""Answers kept so that a request that is sent again does nothing again."""

from django.db import models

from portal.models.users import User


class KeptAnswer(models.Model):
    """What was answered to a person's request with this `Idempotency-Key`: written in the transaction of the act."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    request_digest = models.CharField(max_length=64, help_text="Of method, address and body.")
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True, help_text="JSON, as it was sent.")
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="kept_answer_once")]
        indexes = [models.Index(fields=["kept_at"], name="kept_answer_age")]

    def __str__(self) -> str:
        return f"{self.key}: {self.status}"
