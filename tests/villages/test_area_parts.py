"""What the page of a county, township, village and group says: in force, discussed, promised."""

import datetime
import re

import pytest
from django.utils import timezone
from wagtail.models import PageViewRestriction

from tests import factories as make

pytestmark = pytest.mark.django_db


def day(days):
    return timezone.localdate() + datetime.timedelta(days=days)


@pytest.fixture
def county():
    return make.CountyPageFactory(name="青岩县", code="532391")


@pytest.fixture
def township(county):
    return make.TownshipPageFactory(parent=county, name="云台镇", code="532391101")


@pytest.fixture
def village(township):
    return make.VillagePageFactory(parent=township, name="松林村民委员会", code="532391101201")


@pytest.fixture
def group(village):
    return make.GroupPageFactory(parent=village, name="大平地", number=2)


def html_of(client, page):
    response = client.get(page.url)
    assert response.status_code == 200
    return response.content.decode()


def part(html, anchor):
    """One part of an area page."""
    start = html.index(f'<section class="part" id="{anchor}"')
    return html[start : html.index("</section>", start)]


@pytest.fixture
def places(county, township, village, group):
    return {"county": county, "township": township, "village": village, "group": group}


@pytest.mark.parametrize("level", ["county", "township", "village", "group"])
def test_every_place_says_what_is_in_force_discussed_and_promised(client, places, level):
    html = html_of(client, places[level])
    order = [html.index(f'id="{anchor}"') for anchor in ("rules", "discussed", "promised")]
    assert order == sorted(order)
    assert "现在没有正在公示的事项" in part(html, "discussed")
    assert "还没有登记说好要办的事" in part(html, "promised")


@pytest.mark.parametrize("level", ["county", "township", "village", "group"])
def test_notices_promises_and_coming_rules_are_told_at_every_level(client, places, level):
    where = places["group"]
    make.ConsultationPageFactory(parent=where, title="晒场怎么用", notice_until=day(3))
    make.ConsultationPageFactory(
        parent=where, title="路灯装几盏", due=day(-1), responsible="村委会"
    )
    rule = make.CovenantPageFactory(parent=where, adopted_on=datetime.date(2020, 1, 1))
    make.next_edition(rule, "夜里不打霸王鞭。", effective_from=day(9))
    html = html_of(client, places[level])
    discussed, promised = part(html, "discussed"), part(html, "promised")
    assert "晒场怎么用" in discussed and "正在公示，到" in discussed
    assert "现在还没有生效" in discussed and f"?on={day(9).isoformat()}" in discussed
    assert "路灯装几盏" in promised and "还没有登记结果" in promised
    assert "晒场怎么用" not in promised
    if level != "group":
        code = places[level].code
        assert f"/consultations/?in={code}&amp;state=overdue" in promised
        assert f"/consultations/?in={code}&amp;state=notice" in discussed


def test_township_sums_up_and_marks_its_villages(client, township, village):
    make.CovenantPageFactory(parent=village)
    make.CouncilPageFactory(parent=village)
    make.CouncilPageFactory(parent=village, council="ethics")
    # A group's own rule and a draft are no village's rule.
    bare = make.VillagePageFactory(parent=township, name="大箐村民委员会")
    make.CovenantPageFactory(parent=make.GroupPageFactory(parent=bare))
    make.CovenantPageFactory(parent=bare, live=False)
    community = make.VillagePageFactory(parent=township, community=True)
    make.CovenantPageFactory(parent=community)
    html = html_of(client, township)
    assert "云台镇有 3 个村（社区），其中 2 个在本站登记了村规民约" in part(html, "rules")
    assert "1 个登记了四会章程（共 2 份）" in part(html, "rules")
    marks = dict(
        re.findall(
            r"<span>([^<]+)</span> <span class=\"place-rows__mark\">([^<]+)<", part(html, "places")
        )
    )
    assert marks["松林村"] == "有村规民约，四会章程 2 份"
    assert marks[community.title] == "有居民公约"
    assert marks["大箐村"] == "还没有登记规约"


def test_county_sums_up_each_township_in_the_order_of_the_table(client, county, township, village):
    second = make.TownshipPageFactory(parent=county, name="清水河镇", code="532391103")
    for _ in range(3):
        make.CovenantPageFactory(parent=make.VillagePageFactory(parent=second))
    make.CovenantPageFactory(parent=village)
    html = html_of(client, county)
    assert "青岩县有 4 个村（社区），其中 4 个在本站登记了村规民约" in part(html, "rules")
    places = part(html, "places")
    assert places.index("云台镇") < places.index("清水河镇")
    assert "3 个村（社区）有村规民约" in places


def test_nothing_restricted_is_counted_or_told(client, township, village):
    rule = make.CovenantPageFactory(parent=village)
    record = make.ConsultationPageFactory(parent=village, title="内部议题", due=day(-1))
    notice = make.ConsultationPageFactory(
        parent=village, title="没发布的", notice_until=day(3), live=False
    )
    for page in (rule, record):
        PageViewRestriction.objects.create(page=page, restriction_type="login")
    for place in (village, township, township.get_parent()):
        html = html_of(client, place)
        assert "内部议题" not in html and notice.title not in html
        assert "说好要办的" in html and "/consultations/?in=" not in part(html, "promised")
    assert "1 个在本站登记了村规民约" not in html_of(client, township)


def test_village_shows_the_first_line_of_the_short_version_of_what_is_in_force(client, village):
    make.CovenantPageFactory(parent=village, one_minute="\n酒席不超过十桌。\n礼金不超过一百元。")
    make.CouncilPageFactory(parent=village, one_minute="先报告。", adopted_on=day(30))
    rules = part(html_of(client, village), "rules")
    assert "酒席不超过十桌。" in rules
    assert "礼金不超过一百元。" not in rules
    assert "先报告。" not in rules, "a text that is not in force yet"


def test_long_lists_of_villages_can_be_jumped_into(client, township):
    for name in ["松林", "大箐", "河尾", "阿普", "上坝", "下坝", "铜厂", "戈土", "新田", "烟坡"]:
        make.VillagePageFactory(parent=township, name=f"{name}村民委员会")
    places = part(html_of(client, township), "places")
    assert places.index("阿普村") < places.index("大箐村") < places.index("烟坡村")
    assert 'href="#letter-A"' in places and 'id="letter-A"' in places
