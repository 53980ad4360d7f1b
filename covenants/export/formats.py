"""The formats a text can be had in."""

from collections.abc import Callable
from dataclasses import dataclass

from .data import to_json
from .document import RuleDocument
from .plain import to_text
from .word import to_word


@dataclass(frozen=True, slots=True)
class Format:
    """`write` turns a document into the bytes of a file; `is_packed` when they are compressed."""

    suffix: str
    content_type: str
    write: Callable[[RuleDocument], bytes]
    is_packed: bool = False


FORMATS = {
    "docx": Format(
        ".docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        to_word,
        is_packed=True,
    ),
    "txt": Format(".txt", "text/plain; charset=utf-8", to_text),
    "json": Format(".json", "application/json", to_json),
}


def render(document: RuleDocument, name: str) -> bytes:
    """The bytes of a document in the format called `docx`, `txt` or `json`."""
    return FORMATS[name].write(document)
