"""The synonyms in force, read from their table once a minute at most.

Where the search app has no tables (the contract suites) there are none.
"""

from django.apps import apps
from django.core.cache import cache
from django.db.models.signals import post_delete, post_save

from search.word_groups import NO_SYNONYMS, Synonyms

CACHE_KEY = "search.synonym-groups"
CACHE_SECONDS = 60

_compiled: dict[tuple, Synonyms] = {}


Groups = tuple[tuple[str, ...], ...]


def groups() -> Groups:
    """The groups of words of one meaning as the administrators wrote them."""
    return _both()[0]


def current() -> Synonyms:
    """The synonyms that queries use now."""
    return _compile(_both())


def _both() -> tuple[Groups, Groups]:
    """(words of one meaning, words that go together)."""
    if not apps.is_installed("search"):
        return (), ()
    found = cache.get(CACHE_KEY)
    if found is None:
        found = _read()
        cache.set(CACHE_KEY, found, CACHE_SECONDS)
    return found


def _compile(both: tuple[Groups, Groups]) -> Synonyms:
    if not any(both):
        return NO_SYNONYMS
    if both not in _compiled:
        _compiled.clear()
        _compiled[both] = Synonyms(*both)
    return _compiled[both]


def _read() -> tuple[Groups, Groups]:
    from search.models import Synonym

    same, related = [], []
    for group in Synonym.objects.all():
        (related if group.related else same).append(tuple(group.members()))
    return tuple(same), tuple(related)


def connect() -> None:
    """Forgets the cached synonyms whenever one is saved or deleted."""
    from search.models import Synonym

    for signal in (post_save, post_delete):
        signal.connect(_forget, sender=Synonym, dispatch_uid="search.synonyms")


def _forget(**kwargs) -> None:
    cache.delete(CACHE_KEY)
