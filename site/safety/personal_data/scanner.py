"""Finds personal data in a text and says where, masked.

Linear in the length of the text: every pattern is bounded, a row of digits is read once with at
most nineteen digits at a time.
"""

import re
from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from . import numbers, people
from .folding import Folded, fold, fold_markup

RED, AMBER = "red", "amber"
CONTACTS = frozenset({"mobile", "phone", "email"})
"""Kinds that may belong to an office."""

KINDS = ("id_number", "mobile", "phone", "bank_card", "email", "plate", "address", "minor")

_ROW = re.compile(r"[0-9]+(?:(?:[ ._/\-]{1,3}|\n)[0-9]+)*(?:[ \-]?[Xx](?![A-Za-z0-9]))?")
_GROUP = re.compile(r"[0-9]+|[Xx]$")
_FEWEST_DIGITS, _MAX_DIGITS = 11, 19
_MAX_GROUPS = 9
_MOBILE_SHAPES = frozenset(
    {(11,), (3, 4, 4), (3, 3, 5), (4, 4, 3), (3, 8), (7, 4), (5, 6), (6, 5), (4, 7), (8, 3)}
    | {(1,) * 11}
)
# Also what columns of figures look like: only behind a word such as 电话, or joined by - and dots.
_LOOSE_MOBILE_SHAPES = frozenset(
    {
        (4, 3, 4),
        (3, 2, 2, 2, 2),
        (3, 4, 2, 2),
        (3, 2, 3, 3),
        (3, 3, 3, 2),
        (2, 3, 3, 3),
        (2, 2, 2, 2, 2, 1),
    }
    | {(1, 2, 2, 2, 2, 2), (3, 2, 2, 4), (3, 1, 3, 4), (3, 4, 1, 3), (1, 10), (10, 1), (1, 3, 3, 4)}
)
_COUNTRY_CODES = ("0086", "86")
# What is counted or paid is no telephone number, and no card.
_UNIT_AFTER = re.compile(
    r" ?(?:元|万|亿|亩|平方|㎡|m2|m²|户|人|株|棵|公斤|千克|斤|吨|米|公里|立方|度|千瓦|kg|%|票|次|册"
    r"|个|只|头|块|角|分)"
)
_MONEY_BEFORE = re.compile(r"[¥￥$][ ]?$|(?:人民币|合计|共计|总计|金额|总额)[:： ]{0,2}$")
_CODE_BEFORE = re.compile(
    r"(?:订单|运单|单号|工单|编号|编码|流水|合同|发票|批号|案号|票据|凭证|序列?号|型号|信用代码|代码|条形?码"
    r"|证号|许可证|备案号|文号|文件|标准|宗地|档案|邮编|设备号|产品号|货号|期号|版号|ISBN|ISSN|No\.?|NO\.?)"
    r"(?:号码?)?(?:是|为)?[^0-9A-Za-z\n]{0,4}[A-Z]{0,4}-?$"
)
_PERSONAL_BEFORE = re.compile(
    r"身份|公民|证件号|手机|电话|联系|微信|银行|卡号|账号|帐号|账户|开户|tel|phone|mobile|mob|[vw]x",
    re.I,
)
_ID_BEFORE = re.compile(r"身份证|公民身份|证件号|身份号|ID", re.I)
_CARD_BEFORE = re.compile(r"银行|卡号|账号|帐号|账户|开户|一卡通|存折|一折通|打款|汇款")
_LABEL_REACH = 14
_CAPITALS_BEFORE = re.compile(r"[A-Z]{2,}-?$")

