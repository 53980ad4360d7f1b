"""What residents see of a situation: the number, the article, and nothing that does not hold."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from covenants import validity
from covenants.models import Edition, Limit
from home.models import Situation
from tests import factories as make

from .conftest import FEAST, FUNERAL, confirm, covenant

QUERIES = 20


def answer(html):
    """The numbers in very large print, as words."""
    found = re.findall(r'<div class="figure-card figure-card--large">(.*?)</div>', html, re.S)
    return ["".join(re.sub(r"<[^>]+>", "", card).split()) for card in found]


def page_of(client, place, slug="jiuxi"):
    response = client.get(f"{place.url}shiqing/{slug}/")
    assert response.status_code == 200
    return response.content.decode()


def tile(client, place, slug="jiuxi"):
    """What a place's page says beside a situation."""
    html = client.get(place.url).content.decode()
    (found,) = re.findall(rf'<a class="situation-tile" href="[^"]*/{slug}/">(.*?)</a>', html, re.S)
    return "".join(re.sub(r"<[^>]+>", "", found).split())


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_from_the_village_to_the_number_in_two_taps(client, village):
    covenant(village, FEAST, FUNERAL)
    address = f"{village.url}shiqing/jiuxi/"
    first = client.get(village.url).content.decode()
    assert f'href="{address}"' in first and "红事不超过15桌" in first
    html = client.get(address).content.decode()
    assert answer(html) == ["红事不超过15桌原话：“婚嫁酒席不超过15桌”村规民约第1条"]
    assert "第1版，2023年5月12日起施行" in html
    assert "<mark>酒席</mark>不超过15桌" in html


def test_articles_of_other_situations_stay_away(client, village):
    covenant(village, FEAST, FUNERAL, "狗要拴养。")
    html = page_of(client, village)
    assert "厚养薄葬" not in html and "拴养" not in html
    assert "厚养薄葬" in page_of(client, village, "sangshi").replace("<mark>", "").replace(
        "</mark>", ""
    )


def test_unconfirmed_and_rejected_numbers_are_not_in_large_print(client, village):
    page = covenant(village, FEAST)
    for status in (Limit.PROPOSED, Limit.REJECTED):
        Limit.objects.filter(page=page.pk).update(status=status)
        html = page_of(client, village)
        assert answer(html) == []
        assert "不超过15桌" in html
        assert "不超过15桌" not in client.get(f"{village.url}shiqing/").content.decode()


def test_a_suspended_article_is_marked_and_its_number_not_shown(client, village):
    page = covenant(village, FEAST)
    edition = page.editions.get()
    provision = edition.provisions.get()
    edition.provisions.update(suspended_from=datetime.date(2024, 1, 1), suspended_note="责令改正")
    html = page_of(client, village)
    assert answer(html) == []
    assert "本条自2024年1月1日起暂停适用：责令改正" in html
    assert "里面的数字现在不作数" in html
    assert provision.text[:4] in html.replace("<mark>", "").replace("</mark>", "")
    for address in (village.url, f"{village.url}shiqing/"):
        assert "15桌" not in client.get(address).content.decode()


def test_texts_that_have_ended_or_not_begun_say_nothing(client, village):
    page = covenant(village, FEAST)
    Edition.objects.filter(page=page.pk).update(
        ended_on=datetime.date(2024, 1, 1), ended_reason=Edition.REPEALED
    )
    html = page_of(client, village)
    assert answer(html) == [] and "15" not in re.sub(r"<[^>]+>", "", html)
    assert "本站还没有登记本村正在施行的规约" in html


def test_the_edition_to_come_is_announced_not_shown(client, village):
    page = covenant(village, FEAST)
    make.next_edition(page, "酒席不超过8桌。", effective_from=datetime.date(2999, 1, 1))
    confirm(page)
    html = page_of(client, village)
    assert answer(html)[0].startswith("红事不超过15桌")
    assert "2999年1月1日起换新版" in html and "8桌" not in html


