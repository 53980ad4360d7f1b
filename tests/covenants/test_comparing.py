"""The public page that compares two editions, in its three forms."""

import datetime
import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from covenants.comparing import proposed_summary
from tests import factories as make

pytestmark = pytest.mark.django_db
DAY = datetime.date
TABLES, FIRE, WASTE, LEND = (str(uuid.uuid5(uuid.NAMESPACE_OID, n)) for n in "abcd")
QUERIES = 20


@pytest.fixture
def rule():
    """Three editions: from 2019, from 2024, and one that is not in force yet."""
    page = make.CovenantPageFactory(
        articles=[
            {"id": TABLES, "text": "酒席不超过二十桌。"},
            {"id": FIRE, "text": "进山不带火种，发现火情立即报告。"},
            {"id": WASTE, "text": "垃圾装袋入箱，牲口不得散放。"},
        ],
        adopted_on=DAY(2019, 3, 16),
    )
    make.next_edition(
        page,
        {"id": TABLES, "text": "酒席不超过十五桌。"},
        {"id": FIRE, "text": "进山不带火种，发现火情立即报告。"},
        {"id": LEND, "text": "不放高利贷，不参与赌博。"},
        effective_from=DAY(2024, 4, 1),
    )
    page.body = make.rule_body(("", "", [{"id": TABLES, "text": "酒席不超过十二桌。"}]))
    page.adopted_on, page.effective_from = (
        DAY(2025, 1, 1),
        timezone.localdate() + datetime.timedelta(days=90),
    )
    page.change_summary = "酒席由十五桌改为十二桌。"
    page.save()
    return page


def html_of(client, page, **query):
    response = client.get(f"{page.url}bijiao/", query)
    assert response.status_code == 200
    return response.content.decode()


def words(html):
    """What a reader sees and hears: the page without its tags."""
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", html))


def test_inline_marks_the_number_and_nothing_else(client, rule):
    html = html_of(client, rule, **{"from": 1, "to": 2})
    assert "酒席不超过［删去二十］［新增十五］桌。" in words(html)
    assert '<del class="diff__gone">' in html and '<ins class="diff__come">' in html
    assert '<strong class="diff__number">十五</strong>' in html


def test_summary_stands_before_the_changes_and_unchanged_articles_are_folded(client, rule):
    html = html_of(client, rule, **{"from": 1, "to": 2})
    assert "改了 1 条，新增 1 条，删去 1 条，没有变 1 条。" in html
    assert html.index("改了 1 条") < html.index("二十")
    folded = re.search(r"<details.*?</details>", html, re.S).group()
    assert "第2条文字没有变" in folded and "进山不带火种" in folded


def test_side_by_side_shows_each_text_whole(client, rule):
    seen = words(html_of(client, rule, **{"from": 1, "to": 2, "view": "side"}))
    assert "原来酒席不超过［删去二十］桌。现在酒席不超过［新增十五］桌。" in seen
    assert "原来（没有这一条）" in seen


def test_as_text_can_be_copied(client, rule):
    html = html_of(client, rule, **{"from": 1, "to": 2, "view": "text"})
    text = re.search(r"<pre[^>]*>(.*?)</pre>", html, re.S).group(1)
    assert "【有修改】第1条\n酒席不超过［删去：二十］［新增：十五］桌。" in text
    assert "【新增】第3条" in text and "【删去】第3条" in text


def test_any_two_editions_can_be_compared_in_either_order(client, rule):
    assert "［删去二十］［新增十二］" in words(html_of(client, rule, **{"from": 1, "to": 3}))
    assert "［删去十五］［新增二十］" in words(html_of(client, rule, **{"from": 2, "to": 1}))
    assert "完全一样" in html_of(client, rule, **{"from": 2, "to": 2})


def test_without_numbers_the_edition_in_force_is_compared_with_the_one_before(client, rule):
    assert "［删去二十］［新增十五］" in words(html_of(client, rule))
    assert "［删去十五］［新增十二］" in words(html_of(client, rule, **{"from": 2}))
    assert "［删去十五］［新增十二］" in words(html_of(client, rule, to=3))


