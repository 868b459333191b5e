"""Readiness' guarded tables, and four-eyes as the database holds it.

Four-eyes counts persons: two accounts with one `identity` are one person (product.md, Sign-off).
"""

from portal.append_only.guards import Guard, Refusal, guards, once
from readiness.models import (
    ActionItemRevision,
    AnswerReference,
    AnswerRevision,
    Assignment,
    CarriedAnswer,
    CarriedSignOff,
    CheckVersion,
    Condition,
    ConditionMet,
    DecisionRecordReview,
    DecisionRecordRevision,
    DecisionWithdrawal,
    Deployment,
    Drill,
    EmergencyGo,
    EmergencyRequest,
    Evidence,
    Finding,
    FindingEntry,
    LaunchDecision,
    LiveDecision,
    ModelCardReview,
    ModelCardRevision,
    ModelVersion,
    OccurrenceRevision,
    ServiceRevision,
    SignOff,
    SignOffReturn,
    SignOffVoid,
    TargetRevision,
    TemplateVersion,
    Waiver,
    WaiverRevocation,
    WaiverSettlement,
)
from readiness.queries import contributions


def _wrote_any_of(answers: str, person: str) -> str:
    """Whether the person last wrote any part of the answers or of what they rest on (queries.contributions).

    Both arguments are SQL of this module: a query for answers, a column of the new row.
    """
    return f"""
    EXISTS (
        SELECT 1 FROM portal_user signing JOIN portal_user writing ON writing.identity = signing.identity
        WHERE signing.id = {person} AND writing.id IN ({contributions.written(answers)})
    )
    """  # noqa: S608


CRITICAL = """
SELECT id FROM readiness_itemanswer WHERE critical AND (review_id = NEW.review_id OR review_id IN (
    SELECT closed.id FROM readiness_review closed
    JOIN readiness_environment decided ON decided.id = NEW.environment_id AND decided.kind = 'production'
    WHERE closed.service_id = NEW.service_id AND closed.kind = 'prelaunch' AND closed.state = 'closed'
    AND NOT EXISTS (
        SELECT 1 FROM readiness_review later
        WHERE later.service_id = closed.service_id AND later.kind = 'prelaunch' AND later.state = 'closed'
        AND later.closed_at > closed.closed_at
    )
))
"""
"""The critical items that a verdict reads: of its review, and for production of the last closed pre-launch review."""
SIGNER = "(SELECT person_id FROM readiness_signoff WHERE id = NEW.signoff_id)"
CHANGED = """
NOT EXISTS (
    SELECT 1 FROM readiness_itemanswer
    WHERE id = NEW.answer_id AND round = NEW.round AND content_digest = NEW.content_digest
)
"""


def _sealed_by(table: str) -> str:
    """Whether the other kind of seal closed this round already."""
    return f"EXISTS (SELECT 1 FROM {table} WHERE answer_id = NEW.answer_id AND round = NEW.round)"  # noqa: S608


NOT_ON_THE_SOURCE = """
NOT EXISTS (
    SELECT 1 FROM readiness_signoff given
    WHERE given.id = NEW.signoff_id AND given.answer_id = NEW.source_id AND given.content_digest = NEW.source_digest
    AND NOT EXISTS (SELECT 1 FROM readiness_signoffvoid ended WHERE ended.signoff_id = given.id)
)
AND NOT EXISTS (
    SELECT 1 FROM readiness_carriedsignoff earlier
    WHERE earlier.signoff_id = NEW.signoff_id AND earlier.answer_id = NEW.source_id
    AND earlier.content_digest = NEW.source_digest
    AND NOT EXISTS (SELECT 1 FROM readiness_signoffvoid ended WHERE ended.carried_id = earlier.id)
)
"""


