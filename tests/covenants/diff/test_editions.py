"""What became of every article between two editions, and the new text made of the old one."""

import uuid
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covenants.diff import EditionText, ItemText, ProvisionText, apply_edition, compare

FEAST = "办客从简，婚事新办，酒席不超过二十桌，每桌菜金不超过四百元。"
GIFTS = "亲友随礼以一百元为限，不得借机敛财。"
FIRE = "进山不带火种，上坟不烧纸钱，发现火情立即报告。"
WASTE = "垃圾装袋入箱，门前屋后自己打扫，牲口不得散放。"
LENDING = "不放高利贷，不参与赌博，劝阻家人吸毒。"


def key(text):
    return str(uuid.uuid5(uuid.NAMESPACE_OID, text))


def text_of(*articles, labelled=True, **fields):
    """An edition of articles: texts, or (id, text[, items, chapter])."""
    provisions = []
    for number, article in enumerate(articles, 1):
        name, text, items, chapter = (
            (article, article, (), "")
            if isinstance(article, str)
            else (*article, *((), "")[len(article) - 2 :])
        )
        label = f"第{number}条" if labelled else ""
        provisions.append(ProvisionText(key(name), label, text, items, "", chapter))
    return EditionText(provisions=tuple(provisions), **fields)


def kinds(old, new):
    diff = compare(old, new)
    assert apply_edition(old, diff) == new
    return [(entry.kinds, entry.old, entry.new) for entry in diff.entries]


def test_unchanged_is_empty():
    same = text_of(FEAST, GIFTS)
    diff = compare(same, same)
    assert diff.is_empty
    assert diff.counts == {"unchanged": 2}


def test_the_same_article_is_known_by_its_id_though_every_word_changed():
    old, new = text_of(("a", FEAST)), text_of(("a", LENDING))
    assert kinds(old, new) == [(("changed",), (0,), (0,))]


def test_without_ids_articles_are_known_by_likeness():
    old = text_of(("a", FEAST), ("b", GIFTS), ("c", FIRE))
    new = text_of(("x", FEAST.replace("二十", "十五")), ("y", GIFTS), ("z", FIRE))
    assert kinds(old, new) == [
        (("changed",), (0,), (0,)),
        (("unchanged",), (1,), (1,)),
        (("unchanged",), (2,), (2,)),
    ]


def test_insertion_renumbers_what_follows_and_changes_nothing_else():
    assert kinds(text_of(FEAST, FIRE), text_of(FEAST, GIFTS, FIRE)) == [
        (("unchanged",), (0,), (0,)),
        (("inserted",), (), (1,)),
        (("renumbered",), (1,), (2,)),
    ]


def test_deletion_stands_where_the_article_was():
    assert kinds(text_of(FEAST, GIFTS, FIRE), text_of(FEAST, FIRE)) == [
        (("unchanged",), (0,), (0,)),
        (("deleted",), (1,), ()),
        (("renumbered",), (2,), (1,)),
    ]


def test_moved_is_the_one_article_that_left_its_place():
    old = text_of(FEAST, GIFTS, FIRE, WASTE, labelled=False)
    new = text_of(GIFTS, FIRE, WASTE, FEAST, labelled=False)
    assert kinds(old, new) == [
        (("unchanged",), (1,), (0,)),
        (("unchanged",), (2,), (1,)),
        (("unchanged",), (3,), (2,)),
        (("moved",), (0,), (3,)),
    ]


def test_moved_to_another_chapter_without_leaving_the_order():
    old = text_of(
        (FEAST, FEAST, (), "红白喜事"), (GIFTS, GIFTS, (), "红白喜事"), (FIRE, FIRE, (), "山林")
    )
    new = text_of(
        (FEAST, FEAST, (), "红白喜事"), (GIFTS, GIFTS, (), "山林"), (FIRE, FIRE, (), "山林")
    )
    assert [k[0] for k in kinds(old, new)] == [("unchanged",), ("moved",), ("unchanged",)]


def test_a_renamed_chapter_moves_no_article():
    old = text_of((FEAST, FEAST, (), "红白喜事"), (FIRE, FIRE, (), "山林"))
    new = text_of((FEAST, FEAST, (), "移风易俗"), (FIRE, FIRE, (), "山林"))
    diff = compare(old, new)
    assert diff.counts == {"unchanged": 2} and not diff.is_empty
    assert [line.op for line in diff.headings] == ["changed", "equal"]
    assert apply_edition(old, diff) == new


@pytest.mark.parametrize("ids", [("a", "b"), ("b", "a"), ("b", "c")])
def test_split_of_one_article_into_two(ids):
    old = text_of(("a", FEAST + GIFTS), ("f", FIRE))
    new = text_of((ids[0], FEAST), (ids[1], GIFTS), ("f", FIRE))
    assert kinds(old, new) == [(("split",), (0,), (0, 1)), (("renumbered",), (1,), (2,))]
    split = compare(old, new).entries[0]
    words = [s.text for line in split.lines for s in line.text if s.op != "equal"]
    assert words == [], "no word came or went"
    assert [line.old_continues for line in split.lines] == [False, True]


def test_split_between_items():
    items = (
        ItemText("（一）", "红事酒席不超过十五桌；"),
        ItemText("（二）", "白事酒席不超过十桌。"),
    )
    old = text_of(("a", "办客从简：", items))
    new = text_of(("a", "办客从简：", items[:1]), ("b", items[1].text))
    assert kinds(old, new) == [(("split",), (0,), (0, 1))] or kinds(old, new) == [
        (("changed",), (0,), (0,)),
        (("inserted",), (), (1,)),
    ]


