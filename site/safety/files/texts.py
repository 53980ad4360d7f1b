"""The text of a file, whatever it is, with the place inside it."""

import io
from dataclasses import dataclass

from PIL import ExifTags, Image

from safety.audio import audio_kind

from .office import OfficeUnreadable, office_texts
from .pdf import PdfUnreadable, pdf_pages

MAX_BYTES = 30 * 1024 * 1024
MOST_PAGES, MOST_CHARACTERS = 500, 2_000_000
_BLOBS = {"icc_profile", "exif"}


@dataclass(frozen=True)
class FileText:
    """`place` inside the file (3 for page 3 of a PDF, a part's name); "" for all of it.

    `unread`: there is a picture and no text, so that nobody but a person can say what stands there.
    """

    place: str
    text: str
    unread: bool = False


class Unreadable(Exception):
    """A file whose text cannot be read. `code`: "encrypted", "damaged", "too_long", "unknown"."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def file_texts(data: bytes) -> list[FileText]:
    """The texts of a .docx, .xlsx, .pdf, of a picture's metadata or of plain text.

    A picture's pixels and a recording's sound are nothing to read. Raises Unreadable, also for an
    archive or another format.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable("too_long")
    try:
        if data.startswith(b"%PDF-") or b"%PDF-" in data[:1024]:
            pages = pdf_pages(data, MOST_PAGES, MOST_CHARACTERS)
            return [
                FileText(
                    str(number), page["text"], page["has_picture"] and not page["text"].strip()
                )
                for number, page in enumerate(pages, 1)
            ]
        if data.startswith(b"PK\x03\x04"):
            found = office_texts(data)
            if not found:
                raise Unreadable("unknown")
            return [FileText(name, text) for name, text in found if text.strip()]
    except (PdfUnreadable, OfficeUnreadable) as error:
        raise Unreadable(error.code) from error
    metadata = _picture_metadata(data)
    if metadata is not None:
        return [FileText("", metadata)] if metadata else []
    if audio_kind(data):
        return []
    return _plain(data)


def _plain(data: bytes) -> list[FileText]:
    if b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("unknown")
    for encoding in ("utf-8-sig", "utf-16", "gb18030"):
        if encoding == "utf-16" and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
            continue
        try:
            return [FileText("", data.decode(encoding))]
        except UnicodeDecodeError:
            continue
    raise Unreadable("unknown")


def _picture_metadata(data: bytes) -> str | None:
    """Comments, descriptions and EXIF words of a picture; None for what is none."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            exif = picture.getexif()
            values = [*exif.values(), *exif.get_ifd(ExifTags.IFD.Exif).values()]
            values += [value for key, value in picture.info.items() if key not in _BLOBS]
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    return "\n".join(filter(None, map(_as_text, values)))


def _as_text(value) -> str:
    if isinstance(value, bytes):
        value = value.decode(
            "utf-16-le" if value[1::2].count(0) > len(value) // 4 else "utf-8", "ignore"
        )
    return value.strip("\0 ") if isinstance(value, str) else ""
