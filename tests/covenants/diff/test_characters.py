"""What is marked inside a text: exactly what changed, whole numbers, no confetti."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covenants.diff import DELETE, INSERT, apply_segments, diff_text
from covenants.diff.figures import number_spans

SEEDED = settings(max_examples=200, deadline=None, derandomize=True)
RULES = st.text(
    alphabet="酒席不超过二十五桌礼金元一百，。；\n0123456789aａ１\U00025532", max_size=60
)


def marked(old, new):
    """The diff as a person writes it: [-gone-]{+come+}, numbers between stars."""
    signs = {DELETE: "[-{}-]", INSERT: "{{+{}+}}"}
    parts = []
    for segment in diff_text(old, new):
        text = "".join(f"*{part}*" if number else part for part, number in segment.pieces)
        parts.append(signs.get(segment.op, "{}").format(text))
    return "".join(parts)


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("酒席不超过二十桌。", "酒席不超过十五桌。", "酒席不超过[-*二十*-]{+*十五*+}桌。"),
        ("礼金100元。", "礼金120元。", "礼金[-*100*-]{+*120*+}元。"),
        ("礼金１００元。", "礼金２００元。", "礼金[-*１００*-]{+*２００*+}元。"),
        ("不超过五十桌", "不超过一百五十桌", "不超过[-*五十*-]{+*一百五十*+}桌"),
        ("每包10元", "每包10.5元", "每包[-*10*-]{+*10.5*+}元"),
        ("不超过8桌", "不超过八桌", "不超过[-*8*-]{+*八*+}桌"),
        ("绳长不超过一米五；", "绳长不超过一米二；", "绳长不超过[-*一米五*-]{+*一米二*+}；"),
        ("一律从简", "一切从简", "一[-律-]{+切+}从简"),
        ("一律停办", "不得停办", "[-一律-]{+不得+}停办"),
        ("红事提前报告", "白事提前报告", "[-红-]{+白+}事提前报告"),
        ("山林防火。", "山林防火，人人有责。", "山林防火{+，人人有责+}。"),
        ("鄂嘉镇的事", "\U00025532嘉镇的事", "[-鄂-]{+\U00025532+}嘉镇的事"),
    ],
)
def test_only_what_changed_is_marked(old, new, shown):
    assert marked(old, new) == shown


def test_an_inserted_clause_is_marked_as_that_clause():
    old = "酒席不超过十桌，礼金不超过一百元。"
    new = "酒席不超过十桌，烟不超过二十元，礼金不超过一百元。"
    assert marked(old, new) == "酒席不超过十桌，{+烟不超过*二十*元，+}礼金不超过一百元。"


def test_chance_characters_do_not_cut_a_rewritten_clause_to_pieces():
    old = "办客的人家应当提前三天向红白理事会报告并登记。"
    new = "办客须在五日以前到村委会填表，由理事长同意。"
    assert len([s for s in diff_text(old, new) if s.op != "equal"]) <= 4


def test_a_wholly_different_text_is_shown_as_replaced():
    segments = diff_text("门前三包，人人有责。", "严禁在水源地放牧和洗涤。")
    assert [s.op for s in segments] == [DELETE, INSERT]


def test_a_changed_number_is_flagged():
    flags = {s.text: bool(s.numbers) for s in diff_text("十桌，从简。", "8桌，一律从简。")}
    assert flags == {"十": True, "8": True, "桌，": False, "一律": False, "从简。": False}


def test_a_run_of_blanks_that_changed_is_known_as_such():
    blank = [s for s in diff_text("甲乙", "甲\n乙") if s.op == INSERT]
    assert [s.is_blank for s in blank] == [True]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("不超过十五桌", ["十五"]),
        ("烟≤20元/盒，酒≤50.5元", ["20", "50.5"]),
        ("两个子女不超过三十桌", ["两", "三十"]),
        ("一律、统一、万一、老百姓、一起", []),
        ("１２００元", ["１２００"]),
    ],
)
def test_numbers_in_either_script(text, numbers):
    assert [text[start:end] for start, end in number_spans(text)] == numbers


@SEEDED
@given(RULES, RULES)
def test_segments_make_the_new_text_of_the_old(old, new):
    segments = diff_text(old, new)
    assert apply_segments(old, segments) == new
    assert "".join(s.text for s in segments if s.op != DELETE) == new
    assert "".join(s.text for s in segments if s.op != INSERT) == old
    assert all(s.text for s in segments)


@SEEDED
@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_at_all(old, new):
    assert apply_segments(old, diff_text(old, new)) == new


@SEEDED
@given(RULES)
def test_a_text_does_not_differ_from_itself(text):
    assert all(segment.op == "equal" for segment in diff_text(text, text))


@SEEDED
@given(RULES, RULES)
def test_no_mark_cuts_a_number_in_two(old, new):
    for side, other in ((old, DELETE), (new, INSERT)):
        at, edges = 0, set()
        for segment in diff_text(old, new):
            if segment.op in ("equal", other):
                edges |= {at, at + len(segment.text)}
                at += len(segment.text)
        assert not [s for s in number_spans(side) if any(s[0] < e < s[1] for e in edges)]


def test_segments_of_another_text_are_refused():
    segments = diff_text("酒席二十桌", "酒席十桌")
    with pytest.raises(ValueError, match="another text"):
        apply_segments("酒席三十桌", segments)
    with pytest.raises(ValueError, match="another text"):
        apply_segments("酒席二十桌，", segments)
