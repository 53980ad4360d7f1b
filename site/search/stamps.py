"""A number that changes when the database row behind a document does; all rows are soon compared.

Made of the root model's own columns among its search fields, so that one query over one table
tells which documents are out of date. Text kept elsewhere is the deep check's business.
"""

import zlib
from collections.abc import Iterable
from functools import cache

from modelsearch.backends.base import get_model_root


@cache
def stamp_fields(root) -> tuple[str, ...]:
    """Names of a root model's own columns that its search fields name, relations left out."""
    own = {field.name for field in root._meta.concrete_fields if not field.is_relation}
    named = {field.field_name for field in getattr(root, "search_fields", ())}
    return tuple(sorted(own & named))


def stamp(obj) -> int:
    """32 bits standing for the object's row, as it was read from the database."""
    return stamp_of(getattr(obj, name) for name in stamp_fields(get_model_root(type(obj))))


def stamp_of(values: Iterable) -> int:
    """The stamp of column values in the order of ``stamp_fields``."""
    return zlib.crc32("\x1f".join(map(str, values)).encode("utf-8", "surrogatepass"))
