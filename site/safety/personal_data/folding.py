"""A text as the scan reads it: width folded, what is invisible left out, places remembered.

Numbers are hidden by full-width digits, zero-width characters, tags between the digits, entities
and Chinese digits; all of them fall away here, so that the patterns need not know them.
"""

import re
import sys
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from html.entities import html5

from .words import words

# Tags that end a line; all others vanish without a trace, so that 138<b>0013</b>8000 is one number.
_BLOCK_TAGS = frozenset(words("block_tags"))
_MARKUP = re.compile(
    r"<!--.*?-->|</?([a-zA-Z][a-zA-Z0-9]{0,20})[^<>]*>"
    r"|&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]\w{1,30});",
    re.S,
)
_HAN_DIGITS = dict(
    zip("零〇○一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖", "00012345678912123456789", strict=True)
)
_ODD_DIGITS = _HAN_DIGITS | {
    chr(code): str(unicodedata.digit(chr(code)))
    for code in range(0xB2, 0x2800)
    if unicodedata.category(chr(code)) == "No" and unicodedata.digit(chr(code), None) is not None
}
_ODD = "".join(_ODD_DIGITS)
# Only a run this long is a number read out digit by digit; 二〇二三年 and 一二三 stay words.
_READ_OUT = re.compile(
    rf"[0-9{_ODD}](?<![0-9{_ODD}]{{2}})(?:[ .\-]?[0-9{_ODD}]){{10,18}}(?![0-9{_ODD}])"
)
_DASHES = "‐‑‒–—―−﹣－﹘ー"
_SPACES = "\t\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_DOTS = "·・•∙⋅｡．"


# No digits and no marks stand between these, and nothing is assigned above.
_SEARCHED = (
    range(0x7F, 0x3400),
    range(0xA000, 0xAC00),
    range(0xD7A4, 0x20000),
    range(0xE0000, 0xE01F0),
)


def _tables() -> tuple[dict[str, str], str]:
    """(what stands for one character, the characters that leave no trace) of all of Unicode."""
    one_for_one, dropped = {}, []
    for code in (code for codes in _SEARCHED for code in codes):
        character = chr(code)
        category = unicodedata.category(character)
        if category == "Nd":
            one_for_one[code] = str(unicodedata.decimal(character))
        # Format characters (zero width, direction), combining marks and variation selectors.
        elif category in {"Cf", "Mn", "Me", "Cc", "Cs"}:
            dropped.append(code)
    one_for_one |= {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    one_for_one |= {ord(sign): " " for sign in _SPACES}
    one_for_one |= {ord(sign): "-" for sign in _DASHES}
    one_for_one |= {ord(sign): "." for sign in _DOTS}
    one_for_one[ord("\r")] = "\n"
    changed = {chr(code): sign for code, sign in one_for_one.items()}
    dropped += [code for code in range(0x20) if chr(code) not in "\t\n\r"]
    return changed, _character_class(sorted(dropped))


def _character_class(codes: list[int]) -> str:
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


_ONE_FOR_ONE, _DROPPED_CLASS = _tables()
_FOLDING = re.compile(f"[{_character_class(sorted(map(ord, _ONE_FOR_ONE)))}]")
_DROPPED = re.compile(f"[{_DROPPED_CLASS}]+")
# What nearly every Chinese text consists of needs no folding beyond one character for another.
_USUAL = re.compile(
    r"[\t\n\r -~\u2010-\u2027\u2030-\u205e\u2460-\u24ff\u3000-\u3029\u3400-\u9fff\uff01-\uff5e]*"
)


@dataclass(frozen=True)
class Folded:
    """`text` as the patterns see it, and where its characters stood in the original.

    A piece is (place in `text`, place in the original, its end there): a stretch taken over
    character by character, or, with an end, what stands for one entity.
    """

    text: str
    pieces: list[tuple[int, int, int | None]]

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original that [start, end) of the folded text stands for."""
        return self._place(start)[0], self._place(end - 1)[1]

    def _place(self, index: int) -> tuple[int, int]:
        piece = bisect_right(self.pieces, index, key=lambda one: one[0]) - 1
        here, there, end = self.pieces[piece]
        if end is not None:
            return there, end
        return there + index - here, there + index - here + 1


def fold(text: str) -> Folded:
    """Fold plain text."""
    if _USUAL.fullmatch(text):
        return _finished([text], [(0, 0, None)])
    return _finished(*_without_dropped(text, 0, 0))


def fold_markup(html: str) -> Folded:
    """Fold HTML; places are those in the markup."""
    if "<" not in html and "&" not in html:
        return fold(html)
    parts: list[str] = []
    pieces: list[tuple[int, int, int | None]] = []
    length = position = 0
    for match in _MARKUP.finditer(html):
        length += _take_over(html[position : match.start()], position, length, parts, pieces)
        tag, entity = match.groups()
        if entity:
            sign = _DROPPED.sub("", _entity(entity))
        else:
            sign = "\n" if tag and tag.lower() in _BLOCK_TAGS else ""
        if sign:
            parts.append(sign)
            pieces.append((length, match.start(), match.end()))
            length += len(sign)
        position = match.end()
    _take_over(html[position:], position, length, parts, pieces)
    return _finished(parts, pieces)


def _take_over(stretch, place, length, parts, pieces) -> int:
    """Append a stretch without tags that stands at `place`; returns how long it has become."""
    kept, found = _without_dropped(stretch, place, length)
    parts += kept
    pieces += found
    return sum(map(len, kept))


def _without_dropped(text: str, place: int, length: int):
    """(the stretches between characters that leave no trace, their pieces)."""
    parts, pieces, position = [], [], 0
    for match in _DROPPED.finditer(text):
        if match.start() > position:
            parts.append(text[position : match.start()])
            pieces.append((length, place + position, None))
            length += match.start() - position
        position = match.end()
    if position < len(text):
        parts.append(text[position:])
        pieces.append((length, place + position, None))
    return parts, pieces


def _entity(name: str) -> str:
    if not name.startswith("#"):
        return html5.get(f"{name};", f"&{name};")
    number = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
    if number == 0 or number > sys.maxunicode or 0xD800 <= number <= 0xDFFF:
        return ""
    return chr(number)


def _finished(parts: list[str], pieces) -> Folded:
    text = _FOLDING.sub(lambda match: _ONE_FOR_ONE[match[0]], "".join(parts))
    return Folded(_READ_OUT.sub(_as_digits, text), pieces or [(0, 0, None)])


def _as_digits(match: re.Match) -> str:
    """一三八零零… as digits, one for one, so that places stay."""
    return "".join(_ODD_DIGITS.get(sign, sign) for sign in match.group())
