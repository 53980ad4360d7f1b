"""What goes into the parser and what comes out of it: plain data, no behaviour of its own.

May not import Django, and may not decide anything about a text.
"""

from __future__ import annotations

from dataclasses import dataclass, field

BODY = "body"
HEADER = "header"
NOTE = "note"
COMMENT = "comment"
DELETED = "deleted"
MARKUP = "markup"


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One line of a source: a line of a text file, or a paragraph of a Word file.

    `number` counts from 1. `generated` is numbering that Word's list style printed before the
    text (第一条) and that stands nowhere in the file itself. `role` says what the line is in
    its file: only BODY lines are structured, the others are kept as unplaced text. A BODY line
    with blank text marks the end of a paragraph. `heading` is the level at which the line is set
    as a heading (0: Word's 标题 1, a page's h1), None for any other line.
    """

    text: str
    number: int
    generated: str = ""
    role: str = BODY
    heading: int | None = None


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Text that belongs to no article: page number, site notice, footnote, markup."""

    text: str
    line: int

    def as_dict(self) -> dict:
        return {"text": self.text, "line": self.line}


@dataclass(frozen=True, slots=True)
class ParseWarning:
    """Something an editor should look at. `code` is stable snake_case, `message` Chinese."""

    code: str
    message: str
    line: int

    def as_dict(self) -> dict:
        return {"code": self.code, "message": self.message, "line": self.line}


@dataclass(slots=True)
class Item:
    """项 or 目: `label` as written (（一）, 1.), paragraphs of `text` separated by a newline.

    An empty label means a 款 that stands after or between the items of what holds it; its own
    `items` are the list it introduces.
    """

    label: str
    text: str
    items: list[Item] = field(default_factory=list)

    def as_dict(self) -> dict:
        return {
            "label": self.label,
            "text": self.text,
            "items": [item.as_dict() for item in self.items],
        }


@dataclass(slots=True)
class Article(Item):
    """条: `label` without blanks (第二十条之一, or 一、 where those are the articles).

    An empty label means text that stands in the body without a number.
    """


@dataclass(slots=True)
class Chapter:
    """章 (or 节, or a named part): empty label and title for articles before any chapter."""

    label: str
    title: str
    articles: list[Article] = field(default_factory=list)

    def as_dict(self) -> dict:
        return {
            "label": self.label,
            "title": self.title,
            "articles": [article.as_dict() for article in self.articles],
        }


@dataclass(frozen=True, slots=True)
class Adoption:
    """When and by whom a text says it was adopted.

    `date` is ISO as far as known (2023-05-01, 2023-05, 2023) or None; `body` "" when not named.
    """

    date: str | None = None
    body: str = ""

    def as_dict(self) -> dict:
        return {"date": self.date, "body": self.body}


@dataclass(slots=True)
class ParsedRules:
    """A whole text in its parts.

    Every non-blank character of the source stands in exactly one of title, preamble, chapters,
    closing and unplaced; `adopted` and `warnings` only repeat or explain.
    """

    title: str = ""
    preamble: str = ""
    chapters: list[Chapter] = field(default_factory=list)
    closing: str = ""
    adopted: Adoption = field(default_factory=Adoption)
    unplaced: list[Unplaced] = field(default_factory=list)
    warnings: list[ParseWarning] = field(default_factory=list)

    @property
    def articles(self) -> list[Article]:
        """All articles in reading order."""
        return [article for chapter in self.chapters for article in chapter.articles]

    def as_dict(self) -> dict:
        """The JSON of `manage.py parse_rules --json`."""
        return {
            "title": self.title,
            "preamble": self.preamble,
            "chapters": [chapter.as_dict() for chapter in self.chapters],
            "articles": len(self.articles),
            "closing": self.closing,
            "adopted": self.adopted.as_dict(),
            "unplaced": [entry.as_dict() for entry in self.unplaced],
            "warnings": [warning.as_dict() for warning in self.warnings],
        }
