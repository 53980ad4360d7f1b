"""What may not be in a zip, a .docx or a .xlsx that others will open. Unpacks nothing to disk.

For files that become public: what Word or Excel would run or fetch by itself (macros, objects,
DDE, templates and pictures elsewhere) is refused, and so is what the scan for personal data cannot
read (embedded files). ECMA-376 part 2 (packages) and the threat notes in [MS-OFFMACRO].
"""

import io
import re
import stat
import zipfile

from safety.files.zips import DAMAGED

MAX_MEMBERS = 3000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_READ = 64 * 1024 * 1024
_ZIP_ENCRYPTED = 0x1
_MAIN = {
    b"wordprocessingml.document.main+xml": "docx",
    b"spreadsheetml.sheet.main+xml": "xlsx",
}
_MACROS = re.compile(r"vbaproject|vbadata|/macrosheets/|/dialogsheets/", re.IGNORECASE)
_OBJECTS = re.compile(
    r"/embeddings/|/activex/|/externallinks/|afchunk|customui|oleobject|\.(exe|dll|js|vbs|bat|"
    r"html?|mht|svg|jar|ps1|lnk|scr|hta|docm|xlsm)$",
    re.IGNORECASE,
)
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"(\w+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_LINKS = re.compile(rb"(https?:|mailto:|#|[^:/\\&%]+$)", re.IGNORECASE)
_FIELD_CODE = re.compile(rb"<(?:\w+:)?instrText[^>]*>([^<]*)<|\binstr\s*=\s*[\"']([^\"']*)")
_RUNNING_FIELD = re.compile(rb"\s*(DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK)\b", re.I)
_FIELD_START = re.compile(rb"<(?:\w+:)?fldChar[^>]*\bbegin\b")
_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


class Unsafe(Exception):
    """`code`: damaged, encrypted, bomb, paths, macros, objects, external, entities, kind."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def refuse_unsafe_members(
    members: list[zipfile.ZipInfo], most: int = MAX_MEMBERS, unpacked: int = MAX_UNPACKED
) -> None:
    """Names that lead out of the folder, links, doubles, too many or too large. Raises Unsafe."""
    if len(members) > most or sum(one.file_size for one in members) > unpacked:
        raise Unsafe("bomb")
    seen: set[str] = set()
    for one in members:
        parts = re.split(r"[/\\]", one.filename)
        if ".." in parts or parts[0] == "" or ":" in parts[0] or "\0" in one.orig_filename:
            raise Unsafe("paths")
        if stat.S_ISLNK(one.external_attr >> 16):
            raise Unsafe("paths")
        if one.filename.lower() in seen:
            raise Unsafe("paths")
        seen.add(one.filename.lower())


def office_kind(data: bytes) -> str | None:
    """`docx` or `xlsx`; None for another zip. Looks into the content types only."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "[Content_Types].xml" not in archive.namelist():
                return None
            member = archive.getinfo("[Content_Types].xml")
            if member.file_size > MAX_READ:
                return None
            types = _as_bytes_of_ascii(archive.read(member))
    except (KeyError, *DAMAGED):
        return None
    found = {kind for mark, kind in _MAIN.items() if mark in types}
    if b"macroEnabled" in types:
        return "docx" if b"ms-word" in types else "xlsx"
    return found.pop() if len(found) == 1 else None


def refuse_unsafe_office(data: bytes) -> None:
    """Raises Unsafe for a .docx or .xlsx that does more than hold words, numbers and pictures."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            refuse_unsafe_members(members)
            _refuse_parts(archive, members)
    except DAMAGED as error:
        raise Unsafe("damaged") from error


def _refuse_parts(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    names = ["/" + one.filename for one in members]
    if any(one.flag_bits & _ZIP_ENCRYPTED for one in members):
        raise Unsafe("encrypted")
    if any(_MACROS.search(name) for name in names):
        raise Unsafe("macros")
    if any(_OBJECTS.search(name) for name in names):
        raise Unsafe("objects")
    left = MAX_READ
    for one in members:
        with archive.open(one) as stream:
            content = stream.read(left + 1) if _is_markup(one, stream) else b""
        left -= len(content)
        if left < 0:
            raise Unsafe("bomb")
        if content:
            _refuse_markup(one.filename, _as_bytes_of_ascii(content))


def _is_markup(member: zipfile.ZipInfo, stream) -> bool:
    """Whether a part is XML, by name or by how it begins: a content type may call any part so."""
    if member.filename.lower().endswith((".xml", ".rels", ".vml")):
        return True
    head = stream.peek(8)[:8] if hasattr(stream, "peek") else b""
    return head.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<")


def _as_bytes_of_ascii(content: bytes) -> bytes:
    """XML in UTF-16 as UTF-8, so that one pattern finds a word in either."""
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
                           (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be")):  # fmt: skip
        if content.startswith(mark):
            return content.decode(encoding, "replace").encode()
    return content


def _refuse_markup(name: str, content: bytes) -> None:
    if _DOCTYPE.search(content):
        raise Unsafe("entities")
    if name == "[Content_Types].xml" and b"macroenabled" in content.lower():
        raise Unsafe("macros")
    if name.lower().endswith(".rels"):
        _refuse_relations(content)
        return
    # A field's code may stand in several runs: put together from each beginning.
    for field in _FIELD_START.split(content):
        code = b"".join(a or b for a, b in _FIELD_CODE.findall(field))
        if _RUNNING_FIELD.match(code):
            raise Unsafe("external")


def _refuse_relations(content: bytes) -> None:
    for tag in _RELATION.findall(content):
        values = {key.lower(): one or other for key, one, other in _ATTRIBUTE.findall(tag)}
        kind = values.get(b"type", b"").rpartition(b"/")[2].lower()
        if kind in (b"oleobject", b"package", b"control", b"afchunk", b"externallink"):
            raise Unsafe("objects")
        if values.get(b"targetmode", b"").lower() != b"external":
            continue
        if kind != b"hyperlink":
            raise Unsafe("external")
        if not _LINKS.match(values.get(b"target", b"")):
            raise Unsafe("external")
