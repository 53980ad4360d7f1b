"""What may not be in a PDF that others will open: scripts, programs to start, files inside it.

Reads the names of a PDF's objects (ISO 32000-1, 7.5.7: compressed ones, too), interprets nothing.
An encrypted PDF hides them and is refused.
"""

import re
import zlib

MAX_UNPACKED = 64 * 1024 * 1024
PIECE = 4096
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_ACTIVE = re.compile(
    rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToE|Rendition|"
    rb"3D)(?=[\s/<>\[\]()%]|$)"
)
_ENCRYPT = re.compile(rb"/Encrypt(?=[\s/<>\[\]()%])")


class UnsafePdf(Exception):
    """`code`: encrypted, active (scripts, programs, files inside), bomb, damaged."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def refuse_unsafe_pdf(data: bytes) -> None:
    """Raises UnsafePdf for a PDF that does more than show pages, or whose objects are hidden."""
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data[-2048:]:
        raise UnsafePdf("damaged")
    plain = _unescaped(data)
    if _ENCRYPT.search(plain):
        raise UnsafePdf("encrypted")
    if _ACTIVE.search(plain):
        raise UnsafePdf("active")
    if b"/ObjStm" not in plain:
        return
    room = MAX_UNPACKED
    for content in _object_streams(data):
        room -= len(content)
        if room < 0:
            raise UnsafePdf("bomb")
        if _ACTIVE.search(_unescaped(content)):
            raise UnsafePdf("active")


def _unescaped(data: bytes) -> bytes:
    """Names may be written as /J#61vaScript."""
    if b"#" not in data:
        return data
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), data)


def _object_streams(data: bytes):
    """The unpacked content of each stream of objects, `MAX_UNPACKED` + 1 bytes at most."""
    before = 0
    for found in _STREAM.finditer(data):
        # The dictionary of the stream stands before it, behind the stream before.
        start = data.rfind(b" obj", before, found.start())
        head = _unescaped(data[max(start, before) : found.start()])
        before = found.end()
        if b"/ObjStm" not in head:
            continue
        if b"/Filter" in head and (b"/Fl" not in head or b"/Predictor" in head):
            # No writer packs objects otherwise; what cannot be looked into is not taken.
            raise UnsafePdf("active")
        if b"/Filter" not in head:
            end = data.find(b"endstream", found.end())
            yield data[found.end() : end]
            continue
        try:
            yield _unpacked(data, found.end())
        except zlib.error as error:
            raise UnsafePdf("damaged") from error


def _unpacked(data: bytes, start: int) -> bytes:
    """What is packed from `start` on, up to its own end; `MAX_UNPACKED` + 1 bytes at most.

    Handed over in pieces: what follows the end would be copied once for each of many streams.
    """
    unpacker, parts, room = zlib.decompressobj(), [], MAX_UNPACKED + 1
    while start < len(data) and room > 0 and not unpacker.eof:
        parts.append(unpacker.decompress(data[start : start + PIECE], room))
        room -= len(parts[-1])
        start += PIECE
    return b"".join(parts)