def _related(how: str) -> str:
    """Whether the answer and its source are of one service, and related as `how` says (SQL of this module)."""
    return f"""
    EXISTS (
        SELECT 1 FROM readiness_itemanswer own JOIN readiness_review own_review ON own_review.id = own.review_id
        JOIN readiness_itemanswer source ON source.id = NEW.source_id
        JOIN readiness_review source_review ON source_review.id = source.review_id
        WHERE own.id = NEW.answer_id AND own_review.service_id = source_review.service_id AND {how}
    )
    """  # noqa: S608


SAME_ITEM = _related("own.item_key = source.item_key AND own_review.id <> source_review.id")
SAME_SERVICE = _related("own.id <> source.id")
COVERED = """
EXISTS (
    SELECT 1 FROM readiness_answerreference served
    WHERE served.id = NEW.reference_id AND served.answer_id = NEW.answer_id AND served.source_id = NEW.source_id
    AND served.source_digest = NEW.source_digest AND served.ended_event_id IS NULL
)
"""
SAYS_OTHERWISE = """
NOT EXISTS (SELECT 1 FROM readiness_itemanswer WHERE id = NEW.source_id AND content_digest = NEW.source_digest)
"""
IN_A_CIRCLE = """
EXISTS (
    SELECT 1 FROM readiness_answerreference back
    WHERE back.answer_id = NEW.source_id AND back.source_id = NEW.answer_id AND back.ended_event_id IS NULL
)
"""
OTHER_EVIDENCE = """
NEW.copied_from_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM readiness_evidence source
    WHERE source.id = NEW.copied_from_id AND source.content_digest = NEW.content_digest
    AND source.added_by_id = NEW.added_by_id AND source.added_at = NEW.added_at
)
"""
STILL_OPEN = """
EXISTS (
    SELECT 1 FROM readiness_waiver asked
    WHERE asked.service_id = NEW.service_id AND asked.item_key = NEW.item_key AND (
        asked.sequence >= NEW.sequence
        OR NOT EXISTS (SELECT 1 FROM readiness_waiversettlement settled WHERE settled.waiver_id = asked.id)
    )
)
"""
NO_SUCH_CHAIN = """
(NEW.renews_id IS NULL AND NEW.chain <> NEW.public_id)
OR (NEW.renews_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM readiness_waiver first
    JOIN readiness_waiversettlement settled ON settled.waiver_id = first.id AND settled.verdict = 'approved'
    WHERE first.id = NEW.renews_id AND first.service_id = NEW.service_id AND first.item_key = NEW.item_key
    AND first.chain = NEW.chain AND first.renewals + 1 = NEW.renewals
    AND NOT EXISTS (SELECT 1 FROM readiness_waiverrevocation ended WHERE ended.waiver_id = first.id)
))
"""
ASKED_BY_THEMSELVES = """
NEW.verdict = 'approved' AND EXISTS (
    SELECT 1 FROM readiness_waiver asked JOIN portal_user asking ON asking.id = asked.asked_by_id
    JOIN portal_user settling ON settling.identity = asking.identity
    WHERE asked.id = NEW.waiver_id AND settling.id = NEW.by_id
)
"""
OTHER_REQUEST = """
NOT EXISTS (SELECT 1 FROM readiness_waiver WHERE id = NEW.waiver_id AND content_digest = NEW.content_digest)
"""
NOT_APPROVED = """
NOT EXISTS (SELECT 1 FROM readiness_waiversettlement WHERE waiver_id = NEW.waiver_id AND verdict = 'approved')
"""
CLOSED_ALREADY = """
EXISTS (SELECT 1 FROM readiness_findingentry WHERE finding_id = NEW.finding_id AND kind = 'closed')
"""

ONE_PERSON = """
EXISTS (
    SELECT 1 FROM readiness_emergencyrequest asked JOIN portal_user asking ON asking.id = asked.asked_by_id
    JOIN readiness_launchdecision decided ON decided.id = NEW.decision_id
    JOIN portal_user deciding ON deciding.id = decided.decided_by_id AND deciding.identity = asking.identity
    WHERE asked.id = NEW.request_id
)
"""

