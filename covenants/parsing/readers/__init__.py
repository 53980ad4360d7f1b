"""Opens a file of any accepted kind and yields its lines; refuses the others in plain words.

Judges a file by its content first, by its name second. Decides nothing about structure.
"""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import BinaryIO

from ..document import ParsedRules, SourceLine
from ..structure import parse_lines
from .errors import ReadError
from .plaintext import read_markdown, read_plain_text
from .word import read_word

__all__ = ["MAX_FILE_BYTES", "ReadError", "parse_file", "read_lines"]

MAX_FILE_BYTES = 20 * 1024 * 1024

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_BINARY_SIGNATURES = (b"%PDF", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc")
_MUST_CONVERT = frozenset({".doc", ".wps", ".wpt", ".rtf", ".pdf", ".odt", ".dot", ".ofd"})


def parse_file(source: str | Path | BinaryIO, name: str | None = None) -> ParsedRules:
    """Read and parse a file. Raises ReadError when it cannot be read."""
    return parse_lines(read_lines(source, name))


def read_lines(source: str | Path | BinaryIO, name: str | None = None) -> list[SourceLine]:
    """The lines of a .docx, .txt or .md file, given as a path or as a binary file object.

    `name` is the name the user knows the file by (default: the path's own). Raises ReadError.
    """
    name = PurePath(name or _own_name(source)).name or "文件"
    data = _read_bytes(source, name)
    suffix = PurePath(name).suffix.lower()
    _refuse_foreign_formats(data, suffix, name)
    if data.startswith(_ZIP):
        return read_word(data, name)
    if suffix in {".docx", ".docm"}:
        raise ReadError(
            "not_word",
            name,
            "不是有效的 Word 文档（可能只是改了扩展名，或没有传完整）。"
            "请用 Word 或 WPS 打开原文件，另存为 .docx 后再上传。",
        )
    if suffix in {".md", ".markdown"}:
        return read_markdown(data, name)
    if suffix in {".txt", ".text", ""}:
        return read_plain_text(data, name)
    raise ReadError(
        "unknown_format", name, "不是支持的格式。请上传 .docx 或 .txt 文件，或直接粘贴文字。"
    )


def _own_name(source: str | Path | BinaryIO) -> str:
    if isinstance(source, str | Path):
        return str(source)
    own = getattr(source, "name", "")
    return own if isinstance(own, str) else ""


def _read_bytes(source: str | Path | BinaryIO, name: str) -> bytes:
    try:
        if isinstance(source, str | Path):
            with Path(source).open("rb") as stream:
                data = stream.read(MAX_FILE_BYTES + 1)
        else:
            data = source.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise ReadError("unreadable", name, "打不开，请检查文件是否存在、是否有权读取。") from error
    if len(data) > MAX_FILE_BYTES:
        megabytes = MAX_FILE_BYTES // (1024 * 1024)
        raise ReadError(
            "too_large",
            name,
            f"超过 {megabytes} MB。请删去文件里的图片，或只保留文字，另存后再上传。",
        )
    if not data:
        raise ReadError("empty_file", name, "是空文件。请检查是否选错了文件。")
    return data


def _refuse_foreign_formats(data: bytes, suffix: str, name: str) -> None:
    if data.startswith(_OLE) and _ENCRYPTED_PACKAGE in data:
        raise ReadError(
            "encrypted", name, "设有打开密码。请在 Word 或 WPS 里取消密码，另存为 .docx 后再上传。"
        )
    if data.startswith((_OLE, *_BINARY_SIGNATURES)) or suffix in _MUST_CONVERT:
        raise ReadError(
            "must_convert",
            name,
            "的格式不能直接读取。请用 Word 或 WPS 打开，另存为 .docx 后再上传，或复制文字粘贴。",
        )
