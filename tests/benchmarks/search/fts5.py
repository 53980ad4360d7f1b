"""SQLite FTS5 on the same tokens.

Tokeniser ``ascii``: every character outside ASCII belongs to a token, so that each of the tokens,
parted by spaces, is one, single Han characters too.
"""

import pickle
import shutil
import sqlite3
import zlib
from pathlib import Path

from search import query as tree
from tests.benchmarks.search.answers import TOP, Answer, marked_passage, packed, pairs
from tests.benchmarks.search.corpus import Tokenised
from tests.benchmarks.search.queries import FACETS, Query

CACHE_KB = 128 * 1024
"""As much as our posting cache may take."""

_SCHEMA = """
CREATE VIRTUAL TABLE found USING fts5(title, text, content='', tokenize="ascii tokenchars '.'");
INSERT INTO found(found, rank) VALUES ('rank', 'bm25(2.0, 1.0)');
CREATE TABLE documents (id INTEGER PRIMARY KEY, kind TEXT, county TEXT, year INTEGER,
    date INTEGER, passages BLOB);
CREATE TABLE tags (document INTEGER, tag TEXT, PRIMARY KEY (document, tag)) WITHOUT ROWID;
"""

_INSERT = "INSERT INTO found(rowid, title, text) VALUES (?, ?, ?)"
_DELETE = "INSERT INTO found(found, rowid, title, text) VALUES ('delete', ?, ?, ?)"

_FACETS = """
WITH hits AS MATERIALIZED (
    SELECT d.id, d.kind, d.county, d.year FROM found JOIN documents d ON d.id = found.rowid
    WHERE found MATCH ?)
SELECT 'kind', kind, count(*) FROM hits GROUP BY kind
UNION ALL SELECT 'county', county, count(*) FROM hits GROUP BY county
UNION ALL SELECT 'year', year, count(*) FROM hits GROUP BY year
UNION ALL SELECT 'tags', tag, count(*) FROM hits JOIN tags ON tags.document = hits.id GROUP BY tag
"""


class Fts5:
    """A contentless table of two columns beside a table of what is filtered and counted."""

    name = "FTS5"

    def prepare(self, chunk: list[Tokenised]) -> list[dict]:
        return [
            {
                "number": document.number,
                "streams": (document.title_tokens, document.text_tokens),
                "columns": (document.kind, document.county, document.year, document.date),
                "passages": document.passages,
                "tags": document.tags,
            }
            for document in chunk
        ]

    def begin(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self._connect(folder)
        self.connection.executescript(_SCHEMA)
        self.connection.execute("BEGIN")

    def add(self, prepared: list[dict]) -> None:
        run = self.connection.executemany
        run(_INSERT, ((given["number"], *given["streams"]) for given in prepared))
        run(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?)",
            (
                (given["number"], *given["columns"], zlib.compress(packed(given["passages"]), 3))
                for given in prepared
            ),
        )
        run(
            "INSERT INTO tags VALUES (?, ?)",
            ((given["number"], tag) for given in prepared for tag in given["tags"]),
        )

    def finish(self) -> None:
        """Commits; ``optimise`` is asked for apart."""
        self.connection.execute("COMMIT")
        self._checkpoint()

    def optimise(self) -> None:
        """Merges the b-trees into one, for the quickest searches."""
        self.connection.execute("INSERT INTO found(found) VALUES ('optimize')")
        self.connection.execute("ANALYZE")
        self._checkpoint()

    def open(self, folder: Path) -> None:
        self._connect(folder)

    def _connect(self, folder: Path) -> None:
        self.connection = sqlite3.connect(folder / "index.sqlite3", isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", f"cache_size=-{CACHE_KB}"):
            self.connection.execute(f"PRAGMA {pragma}")

    def _checkpoint(self) -> None:
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def answer(self, query: Query) -> Answer:
        execute, wanted = self.connection.execute, _expression(query.node)
        source, parameters = "found WHERE found MATCH ?", [wanted]
        if query.filters:
            source = "found JOIN documents d ON d.id = found.rowid WHERE found MATCH ?"
            for name, value in query.filters.items():
                source += f" AND d.{name} = ?"
                parameters.append(value)
        if query.by_date:
            top = (
                "SELECT found.rowid FROM found JOIN documents d ON d.id = found.rowid "
                "WHERE found MATCH ? ORDER BY d.date DESC"
            )
        else:
            top = f"SELECT found.rowid FROM {source} ORDER BY rank"  # noqa: S608
        numbers = [row[0] for row in execute(f"{top} LIMIT {TOP}", parameters)]
        total = f"SELECT count(*) FROM {source}"  # noqa: S608
        (count,) = execute(total, parameters).fetchone()
        facets = self._facets(wanted) if query.faceted else None
        html = None
        if query.highlighted:
            html = [marked_passage(self._passages(number), query) for number in numbers]
        return Answer(count, numbers, facets, html)

    def _facets(self, wanted: str) -> dict[str, dict]:
        facets: dict[str, dict] = {name: {} for name in FACETS}
        for name, value, number in self.connection.execute(_FACETS, (wanted,)):
            facets[name][value] = number
        return facets

    def _passages(self, number: int) -> list[tuple]:
        found = self.connection.execute("SELECT passages FROM documents WHERE id = ?", (number,))
        return pickle.loads(zlib.decompress(found.fetchone()[0]))  # noqa: S301

    def replace(self, prepared: list[dict]) -> None:
        run = self.connection.executemany
        self.connection.execute("BEGIN IMMEDIATE")
        numbers = [(given["number"],) for given in prepared]
        run(_DELETE, ((given["number"], *given["streams"]) for given in prepared))
        run("DELETE FROM documents WHERE id = ?", numbers)
        run("DELETE FROM tags WHERE document = ?", numbers)
        self.add(prepared)
        self.connection.execute("COMMIT")


def _expression(node) -> str:
    """The query in FTS5's own language, which has no boosts and no optional words."""
    match node:
        case tree.Term(text):
            return f'"{text}"'
        case tree.Phrase(literal, _):
            return '"{}"'.format(" ".join(pairs(literal)))
        case tree.AllOf(parts):
            return "({})".format(" AND ".join(map(_expression, parts)))
        case tree.AnyOf(parts) | tree.BestOf(parts):
            return "({})".format(" OR ".join(map(_expression, parts)))
        case tree.Ranked(base, _):
            return _expression(base)
        case tree.Scaled(part, _):
            return _expression(part)
        case tree.Nothing():
            return '""'
    raise TypeError(node)
