"""The sound of an .ogg without its comments. Free of Django.

A comment becomes one without words, as long as before, so that no page moves; the pages that held
it get a new checksum (RFC 3533; comments: RFC 7845, 5.2, and Vorbis I, 5). Decoders ignore what
stands behind a comment's last word.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

_FLAC = b"\x7fFLAC"
CODECS = (b"\x01vorbis", b"OpusHead", b"Speex   ", _FLAC)
# What a comment without words begins with; the lengths of vendor and list are zero.
_EMPTY = {
    b"\x01vorbis": b"\x03vorbis" + bytes(8) + b"\x01",
    b"OpusHead": b"OpusTags" + bytes(8),
    b"Speex   ": bytes(8),
}
_HEAD, _FIRST_PAGE = 27, 0x02
# Of a block of FLAC: a mark on the last one and its kind, then three bytes of length.
_BLOCK_HEAD, _LAST_BLOCK, _PADDING, _SEEK_TABLE, _COMMENT = 4, 0x80, 1, 3, 4


@dataclass
class _Stream:
    """A logical stream, while the packets before its sound are read."""

    codec: bytes
    packets: int = 0
    parts: list[tuple[int, int, int]] = field(default_factory=list)
    """(page, start, end) of what was read of a packet; it may stand on several pages."""
    in_head: bool = True


def without_comments(data: bytes) -> bytes:
    """Raises ValueError for streams that are no sound of a known kind, or that break off."""
    cleaned = bytearray().join(data[start:stop] for start, stop in _pages(data))
    streams, touched = {}, set()
    for start, stop in _pages(cleaned):
        serial = bytes(cleaned[start + 14 : start + 18])
        if cleaned[start + 5] & _FIRST_PAGE:
            streams[serial] = _Stream(_codec(cleaned, start))
        if serial not in streams:
            raise ValueError("a page of no stream")
        if streams[serial].in_head:
            touched |= _read_head(cleaned, (start, stop), streams[serial])
    if not streams or any(stream.in_head for stream in streams.values()):
        raise ValueError("comments without an end")
    for start, stop in touched:
        _sum_up(cleaned, start, stop)
    return bytes(cleaned)


def _pages(data) -> Iterator[tuple[int, int]]:
    """(start, end) of each whole page; what stands between is passed over."""
    at = 0
    while (at := data.find(b"OggS", at)) >= 0 and at + _HEAD <= len(data):
        body = at + _HEAD + data[at + 26]
        stop = body + sum(data[at + _HEAD : body])
        if stop > len(data):
            return
        yield at, stop
        at = stop


def _codec(data: bytearray, start: int) -> bytes:
    body = start + _HEAD + data[start + 26]
    for codec in CODECS:
        if data.startswith(codec, body):
            return codec
    raise ValueError("a stream that is no sound")


def _read_head(data: bytearray, page: tuple[int, int], stream: _Stream) -> set[tuple[int, int]]:
    """Read a page's packets until the sound begins; returns the pages that were changed."""
    start, changed = page[0], set()
    at = start + _HEAD + data[start + 26]
    for length in bytes(data[start + _HEAD : at]):
        stream.parts.append((page, at, at + length))
        at += length
        if length == 255:
            continue
        if stream.packets:
            changed |= {where for where, *_place in stream.parts}
            _blank(data, stream)
        stream.packets += 1
        stream.parts = []
        if not stream.in_head:
            break
    return changed


def _blank(data: bytearray, stream: _Stream) -> None:
    packet = b"".join(data[start:end] for _page, start, end in stream.parts)
    if stream.codec == _FLAC:
        blanked = _blanked_block(packet)
        stream.in_head = not packet[0] & _LAST_BLOCK
    else:
        blanked = _EMPTY[stream.codec].ljust(len(packet), b"\0")
        stream.in_head = False
    if len(blanked) != len(packet):
        raise ValueError("a comment without room")
    at = 0
    for _page, start, end in stream.parts:
        data[start:end] = blanked[at : at + end - start]
        at += end - start


def _blanked_block(packet: bytes) -> bytes:
    """A comment without words; of pictures and the like, padding."""
    if len(packet) < _BLOCK_HEAD:
        raise ValueError("a block without a head")
    kind = packet[0] & ~_LAST_BLOCK
    if kind == _SEEK_TABLE:
        return packet
    written = _COMMENT if kind == _COMMENT else _PADDING
    head = bytes([packet[0] & _LAST_BLOCK | written]) + packet[1:_BLOCK_HEAD]
    return head + bytes(len(packet) - _BLOCK_HEAD)


def _sum_up(data: bytearray, start: int, stop: int) -> None:
    """Write a page's checksum: CRC-32 of the whole with zeros in its place, not reflected."""
    data[start + 22 : start + 26] = bytes(4)
    total = 0
    for byte in memoryview(data)[start:stop]:
        total = (total << 8 & 0xFFFFFFFF) ^ _CRC[total >> 24 ^ byte]
    data[start + 22 : start + 26] = total.to_bytes(4, "little")


def _crc_of(byte: int) -> int:
    total = byte << 24
    for _ in range(8):
        total = total << 1 ^ (0x104C11DB7 if total & 0x80000000 else 0)
    return total


_CRC = [_crc_of(byte) for byte in range(256)]
