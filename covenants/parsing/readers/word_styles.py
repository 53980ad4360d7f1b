"""Which paragraphs of a Word file are set as headings. Knows styles, no text."""

from __future__ import annotations

import re

from lxml import etree

from .word_xml import attribute, child, children, integer

_HEADING = re.compile(r"(?:heading|标题) ?([1-9])", re.IGNORECASE)
_BODY_TEXT = 9
"""The outline level that Word gives to text that is no heading."""


class WordStyles:
    """Reads the outline level of paragraphs from styles.xml."""

    def __init__(self, styles: etree._Element | None):
        self._styles: dict[str, tuple[int | None, str]] = {}
        for style in children(styles, "style"):
            named = _HEADING.fullmatch(attribute(child(style, "name"), "val"))
            level = _outline_level(child(style, "pPr"))
            if level is None and named:
                level = int(named[1]) - 1
            based_on = attribute(child(style, "basedOn"), "val")
            self._styles[attribute(style, "styleId")] = (level, based_on)

    def heading_level(self, properties: etree._Element | None) -> int | None:
        """0 for 标题 1, 1 for 标题 2 …; None where a paragraph with these w:pPr is no heading."""
        level = _outline_level(properties)
        style = attribute(child(properties, "pStyle"), "val")
        passed: set[str] = set()
        while level is None and style in self._styles and style not in passed:
            passed.add(style)
            level, style = self._styles[style]
        return level if level is not None and 0 <= level < _BODY_TEXT else None


def _outline_level(properties: etree._Element | None) -> int | None:
    written = child(properties, "outlineLvl")
    return None if written is None else integer(attribute(written, "val"), _BODY_TEXT)
