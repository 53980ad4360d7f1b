"""Folds text: width, script (traditional or simplified), case and accents make no difference.

Index and query fold alike. Pure: no Django, no index.
"""

import re
import unicodedata
from functools import cache
from importlib import resources
from itertools import chain

import numpy as np

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"

RUN = re.compile(rf"(?P<han>[{HAN}]+)|(?P<word>[^\W_{HAN}]+)")
"""Han characters that stand together, or a word or number of another script."""


class _FoldTable(dict):
    """Maps code point to code point, one to one, so that places in folded text stay true."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        category = unicodedata.category(char)
        if category in ("Cs", "Cc", "Cf", "Cn", "Co"):
            folded = " "
        else:
            folded = _single(unicodedata.normalize("NFKC", char), char)
            folded = _traditional().get(folded, folded)
            folded = _single(folded.casefold(), folded)
            base = unicodedata.normalize("NFKD", folded)
            if len(base) > 1 and all(map(unicodedata.combining, base[1:])):
                folded = base[0]
        self[code] = folded
        return folded


def _single(candidate: str, fallback: str) -> str:
    return candidate if len(candidate) == 1 else fallback


@cache
def _traditional() -> dict[str, str]:
    """Traditional to simplified, character by character (OpenCC's own table).

    Its phrase table is left out on purpose: one character must always fold the same way,
    or a query and a text cut at different places would differ.
    """
    table = resources.files("opencc") / "dictionary" / "TSCharacters.txt"
    pairs = (line.split("\t") for line in table.read_text("utf-8").splitlines() if "\t" in line)
    return {source: targets.split()[0] for source, targets in pairs}


_FOLDS = _FoldTable()


_FORMAT_SIGNS = (
    chr(code)
    for code in chain(range(0x20000), range(0xE0000, 0xE0080))
    if unicodedata.category(chr(code)) == "Cf"
)
_INVISIBLE = re.compile(f"[{''.join(map(re.escape, _FORMAT_SIGNS))}]")


_LONG = 80
"""Code points from which folding by an array is faster than by ``str.translate``."""

_UNKNOWN = 0xFFFFFFFF
_fold_codes = np.full(0x110000, _UNKNOWN, dtype=np.uint32)


def fold(text: str) -> str:
    """Folded text of the same length, code point for code point."""
    return _fold_long(text) if len(text) > _LONG else text.translate(_FOLDS)


def _fold_long(text: str) -> str:
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    folded = _fold_codes[codes]
    unknown = folded == _UNKNOWN
    if unknown.any():
        for code in set(codes[unknown].tolist()):
            _fold_codes[code] = ord(_FOLDS[code])
        folded = _fold_codes[codes]
    return folded.tobytes().decode("utf-32-le")


def normalise(text: str) -> str:
    """Folded text for indexing: composed, without invisible characters inside words."""
    return fold(unicodedata.normalize("NFC", _INVISIBLE.sub("", text)))


def plain_words(text: str) -> str:
    """Normalised text with every run of other signs as one space; phrases are sought in it."""
    return " ".join(match.group() for match in RUN.finditer(normalise(text)))
