"""The search page and its suggestions: read the form, ask ``find_pages``, render."""

import logging
import re

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from modelsearch.backends import get_search_backend

from search import misses
from search.asked import MAX_QUERY
from search.index import IndexUnavailable
from search.kinds import KIND_LABELS
from search.page_search import SearchResult, find_pages
from search.suggest import TYPE_LABELS, suggestions
from search.throttle import bounded

logger = logging.getLogger(__name__)

FILTERS = ("kind", "county", "township", "village", "year", "tag")
SORTS = ("relevance", "newest")
MAX_FILTER = 100
"""Code points of a filter's value: as long as a tag may be."""

MAX_PAGE = 50
"""Pages shown: who has not found it among a thousand hits needs other words."""

_NEAR = re.compile(r"[0-9]{12}(-[0-9]{1,3})?")
_SIGNATURE = re.compile(r"[0-9a-f]{16}")


def _too_many(request: HttpRequest) -> HttpResponse:
    response = render(request, "search/too_many.html")
    response["X-Robots-Tag"] = "noindex"
    return response


def _too_many_suggestions(request: HttpRequest) -> HttpResponse:
    return _json({"suggestions": [], "error": _("查得太快了，请过一会儿再试。")})


@require_safe
@bounded("search", _too_many)
def search(request: HttpRequest) -> HttpResponse:
    """Results for ``?q=`` with the filters of the same names as the facets.

    Also ``sort``, ``page``, ``near`` (own village), ``ended=1`` and ``same`` (a signature).
    """
    chosen = {name: _clean(request.GET.get(name, ""))[:MAX_FILTER] for name in FILTERS}
    text = _clean(request.GET.get("q", ""))[:MAX_QUERY]
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else SORTS[0]
    near = _matching(_NEAR, request.GET.get("near", ""))
    same = _matching(_SIGNATURE, request.GET.get("same", ""))
    ended = request.GET.get("ended") == "1"
    available = True
    try:
        result = find_pages(
            text,
            **chosen | {"year": _number(chosen["year"])},
            sort=sort,
            page=min(_number(request.GET.get("page", "")) or 1, MAX_PAGE),
            near=near,
            ended=ended,
            same=same,
        )
    except IndexUnavailable:
        logger.exception("The search index cannot be read.")
        available, result = False, SearchResult(text)
    complete = available and get_search_backend().directory.state() == "ready"
    if complete and result.help is not None and not result.count_anywhere and not same:
        misses.count(text)
    chosen = {name: value for name, value in chosen.items() if value}
    response = render(
        request,
        "search/search.html",
        {
            "result": result,
            "available": available,
            "complete": complete,
            "chosen": chosen,
            "near": near,
            "same": same,
            "with_ended": ended,
            "sort": sort,
            "max_query": MAX_QUERY,
            "facets": _facet_links(request, result),
            "hits": [(hit, _same_link(request, hit)) for hit in result.hits],
            "previous_page": _page_link(request, result.page - 1, result.page > 1),
            "next_page": _page_link(request, result.page + 1, result.has_next),
            "without_filters": _link(request, dict.fromkeys([*FILTERS, "page"])),
            "without_same": _link(request, dict.fromkeys(["same", "page"])),
            "ended_link": _link(request, {"ended": "" if ended else "1", "page": None}),
            "sort_link": _link(
                request, {"sort": "" if sort == "newest" else "newest", "page": None}
            ),
            "nearest": _nearest_links(request, result),
            "wider": _wider_links(request, result),
            "kinds": _kind_links(request) if result.help else (),
        },
        status=200 if available else 503,
    )
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@bounded("suggest", _too_many_suggestions)
def suggest(request: HttpRequest) -> HttpResponse:
    """``?q=``: at most 8 suggestions in the shape that static/js/suggest.js tells.

    Each has a "type" (place, word, question) and a "count" of pages, too.
    """
    try:
        found = suggestions(_clean(request.GET.get("q", "")))
    except IndexUnavailable:
        return _json({"suggestions": []}, status=503)
    for suggestion in found:
        count = suggestion["count"]
        suggestion["kind"] = str(TYPE_LABELS[suggestion["type"]])
        suggestion["note"] = _("%(count)d 条") % {"count": count} if count else ""
    status = ngettext("%(count)d 条建议", "%(count)d 条建议", len(found)) % {"count": len(found)}
    response = _json({"suggestions": found, "status": status if found else ""})
    response["Cache-Control"] = "private, max-age=60"
    return response


def _json(content: dict, status: int = 200) -> JsonResponse:
    response = JsonResponse(content, status=status, json_dumps_params={"ensure_ascii": False})
    response["X-Robots-Tag"] = "noindex"
    return response


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\x00", " ").strip()


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else None


def _matching(pattern: re.Pattern, text: str) -> str:
    return text if pattern.fullmatch(text) else ""


def _link(request: HttpRequest, changes: dict) -> str:
    parameters = request.GET.copy()
    for name, value in changes.items():
        parameters.pop(name, None)
        if value:
            parameters[name] = value
    return "?" + parameters.urlencode()


def _page_link(request: HttpRequest, page: int, there_is: bool) -> str:
    return _link(request, {"page": page}) if there_is and page <= MAX_PAGE else ""


def _same_link(request: HttpRequest, hit) -> str:
    return _link(request, {"same": hit.signature, "page": None}) if hit.same else ""


def _nearest_links(request: HttpRequest, result: SearchResult) -> list[dict]:
    found = result.help.nearest if result.help else ()
    return [
        {"text": text, "count": count, "url": _link(request, {"q": text, "page": None})}
        for text, count in found
    ]


def _wider_links(request: HttpRequest, result: SearchResult) -> list[dict]:
    found = result.help.wider if result.help else ()
    return [
        {
            "label": wider.label,
            "count": wider.count,
            "url": _link(request, dict.fromkeys([*wider.without, "page"])),
        }
        for wider in found
    ]


def _kind_links(request: HttpRequest) -> list[dict]:
    dropped = dict.fromkeys([*FILTERS, "q", "page", "same", "sort"])
    return [
        {"label": label, "url": _link(request, dropped | {"kind": kind})}
        for kind, label in KIND_LABELS.items()
    ]


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
