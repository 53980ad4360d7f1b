"""Whoosh's own writer on the same tokens and columns: built only, to know what building cost."""

import shutil
from pathlib import Path

from whoosh.fields import Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from search import layout
from search.schema import PATH_LENGTH, all_fields
from tests.benchmarks.search.corpus import Tokenised
from tests.benchmarks.search.ours import FIELDS, index_document


class PlainWhoosh:
    """``index.writer()`` as it comes; cannot be searched here."""

    name = "Whoosh"

    def prepare(self, chunk: list[Tokenised]) -> list[dict]:
        return [_whoosh_document(index_document(document)) for document in chunk]

    def begin(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        schema = Schema(**all_fields())
        self._writer = FileIndex.create(FileStorage(str(folder)), schema, "MAIN").writer()

    def add(self, prepared: list[dict]) -> None:
        for document in prepared:
            self._writer.add_document(**document)

    def finish(self) -> None:
        self._writer.commit()


def _whoosh_document(document: dict) -> dict:
    return layout.column_values(document) | {
        "path": document["path"].ljust(PATH_LENGTH, b"\0"),
        "passages": document["passages"],
        "key": [document["key"]],
        "same": list(layout.signatures(document)),
        **{name: document[name] for name in FIELDS},
    }
