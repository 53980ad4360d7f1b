"""Tells near-identical passages: villages copy clauses from each other and change the names.

Pure: no Django, no index. Two passages with one signature say the same to a resident, so what
carries the sense (numbers, negations, every content word) must always make a difference.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b

from search.analyzer import is_word
from search.folding import HAN, normalise
from search.numerals import find_numbers

DIGEST_BYTES = 8

_WORDINGS = (
    # A rule may be called by its kind only; 松林村村规民约 and 松林村规民约 are both written.
    ("村规民约|居民公约|村民公约|规约", "公约"),
    ("村民委员会|居民委员会|居委会", "村委会"),
    # Bans, and what need not be done, before the words of duty inside them fall away.
    ("不得不|不能不", ""),
    ("(?:不得|不应当?|不要)(?=超过|多于|少于|高于|低于)", "不"),
    ("不得|不准|不许|不允许|不应该|不应当|不应|不要|不能|不可以|不可|严禁|禁止", "禁"),
    ("不需要|不需|不必|无需|无须|不须|不用", "免"),
    ("可以|能够", "可"),
    ("应当|应该|必须|务必|需要|须要|应|须|需|要", ""),
    ("一律|均|都|的|了|地(?=[进做办])", ""),
    ("以及|[与及并]", "和"),
    ("或者", "或"),
    ("如果|假如|若", "如"),
    ("[本我](?:村民|居民)?(?:小组|组|村|社区|乡|镇|县|市|州)(?!民|规)", ""),
    ("本(?=村规民约|居民公约|规约|公约|章程)", ""),
)
_WORDING = re.compile("|".join(f"({pattern})" for pattern, _ in _WORDINGS))
_REPLACEMENTS = [replacement for _, replacement in _WORDINGS]

_MEANINGLESS = re.compile(rf"[^0-9a-z{HAN}\[\].%‰≤≥<>≠=]+")
_PLACE = (
    "村委会|社区村委会|农村社区|社区|村(?!民|委)|村民小组|居民小组|小组|组"
    "|街道办事处|街道|自治州|自治县|[乡镇县市州]"
)
_PLACE_END = re.compile(f"(?:{_PLACE})$")


def passage_signature(text: str, names: Iterable[str] = ()) -> str:
    """16 hex digits, equal for passages that say the same; empty for a text without words.

    Width, script, case, punctuation, spaces and words of duty (应当, 必须, 要) make no difference,
    nor do ``names``: the village, group, township and county the text is of, in any of their
    forms (松林村民委员会: 松林村, 松林社区, 松林). Numbers count by value (10桌 is 十桌, not 八桌)
    and negations count. Stable across processes and releases of Python.
    """
    reduced = _reduced(text)
    own = _names_pattern(tuple(names))
    if own is not None:
        reduced = own.sub("", reduced)
    if not reduced:
        return ""
    return blake2b(reduced.encode(), digest_size=DIGEST_BYTES).hexdigest()


def _reduced(text: str) -> str:
    """The sense of a text: usual wording, numbers as [value], nothing but words."""
    folded = _WORDING.sub(_usual_wording, normalise(text))
    parts, last = [], 0
    for number in find_numbers(folded):
        parts += [folded[last : number.start], f"[{number.value}]"]
        last = number.end
    return _MEANINGLESS.sub("", "".join([*parts, folded[last:]]))


def _usual_wording(match: re.Match) -> str:
    return _REPLACEMENTS[match.lastindex - 1]


@lru_cache(maxsize=4096)
def _names_pattern(names: tuple[str, ...]) -> re.Pattern | None:
    cores = {_PLACE_END.sub("", _reduced(name)).removeprefix("第") for name in names}
    options = [_core_pattern(core) for core in sorted(cores, key=lambda c: (-len(c), c)) if core]
    return re.compile("|".join(options)) if options else None


def _core_pattern(core: str) -> str:
    """A name with what it may end in; bare only where it cannot be an everyday word (团结)."""
    escaped = re.escape(core)
    if core.startswith("["):
        return f"第?{escaped}(?:村民|居民)?小?组"
    bare = "" if len(core) < 2 or is_word(core) else f"|{escaped}"
    return f"{escaped}(?:{_PLACE})|{escaped}(?=村民|公约){bare}"
