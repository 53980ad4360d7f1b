"""Scans of the signed paper, handed in beside a typed text: judged by content, kept privately."""

import uuid

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from covenants.models import RuleSource, SourceScan
from safety.pictures import clean_picture
from safety.uploads.checks import check_document, check_picture

SUFFIXES = (".pdf", ".jpg", ".jpeg", ".png")
MOST_SCANS = 10
MOST_BYTES = 20 * 1024 * 1024
_KINDS = (
    (b"%PDF-", "application/pdf", ".pdf"),
    (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
)


def read_scan(file) -> tuple[str, bytes, str]:
    """(name, content, content type) of an uploaded file; a picture without its metadata.

    Raises ValidationError for what is neither a PDF nor a whole JPEG or PNG, or is too large.
    """
    if file.size > MOST_BYTES:
        raise ValidationError(_("“%(name)s”超过 20 MB，请缩小以后再交。") % {"name": file.name})
    content = file.read()
    kind = next((kind for start, kind, _suffix in _KINDS if content.startswith(start)), None)
    if kind is None:
        raise ValidationError(
            _("“%(name)s”不是 PDF、JPG 或 PNG。请把扫描件存成这三种之一。") % {"name": file.name}
        )
    if kind.startswith("image/"):
        check_picture(content, f"a.{kind.partition('/')[2]}")
        cleaned = clean_picture(content)
        if cleaned is None:
            raise ValidationError(
                _("“%(name)s”打不开，可能没有传完整，请重新拍一张。") % {"name": file.name}
            )
        content = cleaned
    else:
        # It becomes a document of the village; what those may not be is told at once.
        check_document(content, "a.pdf")
    return file.name, content, kind


def keep(source: RuleSource, name: str, content: bytes, content_type: str) -> SourceScan:
    """Store a scan privately beside an original."""
    suffix = next(suffix for _start, kind, suffix in _KINDS if kind == content_type)
    scan = SourceScan(source=source, name=name[-255:], content_type=content_type)
    scan.file.save(f"{uuid.uuid4().hex}{suffix}", ContentFile(content), save=False)
    scan.save()
    return scan
