"""What a reader found in a file: its lines and what the person who chose it should look at."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..document import ParseWarning, SourceLine


@dataclass(slots=True)
class Reading:
    """The lines of a file in order; `warnings` name the file or the line and say what to do."""

    lines: list[SourceLine]
    warnings: list[ParseWarning] = field(default_factory=list)
