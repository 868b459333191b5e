"""The demonstration's eight services, each with a story of its own."""

from collections.abc import Iterable

from portal.management.demonstration.stage import Stage, Storyline
from readiness.actions import status
from readiness.management.demonstration import (
    checking,
    churn_radar,
    claims_triage,
    document_search,
    documenting,
    following_up,
    fraud_scoring,
    identity_resolution,
    kyc_face_match,
    oversight,
    recording_decisions,
    support_copilot,
    trending,
    voice_transcription,
    waiving,
)

STORIES = (
    fraud_scoring,
    support_copilot,
    claims_triage,
    kyc_face_match,
    identity_resolution,
    voice_transcription,
    document_search,
    documenting,
    churn_radar,
    checking,
    waiving,
    following_up,
    oversight,
    recording_decisions,
    trending,
)


def storylines(stage: Stage) -> Iterable[Storyline]:
    """Readiness' part of the story."""
    stage.around.enter_context(status.at_the_end())
    return [line for story in STORIES for line in story.storylines(stage)]
