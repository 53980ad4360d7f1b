"""A parsed text as a flat list of units, and back. Pure.

A flat list makes every correction a small change: what a unit belongs to is what stands before
it. No character is lost either way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from covenants.parsing import Adoption, Article, Chapter, Item, ParsedRules, Unplaced

TITLE, PREAMBLE, CHAPTER, ARTICLE = "title", "preamble", "chapter", "article"
ITEM, SUBITEM, PARAGRAPH, CLOSING, NOISE = "item", "subitem", "paragraph", "closing", "noise"
ROLES = (TITLE, PREAMBLE, CHAPTER, ARTICLE, ITEM, SUBITEM, PARAGRAPH, CLOSING, NOISE)
LABELLED = frozenset({CHAPTER, ARTICLE, ITEM, SUBITEM})
RANK = {CHAPTER: 0, ARTICLE: 1, ITEM: 2, SUBITEM: 3, PARAGRAPH: 4, NOISE: 5}
"""What stands below what; title, preamble and closing stand for themselves."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One part of a text: `role` one of ROLES, `label` as written, `text` without a line break.

    `first` and `last` are the numbers of the source lines it stands in, from 1; 0 when unknown.
    `id` is its own as long as it is on the desk.
    """

    id: int
    role: str
    label: str = ""
    text: str = ""
    first: int = 0
    last: int = 0

    @property
    def whole(self) -> str:
        return f"{self.label}{self.text}"

    def as_dict(self) -> dict:
        return asdict(self)


def units_of(parsed: ParsedRules) -> list[Unit]:
    """The units of a parsed text in reading order, without lines; unplaced text comes last."""
    made: list[Unit] = []

    def add(role, label, text):
        for number, line in enumerate(text.split("\n")):
            own = label if not number else ""
            if line.strip() or own:
                made.append(Unit(len(made) + 1, _next(role) if number else role, own, line))

    def add_items(items, role):
        for item in items:
            add(role, item.label, item.text)
            add_items(item.items, SUBITEM)

    add(TITLE, "", parsed.title)
    add(PREAMBLE, "", parsed.preamble)
    for chapter in parsed.chapters:
        if chapter.label or chapter.title:
            add(CHAPTER, chapter.label, chapter.title)
        for article in chapter.articles:
            add(ARTICLE, article.label, article.text)
            add_items(article.items, ITEM)
    add(CLOSING, "", parsed.closing)
    for entry in parsed.unplaced:
        for line in entry.text.split("\n"):
            if line.strip():
                made.append(Unit(len(made) + 1, NOISE, "", line, entry.line, entry.line))
    return made


def _next(role: str) -> str:
    """What further lines of a unit are: paragraphs of an article, more of a preamble."""
    return role if role in (TITLE, PREAMBLE, CLOSING, NOISE) else PARAGRAPH


def parsed_of(units: Iterable[Unit], adopted: Adoption | None = None) -> ParsedRules:
    """The rules that the units make. `adopted` is what the text says of its adoption."""
    rules = ParsedRules(adopted=adopted or Adoption())
    texts: dict[str, list[str]] = {TITLE: [], PREAMBLE: [], CLOSING: []}
    opened: list[Item] = []

    def article(label, text):
        if not rules.chapters:
            rules.chapters.append(Chapter("", ""))
        opened[:] = [Article(label, text)]
        rules.chapters[-1].articles.append(opened[0])

    for unit in units:
        if unit.role in texts:
            texts[unit.role].append(unit.whole)
        elif unit.role == NOISE:
            rules.unplaced.append(Unplaced(unit.whole, unit.first))
        elif unit.role == CHAPTER:
            rules.chapters.append(Chapter(unit.label, unit.text))
            opened.clear()
        elif unit.role == ARTICLE or not opened:
            article(unit.label, unit.text)
        elif unit.role == PARAGRAPH:
            last = opened[-1]
            last.text = f"{last.text}\n{unit.whole}" if last.text else unit.whole
        else:
            depth = 1 if unit.role == ITEM else min(2, len(opened))
            del opened[depth:]
            opened.append(Item(unit.label, unit.text))
            opened[-2].items.append(opened[-1])
    rules.title = "".join(texts[TITLE])
    rules.preamble = "\n".join(texts[PREAMBLE])
    rules.closing = "\n".join(texts[CLOSING])
    return rules
