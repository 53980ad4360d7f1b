"""Small files of recordings for tests, one of each format that is taken, with tags if wanted."""

import io
import wave


def _chunk(kind: bytes, body: bytes) -> bytes:
    return kind + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) % 2)


def wav(seconds: float = 0.1, tags: bytes = b"") -> bytes:
    written = io.BytesIO()
    with wave.open(written, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(bytes([128]) * int(8000 * seconds))
    data = written.getvalue()
    if tags:
        before = _chunk(b"LIST", b"INFOINAM" + tags) + _chunk(b"bext", tags)
        data = data[:12] + before + data[12:] + _chunk(b"id3 ", tags) + _chunk(b"iXML", tags)
    return data


def id3(tags: bytes) -> bytes:
    size = bytes(len(tags) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x04\x00\x00" + size + tags


def mp3(tags: bytes = b"") -> bytes:
    """Three frames of 128 kbit/s, with all kinds of tags before, between and behind."""
    frame = b"\xff\xfb\x90\x00" + bytes(413)
    if not tags:
        return frame * 3
    ape = b"APETAGEX" + bytes(24) + tags + b"APETAGEX" + bytes(24)
    lyrics = b"LYRICSBEGIN" + tags + b"LYRICS200"
    old = b"TAG" + tags.ljust(125, b"\0")[:125]
    return id3(tags) + id3(b"\xff\xd8" + tags) + frame * 2 + id3(tags) + frame + ape + lyrics + old


def _box(kind: bytes, body: bytes) -> bytes:
    return (len(body) + 8).to_bytes(4, "big") + kind + body


def m4a(tags: bytes = b"", handler: bytes = b"soun", day: int = 0) -> bytes:
    """`day`: when it was made, in seconds since 1904."""
    made = bytes(4) + day.to_bytes(4, "big") * 2 + bytes(8)
    media = _box(b"mdhd", made) + _box(b"hdlr", bytes(8) + handler + bytes(12) + tags + b"\0")
    track = _box(b"tkhd", made) + _box(b"mdia", media)
    movie = _box(b"mvhd", made)
    if tags:
        items = _box(b"ilst", _box(b"\xa9nam", tags))
        place = _box(b"udta", _box(b"\xa9xyz", tags) + _box(b"meta", bytes(4) + items))
        track += _box(b"udta", tags) + _box(b"unkn", tags)
        movie += place + _box(b"meta", tags)
    movie += _box(b"trak", track)
    around = _box(b"free", tags) + _box(b"uuid", bytes(16) + tags) if tags else b""
    begun = _box(b"ftyp", b"M4A \0\0\0\0") + _box(b"moov", movie) + around
    return begun + _box(b"mdat", b"sound" * 20)


def _comment(tags: bytes) -> bytes:
    counted = len(tags).to_bytes(4, "little") + tags
    return counted + (1).to_bytes(4, "little") + counted


def ogg(codec: str = "opus", tags: bytes = b"cunyue", serial: int = 7) -> bytes:
    """Opus, Vorbis or FLAC; comments that are long go over several pages."""
    if codec == "opus":
        packets = [b"OpusHead" + bytes(11), b"OpusTags" + _comment(tags)]
    elif codec == "vorbis":
        packets = [b"\x01vorbis" + bytes(23), b"\x03vorbis" + _comment(tags) + b"\x01"]
        packets.append(b"\x05vorbis" + bytes(40))
    else:
        picture = b"\x86" + len(tags).to_bytes(3, "big") + tags
        comment = b"\x04" + (len(tags) * 2 + 12).to_bytes(3, "big") + _comment(tags)
        packets = [b"\x7fFLAC\x01\x00\x00\x02fLaC" + bytes(38), comment, picture]
    return ogg_pages([*packets, b"sound" * 20, b"sound" * 60], serial)


def ogg_pages(packets: list[bytes], serial: int) -> bytes:
    """The first packet on a page of its own, the others in pages of five segments."""
    made, pieces = b"", []
    for number, packet in enumerate(packets):
        cut = [packet[at : at + 255] for at in range(0, len(packet) + 1, 255)]
        pieces += cut
        if not number:
            made += _page(pieces, serial, 0, flags=2)
            pieces = []
    for number, at in enumerate(range(0, len(pieces), 5), 1):
        made += _page(pieces[at : at + 5], serial, number)
    return made


def _page(pieces, serial, number, flags=0) -> bytes:
    head = b"OggS\0" + bytes([flags]) + bytes(8) + serial.to_bytes(4, "little")
    head += number.to_bytes(4, "little")
    body = bytes([len(pieces), *map(len, pieces)]) + b"".join(pieces)
    return head + ogg_checksum(head + bytes(4) + body) + body


def ogg_checksum(page: bytes) -> bytes:
    """Of a page with zeros where it stands (RFC 3533, 6)."""
    total = 0
    for byte in page:
        total ^= byte << 24
        for _ in range(8):
            total = (total << 1 ^ (0x04C11DB7 if total & 0x80000000 else 0)) & 0xFFFFFFFF
    return total.to_bytes(4, "little")


ALL = {"wav": wav(), "mp3": mp3(), "m4a": m4a(), "ogg": ogg()}
