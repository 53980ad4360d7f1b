"""What changed between two texts of a rule, article by article and character by character.

Pure: knows no Django. `compare` gives an `EditionDiff`; `apply_edition` makes the new text of the
old one and the diff, which proves that nothing is left out. The work on hostile texts is bounded
by `Work`.
"""

from .characters import DELETE, EQUAL, INSERT, Segment, apply_segments, diff_text
from .editions import EditionDiff, Entry, apply_edition, compare
from .lines import LineDiff
from .texts import EditionText, ItemText, ProvisionText
from .work import Work

__all__ = [
    "DELETE",
    "EQUAL",
    "INSERT",
    "EditionDiff",
    "EditionText",
    "Entry",
    "ItemText",
    "LineDiff",
    "ProvisionText",
    "Segment",
    "Work",
    "apply_edition",
    "apply_segments",
    "compare",
    "diff_text",
]
