"""What administrators see of the index: whether it is whole, how large, and what waits."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from modelsearch.backends import get_search_backends_with_name

from search import check, outbox, postings, versions
from search.index import IndexDirectory, IndexUnavailable

STATE_TEXTS = {
    "ready": _("正常"),
    "rebuilding": _("等待重建"),
    "missing": _("不能使用"),
}


@require_safe
def index_status(request: HttpRequest) -> HttpResponse:
    """The state of all indexes, for administrators; ``?format=json`` for monitoring."""
    if not request.user.is_superuser:
        raise PermissionDenied
    status = current_status()
    if request.GET.get("format") == "json":
        return JsonResponse(status)
    for one in status["indexes"]:
        one["state_text"] = STATE_TEXTS[one["state"]]
        one["checked_at"] = parse_datetime(one["checked"].get("at", ""))
    return render(
        request, "search/admin_status.html", {"status": status, "page_title": _("检索目录")}
    )


def current_status() -> dict:
    """{"outbox": {…}, "cache": {…}, "indexes": [{…}]}; sizes in bytes, ages in seconds."""
    waiting, oldest = outbox.backlog()
    age = round((timezone.now() - oldest).total_seconds()) if oldest else 0
    return {
        "outbox": {"entries": waiting, "oldest_seconds": age},
        "cache": postings.cache.stats(),
        "indexes": [
            {"name": name} | _index(backend.directory)
            for name, backend in get_search_backends_with_name()
            if hasattr(backend, "directory")
        ],
    }


def _index(directory: IndexDirectory) -> dict:
    status = {
        "path": str(directory.path),
        "state": directory.state(),
        "defect": str(directory.defect()),
        "refusal": directory.refusal(),
        "code": _versions(versions.present()),
        "made_with": _versions(directory.made_with()),
        "checked": check.last_record(directory),
        "documents": 0,
        "deleted": 0,
        "deleted_share": 0.0,
        "segments": 0,
        "bytes": 0,
    }
    try:
        deleted, total = directory.deleted()
        status |= {
            "documents": total - deleted,
            "deleted": deleted,
            "deleted_share": deleted / total if total else 0.0,
            "segments": len(directory.searcher().leaf_searchers()) if total else 0,
            "bytes": directory.size(),
        }
    except (IndexUnavailable, OSError):
        return status
    return status


def _versions(made_with: versions.Versions | None) -> dict:
    if made_with is None:
        return {}
    return {
        "format": made_with.format,
        "analyzer": made_with.analyzer,
        "schema": made_with.schema,
    }
