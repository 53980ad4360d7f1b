"""Reads how a number binds: 不超过, ≤, 以内, 至少, 左右 … before or after it. No Django here."""

import re

from .vocabulary import ABOUT, ABOVE, AT_LEAST, AT_MOST, BELOW, EXACTLY

_MAY_NOT = r"(?:不|莫|别|勿)(?:得|能|可|要|应|准|许|宜|允许|会|应当|再)?(?:再|当|以)?"
_MUST = r"(?:应|须|要|必须|需|应当|务必)"
# Between the bound and its number: 不超过人民币…, 控制在每桌…, 至少召开….
_LINK = (
    r"(?:人民币|现金|合计|总共|每[桌席户人包盒瓶条斤次家]|(?<![每第])一[桌包盒瓶]"
    r"|到|在|为|是|了|约|[:： 　])*"
)
_LOOSE_LINK = r"[^，,。；;：:、\n0-9]{0,8}"

_BEFORE = [
    (re.compile(pattern + "$"), comparator)
    for pattern, comparator in (
        (
            rf"{_MAY_NOT}(?:超过|超出|越过|超|高于|高过|多于|多过|大于|长于|重于|过|逾){_LINK}",
            AT_MOST,
        ),
        (rf"{_MAY_NOT}(?:少于|低于|小于|短于|近于|不足|下于){_LINK}", AT_LEAST),
        (rf"{_MUST}(?:低于|少于|小于){_LINK}", BELOW),
        (rf"{_MUST}(?:高于|多于|大于|超过){_LINK}", ABOVE),
        (rf"(?:≤|≦|⩽|<=|小于等于|小于或等于){_LINK}", AT_MOST),
        (rf"(?:≥|≧|⩾|>=|大于等于|大于或等于){_LINK}", AT_LEAST),
        (rf"<{_LINK}", BELOW),
        (rf">{_LINK}", ABOVE),
        (
            rf"(?:控制|压缩|压减|压降|压低|降低|降|减少|减|限制|限定|限)(?:在|到|至|于|额|为){_LINK}",
            AT_MOST,
        ),
        (rf"(?:可以?|能)(?:办|增|放宽|增加|延长)?(?:到|至){_LINK}", AT_MOST),
        (rf"(?:上限|限额|限|封顶|顶格){_LINK}", AT_MOST),
        (rf"(?:最多|最高|最大|最长|至多|顶多|最晚|最迟){_LOOSE_LINK}", AT_MOST),
        (rf"(?:至少|最少|最低|最小|最短|起码|不少于){_LOOSE_LINK}", AT_LEAST),
        (rf"(?:大约|大概|约){_LINK}", ABOUT),
        (
            rf"(?:也按|就按|统一为|统一按|定为|固定为|只办|只许|只能办?|只设|只请|只限){_LINK}",
            EXACTLY,
        ),
    )
]
# The number is a condition (超过五桌的要报告), not a bound.
_CONDITION_BEFORE = re.compile(
    rf"(?:超过|超出|超|高于|多于|大于|低于|少于|小于|不足|不满|未满|满|达到?|凡){_LINK}$"
)
_AFTER = [
    (re.compile(rf"(?:整|钱|人民币|（[^）]{{0,8}}）|\([^)]{{0,8}}\))?{pattern}"), comparator)
    for pattern, comparator in (
        (
            r"(?:以内|之内|以下|之下|及以下|或以下|范围以?之?内|封顶|为限|为上限|为顶|打止|为止|止步)",
            AT_MOST,
        ),
        (r"内(?![容部蒙存外心行墙])", AT_MOST),
        (r"(?:以上|及以上|之上|以外|开外|之外|起步|为下限)", AT_LEAST),
        (r"(?:左右|上下|前后)", ABOUT),
        (r"(?:为宜|为准|为标准|即可|就行)", EXACTLY),
    )
]
_PER = re.compile(r"/[^\s，,。；;、0-9]{1,2}?(?=[以之及封为范左，,。；;、]|$)")
_WITHIN = re.compile(r"(?:范围)?(?:以|之)?内")
_AND_MORE = re.compile(r"的(?!标准|规模|规定|原则|要求|价格|限额|礼金|范围)")
_CASE_OF = re.compile(r"以上[^，,。；;：:]{1,6}的(?=[，,。；;：:])")


def bound_before(before: str) -> tuple[str, int] | None:
    """(comparator, where its words begin) of the bound that ends the text, or None."""
    tail = before[-24:]
    for pattern, comparator in _BEFORE:
        match = pattern.search(tail)
        if match:
            return comparator, len(before) - len(tail) + match.start()
    return None


def is_condition_before(before: str) -> bool:
    """Whether the words before make the number a case (超过…的), not a limit."""
    return bool(_CONDITION_BEFORE.search(before[-16:]))


def bound_after(after: str) -> tuple[str, int] | None:
    """(comparator, length of its words) of the bound that begins the text, or None."""
    per = _PER.match(after)
    skipped = per.end() if per else 0
    head = after[skipped : skipped + 24]
    for pattern, comparator in _AFTER:
        match = pattern.match(head)
        if match:
            return comparator, skipped + match.end()
    return None


def makes_a_case(after: str) -> bool:
    """Whether what follows a bounded number turns it into a case: …桌以上的, ….桌的须报告."""
    return bool(_AND_MORE.match(after))


def makes_a_case_of(after: str) -> bool:
    """五桌以上酒席的，…: the bound itself is part of the case."""
    return bool(_CASE_OF.match(after))


def keeps_away(before: str, words: str, rest: str) -> bool:
    """Whether a distance 以内 is one to keep: 五十米以内不得建圈舍, 不在五米内堆放.

    `words` are those of the bound, between what stands before the number and the `rest`.
    """
    if not _WITHIN.search(words):
        return False
    return bool(
        re.search("[不禁勿莫]", rest[:60]) or re.search("[不勿莫]得?[在于]|禁止?在", before)
    )
