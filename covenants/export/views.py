"""Addresses below a page at which its texts can be had as files. Shows only what the page shows."""

from django.conf import settings
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from covenants.followed import following_values
from covenants.models import RulePage
from covenants.reading import asked_day, reading_context
from safety.rate_limits import bounded
from villages.addresses_below import answered_as_page, page_above, some_other_page
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
@bounded("export")
def rule_file(request, path, format_name):
    """`<page>docx/`, `txt/`, `json/`: what the page shows, for `?on=` too.

    Of a rule the edition; of a group that follows its village the note on what it follows.
    """
    page = page_above(request, path, format_name)
    if not isinstance(page, RulePage | GroupPage):
        return some_other_page(request)
    make = _rule_document if isinstance(page, RulePage) else _following_document

    def answer(page, request, *_more):
        address = f"{settings.PUBLIC_BASE_URL}{page.get_url(request)}"
        document = make(page, request.GET.get("on", ""), address)
        chosen = FORMATS[format_name]
        response = HttpResponse(render(document, format_name), content_type=chosen.content_type)
        return _as_download(response, safe_name(document.file_name, chosen.suffix))

    return answered_as_page(page, request, answer)


def _rule_document(page, on_text, address):
    shown = reading_context(page, on_text)
    if shown["edition"] is None or shown["on_error"]:
        raise Http404(_("这一天没有施行中的版本。"))
    if shown["ordered_down"]:
        raise Http404(_("这一版已按责令改正撤下，不提供下载。"))
    provisions = [row for chapter in shown["chapters"] for row in chapter["provisions"]]
    return edition_document(page, shown["edition"], provisions, address)


def _following_document(group, on_text, address):
    on, on_error = asked_day(on_text)
    held = None if on_error else following_values(group, hidden_roots(), on)
    if held is None:
        raise Http404(_("这一天本组没有沿用村里的规约。"))
    return following_document(group, held, address)


@require_safe
@bounded("archive")
def place_zip(request, path):
    """`<village or township>zip/`: all public rules of the place and of the places in it."""
    page = page_above(request, path, "zip")
    if not isinstance(page, VillagePage | TownshipPage):
        return some_other_page(request)

    def answer(page, request, *_more):
        files = place_files(page, BUNDLED, settings.PUBLIC_BASE_URL)
        response = StreamingHttpResponse(stream_zip(files), content_type="application/zip")
        return _as_download(response, safe_name(f"{page.title}村规民约和章程", ".zip"))

    return answered_as_page(page, request, answer)


def _as_download(response, name):
    response["Content-Disposition"] = content_disposition_header(True, name)
    # The page is what search engines should find.
    response["X-Robots-Tag"] = "noindex"
    return response
