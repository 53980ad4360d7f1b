"""What a recording's file must be, and what its listeners must not learn. Free of Django.

Formats are told by content. Telephones write where, when and by whom a recording was made into
it: `without_tags` takes that out and leaves the sound byte for byte. Nothing is kept because it is
not known to be harmful: what is not sound, or needed to play it, goes.
"""

import re

from . import audio_boxes, audio_frames, audio_pages

MAX_BYTES = 20 * 1024 * 1024
TYPES = {"mp3": "audio/mpeg", "m4a": "audio/mp4", "ogg": "audio/ogg", "wav": "audio/wav"}
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
        return "ogg" if any(codec in data[:200] for codec in audio_pages.CODECS) else None
    if data[4:8] == b"ftyp":
        # The same container holds films.
        return None if re.search(rb"hdlr.{8}vide", data, re.DOTALL) else "m4a"
    start = audio_frames.after_id3(data)
    return "mp3" if audio_frames.frame_length(data[start : start + 4]) else None


def without_tags(data: bytes) -> bytes:
    """The same sound without place, day, author, title and pictures.

    Raises ValueError for a file that cannot be cleaned: one that contradicts itself, or holds
    more than sound.
    """
    match audio_kind(data):
        case "mp3":
            return audio_frames.frames_only(data)
        case "m4a":
            return audio_boxes.without_words(data)
        case "ogg":
            return audio_pages.without_comments(data)
        case "wav":
            return _sound_of_wav(data)
    return data


def _sound_of_wav(data: bytes) -> bytes:
    kept, at = b"WAVE", 12
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        stop = at + 8 + size + size % 2
        if data[at : at + 4] in _WAV_SOUND:
            kept += data[at:stop]
        at = stop
    return b"RIFF" + len(kept).to_bytes(4, "little") + kept
