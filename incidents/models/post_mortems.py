"""Post-mortems: the blameless account of an incident, and what it proposes to ask of everybody from then on."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from incidents.choices import PostMortemState, ProposalState
from incidents.models.incidents import Incident
from portal.models import Scope, User
from portal.models.audit import AuditEvent
from portal.models.base import PublicIdModel, VisibleQuerySet
from portal.models.documents import AbstractDocument, AbstractDocumentReview, AbstractDocumentRevision
from readiness.models import Service, TemplateVersion


class PostMortemQuerySet(VisibleQuerySet["PostMortem"]):
    """Post-mortems that somebody may see."""

    scope_path = "incident__service__scope"


class PostMortem(AbstractDocument):
    """The account of one incident; published it can be relied on, and is revised like any document."""

    incident = models.OneToOneField(Incident, on_delete=models.PROTECT, related_name="post_mortem")
    state = models.CharField(max_length=10, choices=PostMortemState, default=PostMortemState.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = PostMortemQuerySet.as_manager()

    class Meta:
        ordering = ["-incident__declared_at"]

    def __str__(self) -> str:
        return f"Post-mortem: {self.incident.title}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("incidents:post_mortem", args=[self.service.slug, self.incident.number])

    @property
    def service(self) -> Service:
        """The service the incident began in."""
        return self.incident.service

    @property
    def scope(self) -> Scope:
        """That of its service."""
        return self.service.scope

    def governed_content(self) -> dict[str, Any]:
        """The fields, and whether they are published."""
        return {**super().governed_content(), "incident": self.incident.public_id, "state": self.state}

    def recorded_facts(self) -> dict[str, Any]:
        """By which facts the record knows it."""
        return {"service": self.service.slug, "number": self.incident.number, "label": self.incident.label}


class PostMortemRevision(AbstractDocumentRevision):
    """A post-mortem as it stood after an event."""

    subject = models.ForeignKey(PostMortem, on_delete=models.PROTECT, related_name="revisions")

    class Meta(AbstractDocumentRevision.Meta):
        constraints = [models.UniqueConstraint(fields=["subject", "number"], name="post_mortem_revision_once")]


class PostMortemReview(AbstractDocumentReview):
    """Somebody said that a post-mortem is still true."""

    document = models.ForeignKey(PostMortem, on_delete=models.PROTECT, related_name="reviews")


class ProposalQuerySet(VisibleQuerySet["Proposal"]):
    """Proposals that somebody may see."""

    scope_path = "post_mortem__incident__service__scope"

    def waiting(self) -> "ProposalQuerySet":
        """Those that nobody has settled."""
        return self.filter(state=ProposalState.PROPOSED)


class Proposal(PublicIdModel):
    """A new checklist item, or a point of one, that a post-mortem proposes.

    Accepted into a template version it is asked of every service; its page shows who has not answered it yet.
    """

    post_mortem = models.ForeignKey(PostMortem, on_delete=models.PROTECT, related_name="proposals")
    template = models.CharField(max_length=20)
    item_key = models.CharField(max_length=60, blank=True, help_text="Of the item it is a point of; empty: an item.")
    text = models.CharField(max_length=300)
    why = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=ProposalState, default=ProposalState.PROPOSED)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    settled_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_reason = models.CharField(max_length=300, blank=True)
    asked_item = models.CharField(max_length=60, blank=True, help_text="The key of the item that asks it now.")
    asked_point = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Empty: it is the item itself.")
    accepted_in = models.ForeignKey(TemplateVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    event = models.ForeignKey(AuditEvent, on_delete=models.PROTECT, related_name="+")

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ProposalState.ACCEPTED, accepted_in__isnull=False)
                | ~Q(state=ProposalState.ACCEPTED) & Q(accepted_in__isnull=True),
                name="proposal_accepted_in_a_version",
            )
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has settled it yet."""
        return self.state == ProposalState.PROPOSED
