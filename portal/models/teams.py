"""Teams and who belongs to them, in which roles, from when until when."""

import datetime

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast

from portal import clock
from portal.models.base import PublicIdModel
from portal.models.users import User
from portal.permissions import Access, Role


class TeamQuerySet(models.QuerySet["Team"]):
    """Filters over teams."""

    def visible_to(self, access: Access) -> "TeamQuerySet":
        """All teams of the organisation; an auditor sees the teams they audit, a token of one team that one."""
        if access.reads_openly:
            return self.all()
        return self.filter(Q(pk__in=list(access.roles)) | Q(scopes__in=access.audited)).distinct()


class Team(PublicIdModel):
    """A team: it owns services and works in one time zone."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120, unique=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Filters over memberships."""

    def current(self, on: datetime.date) -> "MembershipQuerySet":
        """Those in force on that day."""
        return self.open(on).filter(starts_on__lte=on)

    def open(self, on: datetime.date) -> "MembershipQuerySet":
        """Those in force on that day or from a later one: everything that has not ended."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))

    def holding(self, role: Role) -> "MembershipQuerySet":
        """Those that hold the role among theirs."""
        return self.annotate(role_words=Cast("roles", models.TextField())).filter(role_words__contains=f'"{role}"')

    def visible_to(self, access: Access) -> "MembershipQuerySet":
        """Those in teams that the person may see, and those across all teams; an auditor sees no others of these."""
        in_teams = Q(team__in=Team.objects.visible_to(access))
        if access.only_audits:
            return self.filter(in_teams | Q(person=access.person))
        return self.filter(in_teams | Q(team__isnull=True))


class Membership(PublicIdModel):
    """A person's roles in a team, or, with no team, across all teams (compliance, administrator, auditor)."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="memberships", null=True, blank=True)
    roles = models.JSONField(default=list)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="The last day on which it holds.")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["team__name", "person__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "team"], condition=Q(ends_on__isnull=True), name="membership_open_once"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(ends_on__isnull=True, team__isnull=True), name="membership_across_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on") - datetime.timedelta(days=1)),
                name="membership_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.team or 'all teams'}"

    @property
    def role_set(self) -> frozenset[Role]:
        """The roles as an enum set."""
        return frozenset(Role(role) for role in self.roles)
