"""Cuts metadata out of GIF, PNG and WebP files block by block; the pixels stay byte for byte.

For animations, which would lose frames or timing when written anew. Free of Django and Pillow.
"""

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# What stands in none of these lists is dropped: profiles of colours name devices, too.
_PNG_KEPT = {
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD",
    b"pHYs", b"acTL", b"fcTL", b"fdAT",
}  # fmt: skip
_WEBP_KEPT = {b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"}
_WEBP_METADATA_FLAGS = 0x20 | 0x08 | 0x04
_WEBP_FRAME_HEAD = 16
_GIF_LOOPS = {b"NETSCAPE2.0", b"ANIMEXTS1.0"}
_GIF_EXTENSION, _GIF_IMAGE, _GIF_END = 0x21, 0x2C, 0x3B
_GIF_COMMENT, _GIF_PLAIN_TEXT, _GIF_APPLICATION = 0xFE, 0x01, 0xFF


class BadPicture(ValueError):
    """The file's blocks do not follow its format."""


def without_metadata(data: bytes, image_format: str) -> bytes:
    """`data` without EXIF, XMP, comments and text, nor anything after the picture's end.

    `image_format` is "GIF", "PNG" or "WEBP". Raises BadPicture.
    """
    try:
        return {"GIF": _gif, "PNG": _png, "WEBP": _webp}[image_format](data)
    except IndexError as error:
        raise BadPicture("truncated") from error


def has_lossless_webp(data: bytes) -> bool:
    """Whether a WebP file's first picture is stored without loss. Raises BadPicture."""
    return any(kind == b"VP8L" for kind, _ in _webp_chunks(data))


def _png(data: bytes) -> bytes:
    kept, position = [_PNG_SIGNATURE], len(_PNG_SIGNATURE)
    while position + 12 <= len(data):
        end = position + 12 + int.from_bytes(data[position : position + 4], "big")
        kind = data[position + 4 : position + 8]
        if end > len(data):
            break
        if kind in _PNG_KEPT:
            kept.append(data[position:end])
        if kind == b"IEND":
            return b"".join(kept)
        position = end
    raise BadPicture("no end")


def _webp_chunks(data: bytes):
    return _chunks(data, 12, min(len(data), 8 + int.from_bytes(data[4:8], "little")))


def _chunks(data: bytes, position: int, end: int):
    while position + 8 <= end:
        size = int.from_bytes(data[position + 4 : position + 8], "little")
        start, position = position, position + 8 + size + size % 2
        if start + 8 + size > end:
            raise BadPicture("truncated")
        yield data[start : start + 4], data[start + 8 : start + 8 + size]


def _webp(data: bytes) -> bytes:
    body = b"WEBP" + _webp_kept(_webp_chunks(data))
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _webp_kept(chunks) -> bytes:
    body = b""
    for kind, content in chunks:
        if kind not in _WEBP_KEPT:
            continue
        if kind == b"VP8X":
            content = bytes([content[0] & ~_WEBP_METADATA_FLAGS]) + content[1:]
        elif kind == b"ANMF":
            inside = _chunks(content, _WEBP_FRAME_HEAD, len(content))
            content = content[:_WEBP_FRAME_HEAD] + _webp_kept(
                one for one in inside if one[0] != kind
            )
        size = len(content).to_bytes(4, "little")
        body += kind + size + content + b"\0" * (len(content) % 2)
    return body


def _gif(data: bytes) -> bytes:
    position = 13 + _gif_colours(data[10])
    kept = [data[:position]]
    while data[position] != _GIF_END:
        start, kind, keep = position, data[position], True
        if kind == _GIF_IMAGE:
            position = _gif_after_blocks(data, start + 11 + _gif_colours(data[start + 9]))
        elif kind == _GIF_EXTENSION:
            position = _gif_after_blocks(data, start + 2)
            label = data[start + 1]
            keep = label not in (_GIF_COMMENT, _GIF_PLAIN_TEXT)
            if label == _GIF_APPLICATION:
                # A name of eleven bytes and three that say how often; one block, no more.
                keep = data[start + 3 : start + 14] in _GIF_LOOPS and position == start + 19
        else:
            raise BadPicture("unknown block")
        if keep:
            kept.append(data[start:position])
    return b"".join([*kept, bytes([_GIF_END])])


def _gif_colours(packed: int) -> int:
    """Bytes of the colour table that a packed field announces."""
    return 3 << (packed & 7) + 1 if packed & 0x80 else 0


def _gif_after_blocks(data: bytes, position: int) -> int:
    while data[position]:
        position += 1 + data[position]
    return position + 1
