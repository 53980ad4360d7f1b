"""A segment written anew without some documents: the same of the others, nothing of those."""

from pathlib import Path
from random import Random

import numpy as np
import pytest
from whoosh.filedb.filestore import FileStorage
from whoosh.reading import SegmentReader

from search import term_tables, trimmed, writer
from search.columns import SegmentColumns
from search.index import IndexDirectory
from search.layout import unpack_passages, unpack_texts
from search.postings import decode, list_bytes
from search.segments import SegmentBuilder
from tests.search.invented import Inventor, apply, bulk, merge, purge
from tests.search.processes import run

SIZE = 300
WORD = "zqxvanishes"

UNPACKED = {"texts": unpack_texts, "passages": unpack_passages}

GONE = {
    "one": [17],
    "the first": [0],
    "the last": [SIZE - 1],
    "the last three": [SIZE - 3, SIZE - 2, SIZE - 1],
    "a hole and the last": [5, SIZE - 1],
    "every third": list(range(0, SIZE, 3)),
    "all but one": [number for number in range(SIZE) if number != 150],
    "none": [],
}


@pytest.fixture
def directory(tmp_path):
    return IndexDirectory(tmp_path / "index")


def only_segment(directory):
    toc, storage = writer._open(directory)
    (segment,) = toc.segments
    return SegmentReader(storage, toc.schema, segment)


def said_of(reader) -> dict:
    """Everything a segment says, by the key of the document and not by its number."""
    columns = SegmentColumns(reader)
    terms = {}
    for (field, text), info in reader._terms.items():
        terms[field, text.decode()] = (info, *decode(list_bytes(reader, info)))
    keys = {}
    for (field, text), (_, docs, _) in terms.items():
        if field == "key":
            keys[int(docs[0])] = text
    lists = {
        term: {keys[doc]: float(weight) for doc, weight in zip(docs.tolist(), weights, strict=True)}
        for term, (_, docs, weights) in terms.items()
    }
    for (_, docs, _), (term, held) in zip(terms.values(), lists.items(), strict=True):
        info = reader._terms.term_info(term[0], term[1].encode())  # Through the hash tables.
        assert (info.doc_frequency(), info.weight()) == (len(held), sum(held.values()))
        assert (info._minid, info._maxid) == (docs[0], docs[-1])
        assert (np.diff(docs) > 0).all()
    names = [name for name, field in reader.schema.items() if field.column_type]
    rows = {key: {} for key in keys.values()}
    every = np.arange(columns.size)
    for name in names:
        for number, value in enumerate(columns.raw(name, every)):
            shown = {"texts": unpack_texts, "passages": unpack_passages}.get(
                name, lambda held: held
            )
            rows[keys[number]][name] = shown(value)
    lengths = {
        field: {keys[doc]: int(byte) for doc, byte in enumerate(columns.length_bytes(field))}
        for field in columns.fields_with_lengths()
    }
    totals = {field: reader.field_length(field) for field in lengths}
    order = list(reader._terms.terms())
    assert order == sorted(order)
    return {"lists": lists, "rows": rows, "lengths": lengths, "totals": totals}


@pytest.mark.parametrize("gone", GONE.values(), ids=GONE)
@pytest.mark.parametrize("block", [32, 32_768])
def test_it_says_what_one_built_anew_says(directory, tmp_path, monkeypatch, gone, block):
    monkeypatch.setattr("search.postings.BLOCK", block)
    bulk(directory, Inventor(len(gone)).documents(range(SIZE)))
    reader = only_segment(directory)
    for number in gone:
        reader.segment().delete_document(number)
    (tmp_path / "built").mkdir()
    (tmp_path / "trimmed").mkdir()
    storage = FileStorage(str(tmp_path / "built"))
    builder = SegmentBuilder(storage, reader.schema)
    builder.add_segment(reader)
    built = SegmentReader(storage, reader.schema, builder.finish())
    storage = FileStorage(str(tmp_path / "trimmed"))
    segment, numbers = trimmed.write_trimmed(reader, storage, reader.schema)
    written = SegmentReader(storage, reader.schema, segment)
    assert said_of(written) == said_of(built)
    assert (numbers >= 0).sum() == written.doc_count_all() == SIZE - len(gone)
    keys = {int(number): key for number, key in keys_of(reader).items()}
    assert {int(numbers[old]): key for old, key in keys.items() if numbers[old] >= 0} == keys_of(
        written
    )
    # What was trimmed can be trimmed again.
    assert term_tables.TermTable(written._terms).count.sum() == sum(
        len(held) for held in said_of(written)["lists"].values()
    )


def keys_of(reader) -> dict[int, str]:
    return {
        int(decode(list_bytes(reader, info))[0][0]): text.decode()
        for (field, text), info in reader._terms.items()
        if field == "key"
    }


def rare(document: dict) -> dict:
    """The document with a word of its own wherever the index keeps words."""
    return document | {
        "texts": {"title": WORD, "search_text": f"酒席 {WORD}"},
        "t_title": {WORD: 1, "酒席": 1},
        "a_title": {WORD: 1},
        "tags": WORD.encode(),
        "kind": WORD.encode(),
        "passages": [("第一条", f"{WORD} 酒席", WORD, WORD)],
    }


