"""A text as the scan reads it: width folded, what is invisible left out, places remembered.

Numbers are hidden by full-width digits, zero-width characters, tags between the digits, entities
and Chinese digits; all of them fall away here, so that the patterns need not know them.
"""

import re
import unicodedata
from dataclasses import dataclass
from html.entities import html5

# Tags that end a line; all others vanish without a trace, so that 138<b>0013</b>8000 is one number.
_BLOCK_TAGS = frozenset(
    [
        "p",
        "br",
        "div",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "tr",
        "td",
        "th",
        "table",
        "thead",
        "tbody",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "blockquote",
        "section",
        "article",
        "header",
        "footer",
        "pre",
        "figure",
        "figcaption",
    ]  # noqa: SIM905
)
_MARKUP = re.compile(
    r"<!--.*?-->|</?([a-zA-Z][a-zA-Z0-9]*)[^<>]*>|&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|\w{1,31});", re.S
)
_HAN_DIGITS = dict(zip("零〇○Ｏ一二三四五六七八九幺两", "000012345678912", strict=True))
_HAN_DIGITS["Ｏ"] = "O"
# Only a run this long is a number read out digit by digit; 二〇二三年 and 一二三 stay words.
_HAN_RUN = re.compile(r"[0-9零〇○一二三四五六七八九幺两]{11,}")
_DASHES = dict.fromkeys("‐‑‒–—―−﹣－﹘ー", "-")
_SPACES = dict.fromkeys(
    "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
    " ",
)
_DOTS = dict.fromkeys("·・•∙⋅｡．", ".")


@dataclass(frozen=True)
class Folded:
    """`text` as the patterns see it; `places[i]` is where its i-th character stood (code points).

    `places` has one entry more than `text`: the end of the original.
    """

    text: str
    places: list[int]

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original that [start, end) of the folded text stands for."""
        return self.places[start], self.places[end - 1] + 1


def fold(text: str) -> Folded:
    """Fold plain text."""
    return _numbers_read_out(_folded(enumerate(text), len(text)))


def fold_markup(html: str) -> Folded:
    """Fold HTML; places are those in the markup."""
    return _numbers_read_out(_folded(_characters(html), len(html)))


def _characters(html: str):
    position = 0
    for match in _MARKUP.finditer(html):
        yield from enumerate(html[position : match.start()], position)
        tag, entity = match.groups()
        if entity:
            for character in _entity(entity):
                yield match.start(), character
        elif tag and tag.lower() in _BLOCK_TAGS:
            yield match.start(), "\n"
        position = match.end()
    yield from enumerate(html[position:], position)


def _entity(name: str) -> str:
    if not name.startswith("#"):
        return html5.get(f"{name};", f"&{name};")
    number = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
    if number == 0 or number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        return ""
    return chr(number)


def _folded(characters, length: int) -> Folded:
    kept, places = [], []
    for place, character in characters:
        plain = _fold_character(character)
        if plain:
            kept.append(plain)
            places.append(place)
    places.append(length)
    return Folded("".join(kept), places)


def _fold_character(character: str) -> str:
    """One character or none: digits of every script to 0-9, full width to half, marks dropped."""
    if character < "\x7f":
        return (
            character
            if character >= " " or character in "\n\t"
            else ("\n" if character == "\r" else "")
        )
    for table in (_DASHES, _SPACES, _DOTS):
        if character in table:
            return table[character]
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    # Format characters (zero width, direction), combining marks and variation selectors.
    if category in {"Cf", "Mn", "Me", "Cc", "Cs"}:
        return ""
    if "\uff01" <= character <= "\uff5e":
        return chr(ord(character) - 0xFEE0)
    return character


def _numbers_read_out(folded: Folded) -> Folded:
    """一三八零零… as digits, one for one, so that places stay."""

    def read(match):
        return "".join(_HAN_DIGITS.get(character, character) for character in match.group())

    return Folded(_HAN_RUN.sub(read, folded.text), folded.places)