@pytest.mark.parametrize("number", ["9", "abc", "-1", "１", "<script>alert(1)</script>", "9" * 40])
def test_an_edition_nobody_knows_is_told_and_harmless(client, rule, number):
    html = html_of(client, rule, **{"from": number, "to": 2, "view": number})
    assert "没有您要的版本" in html and "<script>alert" not in html
    assert "［删去二十］［新增十五］" in words(html)


def test_one_edition_alone_has_nothing_to_compare(client):
    page = make.CovenantPageFactory()
    assert "还没有可以比较的" in html_of(client, page)


def test_what_is_not_published_is_not_compared(client, rule):
    rule.unpublish()
    assert client.get(f"{rule.get_parent().url}{rule.slug}/bijiao/").status_code == 404
    draft = make.CovenantPageFactory(live=False)
    assert client.get(f"{draft.get_parent().url}{draft.slug}/bijiao/").status_code == 404


def test_the_working_text_never_shows(client, rule):
    rule.body = make.rule_body(("", "", [{"id": TABLES, "text": "暗藏的字句。"}]))
    rule.save_revision()
    for view in ("inline", "side", "text"):
        assert "暗藏的字句" not in html_of(client, rule, view=view)


def test_a_sample_where_samples_are_off_is_not_compared(client, rule, settings):
    county = rule.areas[0].specific
    county.sample = True
    county.save()
    settings.CUNYUE_SAMPLE = False
    assert client.get(f"{rule.url}bijiao/").status_code == 404


def test_texts_are_escaped_in_every_view(client):
    page = make.CovenantPageFactory(articles=["<script>alert(1)</script>甲", "<b>乙</b>"])
    make.next_edition(
        page,
        "<script>alert(2)</script>甲",
        "<i>丙</i>",
        effective_from=DAY(2024, 4, 1),
        preamble="<img src=x>",
    )
    for view in ("inline", "side", "text"):
        html = html_of(client, page, view=view)
        for tag in ("<script>alert", "<b>乙", "<i>丙", "<img src=x"):
            assert tag not in html
        assert "&lt;" in html


def test_comparison_page_is_not_for_search_engines(client, rule):
    html = html_of(client, rule)
    assert '<meta name="robots" content="noindex">' in html
    assert f'href="http://testserver{rule.url}">' in html


def test_the_cost_does_not_grow_with_the_text(client):
    def queries(page):
        client.get(f"{page.url}bijiao/")
        with CaptureQueriesContext(connection) as seen:
            html_of(client, page)
        return len(seen)

    short, long = make.CovenantPageFactory(articles=["一。"]), make.CovenantPageFactory()
    make.next_edition(short, "二。", effective_from=DAY(2024, 4, 1))
    make.next_edition(long, *["办客从简。"] * 60, effective_from=DAY(2024, 4, 1))
    make.next_edition(long, *["办客不超过十桌。"] * 60, effective_from=DAY(2025, 4, 1))
    assert queries(short) == queries(long) <= QUERIES


def test_rule_page_leads_to_the_comparisons(client, rule):
    html = client.get(rule.url).content.decode()
    assert f'href="{rule.url}bijiao/?from=1&amp;to=2">和上一版比较</a>' in html
    assert f'href="{rule.url}bijiao/?from=2&amp;to=3" data-read-skip>看新版改了什么</a>' in html
    assert html.count("和上一版比较</a>") == 3, "above the text, and beside the two later editions"


def test_a_text_without_a_summary_gets_a_sentence_on_what_it_changes():
    page = make.CovenantPageFactory(
        articles=[{"id": TABLES, "text": "酒席不超过二十桌。"}, "甲乙丙丁"]
    )
    page.body = make.rule_body(
        ("", "", [{"id": TABLES, "text": "酒席不超过十桌。"}, {"text": "进山不带火种。"}])
    )
    assert proposed_summary(page) == "与第1版相比：修改第1条；新增第2条；删去第2条。"
    assert len(proposed_summary_of_many()) <= 200
    assert proposed_summary(make.CovenantPageFactory(live=False)) == ""


def proposed_summary_of_many():
    page = make.CovenantPageFactory(articles=[f"{n}户人家办客从简。" for n in range(200)])
    page.body = make.rule_body(("", "", [f"{n}户人家不放高利贷。" for n in range(200)]))
    return proposed_summary(page)
