"""Small files of recordings for tests, one of each format that is taken."""

import io
import wave


def wav(seconds: float = 0.1, tags: bytes = b"") -> bytes:
    written = io.BytesIO()
    with wave.open(written, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(bytes([128]) * int(8000 * seconds))
    data = written.getvalue()
    if tags:
        chunk = b"LIST" + len(tags).to_bytes(4, "little") + tags + b"\0" * (len(tags) % 2)
        data = data[:12] + chunk + data[12:]
    return data


def mp3(tags: bytes = b"") -> bytes:
    frame = b"\xff\xfb\x90\x00" + bytes(413)
    head = b"ID3\x04\x00\x00\x00\x00\x00" + bytes([len(tags)]) + tags if tags else b""
    tail = b"TAG" + tags.ljust(125, b"\0") if tags else b""
    return head + frame * 3 + tail


def _box(kind: bytes, body: bytes) -> bytes:
    return (len(body) + 8).to_bytes(4, "big") + kind + body


def m4a(tags: bytes = b"", handler: bytes = b"soun") -> bytes:
    media = _box(b"mdia", _box(b"hdlr", bytes(8) + handler + bytes(12)))
    movie = _box(b"trak", media) + (_box(b"udta", tags) if tags else b"")
    return _box(b"ftyp", b"M4A \0\0\0\0") + _box(b"moov", movie) + _box(b"mdat", b"sound" * 20)


def ogg() -> bytes:
    return b"OggS" + bytes(24) + b"OpusHead" + bytes(200)


ALL = {"wav": wav(), "mp3": mp3(), "m4a": m4a(), "ogg": ogg()}
