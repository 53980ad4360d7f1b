"""The words of a .docx or .xlsx, hidden ones too: bounded in number and size, no entities.

Cells of a row are parted by " | ", so that numbers side by side stay apart and a label stays near.
"""

import io
import zipfile
from collections.abc import Iterator

from lxml import etree

from .zips import DAMAGED

MAX_MEMBERS = 3000
MAX_UNPACKED_BYTES = 32 * 1024 * 1024
MAX_TAGS = 1_000_000
CELL_BREAK = " | "
_DAMAGED = (*DAMAGED, etree.XMLSyntaxError)
_WORDS = {"t", "delText", "instrText"}
_LINE_ENDS = {"p", "br", "cr", "tr", "row", "si"}
_PROPERTIES = {"creator", "lastModifiedBy", "title", "subject", "description", "keywords"}


class OfficeUnreadable(Exception):
    """`code`: "encrypted", "damaged" or "too_long"."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def office_texts(data: bytes) -> list[tuple[str, str]]:
    """(name of the part, its words) of a .docx or .xlsx. Raises OfficeUnreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return list(_Package(archive).texts())
    except _DAMAGED as error:
        raise OfficeUnreadable("damaged") from error


class _Package:
    def __init__(self, archive: zipfile.ZipFile):
        self._archive = archive
        self._tags = self._unpacked = 0
        self._members = archive.infolist()
        if len(self._members) > MAX_MEMBERS:
            raise OfficeUnreadable("too_long")

    def texts(self) -> Iterator[tuple[str, str]]:
        names = {member.filename for member in self._members}
        shared = []
        if "xl/sharedStrings.xml" in names:
            shared = self._shared_strings()
        for name in sorted(names):
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                yield name, self._sheet(name, shared)
            elif self._holds_words(name):
                yield name, "".join(self._words(name))

    @staticmethod
    def _holds_words(name: str) -> bool:
        folder, _, _rest = name.partition("/")
        return (
            name.endswith(".xml")
            and folder in {"word", "xl", "docProps"}
            and "/theme/" not in name
            and not name.endswith(("styles.xml", "sharedStrings.xml", "calcChain.xml"))
        )

    def _elements(self, name: str):
        """The elements of a part, each when it ends."""
        member = self._archive.getinfo(name)
        if member.flag_bits & 1:
            raise OfficeUnreadable("encrypted")
        with self._archive.open(member) as stream:
            content = stream.read(MAX_UNPACKED_BYTES - self._unpacked + 1)
        self._unpacked += len(content)
        self._tags += content.count(b"<")
        if self._unpacked > MAX_UNPACKED_BYTES or self._tags > MAX_TAGS:
            raise OfficeUnreadable("too_long")
        if b"<!DOCTYPE" in content:
            raise OfficeUnreadable("damaged")
        parser = {"resolve_entities": False, "no_network": True, "load_dtd": False}
        for _event, element in etree.iterparse(io.BytesIO(content), huge_tree=False, **parser):
            if isinstance(element.tag, str):
                yield etree.QName(element).localname, element

    def _words(self, name: str) -> Iterator[str]:
        for kind, element in self._elements(name):
            if kind in _WORDS:
                yield element.text or ""
            elif kind in _PROPERTIES and element.text:
                yield element.text + "\n"
            elif kind == "tc":
                yield CELL_BREAK
            elif kind == "tab":
                yield " "
            elif kind in _LINE_ENDS and not _in_cell(kind, element):
                yield "\n"

    def _shared_strings(self) -> list[str]:
        strings, current = [], []
        for kind, element in self._elements("xl/sharedStrings.xml"):
            if kind == "t":
                current.append(element.text or "")
            elif kind == "si":
                strings.append("".join(current))
                current = []
        return strings

    def _sheet(self, name: str, shared: list[str]) -> str:
        lines, cells, value = [], [], ""
        for kind, element in self._elements(name):
            if kind in ("v", "t"):
                value += element.text or ""
            elif kind == "c":
                if element.get("t") == "s" and value.isdecimal() and int(value) < len(shared):
                    value = shared[int(value)]
                cells.append(value)
                value = ""
            elif kind == "row":
                lines.append(CELL_BREAK.join(cells))
                cells = []
            elif kind in ("oddHeader", "oddFooter") and element.text:
                lines.append(element.text)
        return "\n".join(lines)


def _in_cell(kind: str, element) -> bool:
    """Whether a paragraph is the last of a table's cell, which ends with a break of its own."""
    parent = element.getparent()
    return (
        kind == "p"
        and parent is not None
        and etree.QName(parent).localname == "tc"
        and element.getnext() is None
    )
