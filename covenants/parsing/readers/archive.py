"""Opens the parts of a .docx safely: bounded in number and size, XML without entities.

The only place that unpacks or parses anything an unknown person sent.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from dataclasses import dataclass

from lxml import etree

from safety.files.zips import DAMAGED

from .errors import ReadError
from .word_xml import attribute, children

MAX_MEMBERS = 3000
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_XML_BYTES = 16 * 1024 * 1024
"""Of one part; all parts that are read together may have twice as much."""
MAX_TAGS = 500_000
"""Of all parts that are read: a tag of seven bytes costs thirty times as much memory."""

_ADVICE = "请用 Word 或 WPS 打开原文件，另存为 .docx 后再上传。"


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part points to: `kind` is the last word of its type (image, hyperlink, header).

    `target` is the name of a part, or an address outside the file where `external`.
    """

    kind: str
    target: str
    external: bool


class Package:
    """A .docx as named XML parts. Every method raises ReadError for a damaged or unsafe file."""

    def __init__(self, data: bytes, name: str):
        self.name = name
        self._unpacked = self._tags = 0
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except DAMAGED as error:
            raise self._damaged() from error
        members = self._archive.infolist()
        if len(members) > MAX_MEMBERS:
            raise self._unsafe()
        if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
            raise self._unsafe()
        self._members = {member.filename: member for member in members}

    def names(self) -> list[str]:
        """The names of all parts."""
        return list(self._members)

    def holds(self, part: str) -> bool:
        """Whether there is a part of this name."""
        return part in self._members

    def relations(self, part: str) -> dict[str, Relation]:
        """{id: Relation} of a part, or of the whole package for the part ""."""
        folder, own_name = posixpath.split(part)
        found = {}
        root = self.xml(posixpath.join(folder, "_rels", f"{own_name}.rels"))
        for one in children(root, "Relationship"):
            external = attribute(one, "TargetMode").lower() == "external"
            target = attribute(one, "Target")
            if not external:
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            kind = attribute(one, "Type").rpartition("/")[2]
            found[attribute(one, "Id")] = Relation(kind, target, external)
        return found

    def bytes_of(self, part: str, limit: int) -> bytes | None:
        """The content of a part; None when there is none, or it is larger than `limit`."""
        member = self._members.get(part)
        if member is None or member.file_size > limit or member.flag_bits & 1:
            return None
        try:
            with self._archive.open(member) as stream:
                content = stream.read(limit + 1)
        except DAMAGED as error:
            raise self._damaged() from error
        return content if len(content) <= limit else None

    def xml(self, part: str) -> etree._Element | None:
        """The root element of a part, or None when the package has no such part."""
        member = self._members.get(part)
        if member is None:
            return None
        if member.flag_bits & 1:
            raise ReadError("encrypted", self.name, f"设有密码，无法读取。{_ADVICE}")
        content = self._content(member)
        self._tags += content.count(b"<")
        if self._tags > MAX_TAGS:
            raise self._unsafe()
        # A fresh parser for each part: no entity is expanded, nothing is fetched, and libxml2's
        # own limits on depth and text size stay on.
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        try:
            root = etree.fromstring(content, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise self._damaged() from error
        if root is None:
            raise self._damaged()
        document_info = root.getroottree().docinfo
        if document_info.doctype or document_info.internalDTD is not None:
            raise ReadError(
                "unsafe_xml", self.name, f"含有不允许的外部定义（DOCTYPE），已拒绝读取。{_ADVICE}"
            )
        return root

    def _content(self, member: zipfile.ZipInfo) -> bytes:
        if member.file_size > MAX_XML_BYTES:
            raise self._unsafe()
        try:
            with self._archive.open(member) as stream:
                content = stream.read(MAX_XML_BYTES + 1)
        except DAMAGED as error:
            raise self._damaged() from error
        self._unpacked += len(content)
        if len(content) > MAX_XML_BYTES or self._unpacked > 2 * MAX_XML_BYTES:
            raise self._unsafe()
        return content

    def _damaged(self) -> ReadError:
        return ReadError("damaged", self.name, f"不是有效的 Word 文档，或文件已损坏。{_ADVICE}")

    def _unsafe(self) -> ReadError:
        return ReadError(
            "unpacks_too_large",
            self.name,
            "解压后大得不正常，为安全起见没有读取。请把文字复制到新建的 Word 文档，另存后再上传。",
        )
