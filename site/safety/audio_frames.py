"""The sound of an .mp3 without what stands around it. Free of Django.

Tags stand before the frames (ID3v2, several of them), behind (ID3v1, APE, Lyrics3) and sometimes
between; players read the frames alone (ISO 11172-3, 13818-3).
"""

import re

_KBITS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBITS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_HERTZ = (44100, 48000, 32000)
_HEAD = 4
_SYNC = re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb]")
_AFTER = (b"", b"ID3", b"TAG", b"APE", b"LYR")
_MOST_TRIES = 100_000


def after_id3(data: bytes, at: int = 0) -> int:
    """Where the ID3v2 tags that stand at `at` end; `at` where none does."""
    while data[at : at + 3] == b"ID3" and at + 10 <= len(data):
        size = 0
        for byte in data[at + 6 : at + 10]:
            size = size << 7 | byte & 0x7F
        footer = 10 if data[at + 5] & 0x10 else 0
        at += 10 + size + footer
    return at


def frame_length(head: bytes) -> int:
    """Bytes of the frame of layer III that begins so; 0 where none does.

    Eleven bits of sync, a known version and rate (AAC has the same sync and no layer).
    """
    if len(head) < _HEAD or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return 0
    version, rate, hertz = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or rate in (0, 15) or hertz == 3:
        return 0
    kbits = (_KBITS_1 if version == 3 else _KBITS_2)[rate]
    samples_of_8 = 144 if version == 3 else 72
    # Versions 2 and 2.5 halve the rate of samples once and twice.
    per_second = _HERTZ[hertz] >> (0, 0, 1, 0)[version] if version else _HERTZ[hertz] >> 2
    return samples_of_8 * kbits * 1000 // per_second + (head[2] >> 1 & 1)


def frames_only(data: bytes) -> bytes:
    """All whole frames, nothing else.

    Raises ValueError where there are none, and where too much that is none begins like one.
    """
    kept, at, tries = [], 0, 0
    while at + _HEAD <= len(data):
        at = after_id3(data, at)
        length = frame_length(data[at : at + _HEAD])
        if length and _is_frame(data, at + length):
            kept.append(data[at : at + length])
            at += length
            continue
        tries += 1
        sync = _SYNC.search(data, at + 1)
        if tries > _MOST_TRIES:
            raise ValueError("mostly no frames")
        at = sync.start() if sync else len(data)
    if not kept:
        raise ValueError("no frames")
    return b"".join(kept)


def _is_frame(data: bytes, end: int) -> bool:
    """Whether what ends at `end` is a frame: the sync alone occurs in pictures, too.

    Another frame follows, or a tag, or the end of the file.
    """
    if end > len(data):
        return False
    return bool(frame_length(data[end : end + _HEAD])) or data[end : end + 3] in _AFTER
