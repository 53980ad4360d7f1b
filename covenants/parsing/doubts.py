"""Finds words that need a person: garbled passages and places left to be filled in.

Changes nothing; only warns, once for a run of lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from .dates import EMPTY_DATE
from .document import ParseWarning, SourceLine

LONGEST_QUOTE = 16

_BROKEN = re.compile(
    r"\ufffd|锟斤|斤拷|烫烫烫|屯屯屯|[?？]{4,}"
    r"|(?:[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u0178\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]{1,3}){2,}"
)
_GBK_OF_UTF8 = re.compile(r"[锛銆鈥鐨勬鍜浠鏉绗鍏嶄潙戣悎鐩殑闂鏄涓浜]")
_HAN_RUN = re.compile(r"[\u3400-\u9fff\ue000-\uf8ff€]{4,}")
_FILL_IN = re.compile(
    r"[XxＸｘ×✕]{2,}(?![A-Za-z])|[XxＸｘ×✕○〇]{1,4}(?=[村镇鎮乡鄉县縣市组組社州路街](?![A-Za-z]))"
    r"|[*＊]{2,}(?=\s?[年月日村镇鎮乡鄉县縣市组組社元桌人])|[*＊]{4,}|[_＿]{2,}|某某|[□口]{3,}|□{2,}"
    r"|[（(][\s\u3000]{2,8}[）)]|(?<=[为为過过到于於至])\s{3,20}(?=[元桌天日年月人户])"
)
_FILLER = re.compile(r"[_＿*＊xX×…]")
_LATIN = re.compile(r"[A-Za-z]")
_EMPTY_DATE = re.compile(r"(?<![\d一二三四五六七八九〇○零])(?:\s{0,12}年\s{0,12}月\s{0,12}日)")


def warn_of_doubts(lines: Sequence[SourceLine]) -> list[ParseWarning]:
    """`garbled_text` and `placeholder` warnings for the body lines, in order."""
    warnings = []
    for first, last, found in _runs(lines, garbled_in):
        where = f"第 {first} 行" if first == last else f"第 {first} 至 {last} 行"
        message = f"{where}：有乱码（“{found}”），已原样保留，请对照原文改正。"
        warnings.append(ParseWarning("garbled_text", message, first))
    for first, last, found in _runs(lines, fill_in_of):
        where = f"第 {first} 行" if first == last else f"第 {first} 至 {last} 行"
        message = f"{where}：有待填写的空白或代称（“{found}”），请补全。"
        warnings.append(ParseWarning("placeholder", message, first))
    return warnings


def _runs(lines: Iterable[SourceLine], find) -> Iterator[tuple[int, int, str]]:
    """(first line, last line, what is found first) of each run of lines where `find` finds."""
    run: tuple[int, int, str] | None = None
    for line in lines:
        if not line.text.strip():
            continue
        found = find(line.text)
        if found and run:
            run = (run[0], line.number, run[2])
        elif found:
            run = (line.number, line.number, found)
        elif run:
            yield run
            run = None
    if run:
        yield run


def garbled_in(text: str) -> str:
    """The beginning of a passage that was read in the wrong encoding; "" when there is none."""
    if text.isascii() and "??" not in text:
        return ""
    broken = _BROKEN.search(text)
    if broken:
        return text[broken.start() : broken.start() + LONGEST_QUOTE].strip()
    if _GBK_OF_UTF8.search(text):
        for run in _HAN_RUN.finditer(text):
            if _GBK_OF_UTF8.search(run[0]) and _is_utf8_read_as_gbk(run[0]):
                return run[0][:LONGEST_QUOTE]
    return ""


def _is_utf8_read_as_gbk(run: str) -> bool:
    """Whether the bytes of a run are UTF-8: ordinary words never are, four characters on."""
    try:
        data = run.encode("gb18030")
    except UnicodeEncodeError:
        return False
    read = data.decode("utf-8", errors="replace").rstrip("\ufffd")
    return len(read) >= 2 and "\ufffd" not in read


def fill_in_of(text: str) -> str:
    """What stands for a word still to be filled in (XX, ____, 年 月 日); "" when nothing does."""
    for match in _FILL_IN.finditer(text):
        before = text[match.start() - 1 : match.start()]
        if not (match[0][0] in "Xx" and _LATIN.match(before)):
            return match[0].strip() or "（ ）"
    empty = _EMPTY_DATE.search(text)
    if empty and _stands_for_a_date(text, empty):
        return empty[0].strip()
    vague = EMPTY_DATE.search(text)
    return vague[0].strip() if vague and _FILLER.search(vague[0]) else ""


def _stands_for_a_date(text: str, match: re.Match) -> bool:
    """年 月 日 with blanks, or alone in its line; 年月日 as a word is none."""
    return any(map(str.isspace, match[0].strip())) or text.strip() == match[0].strip()
