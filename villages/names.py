"""How places are named, spelt in pinyin and told apart. Pure; knows no database."""

import re

from pypinyin import Style, lazy_pinyin

_COMMITTEE = re.compile(r"(村民委员会|居民委员会|村委会|居委会)$")
_RURAL_COMMUNITY = re.compile(r"农村社区$")
_COMMUNITY = re.compile(r"(农村)?社区$")
_REMARK = re.compile(r"[（(][^（()）]*[）)]$")
_GROUP = re.compile(r"第?([0-9]{1,3}|[零〇一二三四五六七八九十百]{1,5})(?:村民|居民)?(?:小组|组)")
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0}

# Readings that the general dictionary gets wrong in the place names of Yunnan: what it takes from
# everyday words (民乐 minyue, 什么 shenme, 长辈 zhangbei) is minle, shi and chang here.
_READINGS = {
    "箐": "qing",
    "嘉": "jia",
    "𥔲": "e",
    "脿": "biao",
    "坝": "ba",
    "苴": "ju",
    "乐": "le",
    "勒": "le",
    "什": "shi",
    "长": "chang",
    "六": "liu",
    "石": "shi",
    "硐": "dong",
    "朝": "chao",
}
_PHRASES = {"里长": ("li", "zhang"), "村长": ("cun", "zhang"), "朝阳": ("chao", "yang")}
# Other spellings people type, and the one that is stored: 苴 is said zuo in many villages, 箐 is
# read jing by who goes by its lower half, ü is written v, yu or u.
_SPELLINGS = (
    ("zuo", "ju"),
    ("jing", "qing"),
    ("ü", "v"),
    ("lyu", "lv"),
    ("nyu", "nv"),
    ("luhe", "lvhe"),
)

SEPARATOR = " · "


def short_name(name: str) -> str:
    """The official name without 村民委员会 / 居民委员会: 山嘴子村民委员会 → 山嘴子.

    小村农村社区 → 小村社区: the statistical kind is no part of what the place is called.
    """
    name = name.strip()
    return _RURAL_COMMUNITY.sub("社区", _COMMITTEE.sub("", name)) or name


def display_name(name: str) -> str:
    """What residents call the place: 山嘴子村民委员会 → 山嘴子村, 东兴社区居民委员会 → 东兴社区."""
    name, short = name.strip(), short_name(name)
    if short == name or not _COMMITTEE.search(name) or short.endswith(("村", "社区")):
        return short
    return short + ("村" if name.endswith(("村民委员会", "村委会")) else "社区")


def core_name(name: str) -> str:
    """What stays when a village becomes a community: 岔河村民委员会, 岔河社区居委会 → 岔河."""
    short = short_name(name)
    return _COMMUNITY.sub("", short) or short


def is_community(name: str) -> bool:
    """Whether the official name is that of an urban or rural community (社区, 居民委员会)."""
    name = name.strip()
    return name.endswith(("居民委员会", "居委会")) or short_name(name).endswith("社区")


def group_name(number: int) -> str:
    """The name of a group that is known by its number only: 3 → 第3组."""
    return f"第{number}组"


def group_number(name: str) -> int | None:
    """The number that a group's name consists of (第3组, 三组, 十二村民小组), or None."""
    found = _GROUP.fullmatch(name.strip())
    if not found:
        return None
    text = found[1]
    if text.isascii():
        return int(text)
    total = digit = 0
    for char in text:
        if char in _DIGITS:
            digit = digit * 10 + _DIGITS[char]
        else:
            total, digit = total + (digit or 1) * (10 if char == "十" else 100), 0
    return total + digit


def pinyin(text: str) -> str:
    """Toneless pinyin without blanks, ü as v: 鹿城镇 → luchengzhen; no bracketed remark."""
    return "".join(_syllables(text))


def initials(text: str) -> str:
    """First letters: 鹿城镇 → lcz."""
    return "".join(syllable[0] for syllable in _syllables(text))


def spellings(text: str) -> list[str]:
    """Pinyin as somebody typed it, as the stored spelling may have it; the typed one first."""
    typed = re.sub(r"[\s'’·-]", "", text.lower())
    return list(dict.fromkeys([typed, *(typed.replace(old, new) for old, new in _SPELLINGS)]))


def full_area_name(names: list[str]) -> str:
    """`县 · 乡镇 · 村 (· 组)` from the names, highest level first; tells repeated names apart."""
    return SEPARATOR.join(name for name in names if name)


def readings(text: str) -> list[tuple[str, str]]:
    """[(character, its toneless pinyin)]: 鹿城 → [("鹿", "lu"), ("城", "cheng")]."""
    text = _plain(text)
    return list(zip(text, _spelt(text), strict=True))


def _plain(text: str) -> str:
    return "".join(char for char in _REMARK.sub("", text.strip()) if char.isalnum())


def _syllables(text: str) -> list[str]:
    return [syllable for syllable in _spelt(_plain(text)) if syllable]


def _spelt(text: str) -> list[str]:
    readings = [
        _READINGS.get(char, reading)
        for char, reading in zip(text, _general_readings(text), strict=True)
    ]
    for phrase, spelt in _PHRASES.items():
        start = text.find(phrase)
        if start >= 0:
            readings[start : start + len(phrase)] = spelt
    return [re.sub(r"[^a-z0-9]", "", reading.lower()) for reading in readings]


def _general_readings(text: str) -> list[str]:
    """One reading per character; the dictionary's phrases choose among several readings."""
    readings = lazy_pinyin(text, style=Style.NORMAL, errors=list, v_to_u=False)
    if len(readings) != len(text):
        readings = [lazy_pinyin(char, style=Style.NORMAL, errors=list)[0] for char in text]
    return readings
