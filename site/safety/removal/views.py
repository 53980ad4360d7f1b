"""The privacy page, and the form that anybody may send."""

import re

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from safety.rate_limits import bounded

from . import places
from .forms import RemovalForm
from .receiving import receive, terms

LARGEST = 64 * 1024
"""Bytes of a form that is filled in: a thousand characters of text take nine thousand."""
NUMBER = re.compile(r"\d{8}-[0-9A-Z]{6}")


@require_safe
def privacy(request):
    return render(request, "safety/privacy.html", {"privacy": terms()})


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def removal_request(request):
    """Before the form is read its size is looked at, so that who pasted too much is told so."""
    if request.method == "POST" and _length(request) > LARGEST:
        form = RemovalForm(initial={"page": request.GET.get("page", "")[:500]})
        too_long = _("内容太长，没有收下。请只写文字，说明不超过1000字，不要粘贴图片。")
        return _form_page(request, form, status=413, too_long=too_long)
    return _read(request)


@bounded("request", methods={"POST"})
@csrf_protect
def _read(request):
    if request.method != "POST":
        asked_page = request.GET.get("page", "").replace("\x00", "")[:500]
        return _form_page(request, RemovalForm(initial={"page": asked_page}))
    form = RemovalForm(request.POST)
    if not form.is_valid():
        return _form_page(request, form, status=400)
    values = form.cleaned_data
    kept = receive(
        address=values["page"],
        path=form.path,
        **{name: values[name] for name in ("asked", "text", "name", "contact")},
    )
    query = urlencode({"n": kept.number})
    return HttpResponseRedirect(f"{reverse('safety:removal_received')}?{query}")


@never_cache
@require_safe
def removal_received(request):
    """Says the number to refer to; nothing of the request is shown to whoever has it."""
    number = request.GET.get("n", "")
    if not NUMBER.fullmatch(number):
        return HttpResponseRedirect(reverse("safety:removal_request"))
    context = {"number": number, "privacy": terms()}
    return _private(render(request, "safety/removal_received.html", context))


def _form_page(request, form, *, status=200, too_long=""):
    page = form["page"].value() or ""
    body = places.body_of(places.page_at(places.path_of(page))) if page else None
    context = {
        "form": form,
        "body": body if body is not None and body.depth > 2 else None,
        "privacy": terms(),
        "too_long": too_long,
    }
    answer = render(request, "safety/removal_request.html", context, status=status)
    return _private(answer)


def _private(response):
    response["X-Robots-Tag"] = "noindex"
    return response


def _length(request) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() else 0
