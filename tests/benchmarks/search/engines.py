"""The engines by name, imported when asked for: a process loads its own engine only."""

from importlib import import_module


def _make(module: str, name: str, *arguments):
    return getattr(import_module(f"tests.benchmarks.search.{module}"), name)(*arguments)


ENGINES = {
    "ours": lambda: _make("ours", "Ours"),
    "tantivy": lambda: _make("tantivy_engine", "Tantivy", 1),
    "tantivy-threads": lambda: _make("tantivy_engine", "Tantivy", 0),
    "FTS5": lambda: _make("fts5", "Fts5"),
    "Whoosh": lambda: _make("plain_whoosh", "PlainWhoosh"),
}
SEARCHED = ("ours", "tantivy", "FTS5")
