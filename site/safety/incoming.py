"""The door for all that visitors send: addresses, forms and files, before any view reads them.

Texts lose the characters no text may hold (`safety.characters`), files get storable names, and a
request that is too large or broken is answered in words instead of a bare 400.
"""

from django.contrib import messages
from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import JsonResponse, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from .characters import clean_json, clean_text
from .uploads.handler import UploadRefused, disk_has_room
from .uploads.names import safe_name

LONG = 100_000
"""Bytes from which on a text is not kept where the disk is nearly full; what is shorter may be."""


class IncomingMiddleware:
    """Stands after AuthenticationMiddleware (uploads are a person's) and MessageMiddleware."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.encoding is not None:
            # Our forms are UTF-8; Python knows encodings by which no text can be read.
            request.encoding = "utf-8"
        try:
            query, form = request.GET, request.POST
            files = request.FILES
        except UploadRefused as error:
            return _refused(request, str(error))
        except RequestDataTooBig:
            return _refused(request, _("文字太多（一次最多 5 MB），没有接收。请分几次提交。"))
        except TooManyFieldsSent:
            return _refused(request, _("一次提交的内容太多，没有接收。请分几次提交。"))
        except TooManyFilesSent:
            return _refused(request, _("一次选的文件太多，没有接收。请分几次上传。"))
        except MultiPartParserError:
            return _refused(request, _("文件没有传完整，请重新上传。"), status=400)
        length = _length(request)
        if length > LONG and request.user.is_authenticated and not disk_has_room(length):
            return _refused(request, _("服务器快满了，这么长的文字暂时存不下。请告诉管理员。"))
        cleaned = _cleaned(query)
        if cleaned is not query:
            request.GET = cleaned
        cleaned = _cleaned(form)
        if cleaned is not form:
            request.POST = cleaned
            if request.path_info.startswith(reverse("wagtailadmin_home")):
                messages.info(request, _("粘贴的文字里有看不见的控制符，已经去掉。"))
        for name in files:
            for file in files.getlist(name):
                file.name = safe_name(file.name or "")
        return self.get_response(request)


def _cleaned(query: QueryDict) -> QueryDict:
    """The same object when nothing had to be taken out."""
    made = QueryDict(mutable=True, encoding=query.encoding)
    changed = False
    for key, values in query.lists():
        clean = [clean_json(value) for value in values]
        changed = changed or clean != values or clean_text(key) != key
        made.setlist(clean_text(key), clean)
    if not changed:
        return query
    made._mutable = False
    return made


def _length(request) -> int:
    length = request.META.get("CONTENT_LENGTH") or ""
    return int(length) if length.isdecimal() and len(length) < 19 else 0


def _refused(request, message: str, status: int = 413):
    # Wagtail's uploader of many files shows the message of a JSON answer beside the file.
    if request.headers.get("x-requested-with") == "XMLHttpRequest":
        return JsonResponse({"success": False, "error_message": message}, status=200)
    return render(request, "safety/too_large.html", {"message": message}, status=status)
