"""What is late at some places: the rooms whose steps have days say so, the desk shows it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from wagtail.models import Page


@dataclass(frozen=True)
class Late:
    """One thing: `text` says in a sentence what waits, `days` for how long, `address` where."""

    page: Page
    days: int
    text: str
    address: str


Source = Callable[[Sequence[str] | None, int], Iterable[Late]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """`source(paths, most)` gives what is late below tree paths, or everywhere for None.

    Asked on the admin's first page: a fixed number of queries, no more than `most` looked at.
    """
    if source not in _sources:
        _sources.append(source)


def late(paths: Sequence[str] | None, most: int) -> list[Late]:
    """At most `most`, in the order the sources give them: the most pressing first."""
    found = (one for source in _sources for one in source(paths, most))
    return list(islice(found, most))
