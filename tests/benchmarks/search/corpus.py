"""Documents of a generated prefecture, tokenised once with the site's analyzer, kept on disk.

Every engine is given the very same tokens: a stream of them, whose multiset is ``index_terms``.
Knows no engine and no Django.
"""

import pickle
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import count, islice
from pathlib import Path

from home.seeding.corpus import documents
from search.analyzer import MAX_WORD, index_terms
from search.folding import HAN, plain_words
from search.signatures import passage_signature

SEED = 20261124
PREFECTURE = 150_000
"""Smaller corpora are the first documents of this one."""

COUNTY_LENGTH = 12
COUNTIES, VILLAGES_PER_TOWNSHIP = 10, 11

DOCUMENTS_PER_VILLAGE = 150
SHARD = 500
"""Documents in one file; as many are in memory at a time."""

_HAN_RUN = re.compile(f"[{HAN}]")


@dataclass(frozen=True)
class Tokenised:
    """One document, ready for every engine.

    ``title_tokens`` and ``text_tokens``: joined by spaces, pairs of characters in the order of the
    text so that a phrase is a phrase of pairs. ``passages``: (label, text, anchor, signature).
    ``path``: as in the page tree, four bytes a level. ``date``: proleptic ordinal.
    """

    number: int
    kind: str
    path: bytes
    year: int
    date: int
    tags: tuple[str, ...]
    title: str
    text: str
    title_tokens: str
    text_tokens: str
    passages: list[tuple[str, str, str, str]] = field(repr=False)

    @property
    def key(self) -> str:
        return f"bench.document:{self.number}"

    @property
    def county(self) -> str:
        return self.path[:COUNTY_LENGTH].decode()


class Corpus:
    """The first ``size`` documents of the prefecture, in shards of a folder."""

    def __init__(self, folder: Path, size: int):
        self.folder, self.size = folder, size

    @property
    def shards(self) -> int:
        return -(-self.size // SHARD)

    def prepare(self, processes: int = 2) -> None:
        """Tokenises what is not there yet."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if all(self._file(number).exists() for number in range(self.shards)):
            return
        with ProcessPoolExecutor(processes) as pool:
            list(pool.map(partial(self._fill, of=processes), range(processes)))

    def chunks(self, limit: int | None = None) -> Iterator[list[Tokenised]]:
        """Yields the documents, a list of at most ``SHARD`` at a time."""
        left = min(self.size, limit or self.size)
        for number in count():
            if left <= 0:
                return
            chunk = self.shard(number)[:left]
            left -= len(chunk)
            yield chunk

    def shard(self, number: int) -> list[Tokenised]:
        """Documents from ``number * SHARD`` on."""
        documents = pickle.loads(self._file(number).read_bytes())  # noqa: S301
        return documents[: self.size - number * SHARD]

    def _file(self, number: int) -> Path:
        return self.folder / f"{number:04}.pickle"

    def _fill(self, own: int, *, of: int) -> None:
        """Writes every ``of``-th shard; composing is cheap beside tokenising."""
        places = _Places()
        source = enumerate(islice(documents(PREFECTURE, SEED), self.shards * SHARD))
        for number in count():
            chunk = [(n, given, places.path(given, n)) for n, given in islice(source, SHARD)]
            if not chunk:
                return
            file = self._file(number)
            if number % of == own and not file.exists():
                partial_file = file.with_suffix(".part")
                made = [_tokenised(n, given, path) for n, given, path in chunk]
                partial_file.write_bytes(pickle.dumps(made, 5))
                partial_file.rename(file)


class _Places:
    """Tree paths of counties, townships, villages and groups, numbered as they come.

    Townships take turns among the counties: the first documents would all be of the first one.
    """

    def __init__(self):
        self._numbers: dict[bytes, dict] = {}

    def path(self, given: dict, number: int) -> bytes:
        path, township = b"00010001", given["village_index"] // VILLAGES_PER_TOWNSHIP
        for name in (township % COUNTIES, township, given["village_index"]):
            path = self._below(path, name)
        if given["group"] is not None:
            path = self._below(path, f"group {given['group']}")
        return self._below(path, f"page {number}")

    def _below(self, path: bytes, name) -> bytes:
        known = self._numbers.setdefault(path, {})
        return path + b"%04d" % known.setdefault(name, len(known) + 1)


def _tokenised(number: int, given: dict, path: bytes) -> Tokenised:
    names = (given["place"], given["village"], given["township"], given["county"])
    return Tokenised(
        number=number,
        kind=given["kind"],
        path=path,
        year=given["year"],
        date=given["date"].toordinal(),
        tags=tuple(given["tags"]),
        title=plain_words(given["title"]),
        text=plain_words(given["text"]),
        title_tokens=token_stream(given["title"]),
        text_tokens=token_stream(given["text"]),
        passages=[
            (label, text, f"p{place}", passage_signature(text, names))
            for place, (label, text) in enumerate(given["passages"], 1)
        ],
    )


def token_stream(text: str) -> str:
    """The terms of a text, each as often as it is counted, joined by spaces.

    Pairs of neighbouring characters stand in the order of the text, with a single character
    between two runs, so that engines with positions find a phrase as a phrase of its pairs and
    never across punctuation. The rest follows.
    """
    terms, stream = index_terms(text), []
    for run in plain_words(text).split():
        if _HAN_RUN.match(run):
            stream += map("".join, zip(run, run[1:], strict=False))
            stream.append(run[-1])
        else:
            stream.append(run[:MAX_WORD])
    rest = Counter(terms)
    rest.subtract(stream)
    assert min(rest.values(), default=0) >= 0, text
    stream += rest.elements()
    assert not any(" " in term for term in terms), text
    return " ".join(stream)
