"""Builds chapters, articles and nested items from fragments, in the order of the source.

Places every fragment; words a warning where numbers run wrong. Decides nothing about families of
numbering: the outline has done so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from .document import Article, Chapter, Item, ParseWarning
from .fragments import Fragment
from .markers import ITEM_KINDS, Kind, close_up
from .outline import Outline
from .sequence import RunOfNumbers, article_sequence, chapter_sequence, item_sequence
from .wrapping import ends_sentence

LONGEST_CHAPTER_TITLE = 30
LONGEST_ITEM_HEADING = 20
_SENTENCE_MARK = re.compile(r"[。．.；;，,！!？?：:]")


def build_chapters(
    fragments: Sequence[Fragment], outline: Outline, warnings: list[ParseWarning]
) -> list[Chapter]:
    """The chapters; articles before any chapter stand in one with empty label and title."""
    builder = _Builder(outline, warnings)
    numbered = _next_numbered(fragments)
    for fragment, following in zip(fragments, numbered, strict=True):
        builder.place(fragment, following)
    return builder.chapters()


def _next_numbered(fragments: Sequence[Fragment]) -> list[Fragment | None]:
    """For each fragment the next one that is no plain text."""
    found: list[Fragment | None] = []
    following = None
    for fragment in reversed(fragments):
        found.append(following)
        following = following if fragment.kind is Kind.TEXT else fragment
    return found[::-1]


@dataclass(slots=True)
class _Node:
    """An article or item while paragraphs are still being added to it."""

    kind: Kind
    label: str
    style: str = ""
    paragraphs: list[str] = field(default_factory=list)
    items: list[_Node] = field(default_factory=list)
    item_numbers: dict[Kind, RunOfNumbers] = field(default_factory=dict)

    def is_complete(self) -> bool:
        """Whether no paragraph can follow: its sentence has ended, and it is no mere heading."""
        if self.items:
            return True
        if not self.paragraphs or _is_item_heading(self.paragraphs[0]):
            return False
        return not self.paragraphs[-1].rstrip().endswith((":", "："))

    def freeze(self, factory: type[Item]) -> Item:
        return factory(
            self.label,
            "\n".join(self.paragraphs),
            [item.freeze(Item) for item in self.items],
        )


@dataclass(slots=True)
class _ChapterDraft:
    label: str
    title: str
    articles: list[_Node] = field(default_factory=list)


class _Builder:
    """Keeps the open chapter and the open article with its chain of open items."""

    def __init__(self, outline: Outline, warnings: list[ParseWarning]):
        self.outline = outline
        self.warnings = warnings
        self.drafts: list[_ChapterDraft] = []
        self.open: list[_Node] = []
        self.article_numbers = article_sequence(warnings, outline.article is Kind.ARTICLE)
        self.chapter_numbers = {
            kind: chapter_sequence(warnings, kind is Kind.CHAPTER) for kind in outline.chapters
        }
        self.restart_reported = False

    def chapters(self) -> list[Chapter]:
        return [
            Chapter(draft.label, draft.title, [node.freeze(Article) for node in draft.articles])
            for draft in self.drafts
        ]

    def place(self, fragment: Fragment, following: Fragment | None) -> None:
        """`following` is the next fragment that has a number."""
        if fragment.kind is Kind.PART and not fragment.label:
            self._open_named_part(fragment)
        elif fragment.kind in self.outline.chapters:
            self._open_numbered_chapter(fragment)
        elif fragment.kind is Kind.TEXT:
            self._add_text(fragment, following)
        elif fragment.kind is self.outline.article and not self._nests_in_article(fragment):
            self._open_article(fragment)
        else:
            self._open_item(fragment)

    def _nests_in_article(self, fragment: Fragment) -> bool:
        """Whether 1. is an item though 1、 are the articles: it counts from 1 on its own."""
        if fragment.kind is Kind.ARTICLE or not self.open or self.open[0].kind is not fragment.kind:
            return False
        if self.open[0].style == fragment.style:
            return False
        inner = self._depth_of(fragment)
        if inner:
            return self.open[inner].style == fragment.style
        return fragment.number == 1 and self.article_numbers.last > 0

    def _open_chapter(self, label: str, title: str) -> None:
        self.drafts.append(_ChapterDraft(label, close_up(title)))
        self.open = []
        if self.outline.article is not Kind.ARTICLE:
            self.article_numbers.restart()

    def _open_named_part(self, fragment: Fragment) -> None:
        if self._lacks_title() and not fragment.opens_document:
            self.drafts[-1].title = close_up(fragment.text)
            return
        self._open_chapter("", fragment.text)
        if fragment.opens_document:
            self.article_numbers.restart()
            for numbers in self.chapter_numbers.values():
                numbers.restart()

    def _open_numbered_chapter(self, fragment: Fragment) -> None:
        self._open_chapter(fragment.label, fragment.text)
        if fragment.kind is Kind.CHAPTER:
            self.chapter_numbers[Kind.SECTION].restart()
        self.chapter_numbers[fragment.kind].take(
            fragment.number, fragment.inserted, fragment.label, fragment.line
        )

    def _open_article(self, fragment: Fragment) -> None:
        if not self.drafts:
            self._open_chapter("", "")
        first_of_chapter = not self.drafts[-1].articles and len(self.drafts) > 1
        if first_of_chapter and fragment.number == 1 and self.article_numbers.last > 0:
            self._report_restart(fragment)
        self.article_numbers.take(fragment.number, fragment.inserted, fragment.label, fragment.line)
        node = _node_of(fragment)
        self.drafts[-1].articles.append(node)
        self.open = [node]

    def _report_restart(self, fragment: Fragment) -> None:
        self.article_numbers.restart()
        if not self.restart_reported:
            self.restart_reported = True
            message = f"第 {fragment.line} 行：各章的条目编号从头编起，同一编号会出现多次。"
            self.warnings.append(ParseWarning("article_numbers_restart", message, fragment.line))

    def _open_item(self, fragment: Fragment) -> None:
        self._ensure_article(fragment)
        depth = self._depth_of(fragment)
        if depth and not (fragment.number == 1 and self.open[depth].style != fragment.style):
            del self.open[depth:]
        elif not depth and fragment.number not in (None, 1):
            while len(self.open) > 1 and self.open[-1].kind > fragment.kind:
                self.open.pop()
        parent = self.open[-1]
        numbers = parent.item_numbers.setdefault(fragment.kind, item_sequence(self.warnings))
        if fragment.number == 1:
            numbers.restart()
        numbers.take(fragment.number, 0, fragment.label, fragment.line)
        node = _node_of(fragment)
        parent.items.append(node)
        self.open.append(node)

    def _add_text(self, fragment: Fragment, following: Fragment | None) -> None:
        if self._lacks_title() and _may_be_chapter_title(fragment.text):
            self.drafts[-1].title = close_up(fragment.text)
            return
        self._ensure_article(fragment)
        depth = len(self.open) - 1
        if fragment.starts_line and not fragment.continues:
            depth = self._depth_of_paragraph(fragment, following)
        del self.open[depth + 1 :]
        if not self.open[-1].items:
            self.open[-1].paragraphs.append(fragment.text)
            return
        paragraph = _Node(Kind.TEXT, "", paragraphs=[fragment.text])
        self.open[-1].items.append(paragraph)
        if fragment.text.rstrip().endswith((":", "：")):
            self.open.append(paragraph)

    def _depth_of_paragraph(self, fragment: Fragment, following: Fragment | None) -> int:
        """How deep in the chain of open items a paragraph belongs.

        Not above the list that goes on after it; else out of every item that is complete.
        """
        least = self._depth_of_list(following)
        depth = len(self.open) - 1
        while depth > least and self.open[depth].is_complete():
            depth -= 1
        return depth

    def _depth_of_list(self, following: Fragment | None) -> int:
        """The depth of the open item that `following` stands beside; 0 for none."""
        if following is None or following.kind not in ITEM_KINDS or following.number == 1:
            return 0
        return self._depth_of(following)

    def _depth_of(self, fragment: Fragment) -> int:
        """The depth of the open item of the same kind and style, else of the same kind; else 0."""
        found = 0
        for depth in range(1, len(self.open)):
            if self.open[depth].kind is fragment.kind:
                if self.open[depth].style == fragment.style:
                    return depth
                found = depth
        return found

    def _lacks_title(self) -> bool:
        return (
            bool(self.drafts)
            and bool(self.drafts[-1].label)
            and not (self.drafts[-1].title or self.drafts[-1].articles)
        )

    def _ensure_article(self, fragment: Fragment) -> None:
        """Text without a number of its own still needs an article to stand in."""
        if self.open:
            return
        if not self.drafts:
            self._open_chapter("", "")
        if self.outline.article is not None:
            message = f"第 {fragment.line} 行：这段文字前没有条目编号，已单独保留为一条。"
            self.warnings.append(ParseWarning("article_without_number", message, fragment.line))
        node = _Node(Kind.TEXT, "")
        self.drafts[-1].articles.append(node)
        self.open = [node]


def _node_of(fragment: Fragment) -> _Node:
    paragraphs = [fragment.text] if fragment.text else []
    return _Node(fragment.kind, fragment.label, fragment.style, paragraphs)


def _is_item_heading(text: str) -> bool:
    return len(text) <= LONGEST_ITEM_HEADING and not _SENTENCE_MARK.search(text)


def _may_be_chapter_title(text: str) -> bool:
    return len(text) <= LONGEST_CHAPTER_TITLE and not ends_sentence(text)
