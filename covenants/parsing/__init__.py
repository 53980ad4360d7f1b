"""From a Word file, a text file or a pasted text to chapters, articles and items.

Free of Django. Reading (`readers`) yields lines, `structure` places them; `documents` takes a file
of several texts apart, `writing` puts parsed rules down as text again. No non-blank character of a
source is ever dropped: what cannot be placed is kept in `ParsedRules.unplaced`.
"""

from .document import (
    Adoption,
    Article,
    Chapter,
    Item,
    ParsedRules,
    ParseWarning,
    SourceLine,
    Unplaced,
)
from .documents import split_documents
from .readers import ReadError, parse_file, read_lines
from .structure import parse_lines, parse_text, split_lines
from .writing import write_text

__all__ = [
    "Adoption",
    "Article",
    "Chapter",
    "Item",
    "ParseWarning",
    "ParsedRules",
    "ReadError",
    "SourceLine",
    "Unplaced",
    "parse_file",
    "parse_lines",
    "parse_text",
    "read_lines",
    "split_documents",
    "split_lines",
    "write_text",
]
