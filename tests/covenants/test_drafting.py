"""From parsed rules to blocks: nothing lost, identities carried on."""

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
