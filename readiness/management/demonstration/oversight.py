"""Those who look on: an auditor with two services for some weeks, and compliance with an audit pack."""

import datetime

from portal import clock, pdf_libraries
from portal.actions import roles_across
from portal.management.demonstration.days import Line
from portal.management.demonstration.people import BERLIN
from portal.management.demonstration.stage import Stage, Storyline
from readiness.actions import audit_packs
from readiness.models import AuditPack, Service

AUDITED = ("fraud-scoring", "kyc-face-match")
PACKED = "document-search"
JUST_NOW = datetime.timedelta(minutes=2)


def storylines(stage: Stage) -> list[Storyline]:
    """The auditor's line and that of the pack; without the libraries that draw PDFs there is none."""
    lines = [_auditor(stage)]
    return lines if pdf_libraries.missing() else [*lines, _pack(stage)]


def _auditor(stage: Stage) -> Storyline:
    line = Line(stage.days, BERLIN, "auditor")
    yield line.on(6, "09:10")
    roles_across.make_auditor(
        stage.cast.access("admin"),
        person=stage.cast["beatrice.fontaine"],
        scopes=[service.scope for service in Service.objects.filter(slug__in=AUDITED).select_related("scope")],
        starts_on=line.today,
        ends_on=line.today + datetime.timedelta(days=45),
    )


def _pack(stage: Stage) -> Storyline:
    """Asked for just now, as the last thing on record; made when the story is kept."""
    yield stage.days.told_at - JUST_NOW
    today = clock.now().date()
    asked = audit_packs.request(
        stage.cast.access("compliance"),
        services=list(Service.objects.filter(slug=PACKED).select_related("scope__team")),
        since=today - datetime.timedelta(days=90),
        until=today,
        purpose="Quarterly sample: one internal service",
    )
    stage.afterwards.append(lambda: _make(asked))


def _make(pack: AuditPack) -> None:
    for part in pack.parts.all():
        audit_packs.build_part(part.pk)
    audit_packs.finish(pack.pk)
