"""Turns lines into parsed rules: sets aside what is no part of the text, then places the rest.

Only orders the steps; each step stands in a module of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from .adoption import closing_start, is_signature, read_adoption, signature_start
from .assembly import build_chapters
from .document import BODY, MARKUP, ParsedRules, ParseWarning, SourceLine, Unplaced
from .documents import DocumentStart, document_starts
from .doubts import warn_of_doubts
from .fragments import Fragment, read_fragments
from .frontmatter import FrontMatter, names_rules, read_front_matter
from .furniture import without_furniture
from .headings import believe_headings, heading_of_text
from .markers import HEADING_KINDS, Kind, compact
from .outline import read_outline
from .parts import is_part_name, name_parts, names_first_part
from .wrapping import cuts_label

LONGEST_CONTENTS = 400
"""How many entries a table of contents may have."""

LONGEST_CLOSING = 24
"""How many of the last unnumbered lines are searched for a closing."""

_LINE_BREAK = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+"
)
_TABLE_OF_CONTENTS = {"目录", "目錄", "目次"}
_UNNUMBERED = (Kind.TEXT, Kind.PART)
_DOTS_AND_PAGE = re.compile(r"[.．…·。-]{0,200}[(（]?\d{0,4}[)）]?$")


def split_lines(text: str) -> list[SourceLine]:
    """The lines of a text, numbered from 1; blank ones stay, as they end paragraphs."""
    return [
        SourceLine(line, number, heading=heading_of_text(line))
        for number, line in enumerate(_LINE_BREAK.split(text), start=1)
    ]


def parse_text(text: str) -> ParsedRules:
    """Parse a pasted text."""
    return parse_lines(split_lines(text))


def parse_lines(lines: Sequence[SourceLine]) -> ParsedRules:
    """Parse lines that a reader has read. Never raises for any content."""
    rules = ParsedRules()
    body, titles = _join_titles(lines, document_starts(lines), rules)
    body = _set_aside(body, rules)
    body = without_furniture(body, rules, titles)
    rules.warnings += warn_of_doubts(body)
    body, told = believe_headings(_mend_labels(body), titles)
    rules.warnings += told
    fragments = _join_wrapped(read_fragments(body, titles))
    fragments = _without_table_of_contents(fragments, rules)
    _place(fragments, rules)
    rules.unplaced.sort(key=lambda entry: entry.line)
    rules.warnings.sort(key=lambda warning: warning.line)
    return rules


def _place(fragments: list[Fragment], rules: ParsedRules) -> None:
    start = next(
        (i for i, f in enumerate(fragments) if f.kind is not Kind.TEXT or is_part_name(f)),
        len(fragments),
    )
    front = read_front_matter(fragments[:start])
    rules.title = front.title
    rules.unplaced += [Unplaced(fragment.text, fragment.line) for fragment in front.aside]
    body = fragments[start:]
    if not body:
        body, front.preamble = front.preamble, []
        _warn_without_numbering(body, rules)
    body = _without_running_title(body, rules)
    body, closing = _split_closing(body)
    outline = read_outline(body)
    body = name_parts(body, outline, front.preamble[-1] if front.preamble else None)
    if front.preamble and names_first_part(front.preamble[-1], body):
        body = [replace(front.preamble.pop(), kind=Kind.PART), *body]
    rules.preamble = "\n".join(fragment.text for fragment in front.preamble)
    rules.closing = "\n".join(closing)
    rules.chapters = build_chapters(body, outline, rules.warnings)
    rules.adopted = read_adoption(closing, _front_lines(front), _last_lines(rules))


def _join_titles(
    lines: Sequence[SourceLine], starts: Sequence[DocumentStart], rules: ParsedRules
) -> tuple[Sequence[SourceLine], set[int]]:
    """The lines with each further document's title on one line, and the numbers of those lines."""
    if not starts:
        return lines, set()
    joined: list[SourceLine] = []
    titles, begin = set(), 0
    for start in starts:
        joined += lines[begin : start.first]
        heads = [line.text.strip() for line in lines[start.first : start.title + 1]]
        title = replace(lines[start.title], text="".join(heads))
        joined.append(title)
        titles.add(title.number)
        begin = start.title + 1
        message = f"第 {title.number} 行：从“{title.text[:20]}”起像是另一份文件，请分开整理。"
        rules.warnings.append(ParseWarning("several_documents", message, title.number))
    return [*joined, *lines[begin:]], titles


def _set_aside(lines: Sequence[SourceLine], rules: ParsedRules) -> list[SourceLine]:
    """The body lines; everything else goes to `rules.unplaced`."""
    body, markup, invisible = [], [], []
    for line in lines:
        if line.role == MARKUP:
            markup.append(line)
            continue
        if line.role != BODY:
            if line.text.strip():
                rules.unplaced.append(Unplaced(line.text.strip(), line.number))
            continue
        hidden = "".join(_INVISIBLE.findall(line.text))
        if hidden:
            invisible.append(replace(line, text=hidden))
            line = replace(line, text=_INVISIBLE.sub("", line.text))
        body.append(line)
    for kept in (markup, invisible):
        if kept:
            rules.unplaced.append(Unplaced(" ".join(line.text for line in kept), kept[0].number))
    if invisible:
        count = sum(len(line.text) for line in invisible)
        message = (
            f"第 {invisible[0].number} 行起：正文夹有 {count} 个看不见的控制字符，已移出正文。"
        )
        rules.warnings.append(ParseWarning("invisible_characters", message, invisible[0].number))
    return body


