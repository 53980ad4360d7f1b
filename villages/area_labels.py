"""Area names for many pages at once: a list of any length costs one query."""

from functools import reduce
from operator import or_

from django.db.models import Q
from wagtail.models import Page

from villages.lookup import find_areas
from villages.models import AreaAlias, AreaPage, GroupPage, PublicPage
from villages.models.public import COUNTY, GROUP, STEP
from villages.names import full_area_name
from villages.places import path_range


def area_paths(path: str) -> list[str]:
    """Tree paths at which the places above (and at) `path` stand, highest first."""
    return [path[:end] for end in range(COUNTY, min(len(path), GROUP) + 1, STEP)]


def areas_by_path(paths) -> dict[str, AreaPage]:
    """{tree path: place} for all places above or at `paths`; one query."""
    wanted = {prefix for path in paths for prefix in area_paths(path)}
    if not wanted:
        return {}
    return {area.path: area for area in AreaPage.objects.filter(path__in=wanted)}


def area_labels(pages: list[Page]) -> dict[int, str]:
    """{page pk: 县 · 乡镇 · 村 (· 组)} for pages of any type; empty above county level."""
    found = areas_by_path(page.path for page in pages)
    return {
        page.pk: full_area_name([found[p].title for p in area_paths(page.path) if p in found])
        for page in pages
    }


def with_areas(pages) -> list:
    """The pages as a list, each with its `areas` filled in, so that `area_name` costs nothing.

    Takes plain rows of `Page`, too, which are given an `area_name`.
    """
    pages = list(pages)
    found = areas_by_path(page.path for page in pages)
    for page in pages:
        page.areas = [found[p] for p in area_paths(page.path) if p in found]
        if not isinstance(page, PublicPage):
            page.area_name = full_area_name([area.title for area in page.areas])
    return pages


class SearchAreas:
    """What search asks about places (`search.areas.AreaResolver`); one query per call."""

    def labels(self, pages) -> dict[int, str]:
        return area_labels(list(pages))

    def by_paths(self, paths) -> dict[str, tuple[str, str]]:
        rows = AreaPage.objects.filter(path__in=set(paths)).values_list("path", "code", "title")
        return {path: (code or "", title) for path, code, title in rows}

    def paths_for_codes(self, codes) -> dict[str, str]:
        codes = set(codes)
        groups = {code: code.partition("-") for code in codes if "-" in code}
        wanted = codes | {village for village, _, _ in groups.values()}
        now = Q(code__in=wanted)
        once = Q(area_aliases__kind=AreaAlias.CODE, area_aliases__value__in=wanted)
        rows = AreaPage.objects.filter(now | once).values_list(
            "code", "area_aliases__kind", "area_aliases__value", "path"
        )
        found: dict[str, str] = {}
        for _, kind, value, path in rows:
            if kind == AreaAlias.CODE and value in wanted:
                found.setdefault(value, path)
        found |= {code: path for code, _, _, path in rows if code in wanted}
        return {code: path for code, path in found.items() if code in codes} | _groups_at(
            {code: (found.get(village), number) for code, (village, _, number) in groups.items()}
        )

    def begun(self, text, limit) -> list[tuple[str, str, str]]:
        areas = with_areas(find_areas(text, limit))
        return [
            (area.title, full_area_name([a.title for a in area.areas[:-1]]), area.url or "")
            for area in areas
        ]


def _groups_at(wanted: dict) -> dict[str, str]:
    """{code-number: tree path} for {code-number: (village's tree path or None, number)}."""
    numbered = {
        code: (path, int(number))
        for code, (path, number) in wanted.items()
        if path and number.isdecimal() and len(number) < 4
    }
    if not numbered:
        return {}
    rows = GroupPage.objects.filter(
        number__in={number for _, number in numbered.values()}, depth=GROUP // STEP
    ).filter(reduce(or_, (Q(path__range=path_range(path)) for path, _ in numbered.values())))
    found = {(path[:-STEP], number): path for path, number in rows.values_list("path", "number")}
    return {code: found[key] for code, key in numbered.items() if key in found}
