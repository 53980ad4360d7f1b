"""Finds places: by code now or once, by characters, pinyin or initials."""

import re

from django.db.models import Case, Q, When

from villages import names
from villages.models import AreaAlias, AreaPage
from villages.visibility import shown

_CODE = re.compile(r"[0-9]{6}(?:[0-9]{3}){0,2}")
_LATIN = re.compile(r"[a-zü0-9\s'’·-]+")
MAX_TEXT = 80


def visible_areas():
    """Live places that may be shown here (sample places only where samples are shown)."""
    return shown(AreaPage.objects.all())


def plain_code(code: str) -> str | None:
    """The code as places have it, or None for what is no code: 532301101000 → 532301101."""
    code = code.strip()
    if not _CODE.fullmatch(code):
        return None
    for zeros, length in (("000000", 12), ("000", 12), ("000", 9)):
        if len(code) == length and code.endswith(zeros):
            return code[: -len(zeros)]
    return code


def area_by_code(code: str) -> AreaPage | None:
    """The live place that has or had this division code (6, 9 or 12 digits), or None.

    A code that was given to another place since means that place.
    """
    code = plain_code(code)
    if code is None:
        return None
    areas = visible_areas()
    found = areas.filter(code=code).first()
    if found is None:
        once = {"area_aliases__kind": AreaAlias.CODE, "area_aliases__value": code}
        found = areas.filter(**once).first()
    return found


def find_areas(text: str, limit: int = 30) -> list[AreaPage]:
    """Places whose name, other name, code, pinyin or initials match, nearest match first."""
    text = text.strip()[:MAX_TEXT].lower()
    spelt = names.spellings(text) if _LATIN.fullmatch(text) else []
    text = re.sub(r"[\s\x00-\x1f]", "", text)
    if not text:
        return []
    if plain_code(text):
        area = area_by_code(text)
        return [area] if area else []
    matches = Q(title__icontains=text) | Q(name__icontains=text)
    called = AreaAlias.objects.filter(kind=AreaAlias.NAME, value__icontains=text)
    matches |= Q(pk__in=called.values("area_id"))
    for spelling in spelt:
        matches |= Q(pinyin__startswith=spelling) | Q(initials__startswith=spelling)
    # 山嘴子村 is stored as shanzuizi: what is short of its last word is asked for exactly.
    whole = spelt + [spelling.removesuffix("cun") for spelling in spelt]
    matches |= Q(pinyin__in=whole)
    nearness = Case(
        When(title=text, then=0),
        When(pinyin__in=whole, then=1),
        When(initials__in=spelt, then=2),
        When(title__startswith=text, then=3),
        default=4,
    )
    return list(visible_areas().filter(matches).order_by(nearness, "depth", "path")[:limit])
