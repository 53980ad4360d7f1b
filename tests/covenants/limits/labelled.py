"""Reads the labelled clauses and scores the extractor on them.

A clause is `text` (its first line the article, further lines its items, with `paragraphs` all
of it the article) with {…} around each
number that is a limit, and `limits`: "matter comparator value[..upper] #scope #scope" in order.
"""

import re
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from covenants.limits import SHIPPED, find_limits

FOLDER = Path(__file__).resolve().parent
TUNING, HELD_OUT = FOLDER / "tuning.toml", FOLDER / "held_out.toml"
SIGNS = {"≤": "<=", "≥": ">=", "<": "<", ">": ">", "=": "=", "~": "~"}
NAMES = {matter.key: matter.name for matter in SHIPPED.matters}


@dataclass(frozen=True)
class Clause:
    """`limits`: {(start, end, matter name, comparator, value, upper): set of scope words}."""

    text: str
    items: list
    chapter: str
    limits: dict


def read(path: Path) -> list[Clause]:
    return [_clause(row) for row in tomllib.loads(path.read_text("utf-8"))["clause"]]


def _clause(row) -> Clause:
    spans, plain = [], ""
    for part in re.split(r"(\{[^}]*\})", row["text"]):
        if part.startswith("{"):
            spans.append((len(plain), len(plain) + len(part) - 2))
            part = part[1:-1]
        plain += part
    limits = {}
    for span, label in zip(spans, row["limits"], strict=True):
        matter, sign, number, *scope = label.split()
        value, _dots, upper = number.partition("..")
        key = (*span, matter, SIGNS[sign], Decimal(value), Decimal(upper) if upper else None)
        limits[key] = {word.removeprefix("#") for word in scope}
    text, *items = [plain] if row.get("paragraphs") else plain.split("\n")
    rows = [{"label": "", "text": item} for item in items]
    return Clause(text, rows, row.get("chapter", ""), limits)


def found_in(clause: Clause) -> dict:
    """What the extractor finds, in the shape of `Clause.limits`."""
    return {
        (x.start, x.end, NAMES[x.matter], x.comparator, x.value, x.upper): set(x.scope)
        for x in find_limits(clause.text, clause.items, clause.chapter)
    }


@dataclass
class Score:
    """Precision and recall of limits (place, matter, comparator, value), scopes right of those."""

    clauses: int = 0
    without: int = 0
    labelled: int = 0
    found: int = 0
    right: int = 0
    scopes_right: int = 0

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.labelled if self.labelled else 1.0

    @property
    def scopes(self) -> float:
        return self.scopes_right / self.right if self.right else 1.0


def score(clauses) -> Score:
    result = Score()
    for clause in clauses:
        found = found_in(clause)
        right = found.keys() & clause.limits.keys()
        result.clauses += 1
        result.without += not clause.limits
        result.labelled += len(clause.limits)
        result.found += len(found)
        result.right += len(right)
        result.scopes_right += sum(found[key] == clause.limits[key] for key in right)
    return result
