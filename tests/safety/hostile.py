"""Files as strangers send them: each made here, none taken from anywhere."""

import io
import stat
import zipfile
import zlib

import docx
import openpyxl
import pypdfium2
from PIL import Image as PillowImage


def picture(image_format="JPEG", size=(60, 40), **options) -> bytes:
    target = io.BytesIO()
    PillowImage.new("RGB", size, (200, 60, 30)).save(target, format=image_format, **options)
    return target.getvalue()


def word(text="酒席不超过十桌。") -> bytes:
    target = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(text)
    document.save(target)
    return target.getvalue()


def table(text="酒席") -> bytes:
    target = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append([text, "十桌"])
    book.save(target)
    return target.getvalue()


def pdf() -> bytes:
    target = io.BytesIO()
    document = pypdfium2.PdfDocument.new()
    document.new_page(200, 200)
    document.save(target)
    return target.getvalue()


def packed(parts: dict[str, bytes], links=()) -> bytes:
    """A zip of {name: content}; the names in `links` are symbolic links to their content."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            member = zipfile.ZipInfo(name)
            member.compress_type = zipfile.ZIP_DEFLATED
            if name in links:
                member.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(member, content)
    return target.getvalue()


def changed(data: bytes, added=None, links=(), **replaced) -> bytes:
    """A package with parts added, and `replaced` {part, its path's / as __: (old, new)}."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, (old, new) in replaced.items():
        path = next(one for one in parts if one.replace("/", "__").startswith(name))
        assert old in parts[path], path
        parts[path] = parts[path].replace(old, new, 1)
    return packed(parts | (added or {}), links)


def relation(kind: str, target: str, external=True) -> tuple[bytes, bytes]:
    """What puts a relation into the .rels of a document."""
    mode = ' TargetMode="External"' if external else ""
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    tag = f'<Relationship Id="rId99" Type="{base}{kind}" Target="{target}"{mode}/>'
    return b"</Relationships>", f"{tag}</Relationships>".encode()


DOCUMENT_RELATIONS = "word___rels__document.xml.rels"


def related(kind, target, external=True) -> bytes:
    return changed(word(), **{DOCUMENT_RELATIONS: relation(kind, target, external)})


def pdf_with(objects: bytes) -> bytes:
    """A PDF whose catalogue holds more than pages."""
    return (
        b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R " + objects + b">>\nendobj\n"
        b"2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"
    )


def pdf_with_packed(objects: bytes) -> bytes:
    """The same inside a compressed stream of objects, where no plain search finds it."""
    content = zlib.compress(b"5 0 " + objects)
    head = b"3 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>\nstream\n"
    return (
        b"%PDF-1.7\n" + head % len(content) + content + b"\nendstream\nendobj\n"
        b"trailer\n<</Root 1 0 R>>\n%%EOF\n"
    )


DOCX = {
    "macros": changed(word(), {"word/vbaProject.bin": b"\0"}),
    "macros declared": changed(
        word(),
        **{
            "[Content_Types].xml": (
                b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                b"application/vnd.ms-word.document.macroEnabled.main+xml",
            )
        },
    ),
    "embedded file": changed(word(), {"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0"}),
    "embedded docx": changed(word(), {"word/embeddings/a.docx": word("13900000123")}),
    "active control": changed(word(), {"word/activeX/activeX1.xml": b"<a/>"}),
    "inserted page": changed(word(), {"word/afchunk1.mht": b"<html>"}),
    "template elsewhere": related("attachedTemplate", "https://example.org/a.dotm"),
    "picture elsewhere": related("image", "https://example.org/a.png"),
    "share elsewhere": related("image", "file://///example.org/share/a.png"),
    "link to a program": related("hyperlink", "ms-msdt:/id%20PCWDiagnostic"),
    "link with a script": related("hyperlink", "javascript:alert(1)"),
    "object": related("oleObject", "embeddings/a.bin", external=False),
    "entities": changed(
        word(),
        word__document=(b"<w:document", b'<!DOCTYPE a [<!ENTITY b "c">]><w:document'),
    ),
    "entities in UTF-16": changed(
        word(), {"word/more.bin": '<!DOCTYPE a [<!ENTITY b "c">]><a/>'.encode("utf-16")}
    ),
    "running field": changed(
        word(),
        word__document=(
            b"<w:p>",
            b'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DDE</w:instrText>'
            b'</w:r><w:r><w:instrText>AUTO c:\\cmd</w:instrText></w:r></w:p><w:p>',
        ),
    ),
    "link in the zip": changed(word(), {"word/a": b"/etc/passwd"}, links=["word/a"]),
    "path in the zip": changed(word(), {"../../etc/cron.d/a": b"a"}),
    "absolute path": changed(word(), {"/etc/a": b"a"}),
    "Windows path": changed(word(), {"C:\\a": b"a"}),
    "bomb of one part": changed(word(), {"word/a.xml": b"<a>" + bytes(70 * 1024**2)}),
    "bomb of many parts": changed(word(), {f"word/{n}": b"" for n in range(3100)}),
    "cut short": word()[:-400],
}  # fmt: skip
XLSX = {
    "macros": changed(table(), {"xl/vbaProject.bin": b"\0"}),
    "macro sheet": changed(table(), {"xl/macrosheets/sheet1.xml": b"<a/>"}),
    "other book": changed(table(), {"xl/externalLinks/externalLink1.xml": b"<a/>"}),
    "hidden program": changed(table(), {"xl/a.exe": b"MZ"}),
}
PDF = {
    "script": pdf_with(b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"),
    "script, name written in numbers": pdf_with(b"/OpenAction<</S/J#61vaScript/JS(x)>>"),
    "script in packed objects": pdf_with_packed(b"<</S/JavaScript/JS(x)>>"),
    "program": pdf_with(b"/OpenAction<</S/Launch/F(cmd.exe)>>"),
    "file inside": pdf_with(b"/Names<</EmbeddedFiles<</Names[]>>>>"),
    "form that sends": pdf_with(b"/A<</S/SubmitForm/F(https://example.org)>>"),
    "encrypted": pdf_with(b"/Encrypt 9 0 R"),
    "zip behind": pdf() + packed({"a.exe": b"MZ"}),
    "cut short": pdf()[: len(pdf()) // 2],
    "something before": b"GIF89a" + pdf(),
}
TXT = {
    "page": b"<!DOCTYPE html><script>alert(1)</script>",
    "picture that runs": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "page with a blank": "\ufeff \n<html><body onload=alert(1)>".encode(),
    "program": b"MZ\x90\0\x03",
    "old Word": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "zip": packed({"a.txt": b"a"}),
    "picture": picture(),
}