guards.add(
    "readiness",
    (
        Guard(ServiceRevision),
        Guard(TargetRevision),
        Guard(AnswerRevision),
        Guard(OccurrenceRevision),
        Guard(ActionItemRevision),
        Guard(ModelCardRevision),
        Guard(ModelCardReview),
        Guard(DecisionRecordRevision),
        Guard(DecisionRecordReview),
        Guard(Finding),
        Guard(FindingEntry, refusals=(Refusal(CLOSED_ALREADY, "a closed finding stays closed"),)),
        Guard(
            SignOff,
            refusals=(
                Refusal(
                    _wrote_any_of("SELECT NEW.answer_id", "NEW.person_id"), "who wrote any part of it cannot sign it"
                ),
                Refusal(CHANGED, "what is signed is not what stands"),
                Refusal(_sealed_by("readiness_carriedsignoff"), "this round is signed already"),
            ),
        ),
        Guard(
            CarriedSignOff,
            refusals=(
                Refusal(_wrote_any_of("SELECT NEW.answer_id", SIGNER), "who wrote any part of it cannot sign it"),
                Refusal(CHANGED, "what is signed is not what stands"),
                Refusal(_sealed_by("readiness_signoff"), "this round is signed already"),
                Refusal(NOT_ON_THE_SOURCE, "no sign-off stands there to carry"),
                Refusal(
                    f"NEW.reference_id IS NULL AND NOT {SAME_ITEM} OR NEW.reference_id IS NOT NULL AND NOT {COVERED}",
                    "a sign-off is carried to the same item, or where a reference stands",
                ),
            ),
        ),
        Guard(
            CarriedAnswer,
            refusals=(Refusal(f"NOT {SAME_ITEM}", "an answer is carried to the same item of another review"),),
        ),
        Guard(
            AnswerReference,
            once("ended_event", "ended_reason", when="ended_at", also="NEW.ended_event_id IS NOT NULL"),
            (
                Refusal(f"NOT {SAME_SERVICE}", "an answer of the same service serves it"),
                Refusal(IN_A_CIRCLE, "two answers do not serve each other"),
                Refusal(SAYS_OTHERWISE, "what serves it says something else"),
            ),
        ),
        Guard(SignOffVoid),
        Guard(SignOffReturn),
        Guard(
            LaunchDecision,
            refusals=(
                Refusal(
                    _wrote_any_of(CRITICAL, "NEW.decided_by_id"), "who wrote any part of a critical item cannot decide"
                ),
            ),
        ),
        Guard(Condition),
        Guard(ConditionMet),
        Guard(DecisionWithdrawal),
        Guard(EmergencyRequest),
        Guard(EmergencyGo, refusals=(Refusal(ONE_PERSON, "an emergency go takes two persons"),)),
        Guard(LiveDecision),
        Guard(TemplateVersion),
        Guard(CheckVersion),
        Guard(ModelVersion),
        Guard(Drill),
        Guard(Deployment),
        Guard(Assignment, once("ended_event", when="ended_at", also="NEW.ended_event_id IS NOT NULL")),
        Guard(
            Evidence,
            once("withdrawn_by", "withdrawn_reason", when="withdrawn_at"),
            (Refusal(OTHER_EVIDENCE, "a copy of evidence says what its source says"),),
        ),
        Guard(
            Waiver,
            refusals=(
                Refusal(STILL_OPEN, "one request for a waiver is open at a time"),
                Refusal(NO_SUCH_CHAIN, "a renewal follows an approved waiver of the same item"),
            ),
        ),
        Guard(
            WaiverSettlement,
            refusals=(
                Refusal(ASKED_BY_THEMSELVES, "who asked for a waiver cannot approve it"),
                Refusal(OTHER_REQUEST, "what is settled is not what was asked for"),
            ),
        ),
        Guard(WaiverRevocation, refusals=(Refusal(NOT_APPROVED, "only an approved waiver is revoked"),)),
    ),
)
