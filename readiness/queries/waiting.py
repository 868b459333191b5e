"""What waits for a person, as querysets that the page, its list and the count in the shell all share."""

from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    JSONField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from portal import clock
from portal.models import User
from portal.permissions import Access, Capability
from readiness.choices import (
    GO,
    AssignmentRole,
    EnvironmentKind,
    ItemState,
    ReviewState,
    ServiceState,
    Stage,
    TemplateKey,
)
from readiness.models import (
    Absence,
    Assignment,
    Condition,
    Deployment,
    Environment,
    ItemAnswer,
    LaunchDecision,
    Review,
    Service,
    ServiceRevision,
    SignOff,
)
from readiness.queries import contributions, emergencies, live_releases, locks, scoring, status
from readiness.queries import decisions as decision_queries

OPEN_STATES = (ItemState.RED, ItemState.UNANSWERED, ItemState.YELLOW)


def signoffs(access: Access) -> QuerySet[ItemAnswer]:
    """Green items that wait for a signer, where this person may sign and did not contribute: asked of them first."""
    return (
        _answers(Review.objects.visible_to(access))
        .filter(status.awaiting_signoff(), review__service__scope__team__in=access.teams_with(Capability.SIGNOFF_GRANT))
        .exclude(contributions.by(access.person.identity))
        .annotate(asked_of_me=asked_of(access.person))
        .order_by("-asked_of_me", F("signoff_asked_at").asc(nulls_last=True), "-critical", "rating_at", "pk")
    )


def asked_of(person: User) -> Exists:
    """Whether this person was asked by name for the sign-off; for a queryset of answers."""
    named = ItemAnswer.signoff_asked_of.through.objects.filter(itemanswer=OuterRef("pk"), user=person)
    return Exists(named.filter(itemanswer__signoff_asked_at__isnull=False))


def came_back(access: Access) -> QuerySet[ItemAnswer]:
    """Items this person answered that an approver returned, or whose sign-off became void, and nobody asked again."""
    returned = Q(returned__isnull=False) | Q(round__gt=1, signoff_asked_at__isnull=True)
    own = Q(rating_by=access.person) | Q(text_by=access.person)
    return (
        _answers(Review.objects.visible_to(access))
        .filter(returned, own, review__state=ReviewState.OPEN, signoff__isnull=True)
        .order_by(F("returned__returned_at").desc(nulls_last=True), "-critical", "pk")
    )


def items(access: Access) -> QuerySet[ItemAnswer]:
    """Items that are this person's to answer, short of green, those that block a go first.

    Theirs are the items given to them, those of their domains, and the rest of the services they own; the same of
    everybody for whom they stand in today. What came back to them stands apart.
    """
    people = standing_for(access.person)
    return (
        _answers(Review.objects.visible_to(access).filter(_concerns(people), state=ReviewState.OPEN))
        .filter(_can_be_answered(), scoring.counts(), owned_by(people), state__in=OPEN_STATES)
        .exclude(pk__in=came_back(access).order_by().values("pk"))
        .alias(urgency=_urgency())
        .order_by("urgency", "review__release__planned_on", "review", "position")
    )


