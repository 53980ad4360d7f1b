"""Makes .docx files for tests: by python-docx, and from raw XML where that cannot write it."""

import io
import zipfile

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMESPACES = (
    f'xmlns:w="{W}" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)


def archive(parts):
    """A zip file with these parts, as bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return stream.getvalue()


def raw_word(body, **parts):
    """A .docx whose body holds this XML; further parts by name (numbering="<w:abstractNum…")."""
    files = {
        "_rels/.rels": RELATIONS,
        "word/document.xml": f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>",
    }
    roots = {"numbering": "numbering", "styles": "styles", "header1": "hdr", "footer1": "ftr",
             "footnotes": "footnotes", "comments": "comments"}  # fmt: skip
    for name, content in parts.items():
        root = roots[name]
        files[f"word/{name}.xml"] = f"<w:{root} {NAMESPACES}>{content}</w:{root}>"
    return archive(files)


def paragraph(text, number=None, level=0, style=None):
    """A w:p, numbered by list `number` at `level` or by its style."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if number is not None:
        properties += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def level(index, list_format, text, start=1, extra=""):
    """A w:lvl."""
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="{start}"/><w:numFmt w:val="{list_format}"/>'
        f'{extra}<w:lvlText w:val="{text}"/></w:lvl>'
    )


def abstract_list(identifier, *levels, extra=""):
    """A w:abstractNum."""
    inner = "".join(levels)
    return f'<w:abstractNum w:abstractNumId="{identifier}">{extra}{inner}</w:abstractNum>'


def numbered_list(identifier, abstract, overrides=""):
    """A w:num."""
    return f'<w:num w:numId="{identifier}"><w:abstractNumId w:val="{abstract}"/>{overrides}</w:num>'
