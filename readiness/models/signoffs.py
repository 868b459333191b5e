"""Sign-offs: a named person's statement that an item is met, bound to what was signed. Append-only."""

from django.db import models

from portal.models import User
from portal.models.audit import AuditEvent
from portal.models.base import PublicIdModel, VisibleQuerySet
from readiness.models.reviews import ItemAnswer


class SignOffQuerySet(VisibleQuerySet["SignOff"]):
    """Sign-offs that somebody may see."""

    scope_path = "answer__review__service__scope"


class SignOff(PublicIdModel):
    """One act: who, when, which words, how proven, over which content. A round of an answer is signed once.

    A trigger refuses a signer who is, as a person, among those who last wrote any part of the answer.
    """

    answer = models.ForeignKey(ItemAnswer, on_delete=models.PROTECT, related_name="signoffs")
    round = models.PositiveIntegerField()
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="signoffs")
    content_digest = models.CharField(max_length=64)
    template_digest = models.CharField(max_length=64)
    meaning = models.TextField(help_text="The words that were signed.")
    meaning_version = models.CharField(max_length=20)
    note = models.TextField(blank=True)
    proof_method = models.CharField(max_length=20)
    proof_at = models.DateTimeField()
    signed_at = models.DateTimeField()
    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="+")

    objects = SignOffQuerySet.as_manager()

    class Meta:
        ordering = ["signed_at"]
        constraints = [models.UniqueConstraint(fields=["answer", "round"], name="signoff_once_a_round")]

    def __str__(self) -> str:
        return f"{self.person} on {self.answer}"


class SignOffVoid(PublicIdModel):
    """The end of a sign-off: a row of its own, in the transaction of the change that ended it. Append-only."""

    signoff = models.OneToOneField(SignOff, on_delete=models.PROTECT, related_name="void")
    reason = models.CharField(max_length=300)
    voided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    voided_at = models.DateTimeField()
    event = models.ForeignKey(AuditEvent, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["voided_at"]

    def __str__(self) -> str:
        return f"void: {self.signoff}"


class SignOffReturn(PublicIdModel):
    """An approver gives an item back with a reason instead of signing it. Append-only."""

    answer = models.ForeignKey(ItemAnswer, on_delete=models.PROTECT, related_name="returns")
    round = models.PositiveIntegerField()
    returned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    returned_at = models.DateTimeField()
    reason = models.TextField()
    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["returned_at"]

    def __str__(self) -> str:
        return f"returned: {self.answer}"
