"""One answer with all that decides its state: read inside the action that changes it."""

import datetime
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from portal import canonical, clock
from readiness.catalogue import schema
from readiness.choices import Depends, EnvironmentKind, EvidenceKind, PointState, ReviewState, Stage
from readiness.models import (
    AnswerReference,
    Deployment,
    Drill,
    Evidence,
    ItemAnswer,
    MeasuredValue,
    PointTick,
    Release,
    Review,
    Service,
    SignOff,
    Waiver,
)
from readiness.queries import decisions, locks
from readiness.rules import (
    after_items,
    applicability,
    carrying,
    comparisons,
    drills,
    measure_kinds,
    measured_values,
    measures,
    scoring,
)
from readiness.rules import evidence as evidence_rules
from readiness.rules.answers import AnswerContent, Covering, PointAnswer

LOCKED_BY_A_GO = (
    "A go locks the items before it. To change one, have a no-go recorded, which leaves them open for the next round, "
    "or plan another release."
)
"""What can be done about an item that a go locked (product.md, Decision)."""


@dataclass(frozen=True)
class AnswerParts:
    """An answer's rows: ticks by point number, values by name, evidence that was not withdrawn, waivers.

    `withdrawn` is the other evidence; `waivers` are those that speak for its item, lapsed or not; `references` the
    answers elsewhere that serve it.
    """

    answer: ItemAnswer
    ticks: dict[int, PointTick]
    values: dict[str, MeasuredValue]
    evidence: list[Evidence]
    waivers: list[Waiver]
    references: Sequence[AnswerReference] = ()
    withdrawn: Sequence[Evidence] = ()


@dataclass(frozen=True)
class ReviewFrame:
    """What all answers of a review are held against: each part is read when the first answer asks, and kept.

    `day` is the day evidence is judged on, where that is not today.
    """

    review: Review
    day: datetime.date | None = None

    @property
    def service(self) -> Service:
        """The review's service."""
        return self.review.service

    @cached_property
    def items(self) -> dict[str, schema.Item]:
        """The items of its template version, by key."""
        return {item.key: item for item in self.review.template_version.checklist.items}

    @cached_property
    def targets(self) -> measures.Targets:
        """What the service promises."""
        return targets_of(self.service)

    @cached_property
    def today(self) -> datetime.date:
        """The day that decides what is outdated, in the team's zone."""
        return self.day or clock.today_in(self.service.team.time_zone)

    @cached_property
    def way_back_digest(self) -> str:
        """The digest of the way back as it is now."""
        return canonical.digest(self.service.way_back)

    @cached_property
    def locking_go(self) -> decisions.Recorded | None:
        """The production go that stands on the review, if any."""
        return locks.standing_go(self.review)

    @cached_property
    def is_deployed(self) -> bool:
        """Whether the release went live, which opens the items after the go."""
        return is_deployed(self.review)

    @property
    def due_after_go(self) -> datetime.datetime | None:
        """When the items after the go are due; None before, and where the review was not read with its surroundings."""
        return after_items.due_at(getattr(self.review, "deployed_at", None))

    @cached_property
    def standing(self) -> evidence_rules.Standing:
        """What evidence has to name: this release, or for a review of the service its releases live or prepared.

        Read when the first piece of evidence asks: one statement, three for a review of the service.
        """
        release = self.review.release_id
        releases = [release] if release else [release.pk for release in relevant_releases(self.service)]
        versions = Release.model_versions.through.objects.filter(release__in=releases)
        return self._standing(releases, versions.values_list("modelversion_id", flat=True))

    def read_with(self, pieces: QuerySet[Evidence]) -> QuerySet[Evidence]:
        """The pieces, each with whether what it names is at hand: then `hold` spares the statements of `standing`."""
        own = Release.objects.filter(reviews=self.review)
        at_hand = own if self.review.release_id else releases_at_hand(self.service)
        carried = Release.model_versions.through.objects.filter(release__in=at_hand.values("pk"))
        return pieces.annotate(
            release_at_hand=Exists(at_hand.filter(pk=OuterRef("release"))),
            model_at_hand=Exists(carried.filter(modelversion=OuterRef("model_version"))),
        )

    def hold(self, pieces: Iterable[Any]) -> None:
        """Holds evidence against what was read with it."""
        rows = list(pieces)
        vars(self)["standing"] = self._standing(
            (row.release_id for row in rows if row.release_at_hand),
            (row.model_version_id for row in rows if row.model_at_hand),
        )

    def _standing(self, releases: Iterable[int], versions: Iterable[int]) -> evidence_rules.Standing:
        of_service = self.review.release_id is None
        return evidence_rules.Standing(frozenset(releases), frozenset(versions), self.today, of_service)


