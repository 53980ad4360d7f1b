"""What an index was made with, kept in its folder as ``cunyue.json``.

An index of another analyzer or schema is searched on until a rebuild replaces it; one of another
format cannot be read.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from modelsearch.index import get_indexed_models

from search.analyzer import ANALYZER_VERSION
from search.durable import write_durably
from search.schema import FORMAT_VERSION, all_fields

NAME = "cunyue.json"


@dataclass(frozen=True)
class Versions:
    """``complete``: a rebuild has read the whole database into this index."""

    format: int
    analyzer: str
    schema: str
    complete: bool = False

    def matches(self, other: "Versions") -> bool:
        """Whether both were made by the same code."""
        made = (self.format, self.analyzer, self.schema)
        return made == (other.format, other.analyzer, other.schema)


@cache
def present() -> Versions:
    """The versions of the code that runs."""
    return Versions(
        FORMAT_VERSION, f"{ANALYZER_VERSION}/rjieba {version('rjieba')}", _fingerprint()
    )


def _fingerprint() -> str:
    """Stands for the models in the index and the fields they need."""
    fields = [
        f"{name} {type(field).__name__} {type(field.column_type).__name__}"
        for name, field in sorted(all_fields().items())
    ]
    models = sorted(model._meta.label_lower for model in get_indexed_models())
    return hashlib.sha256("\n".join([*fields, *models]).encode()).hexdigest()[:16]


def read(folder: Path) -> Versions | None:
    """The versions an index was made with; None where it does not say."""
    try:
        return Versions(**json.loads((folder / NAME).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def write(folder: Path, *, complete: bool) -> None:
    """Marks an index as made by the code that runs."""
    marked = asdict(present()) | {"complete": complete}
    write_durably(folder / NAME, json.dumps(marked))
