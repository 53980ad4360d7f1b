"""From parsed rules to blocks: nothing lost, identities carried on."""

import sys

import pytest

from covenants.diff import Work
from covenants.drafting import carry_over_ids, chapters_value
from covenants.parsing import Article, Chapter, ParsedRules, parse_text

TEXT = """松林村村规民约
第一章 总则
第一条 为了大家好。
第二条 办客从简:
（一）酒席:
1.红事十桌;
2.白事八桌;
（二）礼金一百元。
"""


def words(value):
    """All text of raw stream data, in order."""
    if isinstance(value, dict):
        return "".join(words(v) for k, v in value.items() if k not in ("id", "type"))
    if isinstance(value, list):
        return "".join(words(v) for v in value)
    return value if isinstance(value, str) else ""


def test_blocks_hold_every_character_of_the_articles():
    parsed = parse_text(TEXT)
    found = words(chapters_value(parsed))
    expected = "".join("".join(TEXT.split("\n")[1:]).split())
    assert "".join(found.split()) == expected


def test_items_nest():
    (chapter,) = chapters_value(parse_text(TEXT))
    article = chapter["value"]["articles"][1]["value"]
    first = article["items"][0]["value"]
    assert (first["label"], first["text"]) == ("（一）", "酒席:")
    assert [s["value"]["text"] for s in first["items"]] == ["红事十桌;", "白事八桌;"]


def test_overlong_label_and_title_stay_in_the_text():
    parsed = ParsedRules(
        chapters=[Chapter("第一章", "很长" * 60, [Article("这么长的编号" * 5, "内容。")])]
    )
    (chapter,) = chapters_value(parsed)
    assert "很长" * 60 in words(chapter) and "这么长的编号" * 5 + "内容。" in words(chapter)
    assert len(chapter["value"]["title"]) <= 60
    assert all(len(a["value"]["label"]) <= 20 for a in chapter["value"]["articles"])


def test_unchanged_moved_and_changed_articles_keep_their_id():
    earlier = [
        ("id-1", "第一条", "第一条为了大家好，订立本约。"),
        ("id-2", "第二条", "第二条酒席不超过二十桌，礼金不超过一百元。"),
        ("id-3", "第三条", "第三条垃圾不乱倒，门前自己扫。"),
    ]
    new = [
        ("第一条", "第一条为了大家好，订立本约。"),
        ("第二条", "第二条火把节注意防火，孩子有大人看着。"),
        ("第三条", "第三条酒席不超过十五桌，礼金不超过一百元。"),
        ("第四条", "第四条垃圾不乱倒，门前自己扫。"),
    ]
    ids = carry_over_ids(new, earlier)
    assert (ids[0], ids[2], ids[3]) == ("id-1", "id-2", "id-3")
    assert ids[1] not in {"id-1", "id-2", "id-3"}


def test_an_id_is_given_out_once():
    earlier = [("id-1", "第一条", "第一条不乱倒垃圾。")]
    ids = carry_over_ids([("第一条", "第一条不乱倒垃圾。")] * 3, earlier)
    assert ids[0] == "id-1" and len(set(ids)) == 3


def test_the_same_number_decides_between_articles_that_are_as_similar():
    earlier = [
        ("id-1", "第一条", "第一条酒席不超过十桌，超过的由理事会劝导。"),
        ("id-2", "第二条", "第二条酒席不超过八桌，超过的由理事会劝导。"),
    ]
    new = [
        ("第一条", "第一条酒席不超过六桌，超过的由理事会劝导。"),
        ("第二条", "第二条酒席不超过六桌，超过的由理事会劝导，望大家遵守。"),
    ]
    assert carry_over_ids(new, earlier) == ["id-1", "id-2"]


SHAPES = {
    "unchanged": lambda n, side: f"村民{n}应当爱护公物，轮流守水，不乱倒垃圾。",
    "each changed a little": lambda n, side: f"村民{n}{side}应当爱护公物，轮流守水，不乱倒垃圾。",
    "wholly different": lambda n, side: "".join(chr(0x4E00 + (n * 37 + side * 7 + k * 11) % 20000)
                                                for k in range(30)),
    "all the same": lambda n, side: f"{'甲乙'[side]}村民应当爱护公物，轮流守水。",
}  # fmt: skip


@pytest.mark.parametrize("labelled", [True, False])
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_work_grows_with_the_number_of_articles_and_is_bounded(shape, labelled):
    """Counted in lines of Python, not in seconds: a thousand-page text must not hold a worker."""

    def steps(count):
        label = (lambda n: f"第{n}条") if labelled else (lambda n: "")
        earlier = [(f"id-{n}", label(n), label(n) + shape(n, 0)) for n in range(count)]
        new = [(label(n), label(n) + shape(n, 1)) for n in range(count)]
        work, lines = Work(limit=20_000), 0

        def trace(frame, event, argument):
            nonlocal lines
            lines += event == "line"
            return trace

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            carry_over_ids(new, earlier, work)
        finally:
            sys.settrace(before)
        assert work.spent <= work.limit
        return lines - work.spent, work.passes

    once, twice = steps(1000), steps(2000)
    for few, many in zip(once, twice, strict=True):
        assert many <= 2.2 * few + 2 * 20_000
