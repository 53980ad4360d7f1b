"""What a resident reads: rules, consultation records, model households and features."""

import datetime
import re
import uuid

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from covenants.blocks import ChapterBlock
from covenants.models import Provision
from tests import factories as make

pytestmark = pytest.mark.django_db
QUERIES = 20
TABLES = uuid.UUID("7f3a2c1e-4b5d-4e6f-8a9b-0c1d2e3f4a5b")


@pytest.fixture
def village():
    county = make.CountyPageFactory(name="青岩县")
    township = make.TownshipPageFactory(parent=county, name="云台镇")
    return make.VillagePageFactory(parent=township, name="松林村民委员会")


@pytest.fixture
def covenant(village):
    """A rule of two editions: twenty tables from 2019, ten from 2024."""
    page = make.CovenantPageFactory(
        parent=village,
        articles=[{"id": TABLES, "text": "酒席不超过二十桌。"}],
        adopted_on=datetime.date(2019, 3, 16),
        effective_from=datetime.date(2019, 4, 1),
    )
    make.next_edition(
        page,
        {"id": TABLES, "text": "酒席不超过十桌。"},
        "礼金不超过一百元。",
        effective_from=datetime.date(2024, 4, 1),
        change_summary="酒席由二十桌改为十桌。",
    )
    return page


def html_of(client, page, query=""):
    response = client.get(page.url + query)
    assert response.status_code == 200
    # Words may be marked as explained wherever they stand.
    return re.sub(r'<a class="term"[^>]*>([^<]*)</a>', r"\1", response.content.decode())


