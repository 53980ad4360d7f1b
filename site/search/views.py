"""The search page: reads the form, asks ``find_pages``, renders."""

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from search.index import IndexUnavailable
from search.page_search import MAX_QUERY, SearchResult, find_pages

logger = logging.getLogger(__name__)

FILTERS = ("kind", "county", "township", "village", "year", "tag")
SORTS = ("relevance", "newest")
MAX_FILTER = 60
MAX_PAGE = 500


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Results for ``?q=`` with the filters of the same names as the facets."""
    chosen = {name: _clean(request.GET.get(name, ""))[:MAX_FILTER] for name in FILTERS}
    text = _clean(request.GET.get("q", ""))[:MAX_QUERY]
    sort = request.GET.get("sort")
    available = True
    try:
        result = find_pages(
            text,
            **chosen | {"year": _number(chosen["year"])},
            sort=sort if sort in SORTS else "relevance",
            page=min(_number(request.GET.get("page", "")) or 1, MAX_PAGE),
        )
    except IndexUnavailable:
        logger.exception("The search index cannot be read.")
        available, result = False, SearchResult(text)
    response = render(
        request,
        "search/search.html",
        {
            "result": result,
            "available": available,
            "chosen": {name: value for name, value in chosen.items() if value},
            "sort": sort if sort in SORTS else "relevance",
            "max_query": MAX_QUERY,
            "facets": _facet_links(request, result),
            "previous_page": _page_link(request, result.page - 1, result),
            "next_page": _page_link(request, result.page + 1, result),
            "without_filters": _link(request, dict.fromkeys([*FILTERS, "page"])),
        },
        status=200 if available else 503,
    )
    response["X-Robots-Tag"] = "noindex"
    return response


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\x00", " ").strip()


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else None


def _link(request: HttpRequest, changes: dict) -> str:
    parameters = request.GET.copy()
    for name, value in changes.items():
        parameters.pop(name, None)
        if value:
            parameters[name] = value
    return "?" + parameters.urlencode()


def _page_link(request: HttpRequest, page: int, result: SearchResult) -> str:
    return _link(request, {"page": page}) if 1 <= page <= min(result.pages, MAX_PAGE) else ""


def _facet_links(request: HttpRequest, result: SearchResult) -> list[dict]:
    """[{"name", "links": [{"facet", "url"}]}]; following a chosen value's link lets it go."""
    below = {"county": ("township", "village"), "township": ("village",)}
    groups = []
    for name, values in result.facets.items():
        links = []
        for facet in values:
            changes = dict.fromkeys([*below.get(name, ()), "page"])
            changes[name] = None if facet.selected else facet.value
            links.append({"facet": facet, "url": _link(request, changes)})
        if links:
            groups.append({"name": name, "links": links})
    return groups
