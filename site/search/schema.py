"""The fields of the index: text by search field, and columns that searches mask and count.

Knows the models' ``search_fields`` but no object, no database and no searcher.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from modelsearch.index import AutocompleteField, RelatedFields, SearchField, get_indexed_models
from modelsearch.utils import get_descendant_models
from whoosh import columns, fields, formats

TEXT_PREFIX = "t_"
AUTOCOMPLETE_PREFIX = "a_"

LIVE, RESTRICTED, SAMPLE, ENDED = 1, 2, 4, 8
"""Bits of the ``flags`` column."""

FORMAT_VERSION = 1
"""Raised when an index made before can no longer be read, or its documents carry too little."""


class TermsField(fields.FieldType):
    """A scored field fed with terms and their frequencies (a ``Counter``), without positions."""

    def __init__(self):
        super().__init__(format=formats.Existence(), analyzer=None, scorable=True)

    def index(self, value: Counter[str], **kwargs):
        for term, frequency in value.items():
            yield term.encode(), frequency, float(frequency), b""


class KeysField(fields.FieldType):
    """An unscored field fed with a list of exact terms."""

    def __init__(self):
        super().__init__(format=formats.Existence(), analyzer=None, scorable=False)

    def index(self, value: Iterable[str], **kwargs):
        for term in dict.fromkeys(value):
            yield term.encode(), 1, 1.0, b""


PATH_LENGTH = 32
"""Bytes of a tree path that the index keeps: eight levels."""


def fixed_fields() -> dict[str, fields.FieldType]:
    """Fields every document has: identity, the columns, and the text that phrases are sought in.

    ``key`` root model and primary key; ``same`` signatures of the passages; ``model`` label of the
    concrete model; ``pk`` as text, ``number`` the same where it is a whole number (else -1);
    ``path`` in the page tree and the paths of the ``county``, ``township``, ``village`` and
    ``group`` on it; ``kind``; ``year`` (0 for none); ``date`` as ordinal (0 for none); ``stamp``
    of the last change (see ``stamps``); ``flags`` bits; ``tags`` joined by newlines; ``texts``
    plain words by field (see ``layout``);
    ``passages`` [(label, text, anchor, signature)].
    """
    names = fields.COLUMN(columns.RefBytesColumn())
    return {
        "key": KeysField(),
        "same": KeysField(),
        "model": names,
        "pk": fields.COLUMN(columns.VarBytesColumn()),
        "number": fields.COLUMN(columns.NumericColumn("q", default=-1)),
        "path": fields.COLUMN(columns.FixedBytesColumn(PATH_LENGTH)),
        "county": names,
        "township": names,
        "village": names,
        "group": names,
        "kind": names,
        "year": fields.COLUMN(columns.NumericColumn("i", default=0)),
        "date": fields.COLUMN(columns.NumericColumn("i", default=0)),
        "stamp": fields.COLUMN(columns.NumericColumn("I", default=0)),
        "flags": fields.COLUMN(columns.NumericColumn("B", default=0)),
        "tags": names,
        "texts": fields.COLUMN(columns.VarBytesColumn()),
        "passages": fields.COLUMN(columns.PickleColumn(columns.CompressedBytesColumn())),
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