def queries(client, page):
    client.get(page.url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(page.url).status_code == 200
    return len(seen)


def test_reader_gets_the_edition_in_force_with_place_and_status(client, covenant):
    html = html_of(client, covenant)
    assert "青岩县 · 云台镇 · 松林村" in html
    assert "酒席不超过十桌。" in html
    assert "酒席不超过二十桌" not in html
    status = html.rindex("现行有效")
    assert html.index("<h1>") < status < html.index("酒席不超过十桌。</p>")


def test_past_edition_says_so_and_leads_to_the_current_one(client, covenant):
    html = html_of(client, covenant, "?on=2020-01-01")
    assert "酒席不超过二十桌。" in html
    assert "这是旧版" in html
    assert f'<a class="more-link" href="{covenant.url}">看现在的版本</a>' in html
    assert '<meta name="robots" content="noindex">' in html


def test_a_day_before_the_first_edition_has_no_text(client, covenant):
    html = html_of(client, covenant, "?on=2001-01-01")
    assert "这一天没有施行中的版本" in html
    assert "酒席不超过" not in html


@pytest.mark.parametrize(
    "day", ["gestern", "2024-02-31", "<script>alert(1)</script>", "0000-00-00"]
)
def test_a_day_nobody_understands_is_told_and_harmless(client, covenant, day):
    response = client.get(covenant.url, {"on": day})
    html = response.content.decode()
    assert "日期没有看懂" in html
    assert "酒席不超过十桌" in html
    assert "<script>alert" not in html


def test_editions_are_listed_newest_first_with_their_addresses(client, covenant):
    html = html_of(client, covenant)
    new, old = html.index("?on=2024-04-01"), html.index("?on=2019-04-01")
    assert new < old
    assert "酒席由二十桌改为十桌。" in html


def test_an_article_has_the_same_address_in_every_edition(client, covenant):
    anchor = f'id="a-{TABLES.hex[:12]}"'
    assert anchor in html_of(client, covenant)
    assert anchor in html_of(client, covenant, "?on=2020-01-01")
    assert f'href="#a-{TABLES.hex[:12]}"' in html_of(client, covenant)


def test_contents_lead_to_every_chapter_and_article(client, village):
    page = make.CovenantPageFactory(
        parent=village,
        chapters=[("第一章", "总则", ["一。", "二。"]), ("第二章", "红白喜事", ["三。"])],
    )
    html = html_of(client, page)
    targets = set(re.findall(r'href="#((?:a|chapter)-[0-9a-f]+)"', html))
    assert len(targets) == 5
    assert all(f'id="{target}"' in html for target in targets)


def test_items_nest_and_items_without_further_items_stand_once(client, village):
    article = {"text": "办客从简：", "items": make.items(("红事：", ["十桌", "一天"]), "白事")}
    page = make.CovenantPageFactory(parent=village, articles=[article])
    html = html_of(client, page)
    nested = html.index("1.<span")
    assert html.index("（一）<span") < nested < html.index("（二）<span")
    assert html.count('<ol class="article__items">') == 2
    assert html.count(">白事<") == 1


def test_suspended_article_is_marked(client, covenant):
    Provision.objects.filter(edition__page=covenant, stable_id=TABLES).update(
        suspended_from=datetime.date(2025, 1, 1)
    )
    assert "本条自2025年1月1日起暂停适用" in html_of(client, covenant)


def test_legacy_text_is_labelled_with_an_explanation(client, covenant):
    html = html_of(client, covenant)
    assert "历史存量（程序资料不全）" in html
    assert "本站登记" in html


def test_papers_are_shown_when_they_are_there(client, village):
    page = make.CovenantPageFactory(
        parent=village,
        adopted_by="村民会议",
        votes_for=80,
        votes_against=3,
        votes_abstain=1,
        filing_number="云台备〔2023〕3号",
        filed_on=datetime.date(2023, 5, 20),
    )
    html = html_of(client, page)
    for words in (
        "村民会议",
        "赞成 80 票，反对 3 票，弃权 1 票",
        "云台备〔2023〕3号",
        "2023年5月20日",
    ):
        assert words in html
    bare = make.CouncilPageFactory(parent=village, adopted_by="")
    assert "备案</dt>" not in html_of(client, bare)


def test_one_minute_version_stands_before_the_text_and_not_over_an_old_one(client, covenant):
    covenant.one_minute = "酒席十桌\n\n礼金一百"
    covenant.save()
    html = html_of(client, covenant)
    assert html.index("<li>酒席十桌</li>") < html.index("酒席不超过十桌。</p>")
    assert html.count("<li>酒席十桌</li><li>礼金一百</li>") == 1
    assert "一分钟看懂" not in html_of(client, covenant, "?on=2020-01-01")


def test_text_of_a_rule_is_escaped(client, village):
    article = {"text": "<script>alert(1)</script>", "items": make.items("<b>粗</b>")}
    page = make.CovenantPageFactory(parent=village, articles=[article], preamble="<i>序</i>")
    html = html_of(client, page)
    for tag in ("<script>alert", "<b>粗", "<i>序"):
        assert tag not in html
    assert "&lt;script&gt;alert(1)" in html


def test_charter_uses_the_same_page(client, village):
    charter = make.CouncilPageFactory(parent=village, articles=["先报告，再办客。"])
    assert "先报告，再办客。" in html_of(client, charter)


def test_preview_shows_the_working_text(covenant):
    covenant.body = make.rule_body(("", "", ["还没有公布的条文。"]))
    html = covenant.make_preview_request().content.decode()
    assert "还没有公布的条文。" in html
    assert "草稿预览" in html


def test_a_rule_costs_the_same_however_long_it_is(client, village):
    group = make.GroupPageFactory(parent=village)
    short = make.CovenantPageFactory(parent=group, articles=["一。"])
    long = make.CouncilPageFactory(parent=group, articles=["二。"] * 60)
    assert queries(client, short) == queries(client, long) <= QUERIES


def test_consultation_says_first_how_far_it_is(client, village):
    steps = [
        {"type": "follow_up", "value": {"date": "2025-04-02", "text": "已踏勘。", "by": "村委会"}}
    ]
    record = make.ConsultationPageFactory(
        parent=village,
        expected=23,
        present=21,
        absent=2,
        votes_for=19,
        votes_against=0,
        differences="一次修完还是分段修<b>",
        responsible="村委会",
        follow_ups=steps,
        statements=[{"type": "statement", "value": {"speaker": "村民代表A", "text": "先修陡坡。"}}],
    )
    html = html_of(client, record)
    order = ["正在办", "<h1>", 'id="result"', 'id="follow-ups"', "23 人", 'id="statements"']
    places = [html.index(words) for words in order]
    assert places == sorted(places)
    for words in ("青岩县 · 云台镇 · 松林村", "<dd>19</dd>", "<dd>0</dd>", "已踏勘。", "村民代表A"):
        assert words in html
    assert "分段修&lt;b&gt;" in html
    assert queries(client, record) <= QUERIES


def test_household_shows_honour_story_and_photos_with_their_words(client, village):
    household = make.HouseholdPageFactory(parent=village, story="第一段<b>\n\n第二段")
    for _ in range(3):
        make.HouseholdPhotoFactory(page=household)
    html = html_of(client, household)
    assert "平安家庭" in html
    assert "<p>第一段&lt;b&gt;</p>" in html
    pictures = re.findall(r"<img[^>]*院坝里的一家人[^>]*>", html)
    assert len(pictures) == 3
    assert all(re.search(r'width="\d+" height="\d+"', picture) for picture in pictures)
    before = queries(client, household)
    for _ in range(3):
        make.HouseholdPhotoFactory(page=household)
    assert queries(client, household) == before <= QUERIES


def test_household_whose_honour_has_run_out_says_so(client, village):
    running = make.HouseholdPageFactory(parent=village)
    ended = make.HouseholdPageFactory(parent=village, valid_until=datetime.date(2020, 1, 1))
    assert "有效期已过" in html_of(client, ended)
    assert "有效期已过" not in html_of(client, running)


def test_feature_tells_about_pages_and_names_their_places(client, covenant):
    hidden = make.CovenantPageFactory(title="没发布", live=False)
    body = [
        {"type": "heading", "value": "怎么做的<b>"},
        {"type": "paragraph", "value": "<p>大家<strong>商量</strong></p>"},
    ]
    about = [{"type": "page", "value": page.pk} for page in (covenant, hidden)]
    feature = make.FeaturePageFactory(body=body, about=about)
    html = html_of(client, feature)
    assert "<h2>怎么做的&lt;b&gt;</h2>" in html
    assert "<strong>商量</strong>" in html
    assert f'href="{covenant.url}"' in html
    assert "青岩县 · 云台镇 · 松林村" in html
    assert "没发布" not in html
    assert queries(client, feature) <= QUERIES


def test_preview_of_a_chapter_block_shows_each_item_once():
    """Items without sub-items have no key for them: a template must not fall into `dict.items`."""
    block = ChapterBlock()
    bound = block.bind(block.get_preview_value())
    html = render_to_string(block.get_preview_template(bound.value), {"bound_block": bound})
    assert "第一条" in html
    assert html.count("<li>") == 2
