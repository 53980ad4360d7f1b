"""Finds numbers with a unit in a clause: 15桌, 十至十五桌, 1.5万元, 一天半, 一米五.

Offsets are code points of the text given: folding changes no length. No Django here.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from search.numerals import han_value

from .vocabulary import Vocabulary

# One character for one, so that places in the folded text are places in the text.
_FOLDED = str.maketrans(
    "０１２３４５６７８９．，＜＞＝／％～○過內萬兩圓禮喪煙離從個臺張辦須應時間齊標滿總條塊",
    "0123456789.,<>=/%~〇过内万两圆礼丧烟离从个台张办须应时间齐标满总条块",
)
_HAN_DIGITS = "〇零一二三四五六七八九两壹贰叁肆伍陆柒捌玖"
_HAN = f"{_HAN_DIGITS}十百千万拾佰仟"
_SCALES = {"": 1, "十": 10, "百": 100, "千": 1000, "万": 10_000, "百万": 10**6, "亿": 10**8}
_NUMBER = (
    r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]{1,12})(?:\.[0-9]{1,4})?[ ]?(?:百万|[百千万亿])?"
    rf"|[{_HAN}]{{1,16}}|半"
)
_ARABIC = re.compile(r"(?P<digits>[0-9.,]+)[ ]?(?P<scale>\D*)")
_PLAIN = r"[0-9〇零一二三四五六七八九十]"

# What looks like a quantity and is none; blanked out before looking.
_NOT_QUANTITIES = re.compile(
    "|".join(
        (
            rf"[0-9〇零一二三四五六七八九]{{4}}年(?:{_PLAIN}{{1,3}}月)?(?:{_PLAIN}{{1,3}}[日号])?",
            rf"{_PLAIN}{{1,3}}月(?!份?内){_PLAIN}{{1,3}}(?:[日号]|(?![天个]))",
            rf"{_PLAIN}{{1,3}}月",
            rf"(?:每月|逢)逢?{_PLAIN}{{1,3}}[日号]?(?:、{_PLAIN}{{1,3}}[日号])*",
            rf"[初逢]{_PLAIN}{{1,2}}",
            rf"{_PLAIN}{{1,3}}[日号](?=、{_PLAIN})",
            rf"第[ ]?[0-9{_HAN}]{{1,6}}[条章节款项届次个名组天版]?",
            rf"(?:百分之|千分之)[0-9{_HAN}.]{{1,8}}",
            rf"[0-9{_HAN}]{{1,4}}分之[0-9{_HAN}]{{1,4}}",
            r"[0-9.]{1,8}[%‰]",
            rf"[0-9{_HAN}]{{1,6}}(?:周岁|岁|楼|号(?!召))",
            rf"[0-9{_HAN}]{{1,4}}[天人家头三][两]?(?:[0-9{_HAN}]夜)",
            r"[〔\[][0-9]{4}[〕\]][0-9]*号?",
            r"0[0-9]{2,3}-[0-9]{7,8}",
            r"万一|一旦|百姓|千万(?=别|不|要)",
        )
    )
)


@dataclass(frozen=True)
class Quantity:
    """A number in a text: [start, end) in code points, its value, its unit's word as written.

    `upper` is the higher end of a range. `unit` is empty for a bare number.
    """

    start: int
    end: int
    value: Decimal
    upper: Decimal | None
    unit: str


def fold(text: str) -> str:
    """The text in half width and simplified where it matters here; same length, same places."""
    return text.translate(_FOLDED)


def blank_lookalikes(folded: str) -> str:
    """The folded text with dates, article numbers, fractions, ages and phones blanked out."""
    return _NOT_QUANTITIES.sub(lambda match: "□" * len(match[0]), folded)


@lru_cache(maxsize=8)
def _pattern(units: tuple[str, ...]) -> re.Pattern:
    unit = "|".join(re.escape(word) for word in units)
    return re.compile(
        rf"(?P<first>{_NUMBER})[ ]?"
        rf"(?:(?P<mid>{unit})?[ ]?(?:至|到|-|—+|–|－|~|或)[ ]?(?P<second>{_NUMBER})[ ]?)?"
        rf"(?:(?P<unit>{unit})(?P<half>半(?!价|数)|[{_HAN_DIGITS}0-9](?![{_HAN}0-9]))?)?"
    )


def find_quantities(blanked: str, vocabulary: Vocabulary) -> list[Quantity]:
    """All numbers of a folded text without lookalikes, with and without units, in order."""
    units = sorted((fold(word) for word in vocabulary.measures_of_word), key=len, reverse=True)
    found = []
    for match in _pattern(tuple(units)).finditer(blanked):
        quantity = _quantity(match)
        if quantity is not None:
            found.append(quantity)
    return found


def _quantity(match: re.Match) -> Quantity | None:
    first, upper = _value(match["first"]), None
    if match["second"]:
        first, upper = _range(match["first"], match["second"])
        if upper is None or first is None or first >= upper:
            return None
        if match["mid"] and match["unit"] and match["mid"] != match["unit"]:
            return None
    if first is None:
        return None
    unit, end = match["unit"] or "", match.end()
    if match["half"]:
        tail = _tail(match["half"], unit)
        if tail is None or upper is not None:
            end = match.end("unit")
        else:
            first += tail
    if not unit:
        end = match.end("second" if match["second"] else "first")
    start = match.start()
    return Quantity(start, end, first, upper, unit)


def _tail(half: str, unit: str) -> Decimal | None:
    """What follows the unit: 一天半 is 1.5, 一米五 is 1.5 (of metres only)."""
    if half == "半":
        return Decimal("0.5") if unit in ("天", "日", "小时", "米", "年", "个月", "斤") else None
    if unit != "米":
        return None
    value = han_value(half) if not half.isdecimal() else int(half)
    return None if value is None else Decimal(value) / 10


def _value(text: str) -> Decimal | None:
    text = text.strip()
    if text == "半":
        return Decimal("0.5")
    arabic = _ARABIC.fullmatch(text)
    if arabic and arabic["digits"][0].isdigit():
        number = Decimal(arabic["digits"].replace(",", ""))
        return number * _SCALES[arabic["scale"].strip()]
    if text in ("百", "千", "万"):
        return Decimal(_SCALES[text])
    value = han_value(text)
    return None if value is None else Decimal(value)


def _range(first: str, second: str) -> tuple[Decimal | None, Decimal | None]:
    """Both ends; a scale written once holds for both: 5—6万, 三至五百."""
    low, high = _value(first), _value(second)
    if low is None or high is None:
        return low, None
    scale = re.search("[百千万]$", second.strip())
    if scale and not re.search("[百千万]", first) and low < 100 <= high:
        low *= _SCALES[scale[0]]
    return low, high
