"""Finds what a covenant limits to nothing: 不收礼金, 其他事项不办酒席. No Django here."""

import re
from functools import lru_cache

from .quantities import fold
from .vocabulary import Matter, Measure, Vocabulary

_ALL = r"(?:一律|一概|均|都|全部)?"
_NOT = r"不(?:再|得|准|许|能|可)?"
_ACTS = "收送随挂交缴回要办摆设请"
_FREE = re.compile(rf"{_ALL}(?:不收一分钱|不收分文|分文不收|分文不取)")
# Feasts are waived only for named occasions: 前一天晚上不摆席 forbids no feast.
_OCCASION = re.compile(
    "其他|其它|其余|一律|一概|任何|除.{1,12}外|满月|乔迁|升学|生日|参军|做寿|祝寿|等"
)

_WISHED = re.compile("(?:提倡|倡导|鼓励|最好)$")


@lru_cache(maxsize=4)
def _pattern(vocabulary: Vocabulary) -> tuple[re.Pattern, dict[str, Matter]]:
    words = {
        fold(word): matter
        for matter in reversed(vocabulary.matters)
        if matter.waivable
        for word in matter.words
    }
    plain = "|".join(sorted(map(re.escape, words), key=len, reverse=True)) or r"(?!)"
    acting = [re.escape(word) for word in words if word[0] in _ACTS and len(word) > 1]
    acting = "|".join(sorted(acting, key=len, reverse=True)) or r"(?!)"
    act = r"(?:收取?|送|随|挂|交|缴|要|办|操办|摆|设|请)"
    free = r"(?:免收|免交|免缴|免除|拒收|谢绝)"
    return re.compile(
        rf"{_ALL}(?:{_NOT}{act}|{free})(?:任何|一切)?(?P<named>{plain})(?![物品堂])"
        rf"|{_ALL}{_NOT}(?P<act>{acting})(?![物品堂])"
        rf"|(?P<first>{plain}){_ALL}{_NOT}(?:收|送|要|取|交|办)(?=[，,。；;、]|$)"
    ), words


def find_waivers(folded: str, vocabulary: Vocabulary) -> list[tuple[int, int, Matter, Measure]]:
    """(start, end, matter, measure) of each waiver in a folded line."""
    by_key = {measure.key: measure for measure in vocabulary.measures}
    pattern, words = _pattern(vocabulary)
    found = []
    for match in pattern.finditer(folded):
        matter = words[match["named"] or match["act"] or match["first"]]
        measure = by_key.get(matter.measures[0])
        sentence = re.split("[。；;]", folded[: match.end()])[-1]
        if _WISHED.search(folded[: match.start()]):
            continue
        if measure is None or (measure.key == "table" and not _OCCASION.search(sentence)):
            continue
        found.append((match.start(), match.end(), matter, measure))
    fee = next((m for m in vocabulary.matters if m.key == "fee"), None)
    if fee and fee.measures[0] in by_key:
        for match in _FREE.finditer(folded):
            found.append((match.start(), match.end(), fee, by_key[fee.measures[0]]))
    return found
