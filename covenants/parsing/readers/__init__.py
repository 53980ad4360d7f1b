"""Opens a file of any accepted kind and yields its lines; refuses the others in plain words.

Judges a file by its content, never by its name; the name only says how a text without any
signature is meant. Decides nothing about structure.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePath
from typing import BinaryIO

from safety.characters import clean_text

from ..document import ParsedRules, ParseWarning, SourceLine
from ..structure import parse_lines
from .conversion import convert_to_word
from .errors import ReadError
from .hypertext import read_hypertext
from .pdf import read_pdf
from .pictures import Picture, Pictures, pictures_of_word
from .plaintext import read_markdown, read_plain_text
from .reading import Reading
from .recognition import Format, recognise
from .word import read_word

__all__ = [
    "MAX_FILE_BYTES",
    "Picture",
    "Pictures",
    "ReadError",
    "Reading",
    "parse_file",
    "read_file",
    "read_lines",
    "read_pictures",
]

MAX_FILE_BYTES = 20 * 1024 * 1024

_WORD_SUFFIXES = frozenset({".docx", ".docm", ".dotx", ".dotm"})
_CONVERTED = frozenset({Format.OLD_WORD, Format.RICH_TEXT, Format.OPEN_DOCUMENT})
_SUFFIXES = {
    Format.WORD: _WORD_SUFFIXES,
    Format.OLD_WORD: {".doc", ".dot", ".wps", ".wpt"},
    Format.RICH_TEXT: {".rtf"},
    Format.OPEN_DOCUMENT: {".odt", ".ott"},
    Format.PDF: {".pdf"},
    Format.HYPERTEXT: {".html", ".htm", ".mht", ".mhtml"},
}
_NAMES = {
    Format.WORD: "新版 Word 文档（.docx）",
    Format.OLD_WORD: "旧版 Word 或 WPS 文档（.doc）",
    Format.RICH_TEXT: "RTF 文档",
    Format.OPEN_DOCUMENT: "ODT 文档",
    Format.PDF: "PDF 文件",
    Format.HYPERTEXT: "网页文件",
}
_MUST_CONVERT = frozenset({".doc", ".wps", ".wpt", ".rtf", ".pdf", ".odt", ".dot", ".ofd"})


def parse_file(source: str | Path | BinaryIO, name: str | None = None) -> ParsedRules:
    """Read and parse a file. Raises ReadError when it cannot be read."""
    reading = read_file(source, name)
    rules = parse_lines(reading.lines)
    rules.warnings = sorted([*reading.warnings, *rules.warnings], key=lambda one: one.line)
    return rules


def read_lines(source: str | Path | BinaryIO, name: str | None = None) -> list[SourceLine]:
    """As `read_file`, the lines alone."""
    return read_file(source, name).lines


def read_file(source: str | Path | BinaryIO, name: str | None = None) -> Reading:
    """The lines of a file, given as a path or as a binary file object, and what to look at.

    Takes .docx, .txt, .md, PDF with text, web pages, and where LibreOffice is installed .doc, .wps,
    .rtf and .odt. `name` is the name the user knows the file by (default: the path's own).
    Raises ReadError.
    """
    name = _known_name(source, name)
    data = _read_bytes(source, name)
    try:
        found = recognise(data, name)
        reading = _read(data, name, found)
        reading.lines = [
            line if (clean := clean_text(line.text)) == line.text else replace(line, text=clean)
            for line in reading.lines
        ]
    except RecursionError as error:
        raise ReadError(
            "damaged", name, "嵌套得太深，读不了。请把文字复制到新建的 Word 文档，另存后再上传。"
        ) from error
    suffix = PurePath(name).suffix.lower()
    if found in _SUFFIXES and suffix and suffix not in _SUFFIXES[found]:
        message = (
            f"“{name}”的扩展名与内容不符，其实是{_NAMES[found]}，已按实际内容读取。请对照原件核对。"
        )
        reading.warnings.insert(0, ParseWarning("mislabelled", message, 1))
    return reading


def read_pictures(source: str | Path | BinaryIO, name: str | None = None) -> Pictures:
    """The pictures inside a .docx in reading order; none for any other file. Raises ReadError."""
    name = _known_name(source, name)
    data = _read_bytes(source, name)
    return pictures_of_word(data, name) if recognise(data, name) is Format.WORD else Pictures()


def _read(data: bytes, name: str, found: Format) -> Reading:
    if found is Format.WORD:
        return read_word(data, name)
    if found in _CONVERTED:
        return _read_converted(convert_to_word(data, name, found.value), name)
    if found is Format.PDF:
        return read_pdf(data, name)
    if found is Format.HYPERTEXT:
        return Reading(read_hypertext(data, name))
    return Reading(_read_text(data, name))


def _read_converted(data: bytes, name: str) -> Reading:
    """The lines of a file that LibreOffice made a .docx of; its pictures are not kept."""
    reading = read_word(data, name)
    held = pictures_of_word(data, name)
    if number := len(held.pictures) + held.left_out:
        message = (
            f"“{name}”里有 {number} 张图片，旧格式的图片没有取出来。"
            "要留图片，请用 Word 或 WPS 另存为 .docx 再上传，或以后把图片单独放进附件。"
        )
        reading.warnings.append(ParseWarning("pictures_left", message, 1))
    return reading


def _read_text(data: bytes, name: str) -> list[SourceLine]:
    suffix = PurePath(name).suffix.lower()
    if suffix in {".md", ".markdown"}:
        return read_markdown(data, name)
    if suffix in {".txt", ".text", ""}:
        return read_plain_text(data, name)
    if suffix in _WORD_SUFFIXES:
        raise ReadError(
            "not_word",
            name,
            "不是有效的 Word 文档（可能只是改了扩展名，或没有传完整）。"
            "请用 Word 或 WPS 打开原文件，另存为 .docx 后再上传。",
        )
    if suffix in _MUST_CONVERT:
        raise ReadError(
            "must_convert",
            name,
            "的内容与扩展名不符，或已损坏。"
            "请用 Word 或 WPS 打开，另存为 .docx 后再上传，或复制文字粘贴。",
        )
    raise ReadError(
        "unknown_format", name, "不是支持的格式。请上传 .docx 或 .txt 文件，或直接粘贴文字。"
    )


def _known_name(source: str | Path | BinaryIO, name: str | None) -> str:
    if name is None:
        own = source if isinstance(source, str | Path) else getattr(source, "name", "")
        name = str(own) if isinstance(own, str | Path) else ""
    return PurePath(name).name or "文件"


def _read_bytes(source: str | Path | BinaryIO, name: str) -> bytes:
    try:
        if isinstance(source, str | Path):
            with Path(source).open("rb") as stream:
                data = stream.read(MAX_FILE_BYTES + 1)
        else:
            data = source.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise ReadError("unreadable", name, "打不开，请检查文件是否存在、是否有权读取。") from error
    if len(data) > MAX_FILE_BYTES:
        megabytes = MAX_FILE_BYTES // (1024 * 1024)
        raise ReadError(
            "too_large",
            name,
            f"超过 {megabytes} MB。请删去文件里的图片，或只保留文字，另存后再上传。",
        )
    if not data:
        raise ReadError("empty_file", name, "是空文件。请检查是否选错了文件。")
    return data
