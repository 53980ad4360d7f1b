"""`make bench-search`: our search engine beside tantivy, SQLite FTS5 and plain Whoosh.

Every trial is a process of its own (``trial``), so that memory and first touches are honest. All
engines index the same tokens of the same generated documents and answer the same queries.
"""

from tests.benchmarks.search import environment

__all__ = ["environment"]
