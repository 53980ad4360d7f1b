"""Computes the numbers that Word prints before paragraphs from numbering.xml and styles.xml.

Only counts; the paragraphs' text is none of its business. Follows ECMA-376 part 1, 17.9.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from .list_formats import format_number
from .word_xml import attribute, child, children, integer, is_on

LEVELS = 9
_LARGEST = 9999
_PLACEHOLDER = re.compile(r"%([1-9])")


@dataclass(slots=True)
class _Level:
    start: int = 1
    format: str = "decimal"
    pattern: str = ""
    text: str = ""
    restart_after: int | None = None
    legal: bool = False


@dataclass(slots=True)
class _List:
    """A w:num: its levels with overrides, and the abstract list whose counters it shares."""

    abstract: str
    levels: dict[int, _Level]
    start_overrides: dict[int, int] = field(default_factory=dict)

    def start(self, level: int) -> int:
        """Where a level begins, at first and whenever a higher one restarts it (17.9.26)."""
        return self.start_overrides.get(level, self.levels[level].start)


class WordNumbering:
    """Gives each numbered paragraph its printed number, in document order."""

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None):
        self._styles = _read_styles(styles)
        self._style_levels: dict[str, tuple[str, int]] = {}
        self._lists = self._read_lists(numbering) if numbering is not None else {}
        self._counters: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()

    def label(self, properties: etree._Element | None) -> str:
        """The number before a paragraph with these w:pPr, "" when it has none.

        Counts on, so it must be called once for each paragraph, in order.
        """
        number_id, level = self._number_of(properties)
        numbered = self._lists.get(number_id)
        if numbered is None or level not in numbered.levels:
            return ""
        self._advance(number_id, numbered, level)
        return self._write(numbered, level)

    def numbers(self, properties: etree._Element | None) -> bool:
        """Whether a paragraph with these w:pPr belongs to a list. Counts nothing."""
        number_id, level = self._number_of(properties)
        numbered = self._lists.get(number_id)
        return numbered is not None and level in numbered.levels

    def _number_of(self, properties: etree._Element | None) -> tuple[str, int]:
        number_id, level = _number_properties(properties)
        style = attribute(child(properties, "pStyle"), "val")
        if not style and self._styles:
            style = self._styles.get("", (None, None, ""))[2]
        if number_id is None:
            style_number, style_level = self._number_of_style(style)
            number_id = style_number
            level = style_level if level is None else level
        return number_id or "0", level or 0

    def _number_of_style(self, style: str) -> tuple[str | None, int | None]:
        """The numbering of a style or of the nearest style it is based on."""
        passed: set[str] = set()
        found_level: int | None = None
        origin = style
        while style in self._styles and style not in passed:
            passed.add(style)
            number_id, level, based_on = self._styles[style]
            found_level = level if found_level is None else found_level
            if number_id is not None:
                linked = self._style_levels.get(origin) or self._style_levels.get(style)
                if found_level is None and linked:
                    found_level = linked[1]
                return number_id, found_level
            style = based_on
        return None, found_level

    def _advance(self, number_id: str, numbered: _List, level: int) -> None:
        counters = self._counters.setdefault(numbered.abstract, {})
        override = numbered.start_overrides.get(level)
        if override is not None and (number_id, level) not in self._begun:
            counters[level] = override
        elif level in counters:
            counters[level] = min(counters[level] + 1, _LARGEST)
        else:
            counters[level] = numbered.start(level)
        self._begun.add((number_id, level))
        for above in range(level):
            if above not in counters and above in numbered.levels:
                counters[above] = numbered.start(above)
        for deeper in range(level + 1, LEVELS):
            lower = numbered.levels.get(deeper)
            # w:lvlRestart names the level (from 1) whose use restarts this one; 0 means never.
            limit = deeper if lower is None or lower.restart_after is None else lower.restart_after
            if level < limit:
                counters.pop(deeper, None)

    def _write(self, numbered: _List, level: int) -> str:
        definition = numbered.levels[level]
        if definition.format == "bullet":
            return "•"
        counters = self._counters[numbered.abstract]

        def write(match: re.Match) -> str:
            wanted = int(match[1]) - 1
            other = numbered.levels.get(wanted)
            if other is None or wanted > level:
                return ""
            list_format = other.format
            if definition.legal and list_format not in {"none", "decimalZero"}:
                list_format = "decimal"
            return format_number(counters.get(wanted, other.start), list_format, other.pattern)

        return _PLACEHOLDER.sub(write, definition.text).strip()

    def _read_lists(self, numbering: etree._Element) -> dict[str, _List]:
        abstracts = {
            attribute(element, "abstractNumId"): element
            for element in children(numbering, "abstractNum")
        }
        by_style = {
            attribute(link, "val"): element
            for element in abstracts.values()
            if (link := child(element, "styleLink")) is not None
        }
        lists = {}
        for element in children(numbering, "num"):
            number_id = attribute(element, "numId")
            abstract_id = attribute(child(element, "abstractNumId"), "val")
            abstract = abstracts.get(abstract_id)
            link = child(abstract, "numStyleLink")
            if link is not None and attribute(link, "val") in by_style:
                abstract = by_style[attribute(link, "val")]
                abstract_id = attribute(abstract, "abstractNumId")
            lists[number_id] = self._read_list(element, number_id, abstract, abstract_id)
        return lists

    def _read_list(
        self,
        element: etree._Element,
        number_id: str,
        abstract: etree._Element | None,
        abstract_id: str,
    ) -> _List:
        numbered = _List(abstract_id, {})
        for level in children(abstract, "lvl"):
            index = _level_index(level)
            numbered.levels[index] = _read_level(level)
            style = attribute(child(level, "pStyle"), "val")
            if style:
                self._style_levels.setdefault(style, (number_id, index))
        for override in children(element, "lvlOverride"):
            index = _level_index(override)
            level = child(override, "lvl")
            if level is not None:
                numbered.levels[index] = _read_level(level)
            start = child(override, "startOverride")
            if start is not None:
                numbered.start_overrides[index] = _bounded(attribute(start, "val"), 1)
        return numbered


def _read_level(element: etree._Element) -> _Level:
    written = _number_format(element)
    list_format = attribute(written, "val") or "decimal"
    restart = child(element, "lvlRestart")
    legal = child(element, "isLgl")
    return _Level(
        start=_bounded(attribute(child(element, "start"), "val"), 0),
        format=list_format,
        pattern=attribute(written, "format"),
        text=attribute(child(element, "lvlText"), "val"),
        restart_after=_bounded(attribute(restart, "val"), 0) if restart is not None else None,
        legal=is_on(legal),
    )


def _number_format(level: etree._Element) -> etree._Element | None:
    """The w:numFmt; formats younger than the standard stand in alternatives beside an old one."""
    for one in children(level, "AlternateContent"):
        found = child(child(one, "Choice"), "numFmt")
        if found is not None:
            return found
    return child(level, "numFmt")


def _read_styles(
    styles: etree._Element | None,
) -> dict[str, tuple[str | None, int | None, str]]:
    """Paragraph styles as id → (numId, ilvl, basedOn); the key "" leads to the default style."""
    found: dict[str, tuple[str | None, int | None, str]] = {}
    if styles is None:
        return found
    for style in children(styles, "style"):
        if attribute(style, "type") not in {"", "paragraph"}:
            continue
        identifier = attribute(style, "styleId")
        number_id, level = _number_properties(child(style, "pPr"))
        found[identifier] = (number_id, level, attribute(child(style, "basedOn"), "val"))
        if attribute(style, "default") in {"1", "true", "on"}:
            found[""] = (None, None, identifier)
    return found


def _number_properties(
    properties: etree._Element | None,
) -> tuple[str | None, int | None]:
    numbering = child(properties, "numPr")
    identifier = child(numbering, "numId")
    level = child(numbering, "ilvl")
    return (
        attribute(identifier, "val") if identifier is not None else None,
        min(_bounded(attribute(level, "val"), 0), LEVELS - 1) if level is not None else None,
    )


def _level_index(element: etree._Element) -> int:
    return min(_bounded(attribute(element, "ilvl"), 0), LEVELS - 1)


def _bounded(value: str, default: int) -> int:
    return min(max(integer(value, default), 0), _LARGEST)
