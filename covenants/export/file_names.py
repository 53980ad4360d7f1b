"""Names for files and folders that Windows, WeChat and unpacking programs all accept."""

import re

LONGEST = 80
"""Characters of one name: with a few folders still below Windows' 260 for a whole path."""

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE)


def safe_name(text: str, suffix: str = "") -> str:
    """A text as the name of a file (with `suffix`, .docx) or folder."""
    name = " ".join(_FORBIDDEN.sub(" ", text).split()).strip(". ")[:LONGEST].rstrip(". ")
    if not name or _RESERVED.fullmatch(name):
        name = f"_{name}"
    return name + suffix


class FreeNames:
    """Hands out names that differ within their folder even where case does not count."""

    def __init__(self):
        self._taken: set[tuple[str, str]] = set()

    def take(self, folder: str, text: str, suffix: str = "") -> str:
        """`folder` (with its slash) and a safe name: 规约.docx, then 规约 (2).docx."""
        wanted, count = text, 1
        while (key := (folder, safe_name(wanted, suffix).lower())) in self._taken:
            count += 1
            wanted = f"{safe_name(text)[: LONGEST - 6]} ({count})"
        self._taken.add(key)
        return folder + safe_name(wanted, suffix)
