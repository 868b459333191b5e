"""What every row that somebody signs says of the signature."""

from django.db import models

from portal.models.base import PublicIdModel


class Signed(PublicIdModel):
    """A row that stands for a person's word: which words, and how and when they proved who they are."""

    meaning = models.TextField()
    meaning_version = models.CharField(max_length=20)
    proof_method = models.CharField(max_length=20)
    proof_at = models.DateTimeField()

    class Meta:
        abstract = True
