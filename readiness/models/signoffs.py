"""Sign-offs: a named person's statement that an item is met, bound to what was signed. Append-only.

A signature is given once, on one answer. Where another answer rests on it (the next review starts from this one, or a
covered item refers to it), that is a row of its own which names both contents: the signature is not copied. Each place
where it stands is ended apart (docs/adr/0006).
"""

from django.db import models
from django.db.models import Q

from portal.models import User
from portal.models.audit import AuditEvent
from portal.models.base import PublicIdModel, VisibleQuerySet
from readiness.models.carrying import AnswerReference
from readiness.models.reviews import ItemAnswer
from readiness.models.signed import Signed


class SignOffQuerySet(VisibleQuerySet["SignOff"]):
    """Sign-offs that somebody may see."""

    scope_path = "answer__review__service__scope"


class SignOff(Signed):
    """One signature: who, when, which words, how proven, over which content. A round of an answer is signed once.

    Several may be one act: then they share an event, which lists them. A trigger refuses a signer who is, as a person,
    among those who last wrote any part of the answer.
    """

    answer = models.ForeignKey(ItemAnswer, on_delete=models.PROTECT, related_name="signoffs")
    round = models.PositiveIntegerField()
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="signoffs")
    content_digest = models.CharField(max_length=64)
    template_digest = models.CharField(max_length=64)
    meaning = models.TextField(help_text="The words that were signed.")
    note = models.TextField(blank=True)
    signed_at = models.DateTimeField()
    event = models.ForeignKey(AuditEvent, on_delete=models.PROTECT, related_name="+")

    objects = SignOffQuerySet.as_manager()

    class Meta:
        ordering = ["signed_at"]
        constraints = [models.UniqueConstraint(fields=["answer", "round"], name="signoff_once_a_round")]

    def __str__(self) -> str:
        return f"{self.person} on {self.answer}"


class CarriedSignOff(PublicIdModel):
    """A sign-off that holds for another answer than the one it was given on. A round of an answer has one seal.

    `source` is the answer it comes from, which holds it for `source_digest`: by its own signature, or carried there.
    `content_digest` is what it holds for here. Without a `reference` both answers are of one item and say the same;
    with one, `source` covers the whole item. Triggers ask for a standing seal on the source, for the content that
    stands here, and for four eyes: authors are kept where answers are carried.
    """

    answer = models.ForeignKey(ItemAnswer, on_delete=models.PROTECT, related_name="carried_signoffs")
    round = models.PositiveIntegerField()
    signoff = models.ForeignKey(SignOff, on_delete=models.PROTECT, related_name="carried_to")
    source = models.ForeignKey(ItemAnswer, on_delete=models.PROTECT, related_name="+")
    source_digest = models.CharField(max_length=64)
    content_digest = models.CharField(max_length=64)
    reference = models.ForeignKey(
        AnswerReference, null=True, blank=True, on_delete=models.PROTECT, related_name="signoffs"
    )
    carried_at = models.DateTimeField()
    event = models.ForeignKey(AuditEvent, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["carried_at"]
        constraints = [models.UniqueConstraint(fields=["answer", "round"], name="carried_signoff_once_a_round")]

    def __str__(self) -> str:
        return f"carried: {self.signoff}"


class SignOffVoid(PublicIdModel):
    """The end of a sign-off in one place: a row of its own, in the transaction of the change that ended it.

    It ends the signature where it was given (`signoff`) or where it was carried to (`carried`), never both: a decided
    review keeps its sign-offs when the next one reopens an item. Append-only.
    """

    signoff = models.OneToOneField(SignOff, null=True, blank=True, on_delete=models.PROTECT, related_name="void")
    carried = models.OneToOneField(CarriedSignOff, null=True, blank=True, on_delete=models.PROTECT, related_name="void")
    reason = models.CharField(max_length=300)
    voided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    voided_at = models.DateTimeField()
    event = models.ForeignKey(AuditEvent, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["voided_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(signoff__isnull=True, carried__isnull=False)
                | Q(signoff__isnull=False, carried__isnull=True),
                name="void_ends_one_seal",
            )
        ]

    def __str__(self) -> str:
        return f"void: {self.carried or self.signoff}"


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
