"""Words are explained where they first stand on a page."""

import re

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError

from tests import factories as make
from villages.glossary import Glossary, PageGlossary
from villages.models import Term
from villages.terms import CACHE_KEY, current

ROWS = [
    (1, "低保", "补助生活费。", ("低保", "最低保障")),
    (2, "彩礼", "男方家给的钱。", ("彩礼",)),
    (3, "村民会议", "全村的会。", ("村民会议",)),
    (4, "村民", "村里的人。", ("村民",)),
]


@pytest.fixture(autouse=True)
def fresh():
    """What a test changes is rolled back without a word to the cache."""
    cache.delete(CACHE_KEY)
    yield
    cache.delete(CACHE_KEY)


@pytest.fixture
def page():
    return PageGlossary(Glossary(ROWS))


def words(text):
    return [text[start:end] for start, end, _entry in Glossary(ROWS).find(text)]


def test_the_longest_word_wins_and_none_stands_inside_another():
    assert words("村民会议定最低保障，村民领低保") == ["村民会议", "最低保障", "村民", "低保"]
    assert words("没有这些词") == []
    assert list(Glossary().find("彩礼")) == []


def test_only_the_first_of_a_page_is_marked(page):
    first, second = page.mark("彩礼和彩礼"), page.mark("再说彩礼")
    assert first.count("<a ") == 1 and first.endswith("和彩礼")
    assert second == "再说彩礼"
    assert [entry.word for entry in page.used] == ["彩礼"]


def test_a_marked_text_is_escaped_and_says_what_it_said(page):
    text = "<script>彩礼</script> & \"低保\" '𥔲嘉'"
    marked = page.mark(text)
    assert "<script" not in marked
    plain = re.sub(r"<[^>]*>", "", marked)
    assert (
        plain.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", '"')
        .replace("&#x27;", "'")
        .replace("&amp;", "&")
        == text
    )


def test_links_and_headings_of_rich_text_stay_as_they_are(page):
    html = (
        '<h3>彩礼</h3><p>见<a href="/x/?a=1&amp;b=2">彩礼</a>，'
        "<b>彩礼</b>&nbsp;&lt;低保&gt;<br/></p>"
    )
    marked = page.mark_html(html)
    assert "<h3>彩礼</h3>" in marked
    assert '<a href="/x/?a=1&amp;b=2">彩礼</a>' in marked
    assert re.search(r'<b><a class="term"[^>]*>彩礼</a></b>', marked)
    assert re.sub(r'<a class="term"[^>]*>([^<]*)</a>', r"\1", marked) == html


def test_a_long_text_is_read_in_one_pass():
    """Each character is looked at once by the pattern; words are tried only where one begins."""
    text = "最低限度的村子" * 5_000 + "彩礼"
    assert [entry.word for _start, _end, entry in Glossary(ROWS).find(text)] == ["彩礼"]


@pytest.mark.django_db
def test_the_shipped_words_are_short_and_sixty_at_least():
    shipped = Term.objects.filter(active=True)
    assert shipped.count() >= 60
    for word in (
        "备案",
        "表决",
        "公示",
        "议事会",
        "红白理事会",
        "彩礼",
        "宅基地",
        "一事一议",
        "四议两公开",
    ):
        assert shipped.filter(word=word).exists()
    for term in shipped:
        term.full_clean()
    spellings = [spelling for term in shipped for spelling in term.spellings()]
    assert len(spellings) == len(set(spellings))


@pytest.mark.django_db
def test_a_changed_word_is_explained_at_once():
    for term in Term.objects.all():
        term.delete()
    term = Term.objects.create(word="打歌", explanation="围着火塘唱歌跳舞。")
    assert [entry.word for _s, _e, entry in current().find("晚上打歌")] == ["打歌"]
    term.active = False
    term.save()
    assert not list(current().find("晚上打歌"))


@pytest.mark.django_db
def test_single_characters_are_refused():
    with pytest.raises(ValidationError):
        Term(word="约", explanation="说好的事。").full_clean()


@pytest.mark.django_db
def test_a_rule_explains_each_word_once_with_a_note_and_a_way_back(client):
    rule = make.CovenantPageFactory(
        articles=["彩礼不攀比。", {"text": "", "items": make.items("彩礼从简")}, "低保公开评议。"],
        title="彩礼和低保的约定",
    )
    html = client.get(rule.url).content.decode()
    assert "<h1>彩礼和低保的约定</h1>" in html
    marked = re.findall(r'<a class="term" id="(word-\d+)" href="#(note-\d+)"', html)
    assert len(marked) == 2
    for word, note in marked:
        assert html.count(f'id="{word}"') == html.count(f'id="{note}"') == 1
        assert f'href="#{word}"' in html
    assert "结婚时男方家给女方家的钱和东西。" in html
