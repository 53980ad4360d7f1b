"""Takes the pictures out of a .docx, to be kept beside its text. Shows none of them."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field

from lxml import etree

from .archive import Package, Relation
from .word import main_part
from .word_xml import attribute, local_name

MOST_PICTURES = 50
LARGEST_PICTURE = 10 * 1024 * 1024
MOST_BYTES = 40 * 1024 * 1024

# By their first bytes; drawings in Windows' own formats are no pictures a browser can show.
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
    (b"GIF87a", "image/gif", ".gif"),
    (b"GIF89a", "image/gif", ".gif"),
    (b"BM", "image/bmp", ".bmp"),
    (b"II*\x00", "image/tiff", ".tif"),
    (b"MM\x00*", "image/tiff", ".tif"),
)


@dataclass(frozen=True, slots=True)
class Picture:
    """`name` is made of its place in the file (图1.png); `content_type` is told by its content."""

    name: str
    content: bytes
    content_type: str


@dataclass(slots=True)
class Pictures:
    """What can be shown, in reading order, and how many others the file holds.

    `left_out` counts those beyond the bounds and those that no browser shows (EMF, WMF).
    """

    pictures: list[Picture] = field(default_factory=list)
    left_out: int = 0


def pictures_of_word(data: bytes, name: str) -> Pictures:
    """The pictures of a .docx's body, each once. Raises ReadError.

    At most 50, each at most 10 MB, together at most 40 MB. What is linked from elsewhere or
    missing is none of the file's.
    """
    package = Package(data, name)
    part = main_part(package)
    relations = package.relations(part)
    # The body is read again only for a file that has pictures: most have none.
    if not any(one.kind == "image" for one in relations.values()):
        return Pictures()
    root = package.xml(part)
    found = Pictures()
    if root is None:
        return found
    room = MOST_BYTES
    for target in _targets(root, relations):
        if not package.holds(target):
            continue
        number = len(found.pictures) + 1
        limit = min(LARGEST_PICTURE, room) if number <= MOST_PICTURES else 0
        content = package.bytes_of(target, limit) if limit else None
        kind = _kind(content) if content else None
        if content and kind:
            room -= len(content)
            found.pictures.append(Picture(f"图{number}{kind[1]}", content, kind[0]))
        else:
            found.left_out += 1
    return found


def _targets(root: etree._Element, relations: dict[str, Relation]) -> list[str]:
    """The parts that w:drawing (a:blip) and w:pict (v:imagedata) show, in order, each once."""
    shown: dict[str, None] = {}
    for node in root.iter("{*}blip", "{*}imagedata"):
        wanted = "embed" if local_name(node) == "blip" else "id"
        relation = relations.get(attribute(node, wanted))
        if relation and relation.kind == "image" and not relation.external:
            shown.setdefault(posixpath.normpath(relation.target))
    return list(shown)


def _kind(content: bytes) -> tuple[str, str] | None:
    for signature, content_type, suffix in _SIGNATURES:
        if content.startswith(signature):
            return content_type, suffix
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp", ".webp"
    return None
