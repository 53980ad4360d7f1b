"""Names of uploaded files: without path, direction marks or what Windows cannot store."""

import re
import unicodedata

from safety.characters import clean_text

LONGEST = 100
_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
_BLANKS = re.compile(r"\s+")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060-\u2064\ufeff\u00ad]")
# Devices of Windows, with any extension.
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_NAMELESS = "file"


def safe_name(name: str) -> str:
    """A name of at most `LONGEST` characters that any system can store; the extension stays."""
    name = unicodedata.normalize("NFC", clean_text(_INVISIBLE.sub("", name)))
    name = re.split(r"[/\\]", name)[-1]
    name = _BLANKS.sub(" ", _FORBIDDEN.sub("_", name)).lstrip(" ").rstrip(" .")
    if _RESERVED.fullmatch(name):
        name = f"_{name}"
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 10:
        return name[:LONGEST].strip(" .") or _NAMELESS
    return f"{stem[: LONGEST - len(extension) - 1].strip(' .') or _NAMELESS}.{extension}"
