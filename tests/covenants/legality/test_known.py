"""Reading less: what is passed over, what is remembered, and that neither changes what is found."""

import pytest

from covenants.legality import AMBER, Book, Rule, find_hits, shipped_book
from covenants.legality.engine import Reader
from covenants.legality.known import Known
from covenants.legality.lexicon import Lexicon
from covenants.legality.sentences import sentences_of
from tests.covenants.legality.labelled import BLIND, HELD_OUT, LATER, TUNED, clauses

WORDS = ["罚", "罚款", "断水", "断电", "断", "停水", "1)", "[", "—"]


def lexicon_of(words):
    lexicon = Lexicon()
    lexicon.group(words)
    return lexicon


@pytest.mark.parametrize("text", ["罚", "不断", "停电停", "停水", "(1)", "a[b", "——", "水停", ""])
def test_a_word_is_found_where_one_stands_and_nowhere_else(text):
    lexicon = lexicon_of(WORDS)
    expected = [n for n in range(len(text)) if text.startswith(tuple(WORDS), n)]
    places = [place for each in lexicon.find(text).values() for place in each]
    assert sorted({start for start, _end in places}) == expected
    assert lexicon.has_any(text) == bool(expected)


def test_no_word_is_found_nowhere_and_sums_are_words_too():
    assert not lexicon_of([]).has_any("罚款五十元")
    assert lexicon_of(["【金额】"]).has_any("交五十元")
    assert not lexicon_of(["【金额】", "罚"]).has_any("交五十个")
    assert lexicon_of(["【数】"]).has_any("交五十个")


def test_passing_over_articles_without_any_word_misses_nothing():
    reader = Reader(shipped_book())
    for path in (TUNED, LATER, HELD_OUT, *BLIND):
        for clause in clauses(path):
            items = [{"label": "（一）", "text": clause.text}]
            each = [
                (rule.key, level, *sentence.origin(start, end))
                for sentence in sentences_of("有下列情形的：", items)
                for rule, level, start, end in reader.read(sentence)
            ]
            assert sorted(reader.places("有下列情形的：", items)) == sorted(each)


def test_an_article_read_again_is_told_the_same_and_another_is_not():
    book = shipped_book()
    items = [{"label": "（一）", "text": "罚款五十元。"}]
    first = find_hits("违反的：", items, book=book)
    assert find_hits("违反的：", items, book=book) == first != []
    assert find_hits("违反的：", [{"label": "（二）", "text": "照章罚款。"}], book=book) != first
    assert find_hits("违反的：", book=book) == []


def test_another_book_reads_anew():
    own = Book((Rule("own", "自定", AMBER, patterns="狗"),))
    other = Book((Rule("own", "自定", AMBER, patterns="猫"),))
    assert [len(find_hits("养狗要拴。", book=book)) for book in (own, other, own)] == [1, 0, 1]


def test_what_is_remembered_is_bounded_and_holds_no_words():
    known = Known(most=2)
    for number, text in enumerate(["甲罚款", "乙罚款", "丙罚款"]):
        known.put(known.key(text, []), (number,))
    assert [known.get(known.key(t, [])) for t in ("甲罚款", "乙罚款", "丙罚款")] == [
        None,
        (1,),
        (2,),
    ]
    reader = Reader(shipped_book())
    reader.places("偷盗者罚款五十元。", [])
    assert "罚款" not in repr(vars(reader.known))
