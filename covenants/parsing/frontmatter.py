"""Tells title and preamble apart in the lines before the first chapter or article.

Looks only at those lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .adoption import is_signature
from .fragments import Fragment
from .markers import close_up, compact
from .variants import fold
from .wrapping import ends_sentence

LONGEST_TITLE = 50
_TITLE_LINES = 3
_NAME_OF_RULES = re.compile(
    r"(?:公约|规约|民约|条约|乡约|村约|寨约|章程|制度|办法|规则|守则|细则|准则|约定|村规|条例|规定|倡议书|三字经|顺口溜)"
    r"(?:[（(《“].{1,20}|》|”|汇编|全文|文本|修订稿|草案)?[A-Za-z'’&-]{0,80}$"
)
_SUFFIX = re.compile(r"[（(【\[][^（(）)]{1,16}[）)】\]]")
_EDITION_WORD = re.compile(
    r"试行|草案|修订|修改|修正|讨论|征求|送审|审议|表决|样本|示例|参考|暂行|第.{1,3}版|稿"
)
_SENTENCE_MARK = re.compile(r"[。；;！!？?，,]")
_ATTACHMENT = re.compile(r"附\s?件\s?[\d一二三四五六七八九十]{0,3}\s?[:：]?")
_COLLECTION = re.compile(r"(?:汇编|材料|资料|文件|[彙匯]編)(?:集|[（(].{1,12}[）)])?$")
_DATED = re.compile(r"\d\s?年.{0,6}月|月.{1,4}日|通过|施行|会议|大会")


@dataclass(slots=True)
class FrontMatter:
    """`preamble` and `aside` are the fragments that belong there; aside is no part of the text."""

    title: str = ""
    preamble: list[Fragment] = field(default_factory=list)
    aside: list[Fragment] = field(default_factory=list)


def read_front_matter(fragments: Sequence[Fragment]) -> FrontMatter:
    """Title (several short lines up to the one that names the kind of rules) and the rest."""
    front = FrontMatter()
    rest = list(fragments)
    while rest and is_attachment_mark(rest[0].text):
        front.aside.append(rest.pop(0))
    rest = _without_cover(_split_first(rest), front)
    dates = []
    while len(rest) > 1 and is_signature(rest[0].text) and may_be_title(rest[1].text):
        dates.append(rest.pop(0))
    taken = _title_length(rest)
    front.title = _join_title([fragment.text for fragment in rest[:taken]])
    front.preamble = dates + rest[taken:]
    return front


def _split_first(fragments: list[Fragment]) -> list[Fragment]:
    """The first line as title and rest, where the text goes on behind the title."""
    if not fragments or names_rules(fragments[0].text):
        return fragments
    first, *others = fragments
    name, *rest = first.text.split(maxsplit=1)
    if not rest or not names_rules(name):
        return fragments
    return [replace(first, text=name), replace(first, text=rest[0]), *others]


def _without_cover(fragments: list[Fragment], front: FrontMatter) -> list[Fragment]:
    """Sets the title of a collection aside when the title of its first document follows."""
    if not fragments or not _COLLECTION.search(compact(fragments[0].text)):
        return fragments
    for position, fragment in enumerate(fragments[1:], start=1):
        if names_rules(fragment.text):
            front.aside += fragments[:position]
            return fragments[position:]
    return fragments


def is_attachment_mark(text: str) -> bool:
    """附件2： and the like."""
    return bool(_ATTACHMENT.fullmatch(text.strip()))


def names_rules(text: str) -> bool:
    """Whether a line has the shape of a title that ends in 村规民约, 章程 or the like."""
    return may_be_title(text) and bool(_NAME_OF_RULES.search(fold(compact(text))))


def _title_length(fragments: Sequence[Fragment]) -> int:
    """How many fragments make the title: 0 when the first one is a sentence."""
    for count, fragment in enumerate(fragments[:_TITLE_LINES], start=1):
        if not may_be_title(fragment.text):
            break
        if names_rules(fragment.text):
            return count + _has_suffix(fragments, count)
    first = fragments[0].text if fragments else ""
    if first and may_be_title(first) and len(first) <= LONGEST_TITLE // 2:
        return 1 + _has_suffix(fragments, 1)
    return 0


def _has_suffix(fragments: Sequence[Fragment], position: int) -> bool:
    """Whether a line such as （试行） follows the title."""
    if position >= len(fragments):
        return False
    text = fold(compact(fragments[position].text))
    return bool(_SUFFIX.fullmatch(text) and _EDITION_WORD.search(text) and not _DATED.search(text))


def may_be_title(text: str) -> bool:
    """Whether a line is short and holds no sentence."""
    return (
        len(text) <= LONGEST_TITLE and not _SENTENCE_MARK.search(text) and not ends_sentence(text)
    )


def _join_title(lines: Sequence[str]) -> str:
    return "".join(close_up(line) for line in lines)
