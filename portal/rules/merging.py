"""Two people's changes to one thing, begun from the same words, brought together key by key. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Said = Mapping[str, Any]
"""By key what somebody says; a key that is not there says None."""


@dataclass(frozen=True)
class Merged:
    """What both give together, key by key. `theirs`: only the others changed it. `clashes`: both did, otherwise.

    In `content` a clash stands as mine: to keep it is then a choice, for whoever is shown both.
    """

    content: Said
    theirs: tuple[str, ...]
    clashes: tuple[str, ...]


def merged(*, base: Said, standing: Said, mine: Said) -> Merged:
    """What I say, begun from `base`, laid over what stands now. Its keys are mine; what I left alone stays theirs."""
    ours = {key for key in mine if mine[key] != base.get(key)}
    moved = [key for key in mine if standing.get(key) != base.get(key)]
    return Merged(
        content={key: mine[key] if key in ours else standing.get(key) for key in mine},
        theirs=tuple(key for key in moved if key not in ours),
        clashes=tuple(key for key in moved if key in ours and mine[key] != standing.get(key)),
    )
