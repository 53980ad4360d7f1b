"""What was ever shipped, by digest: tells whether a rule is still as it came. No Django here.

`shipped_before.txt` holds a line for each part of each rule and list of each `shipped.toml` that
was released, today's too: key, part, digest. A changed `shipped.toml` adds lines, none is removed.
"""

import hashlib
import json
from dataclasses import asdict
from functools import cache
from pathlib import Path

from .book import Book, Rule

WORDS, TEXTS, GROUNDS, LIST = "words", "texts", "grounds", "list"
FIELDS = {
    WORDS: ("patterns", "ignored", "unless", "dropped_by", "lowered_by"),
    TEXTS: ("name", "level", "explanation", "suggestion"),
}
"""The fields of the parts of a rule; the third part are its grounds. A prefecture that only noted
that a ground was compared with the law still gets new words."""
_FILE = Path(__file__).with_name("shipped_before.txt")


def digests_of(rule: Rule) -> dict[str, str]:
    """The digest of each part of a rule."""
    parts = {part: [_plain(getattr(rule, name)) for name in FIELDS[part]] for part in FIELDS}
    grounds = [[str(value) for value in asdict(ground).values()] for ground in rule.grounds]
    return {part: _digest(content) for part, content in (parts | {GROUNDS: grounds}).items()}


def digest_of_list(words: str) -> str:
    return _digest(_plain(words))


def lines_of_book(book: Book) -> list[str]:
    """The lines that `shipped_before.txt` needs for a book."""
    rules = [
        f"{rule.key} {part} {digest}"
        for rule in book.rules
        for part, digest in digests_of(rule).items()
    ]
    return rules + [f"{name} {LIST} {digest_of_list(book.lists[name])}" for name in book.lists]


def was_shipped(key: str, part: str, digest: str) -> bool:
    """Whether that part of a rule (or a list, with `LIST`) was ever shipped like this."""
    return f"{key} {part} {digest}" in _shipped_before()


@cache
def _shipped_before() -> frozenset[str]:
    return frozenset(_FILE.read_text(encoding="utf-8").splitlines())


def _plain(text: str) -> str:
    """The text without what a form adds to it: other line ends, blanks around lines."""
    return "\n".join(line.strip() for line in text.strip().splitlines())


def _digest(content: list | str) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()[:12]
