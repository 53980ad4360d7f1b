"""Finds where a text ends and its signature begins, and when and by whom it was adopted.

Reads lines and returns what they say; a date that is not there is None, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain

from .dates import EMPTY_DATE, FoundDate, find_dates
from .document import Adoption
from .markers import close_up, compact
from .variants import fold

LONGEST_SIGNATURE = 80
LONGEST_BODY_NAME = 40

_ASSEMBLY = (
    r"(?:村民|居民|户代表|户主|群众|党员|成员|社员|理事|会员|股东)?(?:代表)?(?:大会|会议|全体会)"
    r"|全体(?:村民|居民|户代表|社员|成员)"
)
_BODY = (
    r"(?:委员会|村委会|居委会|党总支|党支部|支部|理事会|议事会|评议会|禁毒禁赌会|监督会|协会"
    r"|村民小组|居民小组|小组|工作组|经济联合社|合作社|政府|办事处)"
)
_BODY_LINE = re.compile(
    rf"[^。；;，,：:！？]{{0,{LONGEST_BODY_NAME}}}(?:{_ASSEMBLY}|{_BODY}|[村组社])"
    r"(?:[（(](?:盖章|公章|章|印|宣)[）)])?"
)
_ADOPTED_AT_END = re.compile(
    r"(?:通过|表决|审议|讨论|议定|制定|制订|修订|修正|订立|立约|公布|签订)(?![的后前])[^，,。；;]{0,6}[。.]?$"
    r"|(?:通过|修订|制定|修正)(?![的后前])[，,].{0,24}(?:施行|实施|生效|执行|通过|修订|修正)[。.]?$"
)
_STRONGLY_ADOPTED = re.compile(r"通过|表决|审议")
_SIGNED = re.compile(
    r"签\s?[名字章]|盖\s?章|公\s?章|(?:制[定订]|发布|公布|落款)(?:单位|人|日期|时间)[:：]"
)
_CLOSING_SENTENCE = re.compile(
    r"(?:本|此|该|以上|上述)(?:村规民约|居民公约|公约|规约|民约|章程|约|制度|办法|规定|规则|守则|细则"
    r"|准则|条款|各条|内容|条例|倡议).{0,120}(?:施行|实施|生效|执行|解释|通过|备案|公布|遵守|修订|为准)"
    r".{0,40}"
    r"|(?:请|望|希|愿).{0,12}(?:全体|各位|广大|大家).{0,40}(?:遵守|执行|监督)[。！!]?"
)
_DATE_PREFIX = re.compile(
    r"(?:日期|时间|制[定订](?:时间|日期)?|通过(?:时间|日期)?|公布(?:时间|日期)?)[:：]?"
)
_BEFORE_BODY = re.compile(r"^(?:.{0,6}本[^经由]{1,8})?[现已业并]?[经由](?!济)")
_ASSEMBLY_NAME = re.compile(rf"^(.{{0,{LONGEST_BODY_NAME}}}(?:{_ASSEMBLY}))")
_BODY_NAME = re.compile(rf"^(.{{0,{LONGEST_BODY_NAME}}}{_BODY})")
_CLAUSE = re.compile(r"[^。；;，,：:！!？?（）()【】\[\]\s]+")
_SESSION = re.compile(r"\s{0,3}(?:度)?第[一二三四五六七八九十\d]{1,3}[次届]")


def closing_start(lines: Sequence[str]) -> int:
    """Index of the first of the last unnumbered lines that belongs to the closing.

    `len(lines)` when there is no closing.
    """
    lines = [fold(line) for line in lines]
    for index, line in enumerate(lines):
        if _is_closing_sentence(line) or is_signature(line):
            return index
        following = lines[index + 1 : index + 7]
        if _is_body_line(line) and any(is_signature(later) for later in following):
            return index
    if lines and _is_body_line(lines[-1]):
        return len(lines) - 1
    return len(lines)


def signature_start(text: str) -> int:
    """Where a signature with a date begins after the last sentence of a line; len(text) if none."""
    tail = text[-LONGEST_SIGNATURE:]
    offset = len(text) - len(tail)
    for end in range(len(tail) - 2, -1, -1):
        if tail[end] in "。！!":
            candidate = tail[end + 1 :].strip()
            if candidate and is_signature(candidate) and find_dates(candidate):
                return offset + end + 1
            break
    return len(text)


def _is_closing_sentence(line: str) -> bool:
    return bool(_CLOSING_SENTENCE.fullmatch(compact(line)))


def _is_body_line(line: str) -> bool:
    return bool(_BODY_LINE.fullmatch(compact(line)))


def is_signature(line: str) -> bool:
    """A short line that is a date, a body with a date, or a place to sign."""
    if len(line) > 4 * LONGEST_SIGNATURE:
        return False
    text = fold(compact(line)).strip("（()）【】[]")
    if not text or len(text) > LONGEST_SIGNATURE:
        return False
    if _SIGNED.search(text) and len(text) <= LONGEST_SIGNATURE // 2:
        return True
    spans = [(date.start, date.end) for date in find_dates(text)]
    if not spans:
        empty = EMPTY_DATE.search(text)
        spans = [empty.span()] if empty else []
    if not spans:
        return False
    start, end = spans[-1]
    before = _DATE_PREFIX.sub("", text[:start]).strip("：:于在（(")
    after = text[end:].strip("。.）)")
    if not after and (not before or _is_body_line(before)):
        return True
    return bool(_ADOPTED_AT_END.search(text)) and not re.search(r"[。；;]", text[:-1])


def read_adoption(
    closing: Sequence[str], front: Sequence[str], last_articles: Sequence[str]
) -> Adoption:
    """The adoption that a text records about itself.

    Looks for the sentence that says so in the closing, then before the text, then in its last
    articles; failing that for the date under the signature.
    """
    for line in chain(reversed(closing), front, last_articles):
        if _STRONGLY_ADOPTED.search(fold(line)):
            adoption = _adoption_in(line)
            if adoption.date:
                return Adoption(adoption.date, adoption.body or _signing_body(closing))
    for line in chain(reversed(closing), (line for line in front if is_signature(line))):
        adoption = _adoption_in(line)
        if adoption.date:
            return Adoption(adoption.date, adoption.body or _signing_body(closing))
    return Adoption(None, _signing_body(closing))


def _adoption_in(line: str) -> Adoption:
    dates = [date for date in find_dates(line) if not _is_effective_date(line, date)]
    strong = _STRONGLY_ADOPTED.search(fold(line))
    if not dates:
        return Adoption(None, _body_in(line) if strong else "")
    before = [date for date in dates if strong and date.start < strong.start()]
    chosen = before[-1] if before else dates[0]
    return Adoption(chosen.iso, _body_in(_without(line, dates)))


def _is_effective_date(line: str, date: FoundDate) -> bool:
    """自2023年6月1日起施行 says when a text takes effect, not when it was adopted."""
    before = line[max(0, date.start - 3) : date.start].rstrip()
    after = line[date.end : date.end + 6].lstrip()
    return before.endswith(("自", "从", "自从", "至", "到")) or after.startswith(
        ("起", "之日起", "开始", "施行", "生效", "实施")
    )


def _without(line: str, dates: Sequence[FoundDate]) -> str:
    """The line with its dates blanked, but for a year that belongs to a meeting's name."""
    kept, position = [], 0
    for date in dates:
        if len(date.iso) == 4 and _SESSION.match(line, date.end):
            continue
        kept += [line[position : date.start], " "]
        position = date.end
    return "".join([*kept, line[position:]])


def _body_in(text: str) -> str:
    """The assembly named in a line, else the committee; as the line writes it."""
    folded = fold(text)
    for pattern in (_ASSEMBLY_NAME, _BODY_NAME):
        for clause in _CLAUSE.finditer(folded):
            named = pattern.match(_BEFORE_BODY.sub("", clause[0]).lstrip("于在"))
            if named:
                begin = clause.end() - len(named.string)
                return text[begin : begin + len(named[1])]
    return ""


def _signing_body(closing: Sequence[str]) -> str:
    for line in closing:
        folded = fold(line)
        if not _is_closing_sentence(folded) and (_is_body_line(folded) or is_signature(line)):
            body = _body_in(close_up(_without(line, find_dates(line))))
            if body:
                return body
    return ""