def is_deployed(review: Review) -> bool:
    """Whether the review's release went live; read with the review where it came with its surroundings."""
    if hasattr(review, "deployed_at"):
        return review.deployed_at is not None
    return Deployment.objects.to_production().filter(release=review.release_id).exists()


def relevant_releases(service: Service, by: datetime.datetime | None = None) -> list[Release]:
    """The release last deployed to production, and every one being prepared since; with `by`, those of that moment."""
    return list(releases_at_hand(service, by).order_by("-planned_at"))


def releases_at_hand(service: Service, by: datetime.datetime | None = None) -> QuerySet[Release]:
    """The same, to be read with something else."""
    planned, live = Q(cancelled_at__isnull=True), Deployment.objects.to_production()
    if by is not None:
        live = live.filter(deployed_at__lte=by)
        planned = Q(planned_at__lte=by) & (planned | Q(cancelled_at__gt=by))
    releases = service.releases.filter(planned)
    last = live.filter(release__in=releases.values("pk")).order_by("-deployed_at", "-pk")
    since = Subquery(last.values("release__planned_at")[:1])
    return releases.alias(since=since).filter(Q(since__isnull=True) | Q(planned_at__gte=F("since")))


def targets_of(service: Service) -> measures.Targets:
    """The service's targets as the rules take them."""
    target = getattr(service, "target", None)
    if target is None:
        return measures.Targets()
    names = measures.Targets.__dataclass_fields__
    return measures.Targets(**{name: getattr(target, name) for name in names})


def baseline_of(review: Review) -> measures.Targets | None:
    """The targets that the go for the review's release fixed (product.md, Measured items); None before one.

    Read with the review where it came with its surroundings, else one statement.
    """
    if "fixed_targets" not in vars(review):
        review = Review.objects.with_fixed_targets().get(pk=review.pk)
    content: str | None = vars(review)["fixed_targets"]
    return measures.Targets.from_words(json.loads(content)) if content else None


def closed(answer: ItemAnswer, frame: ReviewFrame) -> str:
    """Why nobody can change or sign an item now, as a sentence; "" where they can, as far as a sign-off lets them."""
    if not answer.applies:
        return f"This item does not apply. {answer.left_out_reason}"
    if frame.review.state != ReviewState.OPEN:
        return (
            f"This review is {frame.review.get_state_display().lower()}: what it says stays. Start a new one instead."
        )
    if answer.stage == Stage.AFTER:
        return "" if frame.is_deployed else "This item opens when the release is live."
    return LOCKED_BY_A_GO if frame.locking_go else ""


def parts(answer: ItemAnswer, frame: ReviewFrame) -> AnswerParts:
    """The rows of one answer: two statements, more where it is measured or has waivers. People are read when asked."""
    is_measured = frame.items[answer.item_key].measure is not None
    may_be_waived: bool = getattr(answer, "may_be_waived", True)  # read with the answer where it was locked
    may_be_covered: bool = getattr(answer, "may_be_covered", True)
    evidence = list(answer.evidence.all())
    return AnswerParts(
        answer=answer,
        ticks={tick.number: tick for tick in answer.ticks.all()},
        values={value.name: value for value in answer.values.all()} if is_measured else {},
        evidence=[piece for piece in evidence if piece.withdrawn_at is None],
        withdrawn=[piece for piece in evidence if piece.withdrawn_at is not None],
        waivers=list(_waivers(answer)) if may_be_waived else [],
        references=list(_references(answer)) if may_be_covered else (),
    )


