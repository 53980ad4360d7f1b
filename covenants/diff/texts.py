"""The two texts of a comparison, and an article as the lines that a reader sees."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class ItemText:
    """（一） below an article, or 1. below that: `label`, `text`, `items`."""

    label: str = ""
    text: str = ""
    items: tuple["ItemText", ...] = ()


@dataclass(frozen=True)
class ProvisionText:
    """One article; `key` is its stable id, the same in every edition that carries it."""

    key: str
    label: str = ""
    text: str = ""
    items: tuple[ItemText, ...] = ()
    chapter_label: str = ""
    chapter_title: str = ""

    @property
    def heading(self) -> tuple[str, str]:
        return self.chapter_label, self.chapter_title


@dataclass(frozen=True)
class EditionText:
    """All that residents read of an edition or of a working text."""

    title: str = ""
    preamble: str = ""
    closing: str = ""
    provisions: tuple[ProvisionText, ...] = ()


@dataclass(frozen=True)
class Line:
    """A numbered piece of an article: `depth` 0 is the article itself, 1 an item, 2 below it."""

    depth: int
    label: str
    text: str


def lines_of(provision: ProvisionText) -> list[Line]:
    """The article and its items in reading order; `provisions_of` makes the article of them."""
    return [Line(0, provision.label, provision.text), *_item_lines(provision.items, 1)]


def _item_lines(items: Iterable[ItemText], depth: int):
    for item in items:
        yield Line(depth, item.label, item.text)
        yield from _item_lines(item.items, depth + 1)


def provisions_of(lines: list[Line]) -> list[tuple[str, str, tuple[ItemText, ...]]]:
    """(label, text, items) of every article of `lines`; each begins at depth 0."""
    starts = [k for k, line in enumerate(lines) if line.depth == 0] + [len(lines)]
    return [
        (lines[a].label, lines[a].text, _items(lines[a + 1 : b], 1))
        for a, b in zip(starts, starts[1:], strict=False)
    ]


def _items(lines: list[Line], depth: int) -> tuple[ItemText, ...]:
    starts = [k for k, line in enumerate(lines) if line.depth == depth] + [len(lines)]
    return tuple(
        ItemText(lines[a].label, lines[a].text, _items(lines[a + 1 : b], depth + 1))
        for a, b in zip(starts, starts[1:], strict=False)
    )


def headings_of(provisions: Iterable[ProvisionText]) -> tuple[list[Line], list[int]]:
    """The chapters' headings as lines, and for every article the position of its chapter's."""
    headings, chapters, last = [], [], None
    for provision in provisions:
        if provision.heading != last:
            last = provision.heading
            headings.append(Line(0, *last))
        chapters.append(len(headings) - 1)
    return headings, chapters
