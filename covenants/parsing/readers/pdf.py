"""Reads a PDF that holds text; tells a scan from it. The library runs in a process of its own."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from safety.files.pdf import PdfUnreadable, pdf_pages

from ..document import BODY, HEADER, ParseWarning, SourceLine
from .errors import ReadError
from .reading import Reading

MOST_PAGES = 500
MOST_CHARACTERS = 2_000_000
FEWEST_CHARACTERS = 12
"""A page with a picture and fewer characters than this is a photographed page with a stamp."""

_LINE = re.compile(r"\r\n|[\r\n\x0b\x0c]")
_DIGITS = re.compile(r"[\d\s]+")
# Some writers name a character by its radical (⼀ for 一), which looks the same and never matches.
_RADICALS = re.compile("[\u2e80-\u2fdf]")
_PROBLEMS = {
    "encrypted": "设有打开密码。请取消密码后再上传，或复制文字粘贴。",
    "damaged": "不是有效的 PDF，或文件已损坏。"
    "请打开原来的文件，另存为 .docx 后再上传，或复制文字粘贴。",
    "too_long": "太长了，不像一份规约。请只保留规约的几页，另存后再上传。",
}
SCAN = (
    "是扫描件或照片，里面没有文字，本站认不出字。请找原来的 Word 文件上传，"
    "或把文字打出来粘贴；扫描件可以作为附件放在文字旁边。"
)


def read_pdf(data: bytes, name: str) -> Reading:
    """The lines of a text PDF; running heads and feet get the role HEADER. Raises ReadError."""
    pages = _pages(data, name)
    scanned = [number for number, page in enumerate(pages, start=1) if _is_scanned(page)]
    if not pages or len(scanned) == len(pages) or not any(p["text"].strip() for p in pages):
        raise ReadError("scan", name, SCAN)
    texts = [
        [
            _RADICALS.sub(lambda m: unicodedata.normalize("NFKC", m[0]), line).rstrip()
            for line in _LINE.split(page["text"].replace("\ufffe", ""))
        ]
        for page in pages
    ]
    lines = []
    for text, margin in zip(texts, _margins(texts), strict=True):
        for position, line in enumerate(text):
            role = HEADER if position in margin else BODY
            lines.append(SourceLine(line, len(lines) + 1, role=role))
    warnings = []
    if scanned:
        listed = "、".join(map(str, scanned[:10])) + (" 等" if len(scanned) > 10 else "")
        message = f"“{name}”第 {listed}页是图片，没有文字，请对照原件补上。"
        warnings.append(ParseWarning("scanned_pages", message, 1))
    return Reading(lines, warnings)


def _pages(data: bytes, name: str) -> list[dict]:
    try:
        return pdf_pages(data, MOST_PAGES, MOST_CHARACTERS)
    except PdfUnreadable as error:
        raise ReadError(error.code, name, _PROBLEMS[error.code]) from error


def _is_scanned(page: dict) -> bool:
    return page["has_picture"] and len("".join(page["text"].split())) < FEWEST_CHARACTERS


def _margins(pages: list[list[str]]) -> list[set[int]]:
    """For each page the positions of its first and last line where most pages have the same.

    Page numbers differ, so digits do not count; a line of digits only is told by the parser.
    """
    edges = []
    for page in pages:
        filled = [position for position, line in enumerate(page) if line.strip()]
        edges.append({at: _DIGITS.sub("", page[at]) for at in filled[:1] + filled[-1:]})
    common = Counter(text for edge in edges for text in set(edge.values()) if text)
    least = max(3, len(pages) // 2)
    return [{at for at, text in edge.items() if common[text] >= least} for edge in edges]
