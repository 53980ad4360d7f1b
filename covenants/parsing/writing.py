"""Writes parsed rules as plain text that parses into the same chapters, articles and items.

The counterpart of `structure`; adds nothing but line breaks and the blank after a label.
"""

from __future__ import annotations

from collections.abc import Iterator

from .document import Item, ParsedRules
from .headings import heading_line
from .wrapping import ends_sentence


def write_text(rules: ParsedRules) -> str:
    """Title, preamble, chapters, articles and items, closing: one paragraph to a line.

    Two blank lines follow a paragraph that ends in the middle of a sentence, as nothing else tells
    it from a line that goes on, and one may be the spacing of the whole text. Unplaced text is not
    written.
    """
    lines = [line for line in _paragraphs(rules) if line]
    return "".join(f"{line}\n" if ends_sentence(line) else f"{line}\n\n\n" for line in lines)


def _paragraphs(rules: ParsedRules) -> Iterator[str]:
    yield rules.title
    yield from rules.preamble.split("\n")
    for chapter in rules.chapters:
        yield heading_line(chapter.label, chapter.title)
        for article in chapter.articles:
            yield from _of_item(article)
    yield from rules.closing.split("\n")


def _of_item(item: Item) -> Iterator[str]:
    first, *others = item.text.split("\n")
    yield f"{item.label} {first}".strip()
    yield from others
    for inner in item.items:
        yield from _of_item(inner)