# They begin with a character of their own, so that the search for them is quick; what may not
# stand before it is asked afterwards.
_FIXED = re.compile(
    r"0(?<![0-9.]0)(?:10|2[0-9]|[3-9][0-9]{2})\)?[ ]?-?[ ]?[2-9][0-9]{2,3}[ \-]?[0-9]{4}"
    r"(?![0-9])(?:(?:-|转| 转 ?)[0-9]{1,5})?"
)
_LOCAL = re.compile(
    r"(?:电话|座机|联系方式|传真|电联|致电|固话|[Tt][Ee][Ll]|[Pp]hone|PHONE|[Ff]ax|FAX)(?:号码?)?(?:是|为)?"
    r"[^0-9A-Za-z\n]{0,4}(?P<number>[2-9][0-9]{2,3}[ \-]?[0-9]{4})(?![0-9])(?!-[0-9])"
)
_EMAIL_SIGNS = re.compile(r"[@#艾]|[(\[][aA][tT]")
_AT = re.compile(r"\(at\)|\[at\]|#at#|#|艾特")
_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9][A-Za-z0-9._%+\-]{0,63} {0,2}"
    r"(?:@|\(at\)|\[at\]|#at#|#(?=[a-z0-9]{2,8}\.com)|艾特) {0,2}"
    r"[A-Za-z0-9\-]{1,63}(?: ?\. ?[A-Za-z0-9\-]{1,63}){0,4}? ?\. ?[A-Za-z]{2,10}(?![A-Za-z0-9])",
    re.I,
)
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][ ]?[A-HJ-NP-Y][ .\-]{0,2}"
    r"(?=[A-Z0-9]{0,5}[0-9])"
    r"(?:[A-HJ-NP-Z0-9]{6}|[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳])(?![A-Za-z0-9])",
    re.I,
)
_NUMERAL = "一二三四五六七八九十百零"
_HOUSE = re.compile(
    rf"[0-9{_NUMERAL}](?<![0-9{_NUMERAL}\-第月年][0-9{_NUMERAL}])"
    rf"(?:[0-9]{{0,3}}(?:-[0-9]{{1,4}}){{0,2}}|[{_NUMERAL}]{{0,4}})"
    r"(?:号(?!文|令|台|线|桌|坑|井|电|机|公告|通知|决定|议案|提案|至|到|前|起|止|以|晚|早|上午|下午|中午)"
    r"(?:[0-9]{1,4}(?:室|单元|幢|栋|楼))*|室|门牌)"
)
_PLACE_BEFORE = re.compile(
    r"(?:[组社村路街巷弄里院栋幢楼区寨队屯]|门牌|住址|地址|家住|住在?)[^,。;\n]{0,6}$"
)
_PLACE_REACH = 10
_NEAR = 16
# Names that machines give to files, and checksums: hexadecimal digits of a known length.
_DIGEST = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
    r"|[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})(?![0-9A-Za-z])",
    re.I,
)
_FEWEST_LETTERS = 4
_NO_DIGIT = re.compile(r"[^0-9]")
_SEPARATORS = re.compile(r"[\s._/\-]")
_SENTENCE_END = re.compile(r"[。;!?\n]")


@dataclass(frozen=True)
class Finding:
    """One place: `kind` (of KINDS), `level` (red blocks, amber asks), [start, end) in code points
    of the text given, and `masked`, the words as they may be repeated.

    `key` is what is compared with registered numbers and overrides: digits or letters without
    what separates them. It is personal data itself and is never shown, logged or stored.
    """

    kind: str
    level: str
    start: int
    end: int
    masked: str
    key: str = field(repr=False)


def scan(text: str, today: date | None = None, office: Collection[str] = ()) -> list[Finding]:
    """What stands in `text`, in order. `office`: registered numbers and addresses, as `contact_key`
    gives them; they are no finding."""
    return _scan(fold(text), today or date.today(), office)


def scan_markup(
    html: str, today: date | None = None, office: Collection[str] = ()
) -> list[Finding]:
    """As `scan`, for HTML: numbers split by tags and entities are whole again; places are those
    in the markup."""
    return _scan(fold_markup(html), today or date.today(), office)


def contact_key(words: str) -> str:
    """What a telephone number or e-mail address is compared by, however it was written.

    Of a number its digits, with the country's code taken off and without what is dialled after it.
    """
    plain = _AT.sub("@", fold(words).text.lower())
    if "@" in plain:
        return "".join(plain.split())
    digits = _NO_DIGIT.sub("", re.split("转", plain)[0])
    for code in _COUNTRY_CODES:
        if digits.startswith(code) and numbers.is_mobile(digits[len(code) :]):
            return digits[len(code) :]
    return digits


def masked_text(text: str, findings: list[Finding]) -> str:
    """`text` with every finding replaced by its masked words: a suggestion for the editor."""
    parts, position = [], 0
    for finding in sorted(findings, key=lambda found: found.start):
        if finding.start >= position:
            parts += [text[position : finding.start], finding.masked]
            position = finding.end
    return "".join([*parts, text[position:]])


