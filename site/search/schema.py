"""The fields of the index: text by search field, and columns that searches mask and count.

Knows the models' ``search_fields`` but no object, no database and no searcher.
"""

from collections import Counter
from collections.abc import Iterator

from modelsearch.index import AutocompleteField, RelatedFields, SearchField, get_indexed_models
from modelsearch.utils import get_descendant_models
from whoosh import columns, fields, formats
from whoosh.system import pack_uint

TEXT_PREFIX = "t_"
AUTOCOMPLETE_PREFIX = "a_"

LIVE, RESTRICTED, SAMPLE = 1, 2, 4
"""Bits of the ``flags`` column."""


class TermsField(fields.FieldType):
    """A scored field fed with terms and their frequencies (a ``Counter``), without positions."""

    def __init__(self):
        super().__init__(format=formats.Frequency(), analyzer=None, scorable=True)

    def index(self, value: Counter[str], **kwargs):
        for term, frequency in value.items():
            yield term.encode(), frequency, float(frequency), pack_uint(frequency)


def fixed_fields() -> dict[str, fields.FieldType]:
    """Fields every document has: identity, the columns, and the text that phrases are sought in.

    ``key`` root model and primary key; ``model`` label of the concrete model; ``pk`` as text;
    ``path`` in the page tree; ``kind``; ``year`` (0 for none); ``flags`` bits; ``tags`` joined by
    newlines; ``texts`` {field: plain words}; ``passages`` [(label, text, anchor)].
    """
    return {
        "key": fields.ID(),
        "model": fields.COLUMN(columns.RefBytesColumn()),
        "pk": fields.COLUMN(columns.VarBytesColumn()),
        "path": fields.COLUMN(columns.VarBytesColumn()),
        "kind": fields.COLUMN(columns.RefBytesColumn()),
        "year": fields.COLUMN(columns.NumericColumn("i", default=0)),
        "flags": fields.COLUMN(columns.NumericColumn("B", default=0)),
        "tags": fields.COLUMN(columns.VarBytesColumn()),
        "texts": fields.STORED(),
        "passages": fields.STORED(),
    }


def search_paths(search_fields, kind: type, prefix: str = "") -> Iterator[tuple[str, object]]:
    """Yields (path, field) for every field of one kind, following relations with ``__``."""
    for field in search_fields:
        if isinstance(field, RelatedFields):
            yield from search_paths(field.fields, kind, f"{prefix}{field.field_name}__")
        elif isinstance(field, kind):
            yield prefix + field.field_name, field


def text_fields(model) -> dict[str, float]:
    """Index fields that a search on the model looks into, with their boost.

    A search on a parent finds what its children say, so their fields count; where two models
    boost one field differently the model searched decides, then the highest boost.
    """
    boosts: dict[str, float] = {}
    for child in get_descendant_models(model):
        for path, field in search_paths(getattr(child, "search_fields", ()), SearchField):
            boost = float(field.boost or 1)
            boosts[path] = max(boost, boosts.get(path, 0.0))
    for path, field in search_paths(model.get_search_fields(), SearchField):
        boosts[path] = float(field.boost or 1)
    return {TEXT_PREFIX + path: boost for path, boost in boosts.items()}


def autocomplete_fields(model) -> dict[str, float]:
    """Index fields that completion on the model looks into; all weigh the same."""
    return {
        AUTOCOMPLETE_PREFIX + path: 1.0
        for child in get_descendant_models(model)
        for path, _ in search_paths(getattr(child, "search_fields", ()), AutocompleteField)
    }


def all_fields() -> dict[str, fields.FieldType]:
    """All fields the indexed models of this project need."""
    found = fixed_fields()
    for model in get_indexed_models():
        for prefix, kind in ((TEXT_PREFIX, SearchField), (AUTOCOMPLETE_PREFIX, AutocompleteField)):
            for path, _ in search_paths(model.get_search_fields(), kind):
                found.setdefault(prefix + path, TermsField())
    return found
