"""Files of rules before anything is known of the tree: manifests, folders, zips, their lines.

Reads one file at a time and holds none of them.
"""

import csv
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from django.utils.translation import gettext as _

from covenants.file_names import is_left_behind, part_label
from covenants.kinds import COVENANT
from covenants.models import Edition
from covenants.parsing import ParsedRules, parse_lines, split_documents
from covenants.parsing.document import SourceLine
from covenants.parsing.readers import Reading, read_file

MANIFEST_COLUMNS = (
    "file",
    "code",
    "group",
    "kind",
    "adopted",
    "effective",
    "filed_on",
    "filing_no",
    "edition",
    "provenance",
)
# A zip of rules is text; more than this unpacked is not a zip of rules.
ZIP_FILE_LIMIT = 20 * 1024 * 1024
TEXT_LIMIT = 400_000
LINES_LIMIT = 10_000
"""Characters and lines of one text: twenty times a long covenant.

Every stage is linear in the text, so what bounds it is what one request and one transaction may
take. As a rule each 100,000 characters (some 3,300 short lines) cost 0.3 s of CPU to parse, 1 s and
3 MB of HTML on the desk, 2 s in the transaction that makes page, revision and edition, 0.7 s for a
next edition, 0.2 s and 1.2 MB of HTML to read. A million would hold SQLite's one writer for 20 s
and send a desk of 33 MB. A form that brings a whole text back needs up to nine bytes a character,
which must stay below DATA_UPLOAD_MAX_MEMORY_SIZE (5 MB); positions fit their column up to 32,767.
Wagtail's block editor stops earlier, at DATA_UPLOAD_MAX_NUMBER_FIELDS (about 1,500 lines): a longer
text is changed on the desk or by another file.
"""
ZIP_MEMBERS_LIMIT = 20_000
ZIP_UNPACKED_LIMIT = 4 * 1024**3
MOST_DOCUMENTS = 100
"""Of one file: each becomes a row, a page, and gets the pictures of the file."""


class Refused(Exception):
    """This file cannot be taken; the message says why, in Chinese."""


@dataclass
class ReadOnce:
    """What was read of a file for one of its documents and serves the others: converting and
    cleaning take long, and taking a text apart for each part of it would take parts times as long.

    `enclosed` and `cleaned` are those of `covenants.attaching`.
    """

    reading: Reading | None = None
    documents: list[list[SourceLine]] | None = None
    enclosed: object | None = None
    cleaned: list | None = None


@dataclass
class RuleFile:
    """One file and what is known about it. Dates ISO or empty; `edition` sorts editions.

    An empty `kind` is read off the title. `part` is which document of a file of several is meant,
    from 1; 0 for a file of one.

    `content` is the bytes, or a function that reads them: of many files only one is then held.
    """

    name: str
    content: bytes | Callable[[], bytes]
    code: str = ""
    group: str = ""
    kind: str = COVENANT
    adopted: str = ""
    effective: str = ""
    filed_on: str = ""
    filing_no: str = ""
    edition: str = ""
    provenance: str = Edition.LEGACY
    part: int = 0
    once: "ReadOnce" = field(default_factory=lambda: ReadOnce(), repr=False, compare=False)

    @property
    def label(self) -> str:
        """The name that reports call it by."""
        return part_label(self.name, self.part)

    def read(self) -> bytes:
        return self.content() if callable(self.content) else self.content


