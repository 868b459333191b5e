"""What a verdict rests on, as plain data, and its digest: the gate compares it with what is there now."""

from collections.abc import Sequence
from typing import Any

from portal import canonical
from readiness.queries import launch_items, releases
from readiness.queries.launch_items import LaunchItem
from readiness.queries.launch_subjects import Subject


def of(subject: Subject, items: Sequence[LaunchItem]) -> dict[str, Any]:
    """What a verdict rests on, as plain data: no statement of its own."""
    service, target = subject.service, getattr(subject.service, "target", None)
    release = releases.content(subject.release, subject.carries)
    traits = service.traits
    return {
        "service": {
            "tier": service.tier,
            "traits": {**vars(traits), "regulations": sorted(traits.regulations)},
            "way_back": service.way_back,
        },
        "targets": target.governed_content() if target else None,
        "release": {name: release[name] for name in ("label", "changes", "new_feature", "model_versions")},
        "reviews": _templates(items),
        "items": launch_items.governed(items),
    }


def digest(subject: Subject, items: Sequence[LaunchItem]) -> str:
    """The digest of the same, which a decision keeps and the gate compares."""
    return canonical.digest(of(subject, items))


def _templates(items: Sequence[LaunchItem]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in items:
        answer: Any = item.answer
        found[answer.review.kind] = {"number": answer.review.number, "template": answer.template_digest}
    return found
