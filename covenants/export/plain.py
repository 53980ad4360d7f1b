"""A text as plain lines, for chat groups, old phones and any editor; the parser reads it back."""

from collections.abc import Iterator

from covenants.parsing import Item
from covenants.parsing.headings import heading_line
from covenants.parsing.wrapping import ends_sentence

from .document import RuleDocument
from .wording import source_lines, suspension

_BOM = "\ufeff"


def to_text(document: RuleDocument) -> bytes:
    """UTF-8 with byte order mark and Windows' line ends: Notepad of old machines needs both."""
    return (_BOM + "\r\n".join(_lines(document)) + "\r\n").encode()


def reads_on(line: str) -> bool:
    """Whether a reader could take the next line for the rest of this one."""
    return not ends_sentence(line)


def _lines(document: RuleDocument) -> Iterator[str]:
    rules = document.rules
    yield from _spaced([rules.title])
    yield from _spaced(_filled(rules.preamble))
    position = 0
    for chapter in rules.chapters:
        yield from _spaced([heading_line(chapter.label, chapter.title)])
        for article in chapter.articles:
            yield from _apart(_article(article, suspension(document.suspended.get(position))))
            position += 1
        yield ""
    yield from _spaced(_filled(rules.closing))
    yield from source_lines(document)


def _article(article: Item, remark: str) -> Iterator[str]:
    first, *others = article.text.split("\n")
    yield f"{article.label} {remark}{first}".strip()
    yield from others
    for item in article.items:
        yield from _item(item)


def _item(item: Item) -> Iterator[str]:
    yield f"{item.label}{item.text}"
    for inner in item.items:
        yield from _item(inner)


def _filled(text: str) -> list[str]:
    return list(_apart(filter(str.strip, text.split("\n"))))


def _apart(lines) -> Iterator[str]:
    """The lines, with two blank ones after each that could be read on.

    A single one may be taken for the spacing of the whole text.
    """
    for text in lines:
        for line in text.split("\n"):
            yield line
            if reads_on(line):
                yield from ("", "")


def _spaced(lines) -> Iterator[str]:
    """The lines and a blank one after them; nothing for no text."""
    lines = list(lines)
    if any(lines):
        yield from lines
        yield ""
