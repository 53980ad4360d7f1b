"""Reads a web page or a saved message with one (.mht): its words, a block to a line.

Many offices' systems hand out such pages under the name .doc. Nothing a page points to is fetched.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator

from lxml import etree

from ..document import SourceLine
from .errors import ReadError
from .plaintext import decode

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.IGNORECASE)
_CHINESE = {"gb2312", "gbk", "gb_2312-80", "x-gbk", "cp936"}
_LEFT_OUT = frozenset({"script", "style", "title", "template", "noscript", "select", "xml"})
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd",
     "div", "dl", "dt", "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5",
     "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody",
     "tfoot", "thead", "tr", "ul"}
)  # fmt: skip
_HEADINGS = {f"h{number}": number - 1 for number in range(1, 5)}
_CELLS = frozenset({"td", "th"})
_BLANKS = re.compile(r"[ \t\r\n]+")
_ADVICE = "请用浏览器或 Word 打开，复制文字粘贴到本站。"


def read_hypertext(data: bytes, name: str) -> list[SourceLine]:
    """The lines of an HTML or MHTML file. Raises ReadError."""
    content, charset = _page_of_message(data)
    text = _decoded(content, charset, name)
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReadError("damaged", name, f"读不出文字。{_ADVICE}") from error
    if root is None:
        raise ReadError("damaged", name, f"里没有文字。{_ADVICE}")
    filled = (line for line in _lines(root) if line[0].strip())
    return [
        SourceLine(text, number, heading=level)
        for number, (text, level) in enumerate(filled, start=1)
    ]


def _page_of_message(data: bytes) -> tuple[bytes, str]:
    """The first page of an MHTML message with its charset; other data as it is."""
    if b"MIME-Version:" not in data[:8192] and b"mime-version:" not in data[:8192].lower():
        return data, ""
    for part in email.message_from_bytes(data).walk():
        if part.get_content_type() in {"text/html", "application/xhtml+xml"}:
            content = part.get_payload(decode=True)
            if content:
                return content, part.get_content_charset() or ""
    return data, ""


def _decoded(data: bytes, charset: str, name: str) -> str:
    found = _CHARSET.search(data[:8192])
    charset = (charset or (found[1].decode("ascii") if found else "")).lower()
    charset = "gb18030" if charset in _CHINESE else charset
    try:
        return data.decode(charset) if charset else decode(data, name)
    except (LookupError, UnicodeDecodeError):
        return decode(data, name)


def _lines(root: etree._Element) -> Iterator[tuple[str, int | None]]:
    """(text, level of the heading it stands in) of each line, blank ones too."""
    pieces: list[str] = []
    heading = None
    for words, level in _words(root):
        first, *others = words.split("\n")
        pieces.append(first)
        heading = level if first.strip() else heading
        for piece in others:
            yield "".join(pieces).strip("\t "), heading
            pieces, heading = [piece], level if piece.strip() else None
    yield "".join(pieces).strip("\t "), heading


def _words(root: etree._Element) -> Iterator[tuple[str, int | None]]:
    """All words, each with the level of the heading around it (h1: 0), None outside of any.

    Line breaks stand around blocks; cells of a row stand on one line.
    """
    left_out, levels = 0, []
    for event, node in etree.iterwalk(root, events=("start", "end")):
        tag = node.tag.rpartition(":")[2] if isinstance(node.tag, str) else ""
        inside = levels[-1] if levels else None
        if event == "start":
            left_out += tag in _LEFT_OUT
            if tag in _BLOCKS:
                yield "\n", None
            if tag in _HEADINGS:
                inside = _HEADINGS[tag]
                levels.append(inside)
            if node.text and not left_out:
                yield _closed_up(node.text), inside
        else:
            left_out -= tag in _LEFT_OUT
            if tag in _HEADINGS:
                levels.pop()
                inside = levels[-1] if levels else None
            if tag in _BLOCKS:
                yield "\n", None
            elif tag in _CELLS:
                yield "\t", None
            if node.tail and not left_out:
                yield _closed_up(node.tail), inside


def _closed_up(text: str) -> str:
    """Blanks as a browser shows them; a line break between two Han characters is none."""

    def blank(match: re.Match) -> str:
        start, end = match.span()
        before, after = text[max(start - 1, 0) : start], text[end : end + 1]
        broken = "\n" in match[0] and before > "\u2e7f" and after > "\u2e7f"
        return "" if broken else " "

    return _BLANKS.sub(blank, text)
