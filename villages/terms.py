"""The explained words in force, read from their table once a minute at most, compiled once."""

from django.core.cache import cache
from django.db.models.signals import post_delete, post_save

from villages.glossary import Glossary
from villages.models import Term

CACHE_KEY = "villages.terms"
CACHE_SECONDS = 60

_compiled: dict[tuple, Glossary] = {}


def current() -> Glossary:
    """The words that reading pages explain now."""
    rows = cache.get(CACHE_KEY)
    if rows is None:
        rows = tuple(
            (term.pk, term.word, term.explanation, tuple(term.spellings()))
            for term in Term.objects.filter(active=True)
        )
        cache.set(CACHE_KEY, rows, CACHE_SECONDS)
    if rows not in _compiled:
        _compiled.clear()
        _compiled[rows] = Glossary(rows)
    return _compiled[rows]


def connect() -> None:
    """Forget the cached words whenever one is saved or deleted."""
    for signal in (post_save, post_delete):
        signal.connect(_forget, sender=Term, dispatch_uid="villages.terms")


def _forget(**kwargs) -> None:
    cache.delete(CACHE_KEY)
