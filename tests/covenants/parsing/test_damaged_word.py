"""Word files damaged at random: either lines or a refusal in words, nothing else."""

import io
import random
import re
import zipfile

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covenants.parsing import ReadError, parse_file
from covenants.parsing.readers import read_file, read_pictures
from tests.covenants.parsing.test_word_changes import alternatives, field, inserted, related, run
from tests.covenants.parsing.test_word_tables import table
from tests.covenants.parsing.word_files import (
    NAMESPACES,
    abstract_list,
    archive,
    level,
    numbered_list,
    paragraph,
    raw_word,
)

SEEDS = range(12)
DAMAGES_PER_SEED = 40
TAG = re.compile(rb"</?[a-zA-Z:]+[^<>]*>")


def whole_file():
    """A file with something of everything the reader knows."""
    box = f"<w:txbxContent>{paragraph('框')}</w:txbxContent>"
    body = (
        paragraph("松林村村规民约", style="T")
        + paragraph("爱护公物。", 1, 0)
        + paragraph("酒席：", 1, 0)
        + paragraph("十桌；", 1, 1)
        + f"<w:p>{run('甲')}{inserted('乙')}{field(' PAGE ', run('3'))}"
        + f"{alternatives(box, box)}</w:p>"
        + table(("事项", "桌数", "礼金"), ("婚事", "十桌", "百元"))
        + '<w:altChunk r:id="r2"/>'
        + '<w:p><w:r><w:drawing><a:blip r:embed="r1"/></w:drawing></w:r></w:p>'
    )
    numbering = abstract_list(
        0, level(0, "chineseCounting", "第%1条"), level(1, "chineseCounting", "（%2）")
    ) + numbered_list(1, 0)
    style = (
        '<w:style w:type="paragraph" w:styleId="T"><w:pPr><w:numPr><w:numId w:val="0"/></w:numPr>'
        '</w:pPr></w:style>'
    )  # fmt: skip
    relations = [
        ("r1", "image", "media/1.png", False),
        ("r2", "aFChunk", "a.html", False),
        ("r3", "numbering", "numbering.xml", False),
        ("r4", "styles", "styles.xml", False),
    ]
    parts = {
        "word/media/1.png": b"\x89PNG\r\n\x1a\n",
        "word/a.html": "<html><p>插入的页</p></html>".encode(),
        "word/numbering.xml": f"<w:numbering {NAMESPACES}>{numbering}</w:numbering>",
        "word/styles.xml": f"<w:styles {NAMESPACES}>{style}</w:styles>",
        "word/header1.xml": f"<w:hdr {NAMESPACES}>{paragraph('页眉')}</w:hdr>",
    }
    return related(body, relations, **parts)


def lines_or_told(data):
    """Read a file every way there is; anything but lines or a ReadError fails the test."""
    try:
        rules = parse_file(io.BytesIO(data), "规约.docx")
        read_pictures(io.BytesIO(data), "规约.docx")
    except ReadError as error:
        assert "规约.docx" in str(error)
        assert error.code
        return "told"
    assert rules.as_dict()
    return "read"


