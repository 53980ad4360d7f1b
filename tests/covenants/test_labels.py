"""Numbering of articles."""

from covenants.labels import number_articles


def texts(*articles):
    return [{"articles": [dict(a) for a in articles]}]


def labels(chapters):
    return [a["label"] for c in chapters for a in c["articles"]]


def test_only_empty_labels_are_filled():
    chapters = texts({"label": "第一条"}, {"label": ""}, {"label": "第三条"}, {"label": ""})
    assert labels(number_articles(chapters)) == ["第一条", "第二条", "第三条", "第四条"]


def test_inserted_article_does_not_shift_those_after_it():
    chapters = texts(
        {"label": "第一条"},
        {"label": "", "inserted": True},
        {"label": "", "inserted": True},
        {"label": "第二条"},
    )
    assert labels(number_articles(chapters)) == ["第一条", "第一条之一", "第一条之二", "第二条"]


def test_renumbering_counts_on_through_chapters():
    chapters = texts({"label": "第五条"}, {"label": "第五条"}) + texts({"label": "第九条"})
    assert labels(number_articles(chapters, renumber=True)) == ["第一条", "第二条", "第三条"]


def test_text_numbered_as_a_list_stays_one():
    chapters = texts({"label": "一、"}, {"label": "二、"}, {"label": ""})
    assert labels(number_articles(chapters)) == ["一、", "二、", "三、"]
    assert labels(number_articles(chapters, renumber=True)) == ["一、", "二、", "三、"]


def test_first_article_cannot_be_an_insertion():
    assert labels(number_articles(texts({"label": "", "inserted": True}))) == ["第一条"]
