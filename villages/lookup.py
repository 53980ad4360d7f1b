"""Finds places: by code now or once, by characters, pinyin or initials."""

from django.conf import settings
from django.db.models import Q

from villages.models import AreaAlias, AreaPage


def visible_areas():
    """Live places that may be shown here (sample places only where samples are shown)."""
    areas = AreaPage.objects.live()
    if settings.CUNYUE_SAMPLE:
        return areas
    for path in AreaPage.objects.filter(depth=3, sample=True).values_list("path", flat=True):
        areas = areas.exclude(path__startswith=path)
    return areas


def area_by_code(code: str) -> AreaPage | None:
    """The live place that has or had this division code (6, 9 or 12 digits), or None."""
    code = code.strip()
    if len(code) == 12:
        code = code.removesuffix("000").removesuffix("000")
    live = visible_areas()
    found = live.filter(code=code).first()
    if found is None:
        alias = AreaAlias.objects.filter(kind=AreaAlias.CODE, value=code).first()
        found = live.filter(pk=alias.area_id).first() if alias else None
    return found


def find_areas(text: str, limit: int = 30) -> list[AreaPage]:
    """Places whose name, former name, pinyin or initials match, nearest level of match first."""
    text = text.strip().lower().replace(" ", "")
    if not text:
        return []
    named = Q(title__icontains=text) | Q(name__icontains=text)
    named |= Q(area_aliases__kind=AreaAlias.NAME, area_aliases__value__icontains=text)
    spelt = Q(pinyin__startswith=text) | Q(initials__startswith=text)
    found = visible_areas().filter(named | spelt).distinct().order_by("depth", "path")
    ranked = sorted(
        found[: limit * 4],
        key=lambda a: (
            a.title != text,
            not a.title.startswith(text),
            a.initials != text,
            not a.pinyin.startswith(text),
            a.depth,
            a.path,
        ),
    )
    return ranked[:limit]