def decisions(access: Access) -> QuerySet[Review]:
    """Deployment reviews that wait for a decider: all is answered and signed, and nothing was decided since.

    So do those whose release is live and fails or is late after its go (`is_live`), and those for which somebody asks
    for an emergency go (`emergency_for` names the environment).

    After a go elsewhere it is production that waits, where there is one. Who contributed to a critical item cannot
    decide on it (product.md, Decision), so for them it does not wait.
    """
    answers = ItemAnswer.objects.filter(review=OuterRef("pk"), applies=True, stage=Stage.BEFORE)
    unanswered = answers.filter(scoring.counts(), state=ItemState.UNANSWERED)
    unsigned = answers.filter(critical=True, state=ItemState.GREEN, signoff__isnull=True)
    contributed = answers.filter(contributions.by(access.person.identity), critical=True)
    newest = LaunchDecision.objects.filter(release=OuterRef("release"), withdrawal__isnull=True).order_by("-number")
    production = Environment.objects.filter(service=OuterRef("service"), kind=EnvironmentKind.PRODUCTION)
    elsewhere = Q(verdict__in=GO) & ~Q(decided_for=EnvironmentKind.PRODUCTION) & Exists(production)
    return (
        Review.objects.visible_to(access)
        .filter(kind=TemplateKey.DEPLOYMENT, release__cancelled_at__isnull=True)
        .exclude(state=ReviewState.ABANDONED)
        .filter(service__scope__team__in=access.teams_with(Capability.DECISION_RECORD))
        .annotate(
            is_live=Exists(live_releases.waiting_for_a_decider(access).filter(release=OuterRef("release"))),
            emergency_for=Subquery(
                emergencies.waiting_for(access).filter(release=OuterRef("release")).values("environment__name")[:1]
            ),
        )
        .annotate(decided_at=Subquery(newest.values("decided_at")[:1]), verdict=Subquery(newest.values("verdict")[:1]))
        .annotate(decided_for=Subquery(newest.values("environment__kind")[:1]))
        .annotate(moved_at=Subquery(_last_move()), signed_at=Subquery(_last_signature()))
        .filter(
            Q(is_live=True)
            | Q(emergency_for__isnull=False)
            | (
                Q(decided_at__isnull=True)
                | elsewhere
                | Q(moved_at__gt=F("decided_at"))
                | Q(signed_at__gt=F("decided_at"))
            )
            & Q(~Exists(unanswered), ~Exists(unsigned), ~Exists(contributed), state=ReviewState.OPEN)
        )
        .annotate(
            red=_count(answers.filter(state=ItemState.RED)), on_credit=_count(answers.filter(state=ItemState.WAIVED))
        )
        .select_related("service", "release")
        .order_by(
            F("emergency_for").asc(nulls_last=True),
            "-is_live",
            F("release__planned_on").asc(nulls_last=True),
            "started_at",
        )
    )


def tiers(access: Access) -> QuerySet[Service]:
    """Services whose tier this person may confirm: nobody has, and somebody else declared it as it stands."""
    own = ServiceRevision.objects.filter(
        subject=OuterRef("pk"), number=OuterRef("tier_since"), author__identity=access.person.identity
    )
    return (
        Service.objects.visible_to(access)
        .filter(tier_confirmed_by__isnull=True, scope__team__in=access.teams_with(Capability.TIER_CONFIRM))
        .exclude(state=ServiceState.RETIRED)
        .alias(tier_since=Coalesce(Subquery(_other_tiers().values("number")[:1]), 0) + 1)
        .filter(~Exists(own))
        .order_by("tier", "name")
    )


def conditions(access: Access) -> QuerySet[Condition]:
    """Conditions this person has to meet, of decisions that no act of a person has ended; due first."""
    return (
        decision_queries.still_asked(Condition.objects.filter(owner=access.person))
        .filter(decision__in=LaunchDecision.objects.visible_to(access))
        .select_related("decision__service__scope", "decision__release", "decision__environment")
        .defer("decision__snapshot")
        .order_by("due_on", "pk")
    )


def count(rows: QuerySet[Any]) -> Subquery:
    """How many rows there are, as an expression for a statement over something else."""
    counted = rows.order_by().values(one=Value(1)).annotate(number=Count("pk")).values("number")
    return Subquery(counted, output_field=IntegerField())


def _answers(reviews: QuerySet[Review]) -> QuerySet[ItemAnswer]:
    return ItemAnswer.objects.filter(review__in=reviews, applies=True).exclude(
        review__service__state=ServiceState.RETIRED
    )


def _concerns(people: QuerySet[User, Any]) -> Q:
    """Reviews in which an item may be one of these people's: few, from which the database can begin."""
    held = Assignment.objects.current().filter(person__in=people, role=AssignmentRole.ACCOUNTABLE)
    given = ItemAnswer.objects.filter(assignee__in=people)
    owned = Service.objects.filter(owner__in=people)
    return Q(service__in=owned.values("pk")) | Q(service__in=held.values("service")) | Q(pk__in=given.values("review"))