def read_manifest(content: bytes) -> dict[str, dict]:
    """{file: row} of a manifest CSV (UTF-8, BOM or not, or GB18030). Raises Refused."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    try:
        return _manifest_rows(csv.DictReader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise Refused(
            _("清单读不出来：有一格太长，或者引号不成对。请用 Excel 另存为“CSV UTF-8”再传。")
        ) from error


def _manifest_rows(rows: csv.DictReader) -> dict[str, dict]:
    missing = [name for name in MANIFEST_COLUMNS if name not in (rows.fieldnames or [])]
    if missing:
        raise Refused(_("清单缺少这些列：%(names)s") % {"names": "、".join(missing)})
    found = {}
    for number, row in enumerate(rows, start=2):
        name = (row["file"] or "").strip()
        if not name:
            continue
        if name in found:
            raise Refused(
                _("清单第 %(line)d 行：文件 %(name)s 重复出现。") % {"line": number, "name": name}
            )
        found[name] = {key: (row[key] or "").strip() for key in MANIFEST_COLUMNS}
    return found


def files_below(path: Path) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """(relative name, function that reads it) of every file of a file, folder or zip.

    What systems leave behind is passed over; whether a file can be taken, `why_refused` tells.
    """
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            name = file.relative_to(path).as_posix()
            if file.is_file() and not is_left_behind(name):
                yield name, file.read_bytes
    elif path.suffix.lower() == ".zip":
        archive = open_zip(path, path.name)
        for name, member in named_members(archive):
            yield name, partial(read_member, archive, member)
    elif path.is_file():
        yield path.name, path.read_bytes
    else:
        raise Refused(_("找不到文件：%(name)s") % {"name": path.name})


def open_zip(file, name: str) -> zipfile.ZipFile:
    """A zip given as path or file object. Raises Refused when it is none, or holds too much."""
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Refused(
            _("%(name)s 不是完好的压缩包，请重新打包成 .zip。") % {"name": name}
        ) from error
    members = archive.infolist()
    if len(members) > ZIP_MEMBERS_LIMIT:
        raise Refused(_("压缩包里文件太多(超过 %(n)d 个),请分开。") % {"n": ZIP_MEMBERS_LIMIT})
    if sum(member.file_size for member in members) > ZIP_UNPACKED_LIMIT:
        raise Refused(_("压缩包解开以后超过 4 GB，大得不正常。请按乡镇分开。"))
    return archive


def named_members(archive: zipfile.ZipFile) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """(name, member) of every file of a zip, sorted by name; reads no content.

    As in a folder, what systems leave behind is passed over.
    """
    # A member without a name is nobody's file; Python cannot even ask whether it is a folder.
    members = [m for m in archive.infolist() if m.filename and not m.is_dir()]
    for member in sorted(members, key=lambda m: m.filename):
        name = _member_name(member)
        if not is_left_behind(name):
            yield name, member


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """The bytes of a member, one more than allowed at most. Raises Refused when damaged."""
    try:
        with archive.open(member) as handle:
            return handle.read(ZIP_FILE_LIMIT + 1)
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError) as error:
        raise Refused(_("压缩包里的这个文件已损坏或设了密码，读不出来。")) from error


def _member_name(member: zipfile.ZipInfo) -> str:
    """Names in zips made by Chinese Windows are GB18030 without saying so."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename


def too_long(text: str) -> bool:
    """Whether a text is longer than any rule can be."""
    return len(text) > TEXT_LIMIT or text.count("\n") >= LINES_LIMIT


def read_rule(source, name) -> Reading:
    """Lines of a file of rules and what its reader warns of.

    Raises ReadError, or Refused when it is longer than any rule.
    """
    reading = read_file(source, name)
    lines = reading.lines
    if len(lines) > LINES_LIMIT or sum(len(line.text) for line in lines) > TEXT_LIMIT:
        raise Refused(
            _("%(name)s 太长了（超过 %(n)d 字或 %(lines)d 行），不像一份规约。请分成几份。")
            % {"name": name, "n": TEXT_LIMIT, "lines": LINES_LIMIT}
        )
    return reading


def parse_rule(source, name, part=0, once: ReadOnce | None = None) -> ParsedRules:
    """A file of rules, or one document of it, parsed, with what its reader warns of.

    `once` keeps what was read for the next document of the same file. Raises like `read_rule`.
    """
    once = once or ReadOnce()
    once.reading = reading = once.reading or read_rule(source, name)
    lines = reading.lines
    if part:
        once.documents = documents = once.documents or list(split_documents(lines))
        if part > len(documents):
            raise Refused(_("文件里没有第 %(part)d 份文本。") % {"part": part})
        lines = documents[part - 1]
    parsed = parse_lines(lines)
    parsed.warnings = [*reading.warnings, *parsed.warnings]
    return parsed


def number_of_documents(parsed: ParsedRules) -> int:
    """How many documents a text holds, as its parser has found. Raises Refused for too many."""
    number = 1 + sum(warning.code == "several_documents" for warning in parsed.warnings)
    if number > MOST_DOCUMENTS:
        raise Refused(
            _("文件里好像有 %(n)d 份文本，超过 %(most)d 份。请把它拆成几个文件。")
            % {"n": number, "most": MOST_DOCUMENTS}
        )
    return number


def kind_for_one(number: int) -> str:
    """Why a kind that was given cannot hold for a file of several documents."""
    return _(
        "文件里有 %(n)d 份文本，写明的种类只能用于只有一份的文件。"
        "请把它拆成几个文件，或者不写种类，按各份自己的标题导入。"
    ) % {"n": number}
