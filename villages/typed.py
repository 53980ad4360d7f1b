"""What somebody typed to find a place: characters, pinyin, initials or both. Pure; no database."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from search.folding import normalise
from villages import names

MAX_TEXT = 40
"""Code points read; the longest official name has twenty."""

_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0304\u030c"))
_LATIN = re.compile(r"[a-zü0-9\s'’·-]+")
_BETWEEN = re.compile(r"[\s\x00-\x1f'’·,，、>›/-]+")
_LETTER = re.compile(r"[a-zü0-9]")
# What may follow a place's own name, and how it is spelt: who types 松林 means 松林村.
KINDS = ("村", "社区", "镇", "乡", "县", "市", "街道")
KINDS_SPELT = ("cun", "shequ", "zhen", "xiang", "xian", "shi", "jiedao")
_KINDS_BEGUN = ("c", "sq", "z", "x", "s", "jd")


@dataclass(frozen=True)
class Typed:
    """`text`: lower case, width folded, without tones and blanks; `latin`: no character in it."""

    text: str
    latin: bool

    @classmethod
    def read(cls, text: str) -> "Typed":
        plain = unicodedata.normalize("NFKC", text.strip()[: 2 * MAX_TEXT]).lower()
        latin = bool(_LATIN.fullmatch(_untoned(plain)))
        plain = _untoned(plain) if _LETTER.search(_untoned(plain)) else plain
        return cls(_BETWEEN.sub("", plain)[:MAX_TEXT], latin)

    @cached_property
    def forms(self) -> tuple[str, ...]:
        """The characters as typed and as they may be stored: simplified, without 村委会."""
        simple = normalise(self.text)
        return tuple(dict.fromkeys([self.text, simple, names.short_name(simple)]))

    @cached_property
    def exact(self) -> tuple[str, ...]:
        """Titles that mean nothing but what was typed: 松林, 松林村, 松林社区 …"""
        return tuple(form + kind for form in self.forms for kind in ("", *KINDS))

    @cached_property
    def spelt(self) -> tuple[str, ...]:
        """Pinyin as typed and as it may be stored; empty where characters were typed."""
        return tuple(names.spellings(self.text)) if self.latin else ()

    @cached_property
    def spelt_whole(self) -> tuple[str, ...]:
        """Spellings that mean nothing but what was typed, with and without 村, 镇 and the like."""
        return _with_and_without(self.spelt, KINDS_SPELT)

    @cached_property
    def initials_whole(self) -> tuple[str, ...]:
        """The same of initials: szz, szzc."""
        return _with_and_without(self.spelt, _KINDS_BEGUN)

    @cached_property
    def characters(self) -> str:
        """The characters among letters: 嘴 of shan嘴."""
        return "".join(char for char in normalise(self.text) if not _LETTER.match(char))

    @cached_property
    def letters(self) -> str:
        """The letters among characters: shan of shan嘴."""
        return "".join(char for char in self.text if _LETTER.match(char)).replace("ü", "v")

    def fit(self, name: str) -> int | None:
        """How a name's sounds and characters read as typed: 0 whole, 1 begins so, 2 inside, None.

        Each syllable may be whole, its first letters, or only begun at the end: shanzz, s嘴zi.
        """
        readings = names.readings(name)
        typed = normalise(self.text).replace("ü", "v")
        for start in range(len(readings)):
            ends = set(_ends(readings, typed, start))
            if ends:
                return 2 if start else int(len(readings) not in ends)
        return None


def _untoned(text: str) -> str:
    """Letters without tone marks, ü kept: lǜ → lü."""
    plain = unicodedata.normalize("NFD", text).translate(_TONES)
    return unicodedata.normalize("NFC", plain)


def _with_and_without(texts, endings) -> tuple[str, ...]:
    more = [text + ending for text in texts for ending in endings]
    # Only 村 is left out of what is stored.
    less = [text.removesuffix(endings[0]) for text in texts]
    return tuple(dict.fromkeys([*texts, *more, *filter(None, less)]))


def _ends(readings, typed: str, start: int):
    """Yields each position in `readings` where reading `typed` from `start` may end."""
    if not typed:
        yield start
        return
    if start == len(readings):
        return
    char, sound = readings[start]
    if typed[0] == char:
        yield from _ends(readings, typed[1:], start + 1)
    if not _LETTER.match(typed[0]) or not sound:
        return
    if sound.startswith(typed):
        yield start + 1
    for part in {sound, sound[:1], sound[:2] if sound[1:2] == "h" else sound}:
        if typed.startswith(part):
            yield from _ends(readings, typed[len(part) :], start + 1)
