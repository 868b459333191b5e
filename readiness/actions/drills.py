"""Putting rehearsals on record."""

import contextlib
import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from portal import audit, clock, permissions, storage
from portal.errors import DomainError
from portal.models import Attachment, User
from portal.permissions import Access, Capability
from readiness import verbs
from readiness.actions import way_back as way_back_actions
from readiness.choices import DrillKind, DrillResult, EnvironmentKind
from readiness.models import Drill, Environment, Release, Service
from readiness.queries import ownership, way_back
from readiness.rules import drill_records
from readiness.rules.drill_records import DrillRecord


@dataclass(frozen=True)
class Rehearsal:
    """A drill as it is told: what, where, by whom, when (aware), from and to version, how it went, how long it took."""

    kind: str
    environment: Environment
    from_version: str
    to_version: str
    performed_by: User
    performed_at: datetime.datetime
    result: str
    minutes: Decimal
    release: Release | None = None
    note: str = ""
    link: str = ""


def record(
    access: Access,
    *,
    service: Service,
    rehearsal: Rehearsal,
    file: "UploadedFile[Any] | None" = None,
    exercised: Mapping[str, str] | None = None,
) -> Drill:
    """Keeps a drill for good, with the way back as it is now. A file (25 MB at most) or a link proves it.

    `exercised` are contributed parts of the way back (`extension_points.way_back_parts`) as the drill ran them, where
    an upper app knows that; it proves that way back and no newer one. One that did not pass ends what older ones
    proved: the answers that rest on them are counted anew. Raises DomainError with every refused field.
    """
    told = _tidied(rehearsal)
    with transaction.atomic():
        permissions.require(access, Capability.DRILL_RECORD, service.scope)
        _refuse(service, told, file)
        ends = told.kind == DrillKind.ROLLBACK and told.result != DrillResult.PASSED
        with (
            way_back_actions.failing(service) if ends else contextlib.nullcontext(),
            storage.kept(access, file, scope=service.scope) if file else contextlib.nullcontext() as attachment,
        ):
            proves = way_back.digest(service, exercised=exercised)
            return _recorded(access, service, told, attachment, proves)


def _recorded(access: Access, service: Service, told: Rehearsal, attachment: Attachment | None, proves: str) -> Drill:
    drill = Drill.objects.create(
        service=service,
        **vars(told),
        attachment=attachment,
        way_back_digest=proves,
        recorded_by=access.person,
        recorded_at=clock.now(),
    )
    facts: dict[str, audit.Fact] = {
        "service": service.slug,
        "kind": drill.kind,
        "result": drill.result,
        "minutes": format(drill.minutes.normalize(), "f"),
        "environment": drill.environment.name,
        "from_version": drill.from_version,
        "to_version": drill.to_version,
        "performed_by": str(drill.performed_by.public_id),
        "drill": str(drill.public_id),
    }
    texts = {"name": drill.performed_by.name, "note": drill.note}
    audit.record(access, verbs.DRILL_RECORDED, drill, scope=service.scope, facts=facts, texts=texts)
    return drill


def _tidied(told: Rehearsal) -> Rehearsal:
    words = {name: getattr(told, name).strip() for name in ("from_version", "to_version", "note", "link")}
    return Rehearsal(**{**vars(told), **words})


def _refuse(service: Service, told: Rehearsal, file: "UploadedFile[Any] | None") -> None:
    record = DrillRecord(
        kind=told.kind,
        result=told.result,
        in_production=told.environment.kind == EnvironmentKind.PRODUCTION,
        from_version=told.from_version,
        to_version=told.to_version,
        performed_at=told.performed_at,
        minutes=told.minutes,
        note=told.note,
        link=told.link,
        has_file=file is not None,
    )
    errors = drill_records.refusals(record, clock.now())
    if told.environment.service_id != service.pk:
        errors["environment"] = ["Choose an environment of this service."]
    if told.release is not None and told.release.service_id != service.pk:
        errors["release"] = ["Choose a release of this service."]
    if not ownership.candidates(service).filter(pk=told.performed_by.pk).exists():
        errors["performed_by"] = [f"{told.performed_by.name} cannot see this service. Choose somebody who can."]
    if errors:
        raise DomainError.of(errors)
