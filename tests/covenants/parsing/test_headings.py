"""Chapters that only a heading's style names, and headings that are none."""

import io
import subprocess

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covenants.parsing import SourceLine, parse_file, parse_lines, parse_text
from covenants.parsing.headings import as_plain_lines
from covenants.parsing.readers import conversion, read_file
from covenants.parsing.writing import write_text

from .written_texts import characters, outline_of, texts_of

EXAMPLES = settings(max_examples=200, deadline=None, derandomize=True)
LONG = "村民应当爱护公物，轮流守水，不乱倒垃圾，" * 20 + "违者由村民小组劝导。"


def lines(*written):
    """Lines of (level or None, text)."""
    return [
        SourceLine(text, number, heading=level)
        for number, (level, text) in enumerate(written, start=1)
    ]


def parsed(*written):
    return parse_lines(lines(*written))


TITLE = (0, "松林村村规民约")
CASES = {
    "chapters below a title of a higher rank": (
        [TITLE, (1, "总则"), (None, "第一条 甲。"), (1, "婚丧喜庆"), (None, "第二条 乙。")],
        "总则: 第一条 | 婚丧喜庆: 第二条",
    ),
    "chapters of the title's own rank": (
        [TITLE, (0, "婚丧喜庆"), (None, "第一条 甲。"), (0, "邻里"), (None, "第二条 乙。")],
        "婚丧喜庆: 第一条 | 邻里: 第二条",
    ),
    "a rank below a rank": (
        [TITLE, (0, "总则"), (1, "婚丧喜庆"), (None, "第一条 甲。"), (0, "附则"),
         (None, "第二条 乙。")],
        "总则:  | 婚丧喜庆: 第一条 | 附则: 第二条",
    ),
    "one chapter alone": (
        [TITLE, (None, "第一条 甲。"), (1, "婚丧喜庆"), (None, "第二条 乙。")],
        ": 第一条 | 婚丧喜庆: 第二条",
    ),
    "articles that count on by 1.": (
        [TITLE, (1, "婚丧喜庆"), (None, "1. 甲。"), (None, "2. 乙。"), (1, "邻里"),
         (None, "3. 丙。")],
        "婚丧喜庆: 1. 2. | 邻里: 3.",
    ),
    "articles that begin again": (
        [TITLE, (1, "婚丧喜庆"), (None, "一、甲。"), (None, "二、乙。"), (1, "邻里"),
         (None, "一、丙。")],
        "婚丧喜庆: 一、 二、 | 邻里: 一、",
    ),
    "text without numbers": (
        [TITLE, (1, "婚丧喜庆"), (None, "办客从简。"), (1, "邻里"), (None, "互相帮助。")],
        "婚丧喜庆: ∅ | 邻里: ∅",
    ),
    "a long name with a comma": (
        [TITLE, (1, "移风易俗，婚事新办，丧事简办"), (None, "第一条 甲。")],
        "移风易俗，婚事新办，丧事简办: 第一条",
    ),
    "after a sentence that nothing ends": (
        [TITLE, (1, "婚丧喜庆"), (None, "第一条 大家商量着办"), (1, "邻里"), (None, "第二条 乙。")],
        "婚丧喜庆: 第一条 | 邻里: 第二条",
    ),
    "a name below its number": (
        [TITLE, (0, "第一章"), (0, "婚丧喜庆"), (None, "第一条 甲。")],
        "第一章 婚丧喜庆: 第一条",
    ),
    "a numbered chapter stays numbered": (
        [TITLE, (1, "第一章 总则"), (None, "第一条 甲。"), (1, "第二章 附则"),
         (None, "第二条 乙。")],
        "第一章 总则: 第一条 | 第二章 附则: 第二条",
    ),
    "a body line styled as a heading": (
        [TITLE, (0, "婚丧喜庆"), (None, "第一条 甲。"), (0, LONG), (0, "邻里"),
         (None, "第二条 乙。")],
        "婚丧喜庆: 第一条 | 邻里: 第二条",
    ),
    "an article styled as a heading": (
        [TITLE, (1, "婚丧喜庆"), (None, "第一条 甲。"), (2, "第二条 乙。"), (None, "第三条 丙。")],
        "婚丧喜庆: 第一条 第二条 第三条",
    ),
    "every line a heading": (
        [TITLE, (0, "第一条 甲。"), (0, "抓好落实"), (0, "第二条 乙。"), (0, "第三条 丙。")],
        ": 第一条 第二条 第三条",
    ),
    "headings with nothing below": (
        [TITLE, (None, "第一条 甲："), (1, "爱护公物"), (1, "守望相助"), (1, "勤俭持家")],
        ": 第一条",
    ),
    "a signature set as a heading": (
        [TITLE, (None, "第一条 甲。"), (1, "松林村村民委员会"), (1, "2023年5月1日")],
        ": 第一条",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_outline(name):
    written, outline = CASES[name]
    rules = parsed(*written)
    assert outline_of(rules) == outline
    assert rules.title == "松林村村规民约"
    assert characters(texts_of(rules)) == characters(text for _level, text in written)


@pytest.mark.parametrize("name", CASES)
def test_the_upload_desk_reads_the_same_from_plain_lines(name):
    """The desk keeps a file's words as plain text; what was a chapter must still be one."""
    written, outline = CASES[name]
    text = "\n".join(as_plain_lines(lines(*written))[0])
    assert outline_of(parse_text(text)) == outline


@pytest.mark.parametrize("name", CASES)
def test_written_again(name):
    once = parsed(*CASES[name][0])
    again = parse_text(write_text(once))
    assert [c.as_dict() for c in again.chapters] == [c.as_dict() for c in once.chapters]
    assert (again.title, again.preamble, again.closing) == (
        once.title,
        once.preamble,
        once.closing,
    )


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ([(0, "石榴村文明新风"), (1, "婚丧喜庆"), (None, "第一条 甲。")], "石榴村文明新风"),
        ([(0, "云台镇松林村"), (0, "村规民约"), (0, "总则"), (None, "第一条 甲。")],
         "云台镇松林村村规民约"),
        ([(0, "松林村村规民约"), (0, "（试行）"), (0, "总则"), (None, "第一条 甲。")],
         "松林村村规民约（试行）"),
        ([(0, "婚丧喜庆"), (None, "第一条 甲。"), (0, "邻里"), (None, "第二条 乙。")], ""),
    ],
)  # fmt: skip
def test_title(written, title):
    assert parsed(*written).title == title