def _scan(folded: Folded, today: date, office: Collection[str]) -> list[Finding]:
    text = folded.text
    spans = [
        *_in_rows(text, today),
        *(
            ("phone", match.start(), match.end())
            for match in _FIXED.finditer(text)
            if not _counted(text, match.start(), match.end())
        ),
        *(("phone", match.start("number"), match.end("number")) for match in _LOCAL.finditer(text)),
        *_emails(text),
        *(("plate", match.start(), match.end()) for match in _PLATE.finditer(text)),
        *_houses(text),
        *(("minor", start, end) for start, end in people.minors(text)),
    ]
    spans = _outside_digests(text, spans)
    order = {kind: place for place, kind in enumerate(KINDS)}
    spans.sort(key=lambda span: (span[1], order[span[0]]))
    findings, reached = [], 0
    for kind, start, end in spans:
        if start < reached:
            continue
        words = text[start:end]
        key = contact_key(words) if kind in CONTACTS else _SEPARATORS.sub("", words).upper()
        if kind in CONTACTS and key in office:
            continue
        reached = end
        first, last = folded.origin(start, end)
        level = AMBER if kind == "minor" else RED
        findings.append(Finding(kind, level, first, last, _mask(kind, words), key))
    return findings


def _outside_digests(text: str, spans: list) -> list:
    """The spans outside digests and UUIDs, in which any row of digits comes by chance."""
    if not spans:
        return spans
    ends = {
        match.start(): match.end()
        for match in _DIGEST.finditer(text)
        if sum(sign.isalpha() for sign in match.group()) >= _FEWEST_LETTERS
    }
    starts = list(ends)

    def is_outside(span):
        _kind, start, end = span
        before = bisect_right(starts, start)
        return not before or end > ends[starts[before - 1]]

    return [span for span in spans if is_outside(span)]


def _in_rows(text: str, today: date):
    """ID numbers, cards, mobile numbers in rows of digits, whole groups at a time."""
    for row in _ROW.finditer(text):
        if row.end() - row.start() < _FEWEST_DIGITS:
            continue
        groups = [
            (row.start() + group.start(), row.start() + group.end())
            for group in _GROUP.finditer(row.group())
        ]
        index = 0
        while index < len(groups):
            found = _from_group(text, groups, index, today)
            if found is None:
                index += 1
                continue
            kind, start, end, index = found
            yield kind, start, end


def _from_group(text: str, groups, first: int, today: date):
    """The surest finding that begins at group `first`: (kind, start, end, next group) or None."""
    digits, best = "", None
    single = groups[first][1] - groups[first][0] == 1
    if single and first > 1 and all(end - start == 1 for start, end in groups[first - 2 : first]):
        # Within a row of single digits, which is looked at once, from its beginning.
        return None
    most = _MAX_DIGITS + 1 if single else _MAX_GROUPS
    for last in range(first, min(len(groups), first + most)):
        start, end = groups[last]
        digits += text[start:end] if end - start <= _MAX_DIGITS * 2 else ""
        if len(digits) > _MAX_DIGITS or end - start > _MAX_DIGITS:
            break
        shape = tuple(stop - begin for begin, stop in groups[first : last + 1])
        kind = _kind(text, groups[first][0], end, digits, shape, today)
        if kind and (best is None or kind in ("id_number", "bank_card")):
            best = (kind, groups[first][0], end, last + 1)
    if best is None and groups[first][1] - groups[first][0] > 18:
        return _inside_long_row(text, groups, first, today)
    return best


def _inside_long_row(text: str, groups, first: int, today: date):
    """An ID number with a right checksum glued to other digits; nothing weaker counts there."""
    start, end = groups[first]
    for place in range(start, min(end, start + 400) - 17):
        window = text[place : place + 18]
        if numbers.id_shape(window, today) and numbers.id_checks(window):
            return "id_number", place, place + 18, first + 1
    return None


_LENGTHS = frozenset({11, 12, 13, 15, 16, 17, 18, 19})


