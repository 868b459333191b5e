"""One service's part of a pack: chapters 1 to 9, 12, 13 and the drills from here, the others from the registry."""

from readiness import extension_points
from readiness.models import Service
from readiness.queries.packs import (
    action_items,
    decision_records,
    decisions,
    drills,
    glance,
    model_cards,
    ownership,
    recurring_checks,
    reviews,
)
from readiness.queries.packs.moments import Moment
from readiness.queries.packs.signatures import Meanings
from readiness.queries.packs.trail import trail
from readiness.rules.pack_contents import ServiceChapterData


def chapters(service: Service, at: Moment, meanings: Meanings) -> ServiceChapterData:
    """Everything that is printed of a service, as it stood at the moment."""
    read = Service.objects.select_related("scope__team", "owner", "target").get(pk=service.pk)
    service = reviews.as_it_stood(read, at)
    shown = reviews.of_service(service, at, meanings)
    decided = decisions.decisions(service, at, meanings)
    rehearsed = drills.shown(service, at)
    checks = recurring_checks.as_they_stood(service, at)
    contributed = tuple(section for give in extension_points.pack_sections for section in give(service, at))
    return ServiceChapterData(
        slug=service.slug,
        name=service.name,
        team=service.scope.team.name,
        glance=glance.glance(service, shown, decided, checks, at),
        ownership=ownership.of_service(service, at),
        reviews=shown,
        waivers=decisions.waivers(service, at, meanings),
        decisions=decided,
        sections=(
            *recurring_checks.sections(checks, at),
            *model_cards.sections(service, at),
            *decision_records.sections(service, at),
            *contributed,
            *drills.sections(service, rehearsed, at),
            *action_items.sections(service, at),
        ),
        trail=trail(service, at),
        files=drills.files(service, rehearsed),
    )
