"""Says what a file is by its content, never by its name; words the refusal of what no reader takes.

Opens nothing: looks at signatures, and for a zip at the names of its members.
"""

from __future__ import annotations

import io
import re
import zipfile
from enum import Enum

from safety.files.zips import DAMAGED

from .errors import ReadError
from .pdf import SCAN


class Format(Enum):
    """What a reader can take; the value is the usual end of such a file's name."""

    WORD = ".docx"
    OLD_WORD = ".doc"
    RICH_TEXT = ".rtf"
    OPEN_DOCUMENT = ".odt"
    PDF = ".pdf"
    HYPERTEXT = ".html"
    TEXT = ".txt"


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*")
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_PROGRAMS = (b"MZ\x90", b"\x7fELF", b"\xca\xfe\xba\xbe")
_HYPERTEXT = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--(?:(?!-->).){0,2000}-->\s*)*"
    rb"<(?:!doctype html|html|head|body|meta)\b",
    re.IGNORECASE | re.DOTALL,
)
_MESSAGE = re.compile(rb"\s*(?:[\w-]+:[^\n]*\r?\n\s*){0,12}?MIME-Version:", re.IGNORECASE)
_WORD_STREAM = b"\xec\xa5"
_SECTOR = 512
_ENCRYPTED_FLAG = 0x01

_SAVE_AS_WORD = "请用 Word 或 WPS 打开，另存为 .docx 后再上传，或复制文字粘贴。"
_MACROS = (
    "里带有宏（可能是宏病毒），为安全起见没有读取。"
    "请用 Word 或 WPS 打开，另存为“Word 文档（.docx）”后再上传，或复制文字粘贴。"
)
_ENCRYPTED = "设有打开密码。请在 Word 或 WPS 里取消密码，另存为 .docx 后再上传。"
_NO_DOCUMENT = "里没有 Word 正文（可能是表格、演示文稿或别的压缩文件）。" + _SAVE_AS_WORD
_ARCHIVE = "是压缩包。请先解压，再上传里面的 Word 文件；一次交很多份时，请用批量导入。"
_PROGRAM = "不是支持的格式。请上传 .docx 或 .txt 文件，或直接粘贴文字。"


def recognise(data: bytes, name: str) -> Format:
    """The format of a file with this content. Raises ReadError for one that cannot be taken.

    TEXT means that no signature was found: whether it is text, the decoder finds out.
    """
    if data.startswith(_ZIP):
        return _recognise_zip(data, name)
    if data.startswith(OLE):
        return _recognise_ole(data, name)
    if data.lstrip()[:5] == b"{\\rtf":
        return Format.RICH_TEXT
    if b"%PDF-" in data[:1024]:
        return Format.PDF
    if _is_picture(data):
        raise ReadError("scan", name, SCAN)
    if data.startswith(_ARCHIVES):
        raise ReadError("archive", name, _ARCHIVE)
    if data.startswith(_PROGRAMS):
        raise ReadError("unknown_format", name, _PROGRAM)
    head = data[:8192].removeprefix(b"\xef\xbb\xbf")
    if _HYPERTEXT.match(head) or _MESSAGE.match(head):
        return Format.HYPERTEXT
    return Format.TEXT


def _is_picture(data: bytes) -> bool:
    """BMP's two letters may begin a text, too, but there no four empty bytes follow its size."""
    return (
        data.startswith(_PICTURES)
        or (data.startswith(b"BM") and data[6:10] == bytes(4))
        or (data.startswith(b"RIFF") and data[8:12] == b"WEBP")
    )


def _recognise_zip(data: bytes, name: str) -> Format:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except DAMAGED:
        # The archive reader words what is wrong with it.
        return Format.WORD
    if any(one.rpartition("/")[2].lower() == "vbaproject.bin" for one in names):
        raise ReadError("macros", name, _MACROS)
    if "content.xml" in names and "META-INF/manifest.xml" in names:
        return Format.OPEN_DOCUMENT
    if "_rels/.rels" in names or "[Content_Types].xml" in names:
        return Format.WORD
    if "OFD.xml" in names or any(one.startswith(("xl/", "ppt/")) for one in names):
        raise ReadError("no_document", name, _NO_DOCUMENT)
    if any(one.lower().endswith((".docx", ".doc", ".txt", ".wps", ".pdf")) for one in names):
        raise ReadError("no_document", name, _ARCHIVE)
    return Format.WORD


def _recognise_ole(data: bytes, name: str) -> Format:
    """Word before 2007 and WPS; the names of its streams stand in it as UTF-16."""
    if _holds(data, "EncryptedPackage"):
        raise ReadError("encrypted", name, _ENCRYPTED)
    if _holds(data, "_VBA_PROJECT"):
        raise ReadError("macros", name, _MACROS)
    if not _holds(data, "WordDocument"):
        if _holds(data, "Workbook") or _holds(data, "PowerPoint Document"):
            raise ReadError("no_document", name, _NO_DOCUMENT)
        raise ReadError("must_convert", name, f"的格式不能直接读取。{_SAVE_AS_WORD}")
    if _has_password(data):
        raise ReadError("encrypted", name, _ENCRYPTED)
    return Format.OLD_WORD


def _holds(data: bytes, stream: str) -> bool:
    return stream.encode("utf-16-le") in data


def _has_password(data: bytes) -> bool:
    """The flag fEncrypted of the document's first block ([MS-DOC] 2.5.1), which begins a sector."""
    for start in range(_SECTOR, len(data) - 12, _SECTOR):
        if data.startswith(_WORD_STREAM, start):
            return bool(data[start + 11] & _ENCRYPTED_FLAG)
    return False
