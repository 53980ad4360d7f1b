"""Reads .txt and .md files: finds the encoding, splits lines, sets Markdown's signs apart.

A file is decoded strictly or refused: a guessed character would be a changed word.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import replace

from ..document import MARKUP, SourceLine
from ..structure import split_lines
from .errors import ReadError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+|\s{0,3}(>{1,3})\s?")
_EMPHASIS = re.compile(r"\*\*|__|`{1,3}|(?<=\s)#{1,6}\s*$")


def read_plain_text(data: bytes, name: str) -> list[SourceLine]:
    """The lines of a text file in UTF-8, UTF-16 or GB18030 (GBK). Raises ReadError."""
    return split_lines(decode(data, name))


def read_markdown(data: bytes, name: str) -> list[SourceLine]:
    """As a text file; heading and emphasis signs become lines of their own (role MARKUP)."""
    lines = []
    for line in split_lines(decode(data, name)):
        signs = []
        text = _HEADING.sub(lambda match, kept=signs: _keep(match, kept), line.text, count=1)
        text = _EMPHASIS.sub(lambda match, kept=signs: _keep(match, kept), text)
        level = len(signs[0]) - 1 if signs and signs[0][0] == "#" else None
        if signs:
            lines.append(SourceLine(" ".join(signs), line.number, role=MARKUP))
        lines.append(replace(line, text=text, heading=level))
    return lines


def decode(data: bytes, name: str) -> str:
    """The text of a file, without its byte order mark. Raises ReadError."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding, name)
    text = _try(data, "utf-8")
    if text is None or "\x00" in text:
        text = _try_unmarked_utf16(data) or _try(data, "gb18030")
    if text is None or _CONTROL.search(text):
        raise _undecodable(name)
    return text


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _try_unmarked_utf16(data: bytes) -> str | None:
    """UTF-16 without a mark, believed only when it has plain line breaks or ASCII on one side."""
    if len(data) % 2:
        return None
    for encoding, position in (("utf-16-le", 1), ("utf-16-be", 0)):
        breaks = "\n".encode(encoding)
        if data[position::2].count(0) and (breaks in data or 4 * data.count(0) > len(data)):
            text = _try(data, encoding)
            if text is not None and not _CONTROL.search(text):
                return text
    return None


def _strictly(data: bytes, encoding: str, name: str) -> str:
    text = _try(data, encoding)
    if text is None:
        raise _undecodable(name)
    return text


def _undecodable(name: str) -> ReadError:
    return ReadError(
        "undecodable",
        name,
        "的文字编码认不出来，或不是文本文件。请用记事本打开，另存为 UTF-8 编码后再上传。",
    )


def _keep(match: re.Match, kept: list[str]) -> str:
    kept.append(match[0].strip())
    return ""
