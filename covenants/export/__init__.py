"""Rules leave the site again: as Word file, text, JSON, or a whole place's set as a zip.

Reads editions and working texts, changes nothing. What it writes, `covenants.parsing` reads back
into the same articles.
"""

from .document import RuleDocument, edition_document, working_document
from .formats import FORMATS, render

__all__ = ["FORMATS", "RuleDocument", "edition_document", "render", "working_document"]
