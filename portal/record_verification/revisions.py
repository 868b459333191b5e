"""Revisions: each is what its digest says, hangs on its event, and none is missing."""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Count, F, Max, Min, OuterRef, Q, Subquery

from portal.models.revisions import AbstractRevision
from portal.record_verification.findings import Problem, Tally, facts_of

SLICE = 500
"""Revisions read at a time; each may be some kilobytes."""


def problems(tally: Tally) -> Iterator[Problem]:
    """Everything that is wrong with any kind of revision, kind by kind."""
    for kind in kinds():
        for row in _rows(kind):
            tally.revisions += 1
            yield from _revision(kind, row)
        yield from _gaps(kind)
        yield from _heads(kind)


def kinds() -> list[type[AbstractRevision]]:
    """Every concrete kind of revision, by name of its table."""
    found = [model for model in apps.get_models() if issubclass(model, AbstractRevision)]
    return sorted(found, key=lambda model: model._meta.db_table)


def _rows(kind: type[AbstractRevision]) -> Iterator[dict[str, Any]]:
    subject = _subject(kind)
    named = {field.name for field in subject._meta.concrete_fields}
    identifier = "subject__public_id" if "public_id" in named else "subject_id"
    of_event = {"body": F("event__body"), "actor": F("event__actor_id")}
    queryset = _all(kind).order_by("pk").annotate(known_as=F(identifier), **of_event)
    columns = ("pk", "number", "content", "digest", "author_id", "event_id", "known_as", *of_event)
    last = 0
    while rows := list(queryset.filter(pk__gt=last).values(*columns)[:SLICE]):
        yield from rows
        last = rows[-1]["pk"]


def _revision(kind: type[AbstractRevision], row: dict[str, Any]) -> Iterator[Problem]:
    name = f"{kind._meta.verbose_name} {row['number']} of {row['known_as']}"
    if hashlib.sha256(row["content"].encode()).hexdigest() != row["digest"]:
        yield Problem(row["event_id"], f"the {name} is not what its digest says.")
    if row["author_id"] != row["actor"]:
        yield Problem(row["event_id"], f"the {name} names another author than its event.")
    facts = facts_of(row["body"])
    other = "revision" in facts and facts.get("digest", row["digest"]) != row["digest"]
    listed = "digests" in facts and row["digest"] not in facts["digests"]
    if listed or (other and not _is_kept(row["event_id"], facts["digest"])):
        yield Problem(row["event_id"], f"the {name} has another digest than its event names.")


def _is_kept(event: int, digest: str) -> bool:
    """Whether another revision of the same event has this digest: registering writes a service's and its targets'."""
    return any(_all(kind).filter(event_id=event, digest=digest).exists() for kind in kinds())


def _gaps(kind: type[AbstractRevision]) -> Iterator[Problem]:
    counted = _all(kind).values("subject_id").order_by("subject_id")
    counted = counted.annotate(first=Min("number"), last=Max("number"), found=Count("pk"), event=Max("event_id"))
    for row in counted.exclude(first=1, found=F("last")).iterator(SLICE):
        yield Problem(row["event"], f"of {row['last']} {kind._meta.verbose_name_plural} only {row['found']} are there.")


def _heads(kind: type[AbstractRevision]) -> Iterator[Problem]:
    """Each subject counts its revisions and holds the digest of the newest."""
    newest = _all(kind).filter(subject_id=OuterRef("pk")).order_by("-number")
    subjects: models.QuerySet[Any] = _subject(kind)._default_manager.annotate(
        newest=Subquery(newest.values("number")[:1]),
        kept=Subquery(newest.values("digest")[:1]),
        event=Subquery(newest.values("event_id")[:1]),
    )
    holds = Q(revision=F("newest"), content_digest=F("kept")) | Q(revision=0, newest__isnull=True)
    for row in subjects.exclude(holds).values("pk", "event").iterator(SLICE):
        name = f"{_subject(kind)._meta.verbose_name} {row['pk']}"
        yield Problem(row["event"] or 0, f"the {name} does not stand at its newest revision.")


def _all(kind: type[AbstractRevision]) -> "models.QuerySet[Any]":
    return kind._default_manager.all()


def _subject(kind: type[Any]) -> type[models.Model]:
    subject: type[models.Model] = kind.subject.field.related_model
    return subject
