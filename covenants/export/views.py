"""Addresses below a page at which its texts can be had as files. Shows only what the page shows."""

from django.conf import settings
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.models import Page
from wagtail.views import serve

from covenants.followed import following_values
from covenants.models import RulePage
from covenants.reading import asked_day, reading_context
from villages.models import GroupPage, TownshipPage, VillagePage
from villages.visibility import hidden_roots

from .bundle import place_files, stream_zip
from .document import edition_document
from .file_names import safe_name
from .following import following_document
from .formats import FORMATS, render

BUNDLED = "docx"
"""The format inside a place's zip."""


@require_safe
def rule_file(request, path, format_name):
    """`<page>docx/`, `txt/`, `json/`: what the page shows, for `?on=` too.

    Of a rule the edition; of a group that follows its village the note on what it follows.
    """
    page = _page_at(request, path, format_name)
    if not isinstance(page, RulePage | GroupPage):
        return _some_other_page(request)
    make = _rule_document if isinstance(page, RulePage) else _following_document

    def answer(page, request, *_more):
        address = request.build_absolute_uri(page.get_url(request))
        document = make(page, request.GET.get("on", ""), address)
        chosen = FORMATS[format_name]
        response = HttpResponse(render(document, format_name), content_type=chosen.content_type)
        return _as_download(response, safe_name(document.file_name, chosen.suffix))

    return _answered_as_page(page, request, answer)


def _rule_document(page, on_text, address):
    shown = reading_context(page, on_text)
    if shown["edition"] is None or shown["on_error"]:
        raise Http404(_("这一天没有施行中的版本。"))
    provisions = [row for chapter in shown["chapters"] for row in chapter["provisions"]]
    return edition_document(page, shown["edition"], provisions, address)


def _following_document(group, on_text, address):
    on, on_error = asked_day(on_text)
    held = None if on_error else following_values(group, hidden_roots(), on)
    if held is None:
        raise Http404(_("这一天本组没有沿用村里的规约。"))
    return following_document(group, held, address)


@require_safe
def place_zip(request, path):
    """`<village or township>zip/`: all public rules of the place and of the places in it."""
    page = _page_at(request, path, "zip")
    if not isinstance(page, VillagePage | TownshipPage):
        return _some_other_page(request)

    def answer(page, request, *_more):
        files = place_files(page, BUNDLED, f"{request.scheme}://{request.get_host()}")
        response = StreamingHttpResponse(stream_zip(files), content_type="application/zip")
        return _as_download(response, safe_name(f"{page.title}村规民约和章程", ".zip"))

    return _answered_as_page(page, request, answer)


def _page_at(request, path, word):
    """The live page at a path; None where there is none, or one below it is called `word`."""
    page = Page.find_for_request(request, path)
    if page is None or page.get_children().live().filter(slug=word).exists():
        return None
    return page.specific


def _some_other_page(request):
    """A page of the tree may be called docx or zip, too."""
    request.__dict__.pop("_wagtail_route_for_request", None)
    return serve(request, request.path_info.lstrip("/"))


def _answered_as_page(page, request, answer) -> HttpResponse:
    """`answer`, behind every check that stands before the page itself (`wagtail.views.serve`)."""
    if page.is_sample and not settings.CUNYUE_SAMPLE:
        raise Http404
    for wrap in reversed(hooks.get_hooks("on_serve_page")):
        answer = wrap(answer)
    for check in hooks.get_hooks("before_serve_page"):
        refused = check(page, request, [], {})
        if isinstance(refused, HttpResponse):
            return refused
    return answer(page, request, [], {})


def _as_download(response, name):
    response["Content-Disposition"] = content_disposition_header(True, name)
    # The page is what search engines should find.
    response["X-Robots-Tag"] = "noindex"
    return response