@pytest.mark.parametrize("kept", ["a", "b", "c"])
def test_merger_of_two_articles(kept):
    old = text_of(("a", FEAST), ("b", GIFTS), ("f", FIRE))
    new = text_of((kept, FEAST + GIFTS), ("f", FIRE))
    assert kinds(old, new) == [(("merged",), (0, 1), (0,)), (("renumbered",), (2,), (1,))]
    assert [line.new_continues for line in compare(old, new).entries[0].lines] == [False, True]


def test_an_added_article_beside_a_shortened_one_is_no_split():
    old, new = text_of(("a", FEAST + GIFTS)), text_of(("a", FEAST), ("b", LENDING + WASTE))
    assert [k[0] for k in kinds(old, new)] == [("changed",), ("inserted",)]


def test_an_item_that_came_between_marks_only_itself():
    first, second = ItemText("（一）", "红事不超过十五桌；"), ItemText("（二）", "白事不超过十桌。")
    added = ItemText("（二）", "满月、乔迁不办酒席；")
    old = text_of(("a", "办客从简：", (first, second)))
    new = text_of(("a", "办客从简：", (first, added, replace(second, label="（三）"))))
    (entry,) = compare(old, new).entries
    assert [line.op for line in entry.lines] == ["equal", "equal", "insert", "changed"]
    last = entry.lines[-1]
    assert [s.op for s in last.label] == ["delete", "insert"]
    assert [s.op for s in last.text] == ["equal"]


def test_title_preamble_and_closing_are_compared_too():
    old = text_of(FEAST, title="松林村村规民约", preamble="为了大家好。", closing="二〇一九年")
    new = text_of(
        FEAST, title="松林村村规民约(修订)", preamble="为了大家好。", closing="二〇二四年"
    )
    diff = compare(old, new)
    assert not diff.is_empty and diff.counts == {"unchanged": 1}
    assert [s.op for s in diff.preamble] == ["equal"]
    assert [(s.op, s.text) for s in diff.closing][:2] == [
        ("delete", "二〇一九"),
        ("insert", "二〇二四"),
    ]
    assert apply_edition(old, diff) == new


def test_a_diff_does_not_fit_another_edition():
    diff = compare(text_of(FEAST, GIFTS), text_of(FEAST))
    for other in (text_of(FEAST), text_of(GIFTS, FEAST), text_of(FEAST, GIFTS + "。")):
        with pytest.raises(ValueError):
            apply_edition(other, diff)


SEEDED = settings(max_examples=200, deadline=None, derandomize=True)
WORDS = st.text(alphabet="办酒席礼金十二百元，。\n", max_size=24)
SENTENCES = st.lists(st.sampled_from([FEAST, GIFTS, FIRE, WASTE, LENDING]), max_size=3).map("".join)
LABELS = st.sampled_from(["", "（一）", "（二）", "1."])
SUBITEMS = st.builds(ItemText, LABELS, WORDS)
ITEMS = st.builds(ItemText, LABELS, WORDS, st.lists(SUBITEMS, max_size=2).map(tuple))
PROVISIONS = st.builds(
    ProvisionText,
    st.sampled_from("abcdefgh"),
    st.sampled_from(["", "第一条", "第二条"]),
    WORDS | SENTENCES,
    st.lists(ITEMS, max_size=3).map(tuple),
    st.sampled_from(["", "第一章"]),
    st.sampled_from(["", "总则", "红白喜事"]),
)
EDITIONS = st.builds(EditionText, WORDS, WORDS, WORDS, st.lists(PROVISIONS, max_size=7).map(tuple))


@SEEDED
@given(EDITIONS, EDITIONS)
def test_applying_the_diff_to_the_old_edition_gives_the_new(old, new):
    diff = compare(old, new)
    assert apply_edition(old, diff) == new
    assert sorted(n for entry in diff.entries for n in entry.new) == list(
        range(len(new.provisions))
    )


@SEEDED
@given(EDITIONS, st.data())
def test_applying_holds_after_edits_as_people_make_them(old, data):
    """Articles cut, joined, moved and altered, with some of the ids lost."""
    rows = list(old.provisions)
    for _ in range(data.draw(st.integers(0, 4))):
        if not rows:
            break
        at = data.draw(st.integers(0, len(rows) - 1))
        row = rows[at]
        match data.draw(st.sampled_from(["cut", "join", "move", "alter", "drop", "forget"])):
            case "cut":
                half = len(row.text) // 2
                rows[at : at + 1] = [
                    replace(row, text=row.text[:half], items=()),
                    replace(row, key="new", text=row.text[half:]),
                ]
            case "join" if at + 1 < len(rows):
                other = rows.pop(at + 1)
                rows[at] = replace(row, text=row.text + other.text, items=row.items + other.items)
            case "move":
                rows.insert(data.draw(st.integers(0, len(rows) - 1)), rows.pop(at))
            case "alter":
                rows[at] = replace(row, text=row.text.replace("十", "五"))
            case "drop":
                del rows[at]
            case "forget":
                rows[at] = replace(row, key="other")
    new = replace(old, provisions=tuple(rows))
    assert apply_edition(old, compare(old, new)) == new


@SEEDED
@given(PROVISIONS, PROVISIONS)
def test_applying_holds_for_a_single_article(old, new):
    one, other = EditionText(provisions=(old,)), EditionText(provisions=(new,))
    assert apply_edition(one, compare(one, other)) == other


@SEEDED
@given(EDITIONS)
def test_an_edition_does_not_differ_from_itself(edition):
    unique = {p.key: p for p in edition.provisions}
    same = replace(edition, provisions=tuple(unique.values()))
    assert compare(same, same).is_empty
