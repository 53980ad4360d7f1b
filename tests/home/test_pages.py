"""The home page, the lists for the whole site, the place finder and what machines ask for."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from home.models import Footer
from tests import factories as make

pytestmark = pytest.mark.django_db
QUERIES = 20


@pytest.fixture(autouse=True)
def home():
    page = make.HomePageFactory()
    make.FeatureIndexPageFactory()
    return page


@pytest.fixture
def county():
    return make.CountyPageFactory(name="青岩县", code="532391")


def sample_county():
    return make.CountyPageFactory(name="松风县（示例）", code="532392", sample=True)


def village_in(county, **fields):
    return make.VillagePageFactory(parent=make.TownshipPageFactory(parent=county), **fields)


def furnish(village):
    """One of everything in a village."""
    make.CovenantPageFactory(parent=village)
    make.CouncilPageFactory(parent=village)
    make.ConsultationPageFactory(parent=village)
    make.HouseholdPageFactory(parent=village)
    make.GroupPageFactory(parent=village)


def queries(client, url):
    """Number of queries of a second visit, when what is cached is cached."""
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        response = client.get(url)
    assert response.status_code == 200
    return len(seen)


LISTS = ["/", "/find/", "/rules/", "/consultations/?state=under_way", "/households/", "/features/"]


@pytest.mark.parametrize("url", [*LISTS, "/features/?in=532391", "/consultations/?in=532391"])
def test_costs_the_same_with_ten_and_a_hundred_villages(client, county, url):
    """For a reader who has a village of their own: the dearest of all."""
    township = make.TownshipPageFactory(parent=county)
    for _ in range(10):
        furnish(make.VillagePageFactory(parent=township))
    client.cookies["village"] = village_in(county, code="532391101299").code
    make.FeaturePageFactory(home_position=1, about=[("page", township.get_first_child())])
    with_ten = queries(client, url)
    for number in range(90):
        village = make.VillagePageFactory(parent=township)
        if number % 6 == 0:
            furnish(village)
    assert queries(client, url) == with_ten <= QUERIES


@pytest.mark.parametrize("url", ["/find/?q=sl", "/find/?in=532391", "/find/?in=532391101"])
def test_finder_costs_the_same_with_more_villages(client, county, url):
    township = make.TownshipPageFactory(parent=county, code="532391101")
    for _ in range(10):
        make.VillagePageFactory(parent=township)
    with_ten = queries(client, url)
    for _ in range(90):
        make.VillagePageFactory(parent=township)
    assert queries(client, url) == with_ten <= QUERIES


def test_home_offers_search_and_three_ways(client):
    html = client.get("/").content.decode()
    assert re.search(r'<form[^>]*action="/search/"[^>]*method="get"', html)
    for url in ("/find/", "/consultations/", "/households/"):
        assert f'class="ways__link" href="{url}"' in html


def test_home_is_whole_without_any_content(client):
    html = client.get("/").content.decode()
    for words in ("还没有公布的规约", "还没有公布的议事结果", "还没有公布的示范户"):
        assert words in html


def test_home_shows_the_rule_that_came_into_force_last_first(client, county):
    village = village_in(county)
    make.CovenantPageFactory(parent=village, title="早的", adopted_on=datetime.date(2020, 1, 1))
    make.CouncilPageFactory(parent=village, title="晚的", adopted_on=datetime.date(2024, 1, 1))
    make.CouncilPageFactory(
        parent=village, council="ethics", title="将来的", adopted_on=datetime.date(2999, 1, 1)
    )
    html = client.get("/").content.decode()
    assert html.index("晚的") < html.index("早的")
    assert "将来的" not in html


def test_home_shows_features_by_their_place_and_leaves_out_those_without(client):
    make.FeaturePageFactory(title="第二位", home_position=2)
    make.FeaturePageFactory(title="第一位", home_position=1)
    make.FeaturePageFactory(title="不上首页")
    html = client.get("/").content.decode()
    assert html.index("第一位") < html.index("第二位")
    assert "不上首页" not in html
    assert "不上首页" in client.get("/features/").content.decode()


def test_drafts_and_restricted_pages_stand_in_no_list(client, county):
    village = village_in(county)
    make.CovenantPageFactory(parent=village, title="公开的规约")
    make.CouncilPageFactory(parent=village, title="没发布的章程", live=False)
    closed = make.ConsultationPageFactory(parent=village, title="内部议题")
    PageViewRestriction.objects.create(page=closed, restriction_type="login")
    html = "".join(client.get(url).content.decode() for url in ("/", "/rules/", "/consultations/"))
    assert "公开的规约" in html
    assert "没发布的章程" not in html
    assert "内部议题" not in html


@pytest.mark.parametrize(
    "url", ["/", "/rules/", "/consultations/", "/households/", "/find/?q=松风"]
)
def test_samples_are_shown_only_where_the_settings_say_so(client, settings, url):
    furnish(village_in(sample_county()))
    settings.CUNYUE_SAMPLE = True
    assert "松风县（示例）" in client.get(url).content.decode()
    settings.CUNYUE_SAMPLE = False
    assert "松风县（示例）" not in client.get(url).content.decode()


def test_sample_features_are_shown_only_where_the_settings_say_so(client, settings):
    make.FeaturePageFactory(title="示例故事", home_position=1, sample=True)
    settings.CUNYUE_SAMPLE = False
    assert "示例故事" not in client.get("/").content.decode()
    assert "示例故事" not in client.get("/features/").content.decode()
    settings.CUNYUE_SAMPLE = True
    assert "示例故事" in client.get("/").content.decode()


def test_rule_list_narrows_by_county_and_kind(client, county):
    other = make.CountyPageFactory(name="白鹤县", code="532395")
    make.CovenantPageFactory(parent=village_in(county), title="青岩的规约")
    make.CouncilPageFactory(parent=village_in(county), title="青岩的章程")
    make.CovenantPageFactory(parent=village_in(other), title="白鹤的规约")
    html = client.get("/rules/?county=532391&kind=covenant").content.decode()
    assert "青岩的规约" in html
    assert "青岩的章程" not in html
    assert "白鹤的规约" not in html
    assert "青岩的章程" in client.get("/rules/?kind=ceremonies").content.decode()
    assert "共 0 条" in client.get("/rules/?county=999999").content.decode()


def test_lists_are_cut_into_pages_that_keep_the_filter(client, county):
    village = village_in(county)
    for _ in range(21):
        make.ConsultationPageFactory(parent=village)
    html = client.get("/consultations/?county=532391").content.decode()
    assert "共 21 条" in html
    assert "?county=532391&amp;page=2" in html
    second = client.get("/consultations/?county=532391&page=2").content.decode()
    assert second.count("card__title") == 1
    assert client.get("/consultations/?page=zzz").status_code == 200


def test_household_whose_honour_has_run_out_is_listed_no_more(client, county):
    village = village_in(county)
    make.HouseholdPageFactory(
        parent=village, title="过期的户", valid_until=datetime.date(2020, 1, 1)
    )
    make.HouseholdPageFactory(parent=village, title="有效的户")
    html = client.get("/households/").content.decode()
    assert "有效的户" in html
    assert "过期的户" not in html


@pytest.mark.parametrize("text", ["松林", "songlin", "sl"])
def test_finder_tells_repeated_names_apart(client, county, text):
    other = make.CountyPageFactory(name="白鹤县", code="532395")
    for place in (county, other):
        village_in(place, name="松林村民委员会")
    html = client.get("/find/", {"q": text}).content.decode()
    assert re.search(r"青岩县 · 云台\d+镇 · 松林村", html)
    assert re.search(r"白鹤县 · 云台\d+镇 · 松林村", html)


def test_finder_drills_down_to_a_village_by_links_alone(client, county):
    township = make.TownshipPageFactory(parent=county, name="云台镇", code="532391101")
    village = make.VillagePageFactory(parent=township, name="松林村民委员会")
    assert 'href="/find/?in=532391#step"' in client.get("/").content.decode()
    assert 'href="/find/?in=532391101#step"' in client.get("/find/?in=532391").content.decode()
    # Who has a village already is led to the page itself, who has none keeps this one.
    client.cookies["village"] = village.code
    assert f'href="{village.url}#my-place"' in client.get("/find/?in=532391101").content.decode()


def test_what_a_visitor_types_comes_back_escaped(client):
    html = client.get("/find/", {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


def test_footer_shows_only_what_is_filled_in(client, home):
    assert "主办单位" not in client.get("/").content.decode()
    site = home.get_site()
    Footer.objects.update_or_create(site=site, defaults={"organiser": "示例州民政局"})
    html = client.get("/").content.decode()
    assert "示例州民政局" in html
    assert "联系方式" not in html


def luminance(colour):
    """Relative luminance of #rrggbb (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_text_stands_out_from_its_ground(settings, mode):
    """WCAG 2.2, 1.4.3: at least 4.5 to 1, in both sets of colours."""
    sheet = (settings.ROOT / "static/css/tokens.css").read_text(encoding="utf-8")
    light, dark = (
        dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6});", part))
        for part in sheet.split("@media (prefers-color-scheme: dark)")
    )
    colours = light if mode == "light" else light | dark
    grounds = ("--paper", "--surface", "--sunk")
    pairs = [(ink, ground) for ink in ("--ink", "--ink-soft", "--link") for ground in grounds]
    pairs += [("--accent", ground) for ground in (*grounds, "--accent-sunk")]
    pairs += [(name, f"{name}-sunk") for name in ("--good", "--busy", "--idle")]
    pairs += [("--ink", f"--{name}-sunk") for name in ("good", "busy", "idle", "accent")]
    pairs += [("--link", "--accent-sunk"), ("--on-mark", "--mark"), ("--surface", "--accent")]
    pairs += [("--on-black", "--lacquer-black"), ("--lacquer-yellow", "--lacquer-black")]
    pairs += [("--on-red", "--lacquer-red")]
    for ink, ground in pairs:
        low, high = sorted((luminance(colours[ink]), luminance(colours[ground])))
        assert (high + 0.05) / (low + 0.05) >= 4.5, (ink, ground)