def test_drafts_and_restricted_texts_never_show(client, village):
    page = covenant(village, FEAST)
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert "15桌" not in page_of(client, village)
    assert "15桌" not in client.get(village.url).content.decode()
    page.view_restrictions.all().delete()
    page.unpublish()
    assert "15桌" not in page_of(client, village)
    assert "15桌" not in client.get(f"{village.url}shiqing/").content.decode()


def test_pages_below_a_restricted_or_unpublished_village_are_closed_like_it(client, village):
    covenant(village, FEAST)
    restriction = PageViewRestriction.objects.create(page=village, restriction_type="login")
    for address in ("shiqing/", "shiqing/jiuxi/"):
        assert client.get(village.url + address).status_code == 404
    restriction.delete()
    village.unpublish()
    for address in ("shiqing/", "shiqing/jiuxi/"):
        assert client.get(village.url + address).status_code == 404


def test_samples_answer_only_where_the_settings_show_them(client, settings):
    county = make.CountyPageFactory(sample=True)
    village = make.VillagePageFactory(parent=make.TownshipPageFactory(parent=county))
    settings.CUNYUE_SAMPLE = True
    response = client.get(f"{village.url}shiqing/jiuxi/")
    assert response["X-Robots-Tag"] == "noindex"
    settings.CUNYUE_SAMPLE = False
    assert client.get(f"{village.url}shiqing/jiuxi/").status_code == 404
    assert client.get(f"{village.url}shiqing/").status_code == 404


def test_unknown_and_inactive_situations_are_nowhere(client, village):
    assert client.get(f"{village.url}shiqing/nichts/").status_code == 404
    assert client.get("/situations/nichts/").status_code == 404
    Situation.objects.filter(slug="jiuxi").update(active=False)
    assert client.get(f"{village.url}shiqing/jiuxi/").status_code == 404
    assert "/situations/jiuxi/" not in client.get("/situations/").content.decode()


def test_other_pages_have_no_situations_below_them(client, village, township):
    page = covenant(village, FEAST)
    for address in (page.url, township.url, "/nirgendwo/"):
        assert client.get(f"{address}shiqing/").status_code == 404
        assert client.get(f"{address}shiqing/jiuxi/").status_code == 404


def test_nothing_found_is_said_honestly_with_ways_on(client, village):
    covenant(village, FUNERAL)
    html = page_of(client, village, "yanggou")
    assert "本村的规约里没有写这件事" in html
    assert "问村委会" in html
    assert f'href="/search/?q=%E5%85%BB%E7%8B%97&amp;near={village.code}"' in html


def test_two_texts_with_different_numbers_are_both_shown_and_told(client, village):
    covenant(village, "红事酒席不超过15桌。")
    charter = make.CouncilPageFactory(parent=village, articles=("红事酒席不超过10桌。",))
    confirm(charter)
    html = page_of(client, village)
    assert [words[:8] for words in answer(html)] == ["红事不超过15桌", "红事不超过10桌"]
    assert "几份文本写的数字不一样" in html
    assert "几处写的不一样" in client.get(village.url).content.decode()


def test_equal_numbers_of_two_texts_are_one_with_both_articles(client, village):
    covenant(village, "红事酒席不超过15桌。")
    confirm(make.CouncilPageFactory(parent=village, articles=("红事酒席不超过15桌。",)))
    (only,) = answer(page_of(client, village))
    assert "村规民约第1条" in only and "红白理事会章程第1条" in only


def test_what_is_only_recommended_is_said_so(client, village):
    covenant(village, "彩礼提倡不超过50000元。")
    (only,) = answer(page_of(client, village, "caili"))
    assert only.startswith("提倡不超过5万元")
    assert "提倡不超过5万元" in client.get(village.url).content.decode()


def test_reporting_is_quoted_from_the_text_else_a_hint_marked_as_one(client, village):
    covenant(village, "办客提前五天告诉红白理事会。酒席不超过15桌。", "丧事两天办完。")
    html = page_of(client, village)
    assert "“办客提前五天告诉红白理事会。”" in html
    assert "一般提示" not in html
    html = page_of(client, village, "sangshi")
    assert "这是一般提示，不是规约里的话" in html
    Situation.objects.filter(slug="sangshi").update(report="")
    assert "要先报告" not in page_of(client, village, "sangshi")


