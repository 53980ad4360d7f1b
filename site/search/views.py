"""The search page and its suggestions: read the form, ask ``find_pages``, render."""

import logging
import re

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from modelsearch.backends import get_search_backend

from safety.rate_limits import bounded
from search import misses
from search.asked import MAX_QUERY
from search.facets import AREA_LEVELS
from search.index import IndexUnavailable
from search.links import FILTERS, MAX_PAGE, Links
from search.page_search import SearchResult, find_pages
from search.related import frequent_questions
from search.suggest import TYPE_LABELS, suggestions

logger = logging.getLogger(__name__)

SORTS = ("relevance", "newest")
MAX_FILTER = 100
"""Code points of a filter's value: as long as a tag may be."""

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
            ways_on=True,
        )
    except IndexUnavailable:
        logger.exception("The search index cannot be read.")
        available, result = False, SearchResult(text)
    complete = available and get_search_backend().directory.state() == "ready"
    if complete and result.help is not None and not result.count_anywhere and not same:
        misses.count(text)
    chosen = {name: value for name, value in chosen.items() if value}
    links = Links(request, result)
    response = render(
        request,
        "search/search.html",
        {
            "result": result,
            "available": available,
            "complete": complete,
            "is_asked": bool(text or chosen or same),
            "is_placed": any(name in chosen for name in AREA_LEVELS),
            "chosen": chosen,
            "near": near,
            "same": same,
            "with_ended": ended,
            "sort": sort,
            "max_query": MAX_QUERY,
            "chips": links.chips(chosen),
            "facets": links.facets(),
            "hits": [(hit, links.same(hit)) for hit in result.hits],
            "also": links.also(),
            "parts": links.parts(),
            "questions": links.questions(_questions(result, available, bool(text or same))),
            "previous_page": links.page(result.page - 1),
            "next_page": links.page(result.page + 1),
            "without_filters": links.dropping(*FILTERS),
            "without_same": links.dropping("same"),
            "ended_link": links.changed(ended=None if ended else "1"),
            "sort_link": links.changed(sort=None if sort == "newest" else "newest"),
            "nearest": links.nearest(),
            "wider": links.wider(),
            "kinds": () if result.hits else links.kinds(),
        },
        status=200 if available else 503,
    )
    response["X-Robots-Tag"] = "noindex"
    return response


def _questions(result: SearchResult, available: bool, is_asked: bool) -> list[str]:
    """Questions to ask next, or to begin with; none where the index cannot tell their answers."""
    if not available or (is_asked and result.hits):
        return result.ways.related
    try:
        return result.ways.related or frequent_questions()
    except IndexUnavailable:
        return []


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
    response["Cache-Control"] = "private, max-age=30"
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
