"""The desk's sheet: lines found, corrections, undo; and never a character lost."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covenants.desk import sheet as sheets
from covenants.desk.edits import Refusal
from covenants.desk.sheet import Sheet
from covenants.desk.units import ROLES, parsed_of, units_of
from covenants.parsing import parse_text

SAMPLES = sorted((Path(__file__).resolve().parents[3] / "home/sample/rules").rglob("*.txt"))
TEXT = """首页 > 村务公开
松林村村规民约
为了大家好，制定本约。
第一章 总则
第一条 不乱倒垃圾，
野生菌采小留大。第二条 酒席不超过二十桌：
（一）红事二十桌；
（二）白事十桌。
- 1 -
第三条 礼金不超过一百元。第四条 火把节看好火。
松林村村民会议 2023年5月8日通过
"""


def characters(sheet):
    text = "".join(unit.whole for unit in sheet.units)
    return Counter(text.replace(" ", "").replace("\u3000", ""))


def unit(sheet, beginning):
    return next(u for u in sheet.units if u.whole.startswith(beginning))


@pytest.fixture
def sheet():
    return Sheet.of_text(TEXT)


def test_each_unit_knows_its_source_lines(sheet):
    found = {u.whole[:3]: (u.first, u.last) for u in sheet.units}
    assert found["第一条"] == (5, 5) and found["野生菌"] == (6, 6)
    assert found["第二条"] == (6, 6), "several articles on a line share it"
    assert found["第三条"] == found["第四条"] == (10, 10)
    assert found["首页 "] == (1, 1) and found["- 1"] == (9, 9)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_lines_of_the_samples_hold_their_units(path):
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    for u in Sheet.of_text(text).units:
        there = "".join("".join(lines[u.first - 1 : u.last]).split())
        assert "".join(u.whole.split()) in there


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_units_make_the_same_rules_again(path):
    parsed = parse_text(path.read_text(encoding="utf-8"))
    again = parsed_of(units_of(parsed), parsed.adopted)
    assert again.title == parsed.title and again.chapters == parsed.chapters
    assert (again.preamble, again.closing) == (parsed.preamble, parsed.closing)


def test_join_steps_over_a_page_number(sheet):
    three = unit(sheet, "第三条")
    sheet.do({"do": "join", "unit": three.id})
    joined = unit(sheet, "（二）白事十桌。第三条礼金")
    assert (joined.first, joined.last) == (8, 10)
    assert unit(sheet, "- 1").role == "noise"
    assert len(sheet.parsed.articles) == 3


def test_split_takes_the_number_for_a_label_and_finds_the_line(sheet):
    one = unit(sheet, "第一条")
    sheet.do({"do": "join", "unit": unit(sheet, "野生菌").id})
    sheet.do({"do": "join", "unit": unit(sheet, "第二条").id})
    whole = unit(sheet, "第一条").text
    sheet.do({"do": "split", "unit": one.id, "at": whole.index("第二条")})
    two = unit(sheet, "第二条")
    assert (two.role, two.label, two.first) == ("article", "第二条", 6)
    assert unit(sheet, "第一条").text == "不乱倒垃圾，野生菌采小留大。"


def test_typing_with_line_breaks_cuts_into_several(sheet):
    three = unit(sheet, "第三条")
    text = "礼金不超过两百元。\n第四条 彩礼从简。\n第五条 丧事简办。"
    sheet.do({"do": "write", "unit": three.id, "label": "第三条", "text": text})
    labels = [a.label for a in sheet.parsed.articles]
    assert labels == ["第一条", "第二条", "第三条", "第四条", "第五条", "第四条"]


def test_roles_change_what_belongs_to_what(sheet):
    sheet.do({"do": "role", "unit": unit(sheet, "（一）").id, "role": "article"})
    assert [a.label for a in sheet.parsed.articles][2] == "（一）"
    assert [i.label for i in sheet.parsed.articles[2].items] == ["（二）"]
    sheet.do({"do": "role", "unit": unit(sheet, "第三条").id, "role": "chapter"})
    assert [c.label for c in sheet.parsed.chapters] == ["第一章", "第三条"]


def test_noise_goes_to_unplaced_and_comes_back(sheet):
    closing = unit(sheet, "松林村村民会议")
    sheet.do({"do": "role", "unit": closing.id, "role": "noise"})
    assert "松林村村民会议 2023年5月8日通过" in [u.text for u in sheet.parsed.unplaced]
    assert sheet.parsed.closing == ""
    sheet.do({"do": "role", "unit": closing.id, "role": "closing"})
    assert sheet.parsed.closing == "松林村村民会议 2023年5月8日通过"


def test_an_article_moves_with_its_items(sheet):
    sheet.do({"do": "move", "unit": unit(sheet, "第二条").id, "by": 1})
    articles = sheet.parsed.articles
    assert [a.label for a in articles] == ["第一条", "第三条", "第二条", "第四条"]
    assert [i.label for i in articles[2].items] == ["（一）", "（二）"]
    sheet.do({"do": "move", "unit": unit(sheet, "第二条").id, "by": -1})
    assert [a.label for a in sheet.parsed.articles][:2] == ["第一条", "第二条"]


def test_undo_and_redo_and_a_new_edit_forgets_what_was_undone(sheet):
    before = sheet.units
    sheet.do({"do": "label", "unit": unit(sheet, "第三条").id, "label": "第五条"})
    after = sheet.units
    sheet.undo()
    assert sheet.units == before and sheet.can_redo
    sheet.redo()
    assert sheet.units == after
    sheet.undo()
    sheet.do({"do": "join", "unit": unit(sheet, "第三条").id})
    assert not sheet.can_redo


def test_another_text_is_undone_like_an_edit(sheet):
    sheet.do({"do": "label", "unit": unit(sheet, "第三条").id, "label": "第五条"})
    corrected = sheet.units
    sheet.retype("第一条 新的。")
    assert len(sheet.units) == 1 and sheet.text == "第一条 新的。"
    sheet.undo()
    assert sheet.units == corrected and sheet.text == TEXT


def test_stored_sheet_is_the_same(sheet):
    sheet.do({"do": "join", "unit": unit(sheet, "第三条").id})
    sheet.look_over("x:1")
    again = Sheet.from_dict(sheet.as_dict())
    assert again.units == sheet.units and again.doubts == sheet.doubts
    assert again.parsed.adopted == parse_text(TEXT).adopted


def test_doubts_point_at_units_and_can_be_ticked_off():
    sheet = Sheet.of_text("松林村村规民约\n第一条 好。\n第三条 跳号。\n")
    (doubt,) = sheet.doubts
    assert doubt.unit == unit(sheet, "第三条").id and not doubt.seen
    sheet.look_over(doubt.key)
    assert sheet.doubts[0].seen


def test_very_many_edits_stay_bounded(sheet, monkeypatch):
    monkeypatch.setattr(sheets, "KEPT_EDITS", 5)
    three = unit(sheet, "第三条").id
    for number in range(12):
        sheet.do({"do": "label", "unit": three, "label": f"第{number}条"})
    assert len(sheet.edits) == 5
    assert Sheet.from_dict(sheet.as_dict()).units == sheet.units


@pytest.mark.parametrize(
    "edit",
    [
        {"do": "join", "unit": 1},
        {"do": "join", "unit": 999},
        {"do": "move", "unit": 1, "by": -1},
        {"do": "role", "unit": 2, "role": "nonsense"},
        {"do": "write", "unit": 4, "label": "", "text": " \n "},
    ],
)
def test_what_cannot_be_done_is_told_and_changes_nothing(edit):
    sheet = Sheet.of_text("松林村村规民约\n为大家。\n第一条 好。\n第二条 好。\n")
    before = sheet.units
    with pytest.raises(Refusal):
        sheet.do(edit)
    assert sheet.units == before and not sheet.can_undo


EDIT = st.one_of(
    st.fixed_dictionaries({"do": st.just("join"), "unit": st.integers(1, 16)}),
    st.fixed_dictionaries(
        {"do": st.just("split"), "unit": st.integers(1, 16), "at": st.integers(0, 20)}
    ),
    st.fixed_dictionaries(
        {"do": st.just("role"), "unit": st.integers(1, 16), "role": st.sampled_from(ROLES)}
    ),
    st.fixed_dictionaries(
        {"do": st.just("move"), "unit": st.integers(1, 16), "by": st.sampled_from([-1, 1])}
    ),
)


@settings(max_examples=120, deadline=None, derandomize=True)
@given(st.lists(EDIT, max_size=12))
def test_no_correction_loses_a_character_and_each_can_be_undone(edits):
    sheet = Sheet.of_text(TEXT)
    first, before = sheet.units, characters(sheet)
    for edit in edits:
        try:
            sheet.do(edit)
        except Refusal:
            continue
        assert characters(sheet) == before
        assert len({u.id for u in sheet.units}) == len(sheet.units)
        parsed = sheet.parsed
        placed = [parsed.title, parsed.preamble, parsed.closing]
        placed += [entry.text for entry in parsed.unplaced]
        for chapter in parsed.chapters:
            placed += [chapter.label, chapter.title]
            stack = list(chapter.articles)
            while stack:
                item = stack.pop()
                placed += [item.label, item.text]
                stack += item.items
        text = "".join("".join(placed).split())
        assert Counter(text) == Counter({c: n for c, n in before.items() if not c.isspace()})
    while sheet.can_undo:
        sheet.undo()
    assert sheet.units == first