def _can_be_answered() -> Q:
    live = Exists(Deployment.objects.to_production().not_followed().filter(release=OuterRef("review__release")))
    before = Q(stage=Stage.BEFORE) & ~Q(locks.under_go("review__release"))
    return Q(review__state=ReviewState.OPEN) & (before | (Q(stage=Stage.AFTER) & Q(live)))


def standing_for(person: User) -> QuerySet[User, Any]:
    """The person, and everybody for whom they stand in today: nobody, while they are away themselves."""
    today = clock.today_in(person.time_zone)
    absences = Absence.objects.filter(cancelled_at__isnull=True, starts_on__lte=today, ends_on__gte=today)
    stood_for = Q(pk__in=absences.filter(deputy=person).values("person")) & ~Q(Exists(absences.filter(person=person)))
    return User.objects.filter(Q(pk=person.pk) | stood_for).values("pk")


def owned_by(people: QuerySet[User, Any]) -> Q:
    """Items of these people: their own, else by domain, else by service (`rules.ownership.owner_of`, as a filter)."""
    return Q(assignee__in=people) | (Q(assignee__isnull=True) & held_by(people, "review__service"))


def held_by(people: QuerySet[User, Any], service: str) -> Q:
    """Rows with a `domain_key` whose domain one of these people holds, or whose service where nobody holds it.

    `service` is the path that leads from the row to its service.
    """
    accountable = Assignment.objects.filter(
        service=OuterRef(service),
        domain__key=OuterRef("domain_key"),
        role=AssignmentRole.ACCOUNTABLE,
        ended_event__isnull=True,
    )
    holding = Assignment.objects.current().filter(person__in=people, role=AssignmentRole.ACCOUNTABLE)
    by_domain = Q(**{f"{service}__in": holding.values("service")}) & Q(Exists(accountable.filter(person__in=people)))
    return by_domain | (Q(**{f"{service}__owner__in": people}) & ~Q(Exists(accountable)))


def owner() -> Coalesce:
    """Whose an item is, as an expression."""
    accountable = Assignment.objects.filter(
        service=OuterRef("review__service"),
        domain__key=OuterRef("domain_key"),
        role=AssignmentRole.ACCOUNTABLE,
        ended_event__isnull=True,
    )
    by_domain = Subquery(accountable.values("person_id")[:1])
    return Coalesce("assignee_id", by_domain, "review__service__owner_id", output_field=BigIntegerField())


def _urgency() -> Case:
    """Blocking first: critical items before the go, then what is red, then the rest."""
    return Case(
        When(critical=True, stage=Stage.BEFORE, state=ItemState.RED, then=0),
        When(critical=True, stage=Stage.BEFORE, state=ItemState.UNANSWERED, then=1),
        When(critical=True, stage=Stage.BEFORE, then=2),
        When(state=ItemState.RED, then=3),
        When(critical=True, then=4),
        default=5,
        output_field=IntegerField(),
    )


def _other_tiers() -> QuerySet[ServiceRevision]:
    """The revisions of a service (the outer row) that declare another tier, or another reason for it; newest first."""
    said = ServiceRevision.objects.filter(subject=OuterRef("pk")).annotate(said=Cast("content", JSONField()))
    said = said.annotate(tier=Cast(KT("said__tier"), IntegerField()), reason=KT("said__tier_reason"))
    return said.exclude(tier=OuterRef("tier"), reason=OuterRef("tier_reason")).order_by("-number")


def _last_move() -> QuerySet[ItemAnswer, Any]:
    found = ItemAnswer.objects.filter(review=OuterRef("pk"), stage=Stage.BEFORE).order_by().values("review")
    return found.annotate(at=Max("rating_at")).values("at")


def _last_signature() -> QuerySet[SignOff, Any]:
    signed = SignOff.objects.filter(answer__review=OuterRef("pk"), answer__stage=Stage.BEFORE)
    found = signed.order_by().values("answer__review")
    return found.annotate(at=Max("signed_at")).values("at")


def _count(rows: QuerySet[ItemAnswer]) -> Coalesce:
    counted = rows.order_by().values("review").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
