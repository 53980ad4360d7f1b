"""Makes index documents out of model instances.

Reads objects and their relations; writes nothing.
"""

import logging
from collections.abc import Iterable, Sequence

from django.apps import apps
from django.db import DatabaseError
from modelsearch.backends.base import get_model_root
from modelsearch.index import AutocompleteField, RelatedFields, SearchField

from search.analyzer import index_terms
from search.folding import plain_words
from search.schema import AUTOCOMPLETE_PREFIX, ENDED, LIVE, RESTRICTED, SAMPLE, TEXT_PREFIX
from search.signatures import passage_signature
from search.stamps import stamp

logger = logging.getLogger(__name__)


def object_key(model, pk) -> str:
    """Identity of an object in the index; the same for a parent row and its child."""
    return f"{get_model_root(model)._meta.label_lower}:{pk}"


def documents_of(objects: Sequence) -> list[dict]:
    """Index documents for objects of any models, ready for Whoosh's ``add_document``.

    A model may load in bulk what its fields, columns and passages read: the classmethod
    ``prefetch_for_search(objects)`` is called once with all its objects.
    """
    _prefetch(objects)
    restricted = restricted_paths() if any(hasattr(obj, "path") for obj in objects) else ()
    return [_document(obj, restricted) for obj in objects]


def readable_documents(objects: Sequence) -> list[dict]:
    """The same; an object that cannot be read is logged and left out. Raises DatabaseError."""
    try:
        return documents_of(objects)
    except DatabaseError:
        raise
    except Exception:
        if len(objects) == 1:
            logger.exception("%r could not be indexed.", objects[0])
            return []
    middle = len(objects) // 2
    return readable_documents(objects[:middle]) + readable_documents(objects[middle:])


def _prefetch(objects: Sequence) -> None:
    by_model: dict[type, list] = {}
    for obj in objects:
        by_model.setdefault(type(obj), []).append(obj)
    for model, own in by_model.items():
        if hasattr(model, "prefetch_for_search"):
            model.prefetch_for_search(own)


def restricted_paths() -> tuple[str, ...]:
    """Tree paths of the pages under a view restriction; their subtrees are restricted, too."""
    if not apps.is_installed("wagtail"):
        return ()
    from wagtail.models import PageViewRestriction

    return tuple(PageViewRestriction.objects.values_list("page__path", flat=True))


def closed_paths() -> tuple[str, ...]:
    """Tree paths that readers are shown nothing of at this moment, restricted or lapsed."""
    if not apps.is_installed("wagtail"):
        return ()
    from safety.lapsed import closed_paths

    return tuple(sorted(closed_paths()))


def _document(obj, restricted: tuple[str, ...]) -> dict:
    model = type(obj)
    texts = {path: "\n".join(found) for path, found in _texts(obj, SearchField).items()}
    document = {
        "key": object_key(model, obj.pk),
        "model": model._meta.label_lower.encode(),
        "pk": str(obj.pk).encode(),
        "stamp": stamp(obj),
        "texts": {path: plain_words(text) for path, text in texts.items() if text},
    }
    for path, text in texts.items():
        document[TEXT_PREFIX + path] = index_terms(text)
    for path, found in _texts(obj, AutocompleteField).items():
        document[AUTOCOMPLETE_PREFIX + path] = index_terms("\n".join(found), words=False)
    given = obj.search_columns() if hasattr(obj, "search_columns") else {}
    document["passages"] = _passages(obj, given.get("names") or ())
    return document | _columns(obj, given, restricted)


def _passages(obj, names: Iterable[str]) -> list[tuple[str, str, str, str]]:
    """(label, text, anchor, signature) of what a hit can point at.

    The anchor alone is kept: the page's address may change freely.
    """
    given = obj.search_passages() if hasattr(obj, "search_passages") else ()
    return [
        (str(label), str(text), url.partition("#")[2], passage_signature(str(text), names))
        for label, text, url in given
    ]


def _columns(obj, given: dict, restricted: tuple[str, ...]) -> dict:
    """Values of the columns; objects outside the page tree have defaults."""
    path = getattr(obj, "path", "") if hasattr(obj, "live") else ""
    flags = LIVE if getattr(obj, "live", True) else 0
    if path and path.startswith(restricted):
        flags |= RESTRICTED
    if given.get("sample"):
        flags |= SAMPLE
    if not given.get("in_force", True):
        flags |= ENDED
    date = given.get("date")
    tags = dict.fromkeys(str(tag).replace("\n", " ") for tag in given.get("tags") or ())
    return {
        "path": path.encode(),
        "kind": str(given.get("kind") or getattr(obj, "search_kind", "") or "").encode(),
        "year": int(given.get("year") or 0),
        "date": date.toordinal() if date else 0,
        "flags": flags,
        "tags": "\n".join(tags).encode(),
    }


def _texts(obj, kind: type) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    _collect(obj, obj.get_search_fields(), kind, "", found)
    return found


def _collect(obj, search_fields, kind: type, prefix: str, found: dict[str, list[str]]) -> None:
    for field in search_fields:
        if isinstance(field, RelatedFields):
            for related in _related(field.get_value(obj)):
                _collect(related, field.fields, kind, f"{prefix}{field.field_name}__", found)
        elif isinstance(field, kind):
            found.setdefault(prefix + field.field_name, []).extend(_strings(field.get_value(obj)))


def _related(value) -> Iterable:
    if value is None:
        return ()
    return value.all() if hasattr(value, "all") else (value,)


def _strings(value) -> list[str]:
    if value is None:
        return []
    if isinstance(value, (list, tuple, set)):
        return [text for item in value for text in _strings(item)]
    if isinstance(value, dict):
        return [text for item in value.values() for text in _strings(item)]
    return [str(value)]
