"""A file of several documents is taken apart without losing a line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covenants.parsing import SourceLine, parse_lines, parse_text, split_documents, split_lines

from .written_texts import written_texts

COVENANT = "沙坝村村规民约\n第一条 互相帮助。\n第二条 牲畜圈养。\n"
SIGNED = "沙坝村村民会议2023年5月12日通过\n"
CHARTER = "沙坝村红白理事会章程\n一、会长一名。\n二、理事四名。\n"
COUNCIL = "道德评议会\n1.评议会由八人组成。\n2.每半年评议一次。\n"
LATER = "沙坝村村规民约\n第一章 总则\n第一条 互相尊重。\n第二条 牲畜圈养。\n"


def titles(text):
    return [parse_lines(lines).title for lines in split_documents(split_lines(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (COVENANT, ["沙坝村村规民约"]),
        (COVENANT + SIGNED + CHARTER, ["沙坝村村规民约", "沙坝村红白理事会章程"]),
        (COVENANT + "\n" + CHARTER, ["沙坝村村规民约", "沙坝村红白理事会章程"]),
        (
            COVENANT + SIGNED + CHARTER + SIGNED + COUNCIL + SIGNED,
            ["沙坝村村规民约", "沙坝村红白理事会章程", "道德评议会"],
        ),
        (COVENANT + SIGNED + LATER, ["沙坝村村规民约", "沙坝村村规民约"]),
        (
            COVENANT + SIGNED + "附件2：\n云台镇沙坝村\n红白理事会章程\n第一条 会长一名。\n",
            ["沙坝村村规民约", "云台镇沙坝村红白理事会章程"],
        ),
    ],
)
def test_documents_are_told_apart_by_their_titles(text, expected):
    assert titles(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        COVENANT.replace("第二条", "沙坝村村规民约\n第二条"),
        "沙坝村村规民约\n第一条 配套制度：\n红白理事会章程\n道德评议会章程\n第二条 牲畜圈养。\n",
        COVENANT + "沙坝村红白理事会\n2023年5月12日\n",
        "沙坝村村规民约\n目录\n第一章 总则\n第二章 附则\n" + LATER,
        "沙坝村村规民约\n第一条 办客：\n（一）十桌；\n沙坝村村规民约\n（二）烟二十元。\n",
    ],
    ids=["running title", "titles in an article", "signature", "contents", "title among items"],
)
def test_one_document_stays_whole(text):
    assert len(list(split_documents(split_lines(text)))) == 1


def test_lines_keep_their_numbers():
    first, second = split_documents(split_lines(COVENANT + SIGNED + CHARTER + "三、三、完。"))
    assert (first[0].number, second[0].number) == (1, 5)
    assert [w.line for w in parse_lines(second[:-1] + [SourceLine("五、完。", 8)]).warnings] == [8]


def test_parsing_the_whole_file_keeps_everything_and_says_so():
    rules = parse_text(COVENANT + SIGNED + CHARTER + SIGNED + COUNCIL)
    warned = [(w.code, w.line) for w in rules.warnings if w.code == "several_documents"]
    assert warned == [("several_documents", 5), ("several_documents", 9)]
    assert "红白理事会章程" in rules.warnings[0].message


def test_a_written_text_is_one_document_unless_it_warns():
    for case in written_texts():
        count = len(list(split_documents(split_lines(case.text))))
        assert (count > 1) == ("several_documents" in case.warnings), case.name


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.lists(
        st.sampled_from([COVENANT, SIGNED, CHARTER, COUNCIL, LATER, "\n", "附件2：\n", "目录\n"]),
        max_size=12,
    )
)
def test_every_line_goes_to_exactly_one_document(pieces):
    lines = split_lines("".join(pieces))
    assert [line for part in split_documents(lines) for line in part] == lines
