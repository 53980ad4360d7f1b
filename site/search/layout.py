"""How a document's parts are laid out as bytes in the columns of the index, and read back."""

import pickle
import zlib
from collections.abc import Iterable

from search.schema import PATH_LENGTH

STEP = 4
"""Bytes of one level in a tree path."""

LEVELS = {"county": 3 * STEP, "township": 4 * STEP, "village": 5 * STEP, "group": 6 * STEP}
"""Length of a place's tree path by its level."""

_FIELD, _END = b"\x01", b"\x00"


def column_values(document: dict) -> dict:
    """{column: value to store} of a document as ``search.documents`` makes it."""
    path, pk = document.get("path", b""), document["pk"]
    return {
        "model": document["model"],
        "pk": pk,
        "number": int(pk) if pk.isdigit() and len(pk) < 19 else -1,
        "path": path[:PATH_LENGTH],
        **{name: path[:end] if len(path) >= end else b"" for name, end in LEVELS.items()},
        "kind": document.get("kind", b""),
        "year": document.get("year", 0),
        "date": document.get("date", 0),
        "stamp": document.get("stamp", 0),
        "flags": document.get("flags", 0),
        "tags": document.get("tags", b""),
        "texts": pack_texts(document.get("texts", {})),
        "passages": pack_passages(document.get("passages", ())),
    }


def signatures(document: dict) -> Iterable[str]:
    """The signatures of the document's passages, for the ``same`` field."""
    return filter(None, (passage[3] for passage in document.get("passages", ())))


def pack_texts(texts: dict[str, str]) -> bytes:
    """Plain words by field, readable in place: field, 0x01, words, 0x00."""
    return b"".join(
        name.encode() + _FIELD + text.encode("utf-8", "replace") + _END
        for name, text in texts.items()
    )


def unpack_texts(data: bytes) -> dict[str, str]:
    """{field: plain words}; empty where the text was scrubbed."""
    found = {}
    for part in data.split(_END):
        name, mark, text = part.partition(_FIELD)
        if mark:
            found[name.decode()] = text.decode()
    return found


def pack_passages(passages: Iterable[tuple]) -> bytes:
    """Passages as Whoosh's pickled and compressed column keeps them."""
    held = [tuple(passage) for passage in passages]
    return zlib.compress(pickle.dumps(held, 4), 3) if held else b""


def unpack_passages(data: bytes) -> list[tuple]:
    """[(label, text, anchor, signature)]; empty where they were scrubbed."""
    if not data.strip(b"\0"):
        return []
    return pickle.loads(zlib.decompress(data))  # noqa: S301