def parts_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def damaged_bytes(content, chance):
    """Some bytes changed, removed, repeated or put in."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(changed))
        how = chance.randrange(4)
        if how == 0:
            changed[at] = chance.randrange(256)
        elif how == 1:
            del changed[at : at + chance.randint(1, 40)]
        elif how == 2:
            changed[at:at] = changed[at : at + chance.randint(1, 200)]
        else:
            changed[at:at] = chance.randbytes(chance.randint(1, 8))
        if not changed:
            break
    return bytes(changed)


def damaged_markup(content, chance):
    """Tags left out, doubled, exchanged or given another number; often no XML any more."""
    tags = list(TAG.finditer(content))
    if not tags:
        return content
    for _ in range(chance.randint(1, 3)):
        one, other = chance.choice(tags), chance.choice(tags)
        how = chance.randrange(4)
        if how == 0:
            content = content.replace(one[0], b"", chance.choice([1, -1]))
        elif how == 1:
            content = content.replace(one[0], one[0] + other[0], 1)
        elif how == 2:
            content = content.replace(one[0], other[0], chance.choice([1, -1]))
        else:
            number = str(chance.choice([-1, 0, 10**9, 10**30, "x", ""])).encode()
            content = re.sub(rb'="[^"]*"', b'="' + number + b'"', content, count=3)
    return content


@pytest.mark.parametrize("seed", SEEDS)
def test_damaged_bytes_of_the_package(seed):
    chance, data = random.Random(seed), whole_file()
    outcomes = {lines_or_told(damaged_bytes(data, chance)) for _ in range(DAMAGES_PER_SEED)}
    assert "told" in outcomes


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("damage", [damaged_bytes, damaged_markup])
def test_damaged_parts_in_a_sound_package(seed, damage):
    chance, parts = random.Random(seed), parts_of(whole_file())
    names = [name for name in parts if name.endswith((".xml", ".rels", ".html"))]
    outcomes = set()
    for _ in range(DAMAGES_PER_SEED):
        name = chance.choice(names)
        changed = parts | {name: damage(parts[name], chance)}
        outcomes.add(lines_or_told(archive(changed)))
    assert outcomes == {"read", "told"}


@pytest.mark.parametrize("seed", range(4))
def test_damaged_parts_of_a_file_of_python_docx(seed):
    document = docx.Document()
    document.add_heading("松林村村规民约", level=0)
    document.add_paragraph("爱护公物。", style="List Number")
    stream = io.BytesIO()
    document.save(stream)
    chance, parts = random.Random(seed), parts_of(stream.getvalue())
    for _ in range(DAMAGES_PER_SEED // 2):
        name = chance.choice(sorted(parts))
        lines_or_told(archive(parts | {name: damaged_markup(parts[name], chance)}))


@pytest.mark.parametrize("seed", range(4))
def test_any_bytes_behind_any_signature(seed):
    chance = random.Random(seed)
    signatures = [
        b"PK\x03\x04",
        b"{",
        b"<html>",
        b"MIME-Version: 1.0\n",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
    ]
    for _ in range(60):
        data = chance.choice(signatures) + chance.randbytes(chance.randrange(400))
        for name in ("规约.docx", "规约.txt", "规约.doc", "规约"):
            try:
                read_file(io.BytesIO(data), name)
            except ReadError as error:
                assert name in str(error)


NAMES = (
    "p r t tab br tbl tr tc tcPr gridSpan vMerge pPr numPr ilvl numId rPr vanish del ins moveFrom "
    "delText fldChar instrText sdt sdtContent txbxContent ruby rt rubyBase altChunk pict sym"
)
VALUES = st.sampled_from(
    ["", "0", "1", "-1", "8", "99999999999", "restart", "begin", "end", "F081"]
)
ELEMENTS = st.recursive(
    st.sampled_from(["第一条 甲。", "一、乙", "桌数", "\n", "x"]),
    lambda inner: st.tuples(
        st.sampled_from(NAMES.split()), VALUES, VALUES, st.lists(inner, max_size=5)
    ),
    max_leaves=40,
)


def written(element):
    if isinstance(element, str):
        return element
    name, value, kind, inside = element
    attributes = f'w:val="{value}" w:fldCharType="{kind}" w:char="{value}" w:id="{kind}"'
    return f"<w:{name} {attributes}>{''.join(map(written, inside))}</w:{name}>"


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(ELEMENTS, max_size=6))
def test_any_tree_of_words_own_elements_is_read(elements):
    numbering = abstract_list(0, level(0, "decimal", "%1.")) + numbered_list(1, 0)
    body = "".join(map(written, elements))
    assert lines_or_told(raw_word(body, numbering=numbering)) == "read"
