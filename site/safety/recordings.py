"""Recordings among the documents: checked and freed of tags on the way in, served in ranges.

Whether a file may be served at all is decided before (`wagtail_hooks.only_published_or_permitted`).
"""

import re

from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.documents import get_document_model
from wagtail.documents.views.serve import serve as wagtail_serve

from .audio import MAX_BYTES, TYPES, audio_kind, extension, is_recording, without_tags
from .inert import inert
from .uploads.stored import bytes_to_check, replace_new_file

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


def check_new_recording(file):
    """Validator of the document model's file: tells the uploader what a recording must be."""
    if not file or getattr(file, "_committed", False) or not is_recording(file.name):
        return
    file.open("rb")
    data = file.read(MAX_BYTES + 1)
    file.seek(0)
    _cleaned(data, file.name)


def _cleaned(data: bytes, name: str) -> bytes:
    """The recording without its tags. Raises ValidationError for what is none."""
    if len(data) > MAX_BYTES:
        raise ValidationError(_("录音超过20兆。请分成几段，或者降低音质再上传。"), code="too_large")
    kind = audio_kind(data)
    if kind is None:
        raise ValidationError(_("这不是 mp3、m4a、ogg 或 wav 录音，请重新导出。"), code="no_audio")
    if kind != extension(name):
        raise ValidationError(
            _("文件内容是 %(kind)s，请把文件名的后缀改成 .%(kind)s。") % {"kind": kind},
            code="wrong_extension",
        )
    try:
        return without_tags(data)
    except ValueError as error:
        raise ValidationError(
            _(
                "录音文件已损坏，或者除了声音还带着章节、字幕、位置一类的内容，网站去不掉。"
                "请用录音软件重新导出成 mp3 再上传。"
            ),
            code="not_only_sound",
        ) from error


def clean_new_recording(sender, instance, raw=False, **kwargs):
    """Receiver of `pre_save` of the document model: stores a new recording without its tags."""
    if raw or not instance.file or not is_recording(instance.file.name):
        return
    # Not every way of making a document runs the form's validators.
    data = bytes_to_check(sender, instance)
    if data is not None:
        replace_new_file(instance, _cleaned(data, instance.file.name))
        instance._set_document_file_metadata()


def serve_document(request, document_id, document_filename):
    """Stands before Wagtail's view of the same address, which knows no ranges.

    Telephones ask for them: without, some play nothing, and nobody can move within a recording.
    """
    if not is_recording(document_filename):
        response = wagtail_serve(request, document_id, document_filename)
        return inert(response, document_filename)
    document = get_object_or_404(get_document_model(), id=document_id)
    if document.filename != document_filename:
        raise Http404
    for check in hooks.get_hooks("before_serve_document"):
        refused = check(document, request)
        if isinstance(refused, HttpResponse):
            return refused
    return _in_ranges(document.file, TYPES[extension(document_filename)], request)


def _in_ranges(file, content_type, request):
    size = file.size
    span = _asked_span(request.headers.get("Range", ""), size)
    if span is None:
        response = FileResponse(file.open("rb"), content_type=content_type)
    elif span[0] >= size:
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
    else:
        part = _Part(file.open("rb"), *span)
        response = FileResponse(part, status=206, content_type=content_type)
        response["Content-Range"] = f"bytes {span[0]}-{span[1]}/{size}"
        response["Content-Length"] = span[1] - span[0] + 1
    response["Accept-Ranges"] = "bytes"
    response["Content-Disposition"] = "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-cache"
    return response


class _Part:
    """A file from one byte to another, both included."""

    def __init__(self, file, first, last):
        file.seek(first)
        self.file, self.left = file, last - first + 1

    def read(self, size=-1):
        data = self.file.read(self.left if size < 0 else min(size, self.left))
        self.left -= len(data)
        return data

    def close(self):
        self.file.close()


def _asked_span(header: str, size: int) -> tuple[int, int] | None:
    """(first, last) byte of a Range header for one range; None for the whole."""
    found = _RANGE.fullmatch(header.replace(" ", ""))
    if not found or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:
        return max(0, size - int(last)), size - 1
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last) if last else size - 1, size - 1)
