"""Finds explained words in a text and marks the first of each on a page. Knows no database."""

import re
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

_NOT_INSIDE = frozenset({"a", "h2", "h3", "h4", "button", "label"})


@dataclass(frozen=True)
class Entry:
    """A word as it is explained; `number` makes its addresses on the page."""

    number: int
    word: str
    explanation: str


class Glossary:
    """The words in force, compiled once: (number, word, explanation, spellings) rows.

    Finding is linear in the text: a place is looked at more closely only where a first character
    fits, and the longest spelling there wins.
    """

    def __init__(self, rows=()):
        by_first: dict[str, list[tuple[str, Entry]]] = {}
        for number, word, explanation, spellings in rows:
            entry = Entry(number, word, explanation)
            for spelling in spellings:
                by_first.setdefault(spelling[0], []).append((spelling, entry))
        for found in by_first.values():
            found.sort(key=lambda pair: -len(pair[0]))
        self._by_first = by_first
        firsts = "".join(map(re.escape, sorted(by_first)))
        self._places = re.compile(f"[{firsts}]") if firsts else None

    def find(self, text: str):
        """Yield (start, end, Entry) of the words in `text`, in order, none inside another."""
        if self._places is None:
            return
        after = 0
        for place in self._places.finditer(text):
            start = place.start()
            if start < after:
                continue
            for spelling, entry in self._by_first[place.group()]:
                if text.startswith(spelling, start):
                    after = start + len(spelling)
                    yield start, after, entry
                    break


@dataclass
class PageGlossary:
    """What one page explains: each word once, where it stands first."""

    glossary: Glossary
    used: list[Entry] = field(default_factory=list)

    def mark(self, text: str) -> str:
        """`text` as HTML, escaped, new words as links to their notes at the page's end."""
        parts, at = [], 0
        for start, end, entry in self.glossary.find(text):
            if entry in self.used:
                continue
            self.used.append(entry)
            parts.append(escape(text[at:start]))
            parts.append(
                f'<a class="term" id="word-{entry.number}" href="#note-{entry.number}" data-term>'
                f"{escape(text[start:end])}</a>"
            )
            at = end
        return "".join([*parts, escape(text[at:])])

    def mark_html(self, html: str) -> str:
        """The same for sanitised HTML: tags stay as they are, links and headings untouched."""
        marker = _HtmlMarker(self)
        marker.feed(html)
        marker.close()
        return "".join(marker.parts)


class _HtmlMarker(HTMLParser):
    def __init__(self, page):
        super().__init__(convert_charrefs=False)
        self.page, self.parts, self.inside = page, [], 0

    def handle_starttag(self, tag, attrs):
        self.inside += tag in _NOT_INSIDE
        self.parts.append(self.get_starttag_text())

    def handle_startendtag(self, tag, attrs):
        self.parts.append(self.get_starttag_text())

    def handle_endtag(self, tag):
        self.inside -= tag in _NOT_INSIDE
        self.parts.append(f"</{tag}>")

    def handle_data(self, data):
        self.parts.append(escape(data, quote=False) if self.inside else self.page.mark(data))

    def handle_entityref(self, name):
        self.parts.append(f"&{name};")

    def handle_charref(self, name):
        self.parts.append(f"&#{name};")
