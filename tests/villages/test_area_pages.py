"""County, township, village and group pages, and the parts the apps add to them."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from search.areas import area_resolver
from tests import factories as make
from villages.area_labels import area_labels, with_areas
from villages.models import AreaAlias

pytestmark = pytest.mark.django_db
QUERIES = 20


@pytest.fixture
def township():
    county = make.CountyPageFactory(name="青岩县", code="532391")
    return make.TownshipPageFactory(parent=county, name="云台镇", code="532391101")


@pytest.fixture
def village(township):
    return make.VillagePageFactory(
        parent=township, name="松林村民委员会", code="532391101201", official_groups=12
    )


def html_of(client, page):
    response = client.get(page.url)
    assert response.status_code == 200
    return response.content.decode()


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def furnish(village):
    """One of everything in a village."""
    make.CovenantPageFactory(parent=village)
    make.CouncilPageFactory(parent=village)
    make.ConsultationPageFactory(parent=village)
    make.HouseholdPageFactory(parent=village)
    make.CovenantPageFactory(parent=make.GroupPageFactory(parent=village))


def test_every_area_page_costs_the_same_with_ten_and_a_hundred_villages(client, township, village):
    furnish(village)
    group = make.GroupPageFactory(parent=village)
    make.CovenantPageFactory(parent=group)
    make.ConsultationPageFactory(parent=group)
    for _ in range(9):
        furnish(make.VillagePageFactory(parent=township))
    pages = [township.get_parent(), township, village, group]
    with_ten = [queries(client, page.url) for page in pages]
    for _ in range(90):
        make.VillagePageFactory(parent=township)
    assert [queries(client, page.url) for page in pages] == with_ten
    assert max(with_ten) <= QUERIES


def test_a_village_costs_the_same_with_more_texts(client, village):
    furnish(village)
    before = queries(client, village.url)
    for _ in range(5):
        make.ConsultationPageFactory(parent=village)
        make.HouseholdPageFactory(parent=village)
        make.CovenantPageFactory(parent=make.GroupPageFactory(parent=village))
    for council in ("ethics", "prevention", "deliberation"):
        make.CouncilPageFactory(parent=village, council=council)
    assert queries(client, village.url) == before


def test_county_lists_its_townships_with_their_villages_counted(client, township):
    make.VillagePageFactory(parent=township)
    make.VillagePageFactory(parent=township)
    make.VillagePageFactory(parent=township, live=False)
    html = html_of(client, township.get_parent())
    assert f'href="{township.url}"' in html
    assert "2 个村（社区）" in html


def test_township_lists_its_villages(client, township, village):
    html = html_of(client, township)
    assert f'href="{village.url}"' in html
    assert "青岩县 · 云台镇" in html


def test_village_says_where_it_is_and_what_it_is_called(client, village):
    AreaAlias.objects.create(area=village, kind=AreaAlias.NAME, value="老松林")
    html = html_of(client, village)
    assert "青岩县 · 云台镇 · 松林村" in html
    assert "老松林" in html
    assert 'href="/v/532391101201/"' in html


def test_village_shows_its_parts_in_order(client, village):
    furnish(village)
    html = html_of(client, village)
    anchors = ["rules", "groups", "consultations", "households"]
    places = [html.index(f'id="{anchor}"') for anchor in anchors]
    assert places == sorted(places)


def test_empty_village_says_so_in_words(client, village):
    html = html_of(client, village)
    for words in ("还没有登记这里的规约", "还没有公布的议事结果", "还没有公布的示范户"):
        assert words in html


def test_rules_stand_with_their_status_and_what_is_missing(client, village):
    make.CovenantPageFactory(parent=village)
    make.CouncilPageFactory(parent=village, live=False)
    html = html_of(client, village)
    assert "松林村村规民约" in html
    assert "2023年5月12日" in html
    assert "历史存量" in html
    councils = ("村民议事会", "红白理事会", "道德评议会", "禁毒禁赌会")
    missing = "、".join(f"{council}章程" for council in councils)
    assert f"本站还没有登记：{missing}。" in html


def test_rule_that_is_not_yet_in_force_is_not_shown_as_valid(client, village):
    make.CovenantPageFactory(parent=village, adopted_on=datetime.date(2999, 1, 1))
    html = html_of(client, village)
    assert "现在还没有生效" in html
    assert "现行有效" not in html


def test_community_has_its_own_words(client, township):
    community = make.VillagePageFactory(parent=township, community=True)
    make.CouncilPageFactory(parent=community, council="ceremonies")
    html = html_of(client, community)
    assert "居民公约" in html
    assert "居民议事会章程" in html
    assert "村规民约、" not in html


def test_village_counts_its_groups_officially_and_links_their_own_rules(client, village):
    village.official_groups_on = datetime.date(2024, 12, 31)
    village.save()
    group = make.GroupPageFactory(parent=village, name="大平地", number=None)
    rule = make.CovenantPageFactory(parent=group, title="大平地小组公约")
    html = html_of(client, village)
    assert "官方登记 12 个小组（2024年12月31日统计）" in html
    assert f'href="{group.url}"' in html
    assert f'href="{rule.url}"' in html


def test_consultation_stands_with_its_progress(client, village):
    make.ConsultationPageFactory(parent=village, completed_on=datetime.date(2025, 10, 1))
    assert "已办结" in html_of(client, village)


def test_group_shows_its_rules_and_consultations_but_no_households(client, village):
    group = make.GroupPageFactory(parent=village, name="大平地", number=None)
    make.CovenantPageFactory(parent=group, title="大平地小组公约")
    html = html_of(client, group)
    assert "青岩县 · 云台镇 · 松林村 · 大平地" in html
    assert "大平地小组公约" in html
    assert 'id="households"' not in html


def test_sample_places_are_marked_and_kept_from_search_engines(client, settings):
    county = make.CountyPageFactory(name="松风县（示例）", sample=True)
    village = make.VillagePageFactory(parent=make.TownshipPageFactory(parent=county))
    settings.CUNYUE_SAMPLE = True
    response = client.get(village.url)
    assert "示例内容" in response.content.decode()
    assert '<meta name="robots" content="noindex">' in response.content.decode()
    settings.CUNYUE_SAMPLE = False
    assert client.get(village.url).status_code == 404


def test_real_places_may_be_indexed(client, village):
    html = html_of(client, village)
    assert "noindex" not in html
    assert "示例内容" not in html


def test_hostile_names_are_escaped(client, township):
    village = make.VillagePageFactory(parent=township, name="<script>alert(1)</script>村")
    make.CovenantPageFactory(parent=village, title='"><img src=x onerror=alert(1)>')
    html = html_of(client, village)
    assert "<script>alert" not in html
    assert "<img src=x" not in html


def test_names_of_many_pages_cost_one_query(village):
    rules = [make.CovenantPageFactory(parent=make.GroupPageFactory(parent=village)) for _ in "abc"]
    with CaptureQueriesContext(connection) as seen:
        labels = area_labels(rules)
    assert len(seen) == 1
    assert all(labels[rule.pk].startswith("青岩县 · 云台镇 · 松林村 · ") for rule in rules)


def test_pages_with_areas_name_their_place_without_a_query(village):
    pages = [type(village).objects.get(pk=village.pk)]
    with CaptureQueriesContext(connection) as seen:
        named = [page.area_name for page in with_areas(pages)]
    assert named == ["青岩县 · 云台镇 · 松林村"]
    assert len(seen) == 1


def test_search_knows_the_places(village):
    resolver = area_resolver()
    assert resolver.labels([village]) == {village.pk: "青岩县 · 云台镇 · 松林村"}
    assert resolver.paths_for_codes(["532391101201", "000000"]) == {"532391101201": village.path}
    assert resolver.by_paths([village.path]) == {village.path: ("532391101201", "松林村")}
