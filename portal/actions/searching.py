"""Keeping what can be found: it follows the record (docs/adr/0011).

Every change has an event, so whoever reads on from the last event that was followed has missed nothing: not after a
crash, not in a bulk load, not in an app that forgot. Entries are made of rows alone; making them again loses nothing.
"""

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import TypeVar

from django.db import DatabaseError, models, transaction

from portal import full_text
from portal.extension_points import SearchSource, SearchText, search_sources
from portal.models import AuditEvent, AuditHead, SearchEntry, SearchMark
from portal.rules import searching

T = TypeVar("T")
logger = logging.getLogger(__name__)

STEP = 500
"""Events followed, and rows read, in one transaction."""
AT_ONCE = 5_000
"""Events that a search follows before it answers. What is further behind is left to the next tick."""
TOO_FAR = 20_000
"""Events behind which all is made again: cheaper than following each."""


def freshen() -> None:
    """Follows what happened since the last search, so that what was just saved is found.

    A search never fails for it: it finds what was followed so far, and the next tick follows the rest.
    """
    try:
        behind = _behind()
        if 0 < behind <= AT_ONCE:
            _follow_all()
    except DatabaseError:
        logger.warning("The search could not follow the record; it answers as of the last tick.", exc_info=True)


def follow() -> int:
    """Follows the record to its end; how many events that were. Twice does nothing."""
    behind = _behind()
    if behind > TOO_FAR:
        rebuild()
    else:
        _follow_all()
    return behind


def rebuild() -> int:
    """Makes every entry again from the rows, while others go on working; how many there are."""
    head = _head()
    kept = sum(_rebuild_kind(kind, source) for kind, source in search_sources.items())
    with transaction.atomic():
        _forget(SearchEntry.objects.exclude(kind__in=[kind for kind, _ in search_sources.items()]))
        mark = _mark()
        mark.number = max(mark.number, head)
        mark.save()
    return kept


def _head() -> int:
    return AuditHead.objects.values_list("number", flat=True).get(pk=1)


def _behind() -> int:
    """How many events were not followed: one statement."""
    followed = SearchMark.objects.filter(pk=1).values("number")
    head, mark = AuditHead.objects.filter(pk=1).values_list("number", models.Subquery(followed)).get()
    return int(head) - int(mark or 0)


def _mark() -> SearchMark:
    """The one mark, held until the transaction ends: nobody writes an older state over a newer one."""
    SearchMark.objects.get_or_create(pk=1)
    return SearchMark.objects.select_for_update().get(pk=1)


def _follow_all() -> None:
    while _follow_step():
        pass


def _follow_step() -> bool:
    """Follows some events; whether there may be more."""
    with transaction.atomic():
        mark = _mark()
        since = AuditEvent.objects.filter(number__gt=mark.number).order_by("number")
        events = list(since.values_list("number", "target_kind", "target_id")[:STEP])
        if not events:
            return False
        touched: dict[str, set[str]] = {}
        for _, kind, key in events:
            touched.setdefault(kind, set()).add(key)
        for kind, source in search_sources.items():
            _follow_kind(kind, source, touched)
        mark.number = events[-1][0]
        mark.save()
    return len(events) == STEP


def _follow_kind(kind: str, source: SearchSource, touched: Mapping[str, Collection[str]]) -> None:
    """Reads again what the targets of events touch of one kind."""
    lookups: dict[str, str | None] = {_target(source): _name(source), **source.touched_by}
    for target, lookup in lookups.items():
        if target not in touched:
            continue
        rows = source.model._default_manager.all()
        if lookup is not None:
            rows = rows.filter(**{f"{lookup}__in": list(touched[target])})
        keys = {str(key) for key in rows.values_list(_name(source), flat=True)}
        _put(kind, source, keys)


def _rebuild_kind(kind: str, source: SearchSource) -> int:
    name = _name(source)
    keys = [str(key) for key in source.model._default_manager.order_by("pk").values_list(name, flat=True)]
    kept = 0
    for part in _slices(keys):
        with transaction.atomic():
            _mark()
            kept += _put(kind, source, part)
    standing = set(keys)
    gone = [key for key in _keys_of(kind) if key not in standing]
    for part in _slices(gone):
        with transaction.atomic():
            _forget(SearchEntry.objects.filter(kind=kind, key__in=part))
    return kept


def _put(kind: str, source: SearchSource, keys: Collection[str]) -> int:
    """Writes what the things with these names say; how many do. Of those that say nothing any more, nothing stays."""
    kept = 0
    for part in _slices(keys):
        rows = source.model._default_manager.filter(**{f"{_name(source)}__in": part})
        said = {text.key: text for text in source.texts(rows) if text.title or text.body}
        _forget(SearchEntry.objects.filter(kind=kind, key__in=[key for key in part if key not in said]))
        _write(kind, list(said.values()))
        kept += len(said)
    return kept


def _write(kind: str, said: list[SearchText]) -> None:
    entries = [
        SearchEntry(
            kind=kind,
            key=text.key,
            scope_id=text.scope_id,
            title=_without_nul(text.title)[:300],
            body=_without_nul(text.body)[: searching.LONGEST_BODY],
            address=text.address,
            changed_at=text.changed_at,
        )
        for text in said
    ]
    SearchEntry.objects.bulk_create(
        entries,
        update_conflicts=True,
        unique_fields=["kind", "key"],
        update_fields=["scope", "title", "body", "address", "changed_at"],
    )
    keys = dict(SearchEntry.objects.filter(kind=kind, key__in=[text.key for text in said]).values_list("key", "pk"))
    full_text.here().write(
        (keys[one.key], searching.searchable(one.title), searching.searchable(one.body)) for one in entries
    )


def _forget(entries: models.QuerySet[SearchEntry]) -> None:
    keys = list(entries.values_list("pk", flat=True))
    for part in _slices(keys):
        full_text.here().remove(part)
        SearchEntry.objects.filter(pk__in=part).delete()


def _keys_of(kind: str) -> list[str]:
    return list(SearchEntry.objects.filter(kind=kind).values_list("key", flat=True))


def _target(source: SearchSource) -> str:
    return source.model._meta.model_name or ""


def _name(source: SearchSource) -> str:
    """The field by which the record knows such a row: its public id, or its key where it has none."""
    return "public_id" if hasattr(source.model, "public_id") else "pk"


def _without_nul(text: str) -> str:
    return text.replace("\x00", " ")


def _slices(found: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(found)
    while part := list(islice(rest, STEP)):
        yield part
