"""Invented documents, query trees and indexes, the same for the same seed."""

from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from search import layout, query, writer
from search.analyzer import index_terms
from search.folding import plain_words
from search.index import IndexDirectory
from search.schema import PATH_LENGTH

HAN = "村规民约酒席办桌礼金大操红白"
WORDS = ["wang", "abc", "a", "x1", "8", "12", "2026", "十五", "三", "示例"]
FIELDS = {"t_title": 2.0, "t_search_text": 1.0, "t_description": 0.5}
COMPLETED = {"a_title": 1.0, "a_name": 1.0}

OFTEN = (256, 300, 65_535, 65_536, 70_000)
"""Frequencies about the borders of one and two bytes."""


class Inventor:
    """Makes up documents and query trees."""

    def __init__(self, seed: int):
        self.random = Random(seed)
        self._texts: list[str] = ["村规民约"]

    def text(self, pieces: int) -> str:
        """Han runs, Latin words and numbers; some characters far more often than others."""
        return "".join(self._piece() for _ in range(pieces))

    def _piece(self) -> str:
        draw = self.random.random()
        if draw < 0.15:
            return f" {self.random.choice(WORDS)} "
        if draw < 0.25:
            return self.random.choice("，。（） ")
        length = self.random.choice((1, 2, 2, 3, 4))
        return "".join(HAN[int(len(HAN) * self.random.random() ** 2)] for _ in range(length))

    def document(self, number: int) -> dict:
        """A document; fields are missing, empty, short, long or very long."""
        texts = {}
        for name in ("title", "search_text", "description"):
            size = self.random.choice((None, 0, 1, 2, 4, 8, 16, 32))
            if size is not None:
                texts[name] = self.text(2_000 if self.random.random() < 0.004 else size)
        if self._texts and self.random.random() < 0.2:
            texts["search_text"] = self.random.choice(self._texts)
        terms = {name: index_terms(text) for name, text in texts.items()}
        for counted in terms.values():
            if counted and self.random.random() < 0.05:
                counted[self.random.choice(list(counted))] = self.random.choice(OFTEN)
        self._texts += [text for text in texts.values() if text][:2]
        del self._texts[:-200]
        return {
            "key": f"invented.page:{number}",
            "model": self.random.choice((b"covenants.covenantpage", b"villages.villagepage")),
            "pk": str(number).encode() if number % 7 else f"uuid-{number}".encode(),
            "path": b"0001000100010001000200030004"[: 4 * self.random.randrange(8)],
            "kind": self.random.choice((b"", b"rule", "章程".encode())),
            "year": self.random.choice((0, 1999, 2026)),
            "date": self.random.choice((0, 700_000, 740_000)),
            "stamp": self.random.randrange(2**32),
            "flags": self.random.randrange(16),
            "tags": self.random.choice((b"", "红事".encode(), "红事\n白事".encode())),
            **{f"t_{name}": counted for name, counted in terms.items()},
            "a_title": index_terms(texts.get("title", ""), words=False),
            "texts": {name: plain_words(text) for name, text in texts.items() if text},
            "passages": [
                ("第一条", text, f"p{place}", f"s{self.random.randrange(9)}")
                for place, text in enumerate(texts.values())
                if text and self.random.random() < 0.5
            ],
        }

    def documents(self, numbers: Iterable[int]) -> list[dict]:
        """A document for each number."""
        return [self.document(number) for number in numbers]

    def tree(self, depth: int = 3) -> query.Node:
        """A query tree at most so deep."""
        kinds: list[Callable] = [self._term] * 5 + [self._prefix, self._phrase, self._constant]
        if depth:
            kinds += [self._compound] * 8
        return self.random.choice(kinds)(depth)

    def _term(self, depth: int) -> query.Term:
        if self.random.random() < 0.05:
            return query.Term("无此词")
        terms = sorted(index_terms(self.random.choice(self._texts)))
        return query.Term(self.random.choice(terms or ["村"]))

    def _prefix(self, depth: int) -> query.Prefix:
        return query.Prefix(self.random.choice((*HAN, "村规", "大操", "a", "x", "1", "20", "无")))

    def _phrase(self, depth: int) -> query.Node:
        words = plain_words(self.random.choice(self._texts))
        start = self.random.randrange(len(words) or 1)
        return query.phrase_node(words[start : start + self.random.randrange(1, 9)].strip())

    def _constant(self, depth: int) -> query.Node:
        return self.random.choice((query.Everything(), query.Nothing()))

    def _compound(self, depth: int) -> query.Node:
        kind = self.random.choice(("all", "all", "any", "any", "best", "ranked", "scaled", "not"))
        match kind:
            case "ranked":
                return query.Ranked(self.tree(depth - 1), self.tree(depth - 1))
            case "scaled":
                return query.Scaled(self.tree(depth - 1), self.random.choice((0.1, 0.5, 2.0, 7.5)))
            case "not":
                return query.Not(self.tree(depth - 1))
        compound = {"all": query.AllOf, "any": query.AnyOf, "best": query.BestOf}[kind]
        return compound(tuple(self.tree(depth - 1) for _ in range(self.random.randrange(5))))


def apply(directory: IndexDirectory, documents: Iterable[dict] = (), removed=()) -> None:
    """One commit of ours."""
    with directory.locked("write", wait=True):
        writer.apply(directory, removed, documents)


def merge(directory: IndexDirectory) -> bool:
    """Our merge, which takes the locks it needs itself."""
    return writer.merge(directory)


def purge(directory: IndexDirectory) -> bool:
    """Our removal of everything deleted; takes the locks it needs itself."""
    return writer.purge(directory, thorough=True)


def bulk(directory: IndexDirectory, documents: Iterable[dict]) -> None:
    """A generation of ours, written whole."""
    folder = directory.new_generation()
    bulk_writer = writer.BulkWriter(folder)
    bulk_writer.add(documents)
    bulk_writer.finish()
    directory.swap(folder)


def plain_apply(
    folder: Path, documents: Iterable[dict] = (), removed: Iterable[str] = (), **how
) -> None:
    """One commit by Whoosh's own writer; ``how`` as for its ``commit`` (merge, optimize)."""
    plain = FileIndex(FileStorage(str(folder))).writer()
    for key in removed:
        plain.delete_by_term("key", key)
    for document in documents:
        plain.add_document(**plain_fields(document))
    plain.commit(**how)


def plain_fields(document: dict) -> dict:
    """What Whoosh's ``add_document`` takes for a document of ours."""
    values = layout.column_values(document)
    values["path"] = values["path"].ljust(PATH_LENGTH, b"\0")
    values["passages"] = [tuple(passage) for passage in document["passages"]]
    return {
        "key": [document["key"]],
        "same": list(layout.signatures(document)),
        **{name: terms for name, terms in document.items() if name[:2] in ("t_", "a_")},
        **values,
    }
