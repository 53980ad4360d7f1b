"""The rules of the legality hints that hold in a county, read from their rows."""

import logging
from functools import cache

from covenants.legality import Book, BookFault, Ground, Rule, version_of
from covenants.models.hint import HintBook, HintGround, HintRule, HintWords
from villages.models.public import COUNTY

logger = logging.getLogger(__name__)

_KEPT = 32
_WORD_FIELDS = ("patterns", "unless", "ignored", "dropped_by", "lowered_by")
_TEXT_FIELDS = ("explanation", "suggestion")
_GROUND_FIELDS = ("law", "article", "version", "valid_from", "valid_until", "verified")
_books: dict[str, Book] = {}
_latest: tuple[tuple, "_Shelf"] | None = None


class Library:
    """The rows as they stand now; gives the book of any place. Three queries, made at once.

    The rows are read as plain values; only where one of them changed are they made rules again.
    """

    def __init__(self):
        global _latest
        values = _values()
        if _latest is None or _latest[0] != values:
            _latest = values, _Shelf()
        self._shelf = _latest[1]

    @property
    def counties(self) -> list[str]:
        """The paths of the counties with rules of their own."""
        return self._shelf.counties

    def book_for(self, path: str = "") -> Book:
        """The book that holds for a page at a tree path (empty: the prefecture's)."""
        return self._shelf.book_for(path)


def _values() -> tuple:
    """All that books are made of, as the database has it now."""
    return tuple(list(rows.all()) for rows in _rows_of_books())


@cache
def _rows_of_books() -> tuple:
    """The queries behind `_values`, put together once: that costs more than to ask them."""
    return (
        HintRule.objects.order_by("pk").values_list(*_columns(HintRule), "county__path"),
        HintGround.objects.order_by("pk").values_list(*_columns(HintGround)),
        HintWords.objects.order_by("pk").values_list("name", "words"),
    )


def _columns(model) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


class _Shelf:
    """The books of one state of the rows."""

    def __init__(self):
        self._lists = dict(HintWords.objects.values_list("name", "words"))
        rows = HintRule.objects.select_related("county", "replaces").prefetch_related("grounds")
        self._rows = list(rows)
        self.counties = sorted({row.county.path for row in self._rows if row.county_id})
        self._of_county: dict[str, Book] = {}

    def book_for(self, path: str) -> Book:
        county = path[:COUNTY] if path[:COUNTY] in self.counties else ""
        if county not in self._of_county:
            self._of_county[county] = _known(self._made(county))
        return self._of_county[county]

    def _made(self, county: str) -> Book:
        own = [row for row in self._rows if row.county_id and row.county.path == county]
        replaced = {row.replaces_id: row for row in own if row.replaces_id}
        chosen = [replaced.get(row.pk, row) for row in self._rows if not row.county_id]
        chosen += [row for row in own if not row.replaces_id]
        return Book(tuple(rule_of(row) for row in chosen if row.active), self._lists)


def book_for(path: str = "") -> Book:
    """The book that holds at a tree path, read afresh."""
    return Library().book_for(path)


def rule_of(row: HintRule) -> Rule:
    """A row as the engine's rule; one that stands in for another keeps its key."""
    grounds = tuple(
        Ground(**{name: getattr(ground, name) for name in _GROUND_FIELDS})
        for ground in row.grounds.all()
    )
    fields = {name: getattr(row, name) for name in (*_WORD_FIELDS, *_TEXT_FIELDS)}
    key = row.replaces.key if row.replaces_id else row.key
    return Rule(key=key, name=row.name, level=row.level, grounds=grounds, **fields)


def stored(book: Book) -> int:
    """The key of the row that keeps this version; made when it is met for the first time."""
    known = HintBook.objects.filter(version=book.version).values_list("pk", flat=True)
    if found := list(known):
        return found[0]
    row, _new = HintBook.objects.get_or_create(
        version=book.version, defaults={"data": book.as_data()}
    )
    return row.pk


def _known(book: Book) -> Book:
    """The same book as before where nothing changed, so that it need not be made ready again."""
    version = version_of(book)
    if version in _books:
        return _books[version]
    usable = tuple(rule for rule in book.rules if _usable(rule, book.lists))
    made = book if len(usable) == len(book.rules) else Book(usable, book.lists)
    while len(_books) >= _KEPT:
        _books.pop(next(iter(_books)), None)
    return _books.setdefault(version, made)


def _usable(rule: Rule, lists) -> bool:
    """Forms refuse what cannot be used; a row that came another way is left out and logged."""
    if fault := fault_of(rule, lists):
        logger.error("A rule of the legality hints cannot be used.", exc_info=fault)
    return not fault


def fault_of(rule: Rule, lists: dict[str, str]) -> BookFault | None:
    """Why a rule cannot be used with these lists of words ({name: words}), if it cannot."""
    try:
        Book((rule,), lists).check()
    except BookFault as fault:
        return fault
    return None
