"""Registry: named contributions that one app offers another without either importing upwards."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Holds contributions by name, in the order they came. A name may be taken once."""

    def __init__(self, purpose: str) -> None:
        self.purpose = purpose
        self._entries: dict[str, T] = {}

    def add(self, name: str, contribution: T) -> T:
        """Adds a contribution under `name`; raises ValueError when the name is taken."""
        if name in self._entries:
            raise ValueError(f"{self.purpose}: “{name}” is registered twice.")
        self._entries[name] = contribution
        return contribution

    def register(self, name: str) -> Callable[[T], T]:
        """The same as a decorator."""
        return lambda contribution: self.add(name, contribution)

    @contextmanager
    def holding(self, name: str, contribution: T) -> Iterator[None]:
        """Within this block `name` gives this contribution, taken or not; after it all is as it was. For trials."""
        before = dict(self._entries)
        self._entries[name] = contribution
        try:
            yield
        finally:
            self._entries = before

    def __getitem__(self, name: str) -> T:
        return self._entries[name]

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[T]:
        return iter(self._entries.values())

    def items(self) -> Iterator[tuple[str, T]]:
        """Name and contribution, in order of registration."""
        return iter(self._entries.items())
