"""Area names for many pages at once: a list of any length costs one query."""

from wagtail.models import Page

from villages.models import AreaPage
from villages.models.public import COUNTY, GROUP, STEP
from villages.names import full_area_name


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
    """The pages as a list, each with its `areas` filled in, so that `area_name` costs nothing."""
    pages = list(pages)
    found = areas_by_path(page.path for page in pages)
    for page in pages:
        page.areas = [found[p] for p in area_paths(page.path) if p in found]
    return pages


class SearchAreas:
    """What search asks about places (`search.areas.AreaResolver`); one query per call."""

    def labels(self, pages) -> dict[int, str]:
        return area_labels(list(pages))

    def by_paths(self, paths) -> dict[str, tuple[str, str]]:
        rows = AreaPage.objects.filter(path__in=set(paths)).values_list("path", "code", "title")
        return {path: (code or "", title) for path, code, title in rows}

    def path_for_code(self, code: str) -> str | None:
        return AreaPage.objects.filter(code=code).values_list("path", flat=True).first()