def test_a_style_of_names_and_articles_is_doubted_and_told():
    rules = parsed(TITLE, (1, "第一条 甲。"), (1, "抓好落实"), (None, "说明。"), (1, "第二条 乙。"))
    (told,) = [w for w in rules.warnings if w.code == "heading_without_number"]
    assert told.line == 3 and "抓好落实" in told.message


def test_a_table_of_contents_is_set_aside_before_headings():
    rules = parsed(
        TITLE, (None, "目录"), (None, "婚丧喜庆……1"), (None, "邻里……2"),
        (1, "婚丧喜庆"), (None, "第一条 甲。"), (1, "邻里"), (None, "第二条 乙。"),
    )  # fmt: skip
    assert outline_of(rules) == "婚丧喜庆: 第一条 | 邻里: 第二条"


def word_file():
    document = docx.Document()
    document.add_heading("松林村村规民约", level=1)
    document.add_heading("婚丧喜庆", level=2)
    document.add_paragraph("第一条 办客从简。")
    document.add_heading("邻里", level=2)
    document.add_paragraph("第二条 互相帮助。")
    document.add_paragraph().add_run("粗体短行").bold = True
    document.add_paragraph("第三条 轮流守水。")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_word():
    rules = parse_file(io.BytesIO(word_file()), "规约.docx")
    assert rules.title == "松林村村规民约"
    assert outline_of(rules) == "婚丧喜庆: 第一条 | 邻里: 第二条 第三条"
    assert rules.articles[1].text.endswith("粗体短行")


@pytest.mark.skipif(conversion.converter() is None, reason="needs LibreOffice")
@pytest.mark.parametrize("suffix", ["doc", "odt"])
def test_old_word_and_open_document(suffix, tmp_path):
    (tmp_path / "made.docx").write_bytes(word_file())
    subprocess.run(
        [
            conversion.converter(),
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            *("--headless", "--convert-to", suffix, "--outdir", str(tmp_path)),
            str(tmp_path / "made.docx"),
        ],
        check=True,
        capture_output=True,
    )
    rules = parse_file(tmp_path / f"made.{suffix}")
    assert outline_of(rules) == "婚丧喜庆: 第一条 | 邻里: 第二条 第三条"


def test_web_page():
    page = (
        "<html><body><h1>松林村村规民约</h1><h2>婚丧<b>喜庆</b></h2><p>第一条 甲。</p>"
        "<h2>邻里</h2>第二条 乙。<h6>小字</h6><p>第三条 丙。</p></body></html>"
    )
    reading = read_file(io.BytesIO(page.encode()), "规约.html")
    assert [line.heading for line in reading.lines] == [0, 1, None, 1, None, None, None]
    assert outline_of(parse_lines(reading.lines)) == "婚丧喜庆: 第一条 | 邻里: 第二条 第三条"


def test_markdown():
    text = "# 松林村村规民约\n\n## 婚丧喜庆\n\n第一条 甲。\n\n## 邻里\n\n第二条 乙。\n"
    rules = parse_file(io.BytesIO(text.encode()), "规约.md")
    assert outline_of(rules) == "婚丧喜庆: 第一条 | 邻里: 第二条"


WORDS = st.sampled_from(
    ["总则", "婚丧喜庆", "第一条 甲。", "第二条 乙：", "（一）丙；", "一、丁", "1. 戊。", "目录"]
    + ["附件1", "松林村村规民约", "松林村红白理事会章程", "2023年5月1日", "第二章 邻里", "- 1 -"]
    + ["松林村村民委员会", "第一章", "（试行）", "来源：本站", "", "大家商量", LONG, "社会治安："]
    + ["1 甲", "，。", "第一节 客事"]
)


@EXAMPLES
@given(st.lists(st.tuples(st.sampled_from([None, 0, 1, 2]), WORDS | st.text(max_size=30))))
def test_no_character_is_lost_however_lines_are_styled(written):
    rules = parsed(*written)
    assert characters(texts_of(rules)) == characters(text for _level, text in written)


@EXAMPLES
@given(st.lists(st.tuples(st.sampled_from([None, 0, 1]), WORDS)))
def test_plain_lines_keep_every_character(written):
    kept, _told = as_plain_lines(lines(*written))
    assert characters(kept) == characters(text for _level, text in written)
