"""Covering words in a text by a mark that readers see, and finding words known only by a digest.

Knows no database: texts in, texts out. A text here is a string; the items of an article nest as in
`Provision.items`.
"""

from collections.abc import Callable, Iterator

MARK = "■■（个人信息已遮盖）"
SHORT_MARK = "■■"
AROUND = 30
"""Characters shown before and after words that are to be covered."""


def cover(text: str, words: str, most: int | None = None) -> str:
    """`text` with each of the words covered; `most`: characters there is room for."""
    covered = text.replace(words, MARK)
    if most is not None and len(covered) > most:
        covered = text.replace(words, SHORT_MARK)[:most]
    return covered


def cover_all(value, words: str):
    """The same in all strings of nested lists and dicts, keys aside."""
    if isinstance(value, str):
        return cover(value, words)
    if isinstance(value, list):
        return [cover_all(one, words) for one in value]
    if isinstance(value, dict):
        return {name: cover_all(one, words) for name, one in value.items()}
    return value


def strings_in(value) -> Iterator[str]:
    """All strings of nested lists and dicts, keys aside, in order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from strings_in(one)


def excerpts(text: str, words: str) -> list[tuple[str, str]]:
    """[(as it reads, as it would read)] around each place of the words in a text."""
    found, start = [], text.find(words)
    while start >= 0:
        end = start + len(words)
        before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
        found.append((before + words + after, before + MARK + after))
        start = text.find(words, end)
    return found


def moved(place: int, text: str, words: str) -> int | None:
    """Where a place (offset in `text`) stands once the words are covered; None inside of them."""
    shift, start = 0, text.find(words)
    while 0 <= start < place:
        end = start + len(words)
        if place < end:
            return None
        shift += len(MARK) - len(words)
        start = text.find(words, end)
    return place + shift


def words_like(text: str, length: int, is_meant: Callable[[str], bool]) -> set[str]:
    """The pieces of a text, so many characters long, that `is_meant` knows (by a digest)."""
    pieces = {text[at : at + length] for at in range(len(text) - length + 1)}
    return {piece for piece in pieces if is_meant(piece)}