def _mend_labels(lines: Sequence[SourceLine]) -> list[SourceLine]:
    """The lines with those joined between which a margin cut a label in two."""
    mended: list[SourceLine] = []
    last: int | None = None
    pieces: dict[int, list[str]] = {}
    for line in lines:
        if last is not None and not line.generated and line.text.strip():
            head = pieces[last][-1] if last in pieces else mended[last].text
            if cuts_label(head, line.text):
                pieces.setdefault(last, [head.rstrip()]).append(line.text.strip())
                continue
        if line.text.strip() or line.generated:
            last = len(mended)
        mended.append(line)
    for index, parts in pieces.items():
        mended[index] = replace(mended[index], text="".join(parts))
    return mended


def _join_wrapped(fragments: Sequence[Fragment]) -> list[Fragment]:
    """Fragments with the hard-wrapped lines that continue them joined on."""
    groups: list[list[Fragment]] = []
    structured = False
    for fragment in fragments:
        structured = structured or fragment.kind is not Kind.TEXT
        if groups and fragment.continues and _takes_continuation(groups[-1], fragment, structured):
            groups[-1].append(fragment)
        else:
            groups.append([fragment])
    return [
        group[0] if len(group) == 1 else replace(group[0], text=_join([f.text for f in group]))
        for group in groups
    ]


def _takes_continuation(group: list[Fragment], fragment: Fragment, structured: bool) -> bool:
    first = group[0]
    if first.kind in HEADING_KINDS or is_signature(fragment.text):
        return False
    return structured or not names_rules(group[-1].text)


def _join(texts: Sequence[str]) -> str:
    """Lines put together; a blank only between two Latin words."""
    joined = [texts[0]]
    for before, after in zip(texts, texts[1:], strict=False):
        if before[-1:].isascii() and before[-1:].isalnum() and after[:1].isascii():
            joined.append(" " if after[:1].isalpha() else "")
        joined.append(after)
    return "".join(joined)


def _without_table_of_contents(fragments: list[Fragment], rules: ParsedRules) -> list[Fragment]:
    """Sets aside what stands between 目录 and the place where its first entry comes again."""
    begin = next(
        (i for i, f in enumerate(fragments) if compact(f.text) in _TABLE_OF_CONTENTS), None
    )
    if begin is None or begin + 1 >= len(fragments):
        return fragments
    end = _end_of_contents(fragments, begin + 1)
    if end is None:
        return fragments
    listed = fragments[begin:end]
    rules.unplaced += [Unplaced(f"{f.label} {f.text}".strip(), f.line) for f in listed]
    message = f"第 {listed[0].line} 行：目录不是正文，已移出。"
    rules.warnings.append(ParseWarning("table_of_contents", message, listed[0].line))
    return fragments[:begin] + fragments[end:]


def _end_of_contents(fragments: list[Fragment], first: int) -> int | None:
    entry = fragments[first]
    name = _entry_name(entry)
    for index in range(first + 1, min(first + LONGEST_CONTENTS, len(fragments))):
        fragment = fragments[index]
        if fragment.kind in _UNNUMBERED and name and compact(fragment.text) == name:
            return index
        same_number = fragment.kind is entry.kind and fragment.number == entry.number
        if same_number and (entry.kind is Kind.CHAPTER or _entry_name(fragment) == name):
            return index
    return None


def _entry_name(fragment: Fragment) -> str:
    """An entry without dots and the page number."""
    return _DOTS_AND_PAGE.sub("", compact(fragment.text))


def _without_running_title(body: list[Fragment], rules: ParsedRules) -> list[Fragment]:
    """Sets aside lines that only repeat the title, as page headers in copied text do."""
    title = compact(rules.title)
    kept = []
    for fragment in body:
        repeats = fragment.kind is Kind.TEXT and fragment.starts_line and title
        if repeats and compact(fragment.text) == title:
            rules.unplaced.append(Unplaced(fragment.text, fragment.line))
            message = f"第 {fragment.line} 行：重复的标题（多为页眉），已移出正文。"
            rules.warnings.append(ParseWarning("running_title", message, fragment.line))
        else:
            kept.append(fragment)
    return kept


def _split_closing(body: list[Fragment]) -> tuple[list[Fragment], list[str]]:
    """The body without its closing, and the closing's lines."""
    last = next((i for i in range(len(body) - 1, -1, -1) if body[i].kind is not Kind.TEXT), -1)
    first = max(last + 1, len(body) - LONGEST_CLOSING)
    trailing = [fragment.text for fragment in body[first:]]
    split = first + closing_start(trailing)
    closing = [fragment.text for fragment in body[split:]]
    body = body[:split]
    if body and body[-1].kind not in HEADING_KINDS:
        cut = signature_start(body[-1].text)
        signature = body[-1].text[cut:].strip()
        if signature:
            body[-1] = replace(body[-1], text=body[-1].text[:cut].rstrip())
            closing.insert(0, signature)
    return body, closing


def _front_lines(front: FrontMatter) -> list[str]:
    return [front.title, *(fragment.text for fragment in front.preamble)]


def _last_lines(rules: ParsedRules) -> list[str]:
    """The paragraphs of the last two articles, the last article first."""
    return [line for article in rules.articles[:-3:-1] for line in article.text.split("\n")]


def _warn_without_numbering(body: list[Fragment], rules: ParsedRules) -> None:
    line = body[0].line if body else 1
    if body:
        message = f"第 {line} 行起：正文没有章、条或其他编号，已整段保留，请手工分条。"
        rules.warnings.append(ParseWarning("no_numbering", message, line))
    elif not rules.title:
        rules.warnings.append(ParseWarning("empty_text", "没有读到任何正文。", line))
