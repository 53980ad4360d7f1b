"""What the rooms hold of a page beside the page's own rows. Filled when the site starts.

Rows that Django deletes with the page (foreign keys that cascade) need nothing here. A test looks
at every model that knows pages and asks for one of the three: a cascade, a purger that `covers`
it, or a word that it holds none of a page's words (`holds_no_words`).
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.core.files.storage import DEFAULT_STORAGE_ALIAS, storages
from django.db import models

File = tuple[str, str]
"""(alias in STORAGES, name)."""


class NotYet(Exception):
    """Something outside the database cannot be erased now; it is tried again."""


@dataclass
class Purged:
    """What a purger took out of the database, and the files that are to be deleted afterwards.

    `counts`: {kind: number}.
    """

    counts: dict[str, int] = field(default_factory=dict)
    files: list[File] = field(default_factory=list)

    def add(self, kind: str, number: int) -> None:
        if number:
            self.counts[kind] = self.counts.get(kind, 0) + number

    def take(self, other: "Purged") -> None:
        for kind, number in other.counts.items():
            self.add(kind, number)
        self.files += other.files


Purger = Callable[[list], Purged]
Eraser = Callable[[bool], None]

WITHDRAWN, COPIES, DELETED = "withdrawn", "copies", "deleted"
"""Occasions: the page is withdrawn; it stays without its copies; it is deleted as usual."""

_left_alone: ContextVar[bool] = ContextVar("left_alone", default=False)
_purgers: list[tuple[int, Purger, frozenset[str]]] = []
_file_digests: list[Callable[[list], Iterable[str]]] = []
_erasers: list[Eraser] = []
_covered: set[str] = set()
_wordless: dict[str, str] = {}
_stored: list[tuple[str, Callable[[], Iterable[str]]]] = []


def register_purger(
    purge: Purger,
    covers: Iterable[str] = (),
    *,
    order: int = 100,
    occasions: Iterable[str] = (WITHDRAWN, COPIES, DELETED),
) -> None:
    """`purge(pages)` takes the pages' words, or what leads to them, out of the database.

    Called in the transaction, before the pages are deleted, lowest `order` first. `covers`: labels
    of models (`app.Model`).
    """
    _purgers.append((order, purge, frozenset(occasions)))
    _purgers.sort(key=lambda one: one[0])
    _covered.update(label.lower() for label in covers)


def register_file_digests(digests: Callable[[list], Iterable[str]]) -> None:
    """`digests(pages)` gives the SHA-256 of the files that the pages were made from."""
    _file_digests.append(digests)


def file_digests(pages: list) -> set[str]:
    return {digest for digests in _file_digests for digest in digests(pages)}


def register_eraser(erase: Eraser) -> None:
    """`erase(thorough)` is called after the commit, perhaps several times; raises NotYet.

    Not `thorough`: a person waits, only what takes an instant.
    """
    _erasers.append(erase)


def holds_no_words(label: str, why: str) -> None:
    """A model that knows pages and keeps none of their words; `why` in English."""
    _wordless[label.lower()] = why


def register_stored(alias: str, prefixes: Iterable[str]) -> None:
    """Folders of a storage in which a file that no row refers to is swept away."""
    _stored.append((alias, tuple(prefixes)))


@contextmanager
def left_alone() -> Iterator[None]:
    """For code that deletes pages or media and takes care of what they leave by itself."""
    token = _left_alone.set(True)
    try:
        yield
    finally:
        _left_alone.reset(token)


def is_left_alone() -> bool:
    return _left_alone.get()


def files_of(row) -> list[File]:
    """The files a row keeps, in whichever storage."""
    found = []
    for column in row._meta.concrete_fields:
        if isinstance(column, models.FileField) and (file := getattr(row, column.name)):
            found.append((_alias_of(column.storage), file.name))
    return found


def _alias_of(storage) -> str:
    for alias in storages.backends:
        if storages[alias] is storage:
            return alias
    return DEFAULT_STORAGE_ALIAS


def purge_all(pages: list, *, occasion: str = WITHDRAWN) -> Purged:
    done = Purged()
    for _order, purge, occasions in _purgers:
        if occasion in occasions:
            done.take(purge(pages))
    return done


def erasers() -> list[Eraser]:
    return list(_erasers)


def swept_folders() -> list[tuple[str, tuple[str, ...]]]:
    return list(_stored)


def is_accounted_for(model: type[models.Model]) -> bool:
    label = model._meta.label_lower
    return label in _covered or label in _wordless
