"""What one paragraph of a Word file says: visible text, deleted text, and what stands beside it.

Knows runs, fields and tracked changes; nothing of lists, tables or the order of paragraphs.
"""

from __future__ import annotations

import re

from lxml import etree

from .word_xml import attribute, child, children, integer, is_on, local_name

SKIPPED = frozenset(
    {"pPr", "rPr", "tblPr", "trPr", "tcPr", "sectPr", "sdtPr", "sdtEndPr", "fldData", "proofErr",
     "softHyphen"}
)  # fmt: skip
_BREAKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_CODES = {"instrText", "delInstrText"}
_CHANGES = {"ins", "del", "moveFrom", "moveTo"}
_ENCLOSED = re.compile(r"\\o\s*\\a[cd]\s*\((.*)\)\s*$", re.IGNORECASE | re.DOTALL)
_CIRCLES = ((1, 0x2460, 20), (21, 0x3251, 15), (36, 0x32B1, 15))
_HAN_DIGITS = "一二三四五六七八九十"
# Wingdings writes these at private code points; they number or tick, so they must be readable.
_WINGDINGS = {0xFC: "√", 0xFE: "☑", 0xA8: "□", 0x6F: "□", 0x6C: "●", 0x6E: "■", 0x75: "◆"} | {
    code: chr(0x2460 + code - 0x81) for code in range(0x81, 0x8B)
} | {code: chr(0x2776 + code - 0x8C) for code in range(0x8C, 0x96)}  # fmt: skip


class ParagraphText:
    """A w:p taken apart.

    `visible` has "\\n" at line breaks. `deleted` is what tracked changes took away, `aside` hidden
    text and phonetic guides. `boxes` are w:txbxContent elements, `art` texts of WordArt.
    `mark_deleted`: the end of the paragraph was deleted, so the next one goes on in it.
    """

    def __init__(self, paragraph: etree._Element):
        self._visible: list[str] = []
        self._deleted: list[str] = []
        self._aside: list[str] = []
        self._fields: list[_Field] = []
        self.boxes: list[etree._Element] = []
        self.art: list[str] = []
        mark = child(child(paragraph, "pPr"), "rPr")
        self.mark_deleted = child(mark, "del") is not None or child(mark, "moveFrom") is not None
        self.is_changed = self.mark_deleted
        self._walk(paragraph, self._visible)
        # A field that never shows where its code ends would otherwise swallow the paragraph.
        for field in self._fields:
            self._visible += field.words

    @property
    def visible(self) -> str:
        return "".join(self._visible)

    @property
    def deleted(self) -> str:
        return "".join(self._deleted)

    @property
    def aside(self) -> str:
        return "".join(self._aside)

    def _walk(self, element: etree._Element, into: list[str]) -> None:
        for node in element:
            name = local_name(node)
            if name in _CODES or (name == "t" and self._in_code):
                if self._in_code:
                    self._fields[-1].take("".join(node.itertext()), is_word=name == "t")
            elif name in {"t", "delText"}:
                # A comment inside w:t splits its text into this element's text and its tails.
                into.append("".join(node.itertext()).replace("\n", " "))
            elif name in _BREAKS:
                into.append(_BREAKS[name])
            elif name == "sym":
                into.append(_symbol(node))
            elif name == "fldChar":
                self._mark_field(node, into)
            elif name in _CHANGES:
                self.is_changed = True
                self._walk(node, self._deleted if name in {"del", "moveFrom"} else into)
            elif name == "rt" or (name == "r" and is_on(child(child(node, "rPr"), "vanish"))):
                self._walk(node, self._aside)
            elif name == "txbxContent":
                self.boxes.append(node)
            elif name == "textpath":
                self.art.append(attribute(node, "string"))
            elif name == "AlternateContent":
                self._walk(chosen_alternative(node), into)
            elif name and name not in SKIPPED:
                self._walk(node, into)

    @property
    def _in_code(self) -> bool:
        return bool(self._fields) and self._fields[-1].in_code

    def _mark_field(self, node: etree._Element, into: list[str]) -> None:
        """Begin, middle or end of a field; one that never has a middle shows no text of its own."""
        position = attribute(node, "fldCharType")
        if position == "begin":
            self._fields.append(_Field(child(node, "ffData")))
        elif position == "separate" and self._fields:
            self._aside += self._fields[-1].words
            self._fields[-1].words = []
            self._fields[-1].in_code = False
        elif position == "end" and self._fields:
            field = self._fields.pop()
            if field.in_code:
                shown = field.shown()
                if not shown:
                    self._aside += field.words
                (self._fields[-1].code if self._in_code else into).append(shown)


class _Field:
    """A field (w:fldChar) between its begin and its end; `words` are texts amid its code."""

    def __init__(self, form: etree._Element | None):
        self.in_code = True
        self.code: list[str] = []
        self.words: list[str] = []
        self._form = form

    def take(self, text: str, *, is_word: bool) -> None:
        self.code.append(text)
        if is_word:
            self.words.append(text)

    def shown(self) -> str:
        """What Word draws for a field without a result: enclosed characters, form fields."""
        code = "".join(self.code).strip()
        if code[:3].lower() == "eq ":
            return _enclosed(code)
        chosen = child(self._form, "ddList")
        if chosen is not None:
            entries = [attribute(entry, "val") for entry in children(chosen, "listEntry")]
            at = integer(attribute(child(chosen, "result"), "val"), 0)
            return entries[at] if 0 <= at < len(entries) else ""
        box = child(self._form, "checkBox")
        if box is not None:
            marked = child(box, "checked")
            return "☑" if is_on(marked if marked is not None else child(box, "default")) else "☐"
        return ""


def chosen_alternative(node: etree._Element) -> etree._Element:
    """One of the alternatives of mc:AlternateContent, as they hold the same text more than once.

    The first that has any text; without one the first.
    """
    alternatives = [*children(node, "Choice"), *children(node, "Fallback")]
    for one in alternatives:
        if any(local_name(inner) in {"t", "textpath"} for inner in one.iter()):
            return one
    return alternatives[0] if alternatives else etree.Element("none")


def _enclosed(code: str) -> str:
    """带圈字符: EQ \\o\\ac(○,12) as ⑫; of any other formula its words."""
    match = _ENCLOSED.search(code)
    inner = match[1] if match else code[3:]
    if not match:
        return re.sub(r"\\[a-z*]+", "", inner, flags=re.IGNORECASE).strip()
    word = re.split(r"[,，;；]", inner)[-1].strip()
    if word.isascii() and word.isdecimal() and len(word) < 3:
        number = int(word)
        for first, code_point, count in _CIRCLES:
            if first <= number < first + count:
                return chr(code_point + number - first)
    if word and word in _HAN_DIGITS:
        return chr(0x3280 + _HAN_DIGITS.index(word))
    return word


def _symbol(node: etree._Element) -> str:
    """A w:sym as the character it names; other private codes stay as they are."""
    try:
        code = int(attribute(node, "char"), 16)
    except ValueError:
        return ""
    if attribute(node, "font").lower() == "wingdings" and code & 0xFF in _WINGDINGS:
        return _WINGDINGS[code & 0xFF]
    return chr(code) if 0x20 <= code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else ""
