"""What a recording's file must be, and what its listeners must not learn. Free of Django.

Formats are told by content. Telephones write where and by whom a recording was made into it:
`without_tags` takes that out and leaves the sound byte for byte.
"""

import re

MAX_BYTES = 20 * 1024 * 1024
TYPES = {"mp3": "audio/mpeg", "m4a": "audio/mp4", "ogg": "audio/ogg", "wav": "audio/wav"}
_OGG_CODECS = (b"\x01vorbis", b"OpusHead", b"Speex   ", b"\x7fFLAC")
_MP4_HOLDERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl"}
_MP4_TAGS = {b"udta", b"meta", b"uuid", b"\xa9xyz"}
_WAV_SOUND = {b"fmt ", b"data", b"fact"}


def extension(name: str) -> str:
    return name.rpartition(".")[2].lower()


def is_recording(name: str) -> bool:
    """Whether a file name is one of a recording."""
    return extension(name) in TYPES


def audio_kind(data: bytes) -> str | None:
    """`mp3`, `m4a`, `ogg` or `wav` by what a file begins with; None for anything else."""
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "wav"
    if data[:4] == b"OggS":
        return "ogg" if any(codec in data[:200] for codec in _OGG_CODECS) else None
    if data[4:8] == b"ftyp":
        # The same container holds films.
        return None if re.search(rb"hdlr.{8}vide", data, re.DOTALL) else "m4a"
    start = _after_id3(data)
    return "mp3" if _is_mp3_frame(data[start : start + 4]) else None


def without_tags(data: bytes) -> bytes:
    """The same sound without place, author, title and pictures."""
    kind = audio_kind(data)
    if kind == "mp3":
        end = len(data) - 128 if data[-128:-125] == b"TAG" else len(data)
        return data[_after_id3(data) : end]
    if kind == "m4a":
        blanked = bytearray(data)
        _blank_boxes(blanked, 0, len(blanked))
        return bytes(blanked)
    return _sound_of_wav(data) if kind == "wav" else data


def _after_id3(data: bytes) -> int:
    if data[:3] != b"ID3" or len(data) < 10:
        return 0
    size = 0
    for byte in data[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size


def _is_mp3_frame(head: bytes) -> bool:
    """Eleven bits of sync, a known version, layer III (AAC has the same sync and no layer)."""
    return len(head) == 4 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[2] >> 4 != 0xF


def _blank_boxes(data: bytearray, start: int, end: int) -> None:
    """Turn boxes of tags into free space of the same size: the sound's offsets stay right."""
    while start + 8 <= end:
        size, kind = (
            int.from_bytes(data[start : start + 4], "big"),
            bytes(data[start + 4 : start + 8]),
        )
        body = start + 8
        if size == 1:
            size, body = int.from_bytes(data[start + 8 : start + 16], "big"), start + 16
        stop = end if size == 0 else start + size
        if stop < body or stop > end:
            return
        if kind in _MP4_TAGS:
            data[start + 4 : start + 8] = b"free"
            data[body:stop] = bytes(stop - body)
        elif kind in _MP4_HOLDERS:
            _blank_boxes(data, body, stop)
        start = stop


def _sound_of_wav(data: bytes) -> bytes:
    kept, at = b"WAVE", 12
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        stop = at + 8 + size + size % 2
        if data[at : at + 4] in _WAV_SOUND:
            kept += data[at:stop]
        at = stop
    return b"RIFF" + len(kept).to_bytes(4, "little") + kept
