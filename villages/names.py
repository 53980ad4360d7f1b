"""How places are named, spelt in pinyin and told apart. Pure; knows no database."""

import re

from pypinyin import Style, lazy_pinyin

_COMMITTEE = re.compile(r"(村民委员会|居民委员会|村委会|居委会)$")
# Readings that the general dictionary gets wrong in the place names of Yunnan.
_READINGS = {"箐": "qing", "嘉": "jia", "𥔲": "e", "脿": "biao", "坝": "ba"}

SEPARATOR = " · "


def short_name(name: str) -> str:
    """The official name without 村民委员会 / 居民委员会: 山嘴子村民委员会 → 山嘴子."""
    return _COMMITTEE.sub("", name.strip()) or name.strip()


def display_name(name: str) -> str:
    """What residents call the place: 山嘴子村民委员会 → 山嘴子村, 东兴社区居民委员会 → 东兴社区."""
    short = short_name(name)
    if short == name.strip():
        return short
    if short.endswith(("村", "社区")):
        return short
    is_village = name.strip().endswith(("村民委员会", "村委会"))
    return short + ("村" if is_village else "社区")


def _syllables(text: str) -> list[str]:
    han = "".join(
        ch for ch in text if "\u4e00" <= ch <= "\u9fff" or ord(ch) >= 0x20000 or ch.isalnum()
    )
    out = []
    for ch, reading in zip(han, _readings(han), strict=True):
        spelt = _READINGS.get(ch, reading)
        out.append(re.sub(r"[^a-z0-9]", "", spelt.lower()))
    return [s for s in out if s]


def _readings(text: str) -> list[str]:
    """One reading per character, with the dictionary's phrases for characters of several readings."""
    readings = lazy_pinyin(text, style=Style.NORMAL, errors=list, v_to_u=False)
    if len(readings) != len(text):
        readings = [lazy_pinyin(ch, style=Style.NORMAL)[0] for ch in text]
    return readings


def pinyin(text: str) -> str:
    """Toneless pinyin without blanks: 鹿城镇 → luchengzhen."""
    return "".join(_syllables(text))


def initials(text: str) -> str:
    """First letters: 鹿城镇 → lcz."""
    return "".join(s[0] for s in _syllables(text))


def full_area_name(names: list[str]) -> str:
    """`县 · 乡镇 · 村 (· 组)` from the names, highest level first; tells repeated names apart."""
    return SEPARATOR.join(n for n in names if n)
