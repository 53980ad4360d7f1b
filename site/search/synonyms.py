"""The synonyms in force, read from their table once a minute at most.

Where the search app has no tables (the contract suites) there are none.
"""

from django.apps import apps
from django.core.cache import cache
from django.db.models.signals import post_delete, post_save

from search.analyzer import NO_SYNONYMS, Synonyms

CACHE_KEY = "search.synonyms"
CACHE_SECONDS = 60

_compiled: dict[tuple, Synonyms] = {}


def groups() -> tuple[tuple[str, ...], ...]:
    """The groups of words as the administrators wrote them."""
    if not apps.is_installed("search"):
        return ()
    found = cache.get(CACHE_KEY)
    if found is None:
        found = _read()
        cache.set(CACHE_KEY, found, CACHE_SECONDS)
    return found


def current() -> Synonyms:
    """The synonyms that queries use now."""
    return _compile(groups())


def _compile(groups: tuple[tuple[str, ...], ...]) -> Synonyms:
    if not groups:
        return NO_SYNONYMS
    if groups not in _compiled:
        _compiled.clear()
        _compiled[groups] = Synonyms(groups)
    return _compiled[groups]


def _read() -> tuple[tuple[str, ...], ...]:
    from search.models import Synonym

    return tuple(tuple(group.members()) for group in Synonym.objects.all())


def connect() -> None:
    """Forgets the cached synonyms whenever one is saved or deleted."""
    from search.models import Synonym

    for signal in (post_save, post_delete):
        signal.connect(_forget, sender=Synonym, dispatch_uid="search.synonyms")


def _forget(**kwargs) -> None:
    cache.delete(CACHE_KEY)
