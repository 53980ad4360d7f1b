"""The sound of an .m4a without words, places and days. Free of Django.

What is in none of the lists becomes free space of the same size: the places of the sound, which
the file writes down, stay right (ISO 14496-12).
"""

_HOLDERS = {
    b"moov", b"trak", b"mdia", b"minf", b"stbl", b"dinf", b"edts", b"mvex", b"moof", b"traf",
}  # fmt: skip
_KEPT = {
    b"ftyp", b"styp", b"mdat", b"mvhd", b"tkhd", b"mdhd", b"hdlr", b"smhd", b"nmhd", b"dref",
    b"elst", b"stsd", b"stts", b"ctts", b"stsc", b"stsz", b"stz2", b"stco", b"co64", b"stss",
    b"sgpd", b"sbgp", b"mehd", b"trex", b"mfhd", b"tfhd", b"tfdt", b"trun", b"sidx", b"iods",
}  # fmt: skip
_DATED = {b"mvhd", b"tkhd", b"mdhd"}
# Version and flags, a reserved word, the kind of track, three reserved words; then its name.
_NAME_IN_HANDLER = 24
_DEEPEST = 8


def without_words(data: bytes) -> bytes:
    """Raises ValueError for boxes that contradict each other and for tracks that are no sound."""
    blanked = bytearray(data)
    _blank(blanked, 0, len(blanked))
    return bytes(blanked)


def _blank(data: bytearray, start: int, end: int, depth=0) -> None:
    if depth > _DEEPEST:
        raise ValueError("boxes in boxes without end")
    while start < end:
        kind, body, stop = _box(data, start, end)
        if kind in _HOLDERS:
            _blank(data, body, stop, depth + 1)
        elif kind not in _KEPT:
            data[start + 4 : start + 8] = b"free"
            data[body:stop] = bytes(stop - body)
        elif kind in _DATED:
            _blank_days(data, body, stop)
        elif kind == b"hdlr":
            if data[body + 8 : body + 12] != b"soun":
                # The words of chapters and places of a journey stand among the sound itself.
                raise ValueError("a track that is no sound")
            _zero(data, body + _NAME_IN_HANDLER, stop)
        start = stop


def _box(data: bytearray, start: int, end: int) -> tuple[bytes, int, int]:
    """(kind, where its content begins, where it ends) of the box at `start`."""
    size, body = int.from_bytes(data[start : start + 4], "big"), start + 8
    if size == 1:
        size, body = int.from_bytes(data[start + 8 : start + 16], "big"), start + 16
    stop = end if size == 0 else start + size
    if stop < body or stop > end:
        raise ValueError("a box that is larger than what holds it")
    return bytes(data[start + 4 : start + 8]), body, stop


def _blank_days(data: bytearray, body: int, stop: int) -> None:
    """When it was made and changed: two numbers of four bytes, or of eight in version 1."""
    length = 16 if data[body : body + 1] == b"\x01" else 8
    _zero(data, body + 4, min(body + 4 + length, stop))


def _zero(data: bytearray, start: int, stop: int) -> None:
    if start < stop:
        data[start:stop] = bytes(stop - start)
