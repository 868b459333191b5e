"""Verifying that a carried sign-off proves itself: what stands here says what was signed there."""

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from portal.record_verification import Problem
from readiness.models import AnswerRevision, CarriedSignOff
from readiness.rules import answers

SLICE = 500
"""Rows read at a time; each with two contents of some kilobytes."""


def problems() -> Iterator[Problem]:
    """Carried sign-offs whose content is not that of the answer they come from, or not on record at all.

    Of the same item both contents say the same (`rules.answers.substance`). Where a reference covers the item, the
    content here names the source and the digest that was signed there.
    """
    carried = CarriedSignOff.objects.annotate(
        content=Subquery(_content("answer", "content_digest")),
        source_content=Subquery(_content("source", "source_digest")),
        source_name=F("source__public_id"),
    )
    rows: QuerySet[CarriedSignOff, Any] = carried.order_by("event_id", "pk").values_list(
        "event_id", "content", "source_content", "source_name", "source_digest", "reference_id"
    )
    for number, here, there, source, digest, reference in rows.iterator(SLICE):
        if here is None or there is None:
            yield Problem(number, "a sign-off was carried here for content that is not on record.")
        elif reference is None and answers.substance(json.loads(here)) != answers.substance(json.loads(there)):
            yield Problem(number, "a sign-off was carried here to an answer that says something else.")
        elif reference is not None and not _covers(json.loads(here), str(source), digest):
            yield Problem(number, "a sign-off was carried here to an answer that does not rest on what was signed.")


def _content(answer: str, digest: str) -> Any:
    """The content that an answer had under a digest."""
    found = AnswerRevision.objects.filter(subject=OuterRef(answer), digest=OuterRef(digest))
    return found.order_by("-number").values("content")[:1]


def _covers(content: dict[str, Any], source: str, digest: str) -> bool:
    """Whether a content rests as a whole on this source as it was then."""
    return {"source": source, "digest": digest, "points": []} in content.get("covered_by", [])
