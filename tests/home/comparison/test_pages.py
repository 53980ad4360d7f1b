"""The comparison: numbers that hold, in the order of places, never ranked."""

import datetime
import gzip
import re

import pytest
from wagtail.models import PageViewRestriction

from covenants.models import Edition, Limit
from tests import factories as make
from tests.home.situations.conftest import FEAST, confirm, covenant
from tests.home.situations.test_pages import QUERIES, queries

HERE = "/compare/feast_tables/"
FIRST_VISIT = 30_000


def words(html):
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", html))


def of(client, query="?in=532391101"):
    response = client.get(HERE + query)
    assert response.status_code == 200
    return response.content.decode()


def test_villages_stand_in_the_order_of_places_with_article_and_since_when(client, township):
    names = ("高坡", "低坝", "中寨")
    for name, tables in zip(names, (20, 8, 15), strict=True):
        place = make.VillagePageFactory(parent=township, name=f"{name}村民委员会")
        page = covenant(place, f"红事酒席不超过{tables}桌。")
    html = of(client)
    assert html.index("高坡村") < html.index("低坝村") < html.index("中寨村")
    assert "按地方排列，不分先后" in html
    anchor = page.editions.get().provisions.get().anchor
    assert f'href="{page.url}#{anchor}"' in html and "2023年5月起" in html
    assert not re.search("最高|最低|最多|最少|排名第|第一名", words(html).replace("不排名次", ""))


def test_the_plot_says_the_same_in_words(client, township):
    for tables in (15, 15, 8):
        covenant(make.VillagePageFactory(parent=township), f"红事酒席不超过{tables}桌。")
    html = of(client)
    assert "8桌，1个村；15桌，2个村；" in words(html)
    assert html.count('class="plot__bar"') == 2 and "style=" not in html


def test_different_people_are_kept_apart(client, township):
    for _ in range(2):
        place = make.VillagePageFactory(parent=township)
        covenant(place, "红事酒席不超过15桌。", "白事酒席不超过8桌。")
    html = words(of(client))
    assert "红事，不超过（桌）：2个村" in html and "白事，不超过（桌）：2个村" in html


def test_a_village_without_a_number_is_in_the_table_and_says_so(client, township):
    make.VillagePageFactory(parent=township, name="松林村民委员会")
    assert "松林村没有登记这项数字" in words(of(client))


def test_what_does_not_hold_or_may_not_be_seen_is_left_out(client, township):
    def place():
        return make.VillagePageFactory(parent=township)

    proposed = covenant(place(), "红事酒席不超过11桌。")
    Limit.objects.filter(page=proposed.pk).update(status=Limit.PROPOSED)
    ended = covenant(place(), "红事酒席不超过12桌。")
    Edition.objects.filter(page=ended.pk).update(ended_on=datetime.date(2024, 1, 1))
    suspended = covenant(place(), "红事酒席不超过13桌。")
    suspended.editions.get().provisions.update(suspended_from=datetime.date(2024, 1, 1))
    closed = covenant(place(), "红事酒席不超过14桌。")
    PageViewRestriction.objects.create(page=closed, restriction_type="login")
    covenant(place(), "红事酒席不超过16桌。").unpublish()
    gone = place()
    covenant(gone, "红事酒席不超过17桌。")
    gone.live = False
    gone.save(update_fields=["live"])
    group = make.GroupPageFactory(parent=place())
    covenant(group, "红事酒席不超过18桌。")
    for query in ("?in=532391101", "?in=532391", ""):
        assert not re.search(r"1[1-8]桌", words(of(client, query)))
    assert "酒席桌数" not in client.get("/compare/").content.decode()


def test_equal_numbers_of_covenant_and_charter_are_one_with_both(client, village):
    covenant(village, "红事酒席不超过15桌。")
    confirm(make.CouncilPageFactory(parent=village, articles=("红事酒席不超过15桌。",)))
    html = words(of(client))
    assert html.count("不超过15桌") == 1
    assert html.index("村规民约第1条") < html.index("红白理事会章程第1条")


def test_the_prefecture_tells_of_counties_not_of_villages(client, township):
    for _ in range(2):
        place = make.VillagePageFactory(parent=township, name="独有村民委员会")
        covenant(place, "红事酒席不超过15桌。")
    html = of(client, "")
    assert "独有村" not in html
    assert f'href="{HERE}?in=532391"' in html and "15桌2个村" in words(html)


@pytest.mark.parametrize(
    "address",
    [
        "/compare/nichts/",
        "/compare/distance/",
        f"{HERE}?in=999999",
        f"{HERE}?in=nichts",
        f"{HERE}?in=532391101201",
    ],
)
def test_what_cannot_be_compared_is_not_found(client, village, address):
    assert client.get(address).status_code == 404


def test_samples_are_compared_only_where_they_are_shown(client, settings):
    county = make.CountyPageFactory(sample=True, code="532399")
    place = make.VillagePageFactory(parent=make.TownshipPageFactory(parent=county))
    covenant(place, FEAST)
    settings.CUNYUE_SAMPLE = True
    assert 'content="noindex"' in of(client, "?in=532399")
    settings.CUNYUE_SAMPLE = False
    assert client.get(f"{HERE}?in=532399").status_code == 404
    assert "酒席桌数" not in client.get("/compare/").content.decode()


def test_a_large_county_costs_no_more_queries_and_stays_light(client, township):
    addresses = ["/compare/", HERE, f"{HERE}?in=532391", f"{HERE}?in=532391101"]
    for _ in range(10):
        covenant(make.VillagePageFactory(parent=township), FEAST, "白事酒席不超过9桌。")
    with_ten = [queries(client, address) for address in addresses]
    for number in range(100):
        place = make.VillagePageFactory(parent=township)
        if number % 3 == 0:
            covenant(place, FEAST, "白事酒席不超过9桌。")
    assert [queries(client, address) for address in addresses] == with_ten
    assert max(with_ten) <= QUERIES
    response = client.get(f"{HERE}?in=532391")
    assert len(gzip.compress(response.content)) <= FIRST_VISIT / 2
    second = client.get(f"{HERE}?in=532391&page=2").content.decode()
    assert second.count('<th scope="row">') == 40
