"""Readiness' guarded tables, and four-eyes as the database holds it.

Four-eyes counts persons: two accounts with one `identity` are one person (product.md, Sign-off).
"""

from portal.append_only.guards import Guard, Refusal, guards, once
from readiness.models import (
    AnswerRevision,
    Assignment,
    Condition,
    ConditionMet,
    Deployment,
    Drill,
    Evidence,
    LaunchDecision,
    ModelVersion,
    ServiceRevision,
    SignOff,
    SignOffReturn,
    SignOffVoid,
    TargetRevision,
    TemplateVersion,
)


def _wrote_any_of(answers: str, person: str) -> str:
    """Whether the person last wrote the rating, the text, a tick or a value, or added evidence that still stands.

    Both arguments are SQL of this module: a query for answers, a column of the new row.
    """
    return f"""
    EXISTS (
        SELECT 1 FROM portal_user signing JOIN portal_user writing ON writing.identity = signing.identity
        WHERE signing.id = {person} AND writing.id IN (
            SELECT rating_by_id FROM readiness_itemanswer WHERE id IN ({answers})
            UNION ALL SELECT text_by_id FROM readiness_itemanswer WHERE id IN ({answers})
            UNION ALL SELECT by_id FROM readiness_pointtick WHERE answer_id IN ({answers})
            UNION ALL SELECT by_id FROM readiness_measuredvalue WHERE answer_id IN ({answers})
            UNION ALL SELECT added_by_id FROM readiness_evidence
                WHERE withdrawn_at IS NULL AND answer_id IN ({answers})
        )
    )
    """  # noqa: S608


CRITICAL = "SELECT id FROM readiness_itemanswer WHERE review_id = NEW.review_id AND critical"
CHANGED = """
NOT EXISTS (
    SELECT 1 FROM readiness_itemanswer
    WHERE id = NEW.answer_id AND round = NEW.round AND content_digest = NEW.content_digest
)
"""

guards.add(
    "readiness",
    (
        Guard(ServiceRevision),
        Guard(TargetRevision),
        Guard(AnswerRevision),
        Guard(
            SignOff,
            refusals=(
                Refusal(_wrote_any_of("NEW.answer_id", "NEW.person_id"), "who wrote any part of it cannot sign it"),
                Refusal(CHANGED, "what is signed is not what stands"),
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
        Guard(TemplateVersion),
        Guard(ModelVersion),
        Guard(Drill),
        Guard(Deployment),
        Guard(Assignment, once("ended_event", when="ended_at", also="NEW.ended_event_id IS NOT NULL")),
        Guard(Evidence, once("withdrawn_by", "withdrawn_reason", when="withdrawn_at")),
    ),
)