def _kind(text: str, start: int, end: int, digits: str, shape, today: date) -> str | None:
    """What the groups [start, end) are when joined to `digits`; None for nothing personal."""
    if len(digits) not in _LENGTHS or not _may_be(digits, today):
        return None
    before = text[max(0, start - _LABEL_REACH) : start]
    before = _SENTENCE_END.split(before)[-1] if "\n" not in text[start:end] else before
    personal = bool(_PERSONAL_BEFORE.search(before))
    code = bool(_CODE_BEFORE.search(before)) and not personal
    is_id = numbers.id_shape(digits, today) and "信用代码" not in before
    if is_id and (numbers.id_checks(digits) or _ID_BEFORE.search(before)):
        return "id_number"
    if _counted(text, start, end) or code:
        return None
    if len(shape) == 2 and text[start:end].count(".") == 1 and not personal:
        # 1390000.0001 is a decimal.
        return None
    if text[max(0, start - 2) : start] == "0.":
        return None
    joined = personal or not set(text[start:end]) & set(" \n")
    if _is_mobile(digits, shape, joined) and not (_CAPITALS_BEFORE.search(before) and not personal):
        return "mobile"
    even = len(shape) == 1 or all(size >= 3 for size in shape[:-1]) or set(shape) == {1}
    if even and numbers.is_card(digits, bool(_CARD_BEFORE.search(before))):
        return "bank_card"
    if (
        even
        and numbers.old_id_shape(digits, today)
        and (_ID_BEFORE.search(before) or len(shape) == 1)
    ):
        return "id_number"
    if len(shape) == 1 and numbers.is_fixed_line(digits):
        return "phone"
    return None


def _may_be(digits: str, today: date) -> bool:
    """Cheap: whether any kind at all is possible, before the words around are looked at."""
    return (
        numbers.id_shape(digits, today)
        or numbers.is_mobile(digits)
        or digits.startswith(_COUNTRY_CODES)
        or numbers.old_id_shape(digits, today)
        or numbers.is_fixed_line(digits)
        or numbers.is_card(digits, called_so=True)
    )


def _is_mobile(digits: str, shape, joined: bool) -> bool:
    shapes = _MOBILE_SHAPES | _LOOSE_MOBILE_SHAPES if joined else _MOBILE_SHAPES
    if numbers.is_mobile(digits):
        return shape in shapes
    for code in _COUNTRY_CODES:
        rest = digits[len(code) :]
        if digits.startswith(code) and numbers.is_mobile(rest):
            return shape[0] == len(digits) or (shape[0] == len(code) and shape[1:] in shapes)
    return False


def _counted(text: str, start: int, end: int) -> bool:
    """Whether the number is a sum, an area, a count, or the whole part of a decimal."""
    if text[end : end + 1] == "." and text[end + 1 : end + 2].isdigit():
        return True
    return bool(
        _UNIT_AFTER.match(text, end) or _MONEY_BEFORE.search(text[max(0, start - 8) : start])
    )


def _emails(text: str):
    if _EMAIL_SIGNS.search(text):
        yield from (("email", match.start(), match.end()) for match in _EMAIL.finditer(text))


def _houses(text: str):
    """House numbers in whose sentence a person is named."""
    for match in _HOUSE.finditer(text):
        start, end = match.span()
        if not _PLACE_BEFORE.search(text[max(0, start - _PLACE_REACH) : start]):
            continue
        before = _SENTENCE_END.split(text[max(0, start - _NEAR) : start])[-1]
        after = _SENTENCE_END.split(text[end : end + _NEAR])[0]
        if (
            people.names_a_person(before)
            or people.names_a_person(after)
            or people.begins_with_owner(after)
        ):
            yield "address", start, end


def _mask(kind: str, words: str) -> str:
    """The words with what identifies replaced by *: enough to find the place, not to use it."""
    if kind == "minor":
        return words[0] + "某"
    if kind == "address":
        return re.sub(r"[0-9一二三四五六七八九十百零]", "*", words)
    if kind == "email":
        return re.sub(r"^(.)[^@#(\[艾]*", r"\1***", words)
    if kind == "plate":
        return words[:2] + "*" * (len(words) - 2)
    signs = [index for index, sign in enumerate(words) if sign.isdigit() or sign in "Xx"]
    hidden = set(signs[3:-2])
    return "".join("*" if index in hidden else sign for index, sign in enumerate(words))
