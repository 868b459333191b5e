"""Where upper apps join readiness without readiness knowing them."""

import datetime
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from portal.registry import Registry

if TYPE_CHECKING:
    from django.db.models import OuterRef, QuerySet
    from django.db.models.expressions import Combinable

    from portal.permissions import Access
    from readiness.models import ActionItem, Environment, ModelVersion, Release, Service
    from readiness.queries.packs.moments import Moment
    from readiness.rules.gaps import Gap
    from readiness.rules.pack_sections import Section
    from readiness.rules.triggers import Trigger


PackContribution = Callable[["Service", "Moment"], Sequence["Section"]]
"""Chapters 7 to 12 of a service's part: what was on record at the moment, in the blocks of rules/pack_sections.py."""


@dataclass(frozen=True)
class PagePanel:
    """A panel on a service's page: a title and the URL of its fragment, loaded by htmx."""

    title: str
    url: str


@dataclass(frozen=True)
class DocumentList:
    """A kind of document among the tabs of Documents: what it is called, and the name of its list's URL."""

    label: str
    url_name: str
    order: int


@dataclass(frozen=True)
class RuledRow:
    """A row of a catalogue that applies by a rule over a service's traits; points may have rules of their own.

    `reworded`: it reads differently where the model is a third-party API.
    """

    key: str
    title: str
    when: Mapping[str, Any] = field(default_factory=dict)
    points: tuple["RuledRow", ...] = ()
    reworded: bool = False


@dataclass(frozen=True)
class EvidenceDocument:
    """A document of a service as evidence: the revision that stands, its digest, and what it names.

    `seen_on` is the day it was last written or said to be true. While it `is_stale` nothing new may rest on it.
    """

    public_id: uuid.UUID
    title: str
    revision: int
    digest: str
    url: str
    seen_on: datetime.date
    is_stale: bool = False
    model_version: "ModelVersion | None" = None


@dataclass(frozen=True)
class WayBackPart:
    """What going back depends on beside a service's own facts: as a digest, "" where there is nothing.

    `at` reads it as it is (None) or was at a moment. `row` is the same as it is to be read along in another statement,
    given the reference to the service there; `of_row` makes the digest of what that gave.
    """

    at: Callable[["Service", datetime.datetime | None], str]
    row: Callable[["OuterRef"], "Combinable"]
    of_row: Callable[[Any], str]


@dataclass(frozen=True)
class GapSource:
    """What an upper app misses in services at a moment, such as an alert without a runbook; each key once a service.

    `of_services` reads as many statements for a thousand services as for one. `heaviest` is the most that one of its
    gaps weighs at its oldest, before the tier (`rules.gaps.at_its_oldest`): where that is too little nobody asks.
    """

    of_services: Callable[["QuerySet[Service]", datetime.datetime], Iterable[tuple["Service", "Gap"]]]
    heaviest: int


evidence_kinds: Registry[Callable[["Service"], Sequence[EvidenceDocument]]] = Registry("evidence kinds")
"""By kind, such as “Model card”: the documents of a service that may prove an item; a sign-off freezes the revision."""


@dataclass(frozen=True)
class NamedIncident:
    """An incident as a release names it: the words that name it from its service, its title and its page.

    Title and page are empty where not everybody who sees the service may see the incident.
    """

    name: str
    title: str
    url: str


@dataclass(frozen=True)
class OpenIncidents:
    """How many incidents of a service are open, and the severity of the worst (1 is the worst; None: none is open)."""

    number: int = 0
    worst: int | None = None


@dataclass(frozen=True)
class IncidentSource:
    """Whoever watches incidents: which ones a release of a service may name as what it fixes, and which one it names.

    `offered` are those that the person may see; `named` is None where the text names none that touches the service.
    `open_in` counts, by the keys of services, those that everybody who sees the service may see, in one statement; one
    without is left out. Change what it gives within a transaction that refreshes the service's status. `hanging_on`
    are the keys of services whose count changes with who may see these. `url` leads to the open ones of one.
    """

    offered: Callable[["Access", "Service"], Sequence[NamedIncident]]
    named: Callable[["Service", str], NamedIncident | None]
    open_in: Callable[[Collection[int]], Mapping[int, OpenIncidents]]
    hanging_on: Callable[[Collection[int]], Collection[int]]
    url: Callable[["Service"], str]


incident_sources: Registry[IncidentSource] = Registry("incident sources")
"""With none the incident that a release fixes is words; with one it is a link, and a name nobody knows is refused.

With one, too, the status row counts what is open; with none nothing is said of incidents (queries/open_incidents.py).
"""

LaunchGate = Callable[["Release", Sequence["Environment"], datetime.datetime], Mapping[int, Sequence["Trigger"]]]
"""Asked once for several environments of a release: what it says to each at this moment, by the key of each."""
launch_gates: Registry[LaunchGate] = Registry("launch gates")
gap_sources: Registry[GapSource] = Registry("gap sources")
action_item_holds: Registry[Callable[["ActionItem", Mapping[str, Any]], str]] = Registry("holds on action items")
"""By origin (choices.ActionOrigin): why an item from there may not be changed to these fields, so that what it comes
from and the item never say two things; empty when it may. An app whose things open items joins here."""
pack_sections: Registry[PackContribution] = Registry("pack sections")
page_panels: Registry[Callable[["Service"], PagePanel | None]] = Registry("page panels")
document_lists: Registry[DocumentList] = Registry("document lists")
document_panels: Registry[Callable[["Service"], PagePanel]] = Registry("document panels")
"""What else stands on the Documents tab of a service, below its own documents: its runbooks."""
way_back_parts: Registry[WayBackPart] = Registry("parts of the way back")
"""By name, such as “runbook”. Change what one gives within `actions.way_back.changing`."""
ruled_rows: Registry[Callable[[], Sequence[RuledRow]]] = Registry("ruled rows")
"""By title, such as “Playbooks”: rows of an upper app's catalogue that apply by the same rules."""