def test_no_byte_of_a_deleted_document_is_left(directory):
    documents = Inventor(3).documents(range(SIZE))
    documents[40] = rare(documents[40])
    bulk(directory, documents)
    folder = directory.current()
    apply(directory, removed=[documents[40]["key"]])
    assert holding(folder, WORD), "lists and columns are still to be written anew"
    assert writer.expunge(directory) == 1
    assert holding(folder, WORD) == [] and holding(folder, documents[40]["key"]) == []
    assert holding(folder, documents[41]["key"])
    reader = only_segment(directory)
    assert ("t_title", WORD) not in reader and ("a_title", WORD) not in reader


def holding(folder: Path, word: str) -> list[str]:
    return [path.name for path in folder.iterdir() if word.encode() in path.read_bytes()]


def test_documents_deleted_meanwhile_are_deleted_in_the_new_segment(directory, monkeypatch):
    """Also one that takes another number there."""
    documents = Inventor(5).documents(range(SIZE))
    bulk(directory, documents)
    apply(directory, removed=[documents[3]["key"]])
    real = writer.write_trimmed

    def slowly(*arguments):
        written = real(*arguments)
        apply(directory, removed=[documents[SIZE - 1]["key"], documents[7]["key"]])
        return written

    monkeypatch.setattr(writer, "write_trimmed", slowly)
    writer.expunge(directory)
    reader = only_segment(directory)
    deleted = {keys_of(reader)[number] for number in reader.segment().deleted_docs()}
    assert deleted == {documents[SIZE - 1]["key"], documents[7]["key"]}
    columns, numbers = SegmentColumns(reader), list(reader.segment().deleted_docs())
    assert [columns.values("texts")[number].strip(b"\0") for number in numbers] == [b"", b""]


@pytest.mark.parametrize("seed", range(5))
def test_keys_that_meet_in_one_slot_are_found(seed):
    """Also where the last slots are taken and the search goes on at the first."""
    chance = Random(seed)
    hashes = np.array([chance.choice((0, 5, 6, 7)) << 8 for _ in range(4)], np.uint32)
    starts = np.arange(1, 5)
    table = term_tables._hash_table(hashes, starts)
    for value, start in zip(hashes.tolist(), starts.tolist(), strict=True):
        slot, seen = (value >> 8) % len(table), []
        while table["position"][slot]:
            seen.append((int(table["hash"][slot]), int(table["position"][slot])))
            slot = (slot + 1) % len(table)
        assert (value, start) in seen


def sizes(directory) -> list[int]:
    toc, _storage = writer._open(directory)
    return sorted(held.doc_count_all() for held in toc.segments)


def test_no_segment_is_larger_than_the_largest(directory, monkeypatch):
    monkeypatch.setattr(writer, "LARGEST", 100)
    inventor = Inventor(9)
    bulk(directory, inventor.documents(range(250)))
    assert sizes(directory) == [50, 100, 100]
    for number in range(250, 400, 3):
        apply(directory, inventor.documents(range(number, number + 3)))
        merge(directory)
        assert max(sizes(directory)) <= 100
    assert sum(sizes(directory)) == 400
    assert len(sizes(directory)) < 4 + 2 * writer.MERGE_WIDTH
    apply(directory, removed=[f"invented.page:{number}" for number in range(0, 400, 7)])
    purge(directory)
    assert max(sizes(directory)) <= 100 and sum(sizes(directory)) == 400 - len(range(0, 400, 7))
    assert not merge(directory) or max(sizes(directory)) <= 100


KILLED = """
from search import trimmed, writer, durable
Author.objects.filter(name="Anna").delete()
AT
writer.expunge(backend.directory)
"""
END = "os.kill(os.getpid(), signal.SIGKILL)"


@pytest.mark.parametrize(
    "at",
    [
        f"trimmed.encode = lambda *given: {END}",
        f"durable.sync_file = lambda path: {END}",
        f"writer._commit = lambda *given: {END}",
        f"writer.TOC.write = lambda *given: {END}",
        f"calls = []; writer.clean_files = lambda *given: calls.append(1) or calls[1:] and {END}",
    ],
    ids=["while writing", "when written", "when moved", "before the contents", "after them"],
)
def test_a_kill_leaves_the_old_segment_or_the_new_one(scratch, at):
    fill = "[Author.objects.create(name=n) for n in ('Anna', 'Zoe', 'Bob')]"
    run(scratch, f"with transaction.atomic():\n    {fill}")
    run(scratch, KILLED.replace("AT", at), killed=True)
    assert run(scratch, "print(names())") == "['Bob', 'Zoe']"
    look = """
backend.directory.tidy()
writer.expunge(backend.directory)
durable.verify(backend.directory.current(), deep=True)
print(names(), backend.directory.deleted())
"""
    assert run(scratch, f"from search import durable{look}") == "['Bob', 'Zoe'] (0, 2)"
    left = [path for path in (scratch / "index").rglob("*") if path.is_file()]
    assert left and not [path for path in left if b"anna" in path.read_bytes().lower()]
    assert not list((scratch / "index").glob("merge-*"))