def test_the_council_is_named_with_its_charter_or_as_not_registered(client, village):
    covenant(village, FEAST)
    assert "本站还没有登记它的章程" in page_of(client, village)
    charter = make.CouncilPageFactory(parent=village, articles=("理事会设会长一名。",))
    html = page_of(client, village)
    assert f'<a class="more-link" href="{charter.url}">看红白理事会的章程' in html


def test_what_a_text_says_is_escaped(client, village):
    covenant(village, "办客<script>alert(1)</script>不超过15桌。")
    html = page_of(client, village)
    assert "<script>alert" not in html and "&lt;script&gt;" in html


def test_the_village_chosen_before_is_one_tap_away(client, village):
    client.cookies["village"] = village.code
    response = client.get("/situations/jiuxi/")
    assert f'href="{village.url}shiqing/jiuxi/"' in response.content.decode()
    assert "Cookie" in response["Vary"]
    assert f'href="{village.url}shiqing/jiuxi/"' in client.get("/situations/").content.decode()


@pytest.mark.parametrize("code", ["", "532391", "999999999999", "x" * 4000, "'; drop", "532391101"])
def test_a_cookie_that_names_no_village_changes_nothing(client, village, code):
    client.cookies["village"] = code
    assert f"{village.url}shiqing" not in client.get("/situations/").content.decode()
    assert client.get("/situations/jiuxi/").status_code == 200


def test_pages_cost_the_same_with_ten_and_a_hundred_villages(client, village, township):
    covenant(village, FEAST, FUNERAL)
    confirm(make.CouncilPageFactory(parent=village, articles=("红事酒席不超过15桌。",)))
    group = make.GroupPageFactory(parent=village)
    covenant(group, "本组办客不超过8桌。")
    addresses = [village.url, group.url, "/situations/", "/situations/jiuxi/"]
    addresses += [f"{x.url}shiqing/" for x in (village, group)]
    addresses += [f"{x.url}shiqing/jiuxi/" for x in (village, group)]
    before = [queries(client, address) for address in addresses]
    for _ in range(9):
        covenant(make.VillagePageFactory(parent=township), FEAST)
        covenant(make.GroupPageFactory(parent=village), "本组办客不超过9桌。")
    for _ in range(90):
        make.VillagePageFactory(parent=township)
    assert [queries(client, address) for address in addresses] == before
    assert max(before) <= QUERIES


def test_suspending_takes_the_number_away_at_once_and_resuming_brings_it_back(client, village):
    page = covenant(village, FEAST)
    by = make.UserFactory(is_superuser=True)
    provision = page.editions.get().provisions.get()
    today = timezone.localdate()
    assert "15桌" in client.get(village.url).content.decode()
    validity.suspend([provision], on=today, note="责令改正", by=by)
    assert "15桌" not in client.get(village.url).content.decode()
    assert answer(page_of(client, village)) == []
    validity.resume(provision, on=today, by=by)
    assert "15桌" in client.get(village.url).content.decode()


def test_a_place_on_another_day_does_not_show_todays_numbers(client, village):
    covenant(village, FEAST)
    html = client.get(village.url, {"on": "2023-01-01"}).content.decode()
    assert "15桌" not in html and 'id="shiqing"' not in html


def test_the_tile_never_takes_another_matters_number_for_the_answer(client, village):
    covenant(village, "白事每桌不超过300元，酒席不超过8桌。")
    html = page_of(client, village, "sangshi")
    assert answer(html) == [] and "不超过" in html
    assert tile(client, village, "sangshi") == "办丧事"


def test_the_tile_says_equal_numbers_once(client, village):
    covenant(village, "酒席不超过15桌。", "红事酒席不超过15桌，白事酒席不超过8桌。")
    assert tile(client, village) == "办酒席：不超过15桌，白事不超过8桌"