@pytest.mark.parametrize("url", ["/", "/find/", "/rules/", "/features/"])
def test_pages_obey_the_content_security_policy(client, url):
    """No inline style or script and nothing from elsewhere: the policy would block it."""
    response = client.get(url)
    html = response.content.decode()
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert "<style" not in html
    assert not re.search(r"\s(style|on\w+)=", html)
    assert not re.search(r"<script(?![^>]*\bsrc=\"/)", html)
    assert not re.search(r'(?:src|<link[^>]*stylesheet[^>]*href)="(?:https?:)?//', html)


def test_robots_keep_machines_out_of_admin_and_search(client):
    response = client.get("/robots.txt")
    assert response["Content-Type"].startswith("text/plain")
    assert {"Disallow: /admin/", "Disallow: /search/", "Disallow: /my-village/"} <= set(
        response.content.decode().split("\n")
    )


def test_healthz_says_ok_while_database_and_index_answer(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_healthz_names_an_index_that_cannot_be_read(client, settings, tmp_path):
    (tmp_path / "file").write_text("no folder")
    settings.WAGTAILSEARCH_BACKENDS = {
        "default": {"BACKEND": "search.backend", "PATH": str(tmp_path / "file" / "index")}
    }
    response = client.get("/healthz")
    assert response.status_code == 503
    assert b"index" in response.content


def test_an_address_that_is_nowhere_gets_a_page_that_helps(client):
    response = client.get("/nirgendwo/")
    assert response.status_code == 404
    assert 'action="/search/"' in response.content.decode()


def test_site_map_names_every_township_at_the_same_cost(client, county):
    make.TownshipPageFactory(parent=county, name="云台镇")
    few = queries(client, "/site-map/")
    for _ in range(20):
        village_in(county)
    assert queries(client, "/site-map/") == few <= QUERIES
    html = client.get("/site-map/").content.decode()
    assert "云台镇" in html and "青岩县" in html and 'href="/site-map/"' in html