def _waivers(answer: ItemAnswer) -> QuerySet[Waiver]:
    return Waiver.objects.approved().filter(service=answer.review.service_id, item_key=answer.item_key)


def _references(answer: ItemAnswer) -> QuerySet[AnswerReference]:
    return answer.references.current().select_related("source")


def applicable_points(item: schema.Item, service: Service) -> list[schema.Point]:
    """The points of an item that apply to the service."""
    return [point for point in item.points if applicability.applies(dict(point.when), service.traits).applies]


def content(parts: AnswerParts, frame: ReviewFrame) -> AnswerContent:
    """What would be signed now. Only what was said is content: an open point is none."""
    return AnswerContent(
        template_digest=frame.review.template_version.digest,
        item_key=parts.answer.item_key,
        asked=frame.review.template_version.asked[parts.answer.item_key],
        rating=parts.answer.rating,
        text=parts.answer.text,
        points=tuple(
            PointAnswer(tick.number, tick.state, tick.reason)
            for tick in parts.ticks.values()
            if tick.state != PointState.OPEN
        ),
        values={name: value.value for name, value in parts.values.items() if value.value},
        evidence={str(piece.public_id): piece.content_digest for piece in parts.evidence},
        covered_by=tuple(
            Covering(str(one.source.public_id), one.source_digest, tuple(one.points)) for one in parts.references
        ),
    )


def outcome(parts: AnswerParts, frame: ReviewFrame) -> scoring.ItemOutcome:
    """What the item counts as now, and what stands between it and green."""
    return scoring.outcome(facts(parts, frame))


def facts(parts: AnswerParts, frame: ReviewFrame) -> scoring.AnswerFacts:
    """The facts that decide an item's state."""
    answer, item = parts.answer, frame.items[parts.answer.item_key]
    settled = {number for number, tick in parts.ticks.items() if tick.state != PointState.OPEN}
    counting = [piece for piece in parts.evidence if not outdated(piece, item, frame)]
    result = measured(parts, frame)
    return scoring.AnswerFacts(
        critical=answer.critical,
        applies=answer.applies,
        rating=answer.rating,
        open_points=tuple(
            point.number for point in applicable_points(item, frame.service) if point.number not in settled
        ),
        counting=len(counting) + _measured_evidence(result),
        outdated=len(parts.evidence) - len(counting),
        taken_out=sum(1 for piece in parts.withdrawn if _was_outdated(piece, item, frame)),
        measured=result.outcome if result else None,
        covered=any(not one.points for one in parts.references),
        waived=any(waiver.expires_on >= frame.today for waiver in parts.waivers),
    )


def holds_until(parts: AnswerParts, frame: ReviewFrame) -> datetime.date | None:
    """The first day on which only the passing of time may change what it counts as, or end its sign-off; None: none."""
    item = frame.items[parts.answer.item_key]
    ends = [waiver.expires_on for waiver in parts.waivers]
    if item.depends is Depends.SERVICE and item.max_age_days:
        age = datetime.timedelta(days=item.max_age_days)
        ends += [piece.observed_on + age for piece in parts.evidence]
    if item.depends is Depends.DRILL:
        zone = frame.service.team.time_zone
        facts = [drill_facts(piece.drill, zone) for piece in parts.evidence if piece.drill]
        ends += [drills.valid_until(drill.performed_on) for drill in facts]
    if end := carried_until(parts.answer, frame):
        ends.append(end)
    last_day = min((end for end in ends if end >= frame.today), default=None)
    return last_day + datetime.timedelta(days=1) if last_day else None


def carried_until(answer: ItemAnswer, frame: ReviewFrame) -> datetime.date | None:
    """The last day on which a sign-off that was carried to an answer stands; None where only a change ends it."""
    return seal_until(answer.signoff, frame, answer.item_key) if answer.carried_id and answer.signoff else None


def seal_aged(answer: ItemAnswer, frame: ReviewFrame) -> str:
    """Why the sign-off that was carried to an answer has outlived its age; empty while it stands, and for any other."""
    if not answer.carried_id or answer.signoff is None:
        return ""
    item = frame.items[answer.item_key]
    if item.depends is not Depends.SERVICE:
        return ""
    signed_on = clock.today_in(frame.service.team.time_zone, answer.signoff.signed_at)
    return carrying.aged(signed_on, item.max_age_days, frame.today)


