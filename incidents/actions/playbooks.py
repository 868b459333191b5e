"""Loading the alert playbooks of the catalogue, by key; loading twice changes nothing."""

from dataclasses import dataclass

from django.db import transaction

from incidents import verbs
from incidents.catalogue import loader, schema
from incidents.models import AlertPlaybook
from portal import audit, catalogue
from portal.permissions import Access


@dataclass(frozen=True)
class Loaded:
    """The keys of the playbooks that a load changed."""

    playbooks: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.playbooks)

    def __str__(self) -> str:
        return f"Alert playbooks: {', '.join(self.playbooks)}." if self else "The alert playbooks are up to date."


def load(access: Access | None = None) -> Loaded:
    """Loads the playbooks in one transaction, and records one event when something changed.

    Called by `load_catalogue`, so the portal itself acts unless `access` says who. Raises CatalogueError for a file
    that cannot be read.
    """
    with transaction.atomic():
        rows = [_take_over(position, row) for position, row in enumerate(loader.playbooks())]
        changed = [row for row in rows if row]
        loaded = Loaded(tuple(row.key for row in changed))
        if changed:
            digest = catalogue.digest(loader.alert_playbooks())
            facts: dict[str, audit.Fact] = {"playbooks": list(loaded.playbooks), "digest": digest}
            audit.record(access, verbs.PLAYBOOKS_LOADED, changed[0], facts=facts)
    return loaded


def _take_over(position: int, row: schema.AlertPlaybook) -> AlertPlaybook | None:
    """The row as saved, or None where it stood like that already."""
    values: dict[str, str | int] = {"title": row.title, "position": position}
    values |= {"content": catalogue.content(row), "digest": catalogue.digest(row)}
    standing = AlertPlaybook.objects.filter(key=row.key).first() or AlertPlaybook(key=row.key)
    if standing.pk and all(getattr(standing, name) == value for name, value in values.items()):
        return None
    for name, value in values.items():
        setattr(standing, name, value)
    standing.save()
    return standing
