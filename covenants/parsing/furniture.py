"""Sets aside what a page printed around the text: running heads and feet, page numbers in a line.

Judges lines by their repetition in the whole source; what it takes out is kept as unplaced text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from .document import ParsedRules, ParseWarning, SourceLine, Unplaced
from .frontmatter import names_rules
from .markers import PART_NAMES, compact, marker_at_start
from .noise import noise_kind
from .wrapping import ends_sentence

LONGEST_RUNNING_LINE = 40
FEWEST_REPEATS = 3
_DIGITS = re.compile(r"\d+")
_PAGE_INSIDE = re.compile(
    r"\s{0,8}(?P<page>[-—–]\s{1,4}\d{1,3}\s{1,4}[-—–]"
    r"|[-—–]?\s?第\s{0,3}\d{1,3}\s{0,3}[页頁]\s{0,3}[,，/／、|]?\s{0,3}共\s{0,3}\d{1,3}\s{0,3}[页頁]\s?[-—–]?)\s{0,8}"
)
_PRINTER = re.compile(r"编印|印制|印发|翻印|[第共]#[页頁]")


def without_furniture(
    lines: Sequence[SourceLine], rules: ParsedRules, titles: Collection[int]
) -> list[SourceLine]:
    """The body lines without site notices, page numbers and running lines.

    `titles` are the numbers of lines that name a further document; they stay. What is taken out
    goes to `rules.unplaced`, with a warning where the text itself was touched.
    """
    noise = [bool(noise_kind(line.text)) for line in lines]
    running = _running_lines(lines, noise)
    kept, title = [], ""
    for line, is_noise in zip(lines, noise, strict=True):
        text, name = line.text.strip(), compact(line.text)
        if line.number in titles:
            title = name
            kept.append(line)
        elif line.generated:
            kept.append(line)
        elif is_noise:
            rules.unplaced.append(Unplaced(text, line.number))
        elif name and name == title:
            _set_aside(line, "running_title", "重复的标题（多为页眉）", rules)
        elif not title and names_rules(text):
            title = name
            kept.append(line)
        elif _DIGITS.sub("#", name) in running:
            _set_aside(line, "running_line", "多次重复的页眉、页脚或水印", rules)
        else:
            kept.append(_without_page_numbers(line, rules))
    return kept


def _running_lines(lines: Sequence[SourceLine], noise: Sequence[bool]) -> set[str]:
    """Short lines that stand in three or more places, at least once where only a page puts them.

    That is beside a page number or in the middle of a sentence; 违者批评教育 below each article is
    said three times by its author.
    """
    filled = [index for index, line in enumerate(lines) if line.text.strip()]
    counts: Counter[str] = Counter()
    printed: set[str] = set()
    before = ""
    for position, index in enumerate(filled):
        line, text = lines[index], lines[index].text.strip()
        name = compact(text)
        key = _DIGITS.sub("#", name)
        if not noise[index] and key != before and not line.generated and _may_run(text, name):
            counts[key] += 1
            around = filled[max(0, position - 1) : position], filled[position + 1 : position + 2]
            if _PRINTER.search(key) or _is_printed(lines, noise, *around):
                printed.add(key)
        before = key
    return {key for key in printed if counts[key] >= FEWEST_REPEATS}


def _is_printed(
    lines: Sequence[SourceLine],
    noise: Sequence[bool],
    above: Sequence[int],
    below: Sequence[int],
) -> bool:
    """Whether a line stands beside a page number, or between two halves of a sentence."""
    if any(noise[index] for index in (*above, *below)):
        return True
    if not above or not below:
        return False
    head, tail = lines[above[0]].text.strip(), lines[below[0]]
    return not ends_sentence(head) and not tail.generated and not marker_at_start(tail.text.strip())


def _may_run(text: str, name: str) -> bool:
    return (
        3 < len(name) <= LONGEST_RUNNING_LINE
        and name not in PART_NAMES
        and not ends_sentence(text)
        and not text.endswith(("，", ","))
        and marker_at_start(text) is None
    )


def _set_aside(line: SourceLine, code: str, what: str, rules: ParsedRules) -> None:
    rules.unplaced.append(Unplaced(line.text.strip(), line.number))
    message = f"第 {line.number} 行：{what}，已移出正文。"
    rules.warnings.append(ParseWarning(code, message, line.number))


def _without_page_numbers(line: SourceLine, rules: ParsedRules) -> SourceLine:
    """A line whose page numbers (- 3 -, 第3页 共8页) between words are set aside."""
    pieces, position = [], 0
    for match in _PAGE_INSIDE.finditer(line.text):
        before = line.text[position : match.start()]
        if not before.strip() and not pieces:
            continue
        if before[-1:].isdigit() or line.text[match.end() : match.end() + 1].isdigit():
            continue
        rules.unplaced.append(Unplaced(match["page"].strip(), line.number))
        pieces.append(before)
        position = match.end()
    if not pieces:
        return line
    message = f"第 {line.number} 行：句中夹有页码，已移出正文，请核对前后文字是否连贯。"
    rules.warnings.append(ParseWarning("page_number_inside", message, line.number))
    return replace(line, text="".join([*pieces, line.text[position:]]))