def seal_until(signoff: SignOff, frame: ReviewFrame, item_key: str) -> datetime.date | None:
    """The same for any sign-off, were it carried to this item of the review."""
    item = frame.items[item_key]
    signed_on = clock.today_in(frame.service.team.time_zone, signoff.signed_at)
    return carrying.stands_until(signed_on, item.depends, item.max_age_days)


def outdated(piece: Evidence, item: schema.Item, frame: ReviewFrame) -> str:
    """Why a piece no longer counts for an item; empty when it counts."""
    return _outdated(piece, item, frame, frame.today)


def _was_outdated(piece: Evidence, item: schema.Item, frame: ReviewFrame) -> bool:
    """Whether a withdrawn piece did not count any more on the day it was withdrawn."""
    withdrawn_on = clock.today_in(frame.service.team.time_zone, piece.withdrawn_at)
    return bool(_outdated(piece, item, frame, min(withdrawn_on, frame.today)))


def _outdated(piece: Evidence, item: schema.Item, frame: ReviewFrame, day: datetime.date) -> str:
    named = evidence_rules.EvidenceFacts(
        observed_on=piece.observed_on,
        release=piece.release_id,
        model_version=piece.model_version_id,
        drill_valid=not _drill_refusal(piece.drill, frame, day) if piece.drill else None,
    )
    standing = replace(frame.standing, today=day)
    return evidence_rules.outdated(named, item.depends, item.max_age_days, standing)


def drill_refusal(drill: Drill, frame: ReviewFrame) -> str:
    """Why a drill does not count now; empty when it does."""
    return _drill_refusal(drill, frame, frame.today)


def _drill_refusal(drill: Drill, frame: ReviewFrame, day: datetime.date) -> str:
    return drills.refusal(drill_facts(drill, frame.service.team.time_zone), frame.way_back_digest, day)


def drill_facts(drill: Drill, time_zone: str) -> drills.DrillFacts:
    """A drill as the rules take it; `time_zone` is the team's, whose calendar says on which day it was."""
    return drills.DrillFacts(
        kind=drill.kind,
        result=drill.result,
        performed_on=clock.today_in(time_zone, drill.performed_at),
        in_production=drill.environment.kind == EnvironmentKind.PRODUCTION,
        way_back_digest=drill.way_back_digest,
    )


def measured(parts: AnswerParts, frame: ReviewFrame) -> measures.Result | None:
    """What the numbers of a measured item say; None where the item has none."""
    item = frame.items[parts.answer.item_key]
    if item.measure is None:
        return None
    entered = measured_values.read(item.measure.kind, {name: value.value for name, value in parts.values.items()})
    numbers = dict(entered.numbers)
    if item.measure.kind == "drill-minutes" and not numbers and (minutes := _drill_minutes(parts, frame)) is not None:
        entered = measured_values.Entered({"minutes": minutes}, entered.guardrails, entered.metric)
    held_to_baseline = item.measure.kind in measure_kinds.HELD_TO_BASELINE
    baseline = baseline_of(frame.review) if held_to_baseline else None
    return measures.decide(item.measure.spec(), entered, frame.targets, baseline=baseline)


def _drill_minutes(parts: AnswerParts, frame: ReviewFrame) -> Decimal | None:
    """A valid drill attached as evidence has measured the minutes already."""
    valid = [piece.drill for piece in parts.evidence if piece.drill and not drill_refusal(piece.drill, frame)]
    return max((drill.minutes for drill in valid), default=None)


def _measured_evidence(result: measures.Result | None) -> int:
    """Numbers that meet their target are a piece of evidence themselves (product.md, Evidence)."""
    return 1 if result is not None and result.outcome is comparisons.Outcome.MET else 0


def evidence_digest(kind: str, *named: object) -> str:
    """The digest of evidence that is no file: of the canonical form of what it names."""
    return canonical.digest([EvidenceKind(kind).value, *named])
