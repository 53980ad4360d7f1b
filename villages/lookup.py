"""Finds places: by code now or once, by characters, pinyin or initials."""

import re
from functools import reduce
from operator import or_

from django.db.models import Case, IntegerField, Q, When

from villages import names
from villages.models import AreaAlias, AreaPage
from villages.models.public import COUNTY, GROUP, STEP, TOWNSHIP, VILLAGE
from villages.places import path_range
from villages.typed import KINDS_SPELT, Typed
from villages.visibility import shown

_CODE = re.compile(r"[0-9]{6}(?:[0-9]{3}){0,2}")
WIDER = 60
"""Places that the first words may mean: bounds the work."""
LOOSE = 400
"""Places read syllable by syllable: bounds the work."""


def visible_areas(hidden: list[str] | None = None):
    """Live places that may be shown here (sample places only where samples are shown)."""
    return shown(AreaPage.objects.all(), hidden)


def plain_code(code: str) -> str | None:
    """The code as places have it, or None for what is no code: 532301101000 → 532301101."""
    code = code.strip()
    if not _CODE.fullmatch(code):
        return None
    for zeros, length in (("000000", 12), ("000", 12), ("000", 9)):
        if len(code) == length and code.endswith(zeros):
            return code[: -len(zeros)]
    return code


def area_by_code(code: str, hidden: list[str] | None = None) -> AreaPage | None:
    """The live place that has or had this division code (6, 9 or 12 digits), or None.

    A code that was given to another place since means that place.
    """
    code = plain_code(code)
    if code is None:
        return None
    areas = visible_areas(hidden)
    found = areas.filter(code=code).first()
    if found is None:
        once = {"area_aliases__kind": AreaAlias.CODE, "area_aliases__value": code}
        found = areas.filter(**once).first()
    return found


def find_areas(text: str, limit: int = 30, near: str = "") -> list[AreaPage]:
    """Places that what was typed may mean, nearest match first, in at most nine queries.

    By name, other or former name, code, pinyin, initials, or a mixture (shan嘴), with the wider
    place before it where somebody gives it (楚雄岔河, 松林三组). Exact matches stand before those
    that begin so and those that have it inside; among equals what lies near `near` (a tree path).
    """
    if plain_code(text):
        area = area_by_code(text)
        return [area] if area else []
    typed = Typed.read(text)
    if not typed.text:
        return []
    areas = visible_areas()
    found = _named(areas, typed, limit, near)
    return found or _below_wider(areas, typed, limit, near) or _read_loosely(areas, typed, limit)


def _named(areas, typed: Typed, limit: int, near: str) -> list[AreaPage]:
    """Places called or spelt so, in one query."""
    called = AreaAlias.objects.filter(kind=AreaAlias.NAME)
    exactly = Q(title__in=typed.exact) | Q(name__in=typed.forms)
    exactly |= Q(pk__in=called.filter(value__in=typed.exact).values("area_id"))
    begins = inside = Q(pk__in=())
    for form in typed.forms:
        begins |= Q(title__startswith=form)
        begins |= Q(pk__in=called.filter(value__startswith=form).values("area_id"))
        inside |= Q(title__icontains=form) | Q(name__icontains=form)
        inside |= Q(pk__in=called.filter(value__icontains=form).values("area_id"))
    for spelling in typed.spelt:
        begins |= Q(pinyin__startswith=spelling) | Q(initials__startswith=spelling)
    number = names.group_number(typed.forms[-1])
    numbered = Q(grouppage__number=number) if number else Q(pk__in=())
    sounds = Q(pinyin__in=typed.spelt_whole)
    initials = Q(initials__in=typed.initials_whole)
    # 山嘴子村 is stored as shanzuizi, so a spelling may be whole without beginning any.
    matching = areas.filter(exactly | numbered | sounds | initials | begins | inside)
    nearness = Case(
        When(exactly, then=0),
        When(sounds | numbered, then=1),
        When(initials, then=2),
        When(begins, then=3),
        default=4,
    )
    return list(matching.order_by(nearness, _distance(near), "depth", "path")[:limit])


def _distance(near: str) -> Case:
    """0 within the same village as the tree path `near`, 1 the same township, 2 county, else 3."""
    steps = [near[:end] for end in (VILLAGE, TOWNSHIP, COUNTY) if len(near) >= end]
    whens = [When(path__range=path_range(path), then=nth) for nth, path in enumerate(steps)]
    return Case(*whens, default=len(steps), output_field=IntegerField())


def _below_wider(areas, typed: Typed, limit: int, near: str, tries: int = 2) -> list[AreaPage]:
    """Places of the last words within the places of the first ones: 楚雄岔河, 松林三组."""
    text = typed.forms[-1]
    # By sound: brackets (示例) are no part of it, and a slip of the keyboard does no harm.
    starts = {names.pinyin(text[:end]): end for end in range(2, len(text))}
    wider = areas.filter(depth__lt=GROUP // STEP)
    wider = wider.filter(
        pinyin__in=[start + kind for start in starts for kind in ("", *KINDS_SPELT)]
    )
    ends: dict[int, list[str]] = {}
    for path, sound in wider.values_list("path", "pinyin")[:WIDER]:
        end = max(end for start, end in starts.items() if sound.startswith(start))
        ends.setdefault(end, []).append(path)
    for end in sorted(ends, reverse=True)[:tries]:
        rest = Typed.read(text[end:])
        within = reduce(or_, (Q(path__range=path_range(path)) for path in ends[end]))
        below = areas.filter(within).exclude(path__in=ends[end])
        found = _named(below, rest, limit, near)
        if not found and tries > 1 and len(rest.text) > 2:
            found = _below_wider(below, rest, limit, near, tries=1)
        if found:
            return found
    return []


def _read_loosely(areas, typed: Typed, limit: int) -> list[AreaPage]:
    """Places whose characters and syllables read as typed: shan嘴, shanzz, zuizi; one query."""
    if len(typed.text) < 2:
        return []
    for char in typed.characters:
        areas = areas.filter(title__contains=char)
    if typed.letters:
        areas = areas.filter(pinyin__regex=".*".join(map(re.escape, typed.letters)))
    fits = []
    for area in areas.order_by("depth", "path")[:LOOSE]:
        fit = typed.fit(area.title)
        if fit is not None:
            fits.append((fit, area))
    fits.sort(key=lambda pair: pair[0])
    return [area for _fit, area in fits[:limit]]
