"""The finder's addresses: suggestions while typing, the way down, the reader's own place."""

import datetime
import json
import re
from http.cookies import SimpleCookie

import pytest
from django.core.cache import cache
from wagtail.models import PageViewRestriction

from tests import factories as make
from villages.models import AreaAlias

pytestmark = pytest.mark.django_db
CODE = "532391101201"


@pytest.fixture(autouse=True)
def home():
    page = make.HomePageFactory()
    make.FeatureIndexPageFactory()
    return page


@pytest.fixture
def county():
    return make.CountyPageFactory(name="青岩县", code="532391")


@pytest.fixture
def township(county):
    return make.TownshipPageFactory(parent=county, name="云台镇", code="532391101")


@pytest.fixture
def village(township):
    return make.VillagePageFactory(parent=township, name="松林村民委员会", code=CODE)


def suggested(client, text, **more):
    response = client.get("/find/suggest/", {"q": text, **more})
    assert response.status_code == 200
    return json.loads(response.content)


def html_of(client, url, *args, **kwargs):
    response = client.get(url, *args, **kwargs)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("text", ["松", "松林", "sl", "songlin", "SL", "song林", "青岩松林"])
def test_suggests_the_village_with_county_and_township(client, village, text):
    answer = suggested(client, text)
    names = {(row["text"], row["detail"]) for row in answer["suggestions"]}
    assert ("松林村", "青岩县 · 云台镇") in names
    assert answer["status"]


@pytest.mark.parametrize("text", ["", " ", "s", "1", "!", "没有", "<b>"])
def test_suggests_nothing_for_less_than_a_character_or_two_letters(client, village, text):
    assert suggested(client, text) == {"suggestions": [], "status": ""}


def test_suggestions_are_small_and_kept_from_shared_caches(client, township):
    for number in range(30):
        make.VillagePageFactory(parent=township, name=f"大箐{number}村民委员会")
    response = client.get("/find/suggest/", {"q": "大箐"})
    assert len(json.loads(response.content)["suggestions"]) == 8
    assert len(response.content) < 3000
    assert "private" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"


def test_suggestions_are_bounded_by_client(client, village, settings):
    settings.RATE_LIMITS = {"suggest": (2, 60)}
    cache.clear()
    answers = [
        client.get("/find/suggest/", {"q": "松林"}, REMOTE_ADDR="192.0.2.1") for _ in range(3)
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 429]


def test_a_place_that_is_not_shown_is_not_suggested(client, village, settings):
    PageViewRestriction.objects.create(page=village, restriction_type="login")
    assert suggested(client, "松林")["suggestions"] == []
    assert "松林村" not in html_of(client, "/find/?in=532391101")
    assert client.get("/my-village/", {"set": CODE}).cookies == SimpleCookie()


def test_the_readers_own_county_is_suggested_first(client, village):
    other = make.CountyPageFactory(name="白鹤县", code="532390")
    elsewhere = make.TownshipPageFactory(parent=other, name="白鹤镇")
    make.VillagePageFactory(parent=elsewhere, name="大箐村民委员会", code="532390101201")
    make.VillagePageFactory(parent=village.get_parent(), name="大箐村民委员会")
    firsts = []
    for code in (CODE, "532390101201"):
        client.cookies["village"] = code
        firsts.append(suggested(client, "大箐")["suggestions"][0]["detail"])
    assert firsts == ["青岩县 · 云台镇", "白鹤县 · 白鹤镇"]


def test_first_choice_is_remembered_at_once_and_the_next_only_offered(client, village, township):
    other = make.VillagePageFactory(parent=township, name="大箐村民委员会", code="532391101202")
    address = suggested(client, "松林")["suggestions"][0]["url"]
    response = client.get(address)
    assert response.status_code == 302
    assert response["Location"] == f"{village.url}#my-place"
    assert client.cookies["village"].value == CODE
    assert "这是我的村" in html_of(client, village.url)
    assert suggested(client, "大箐")["suggestions"][0]["url"] == f"{other.url}#my-place"
    html = html_of(client, other.url)
    assert "设为我的村" in html and "这是我的村" not in html
    assert client.cookies["village"].value == CODE


def test_a_village_is_set_shown_at_home_and_forgotten(client, village):
    make.CovenantPageFactory(parent=village)
    make.ConsultationPageFactory(parent=village, title="晒场怎么用")
    button = re.search(r'href="(/my-village/\?[^"]+)">设为我的村', html_of(client, village.url))
    assert 'rel="nofollow"' in html_of(client, village.url)
    response = client.get(button[1].replace("&amp;", "&"))
    cookie = response.cookies["village"]
    assert (cookie.value, cookie["samesite"], cookie["path"]) == (CODE, "Lax", "/")
    assert cookie["max-age"] == 365 * 24 * 60 * 60
    html = html_of(client, "/")
    card = html[html.index('class="own"') : html.index('class="ways"')]
    assert "松林村" in card and "青岩县 · 云台镇" in card
    assert "松林村村规民约" in card and "现行有效" in card
    assert "晒场怎么用" in card
    assert client.get("/my-village/")["Location"] == village.url
    client.get("/my-village/?clear=1")
    assert 'class="own"' not in html_of(client, "/")
    assert client.get("/my-village/")["Location"] == "/find/"


def test_home_tells_what_changed_lately_and_what_is_to_come(client, village):
    today = datetime.date.today()
    rule = make.CovenantPageFactory(parent=village, adopted_on=datetime.date(2020, 1, 1))
    make.next_edition(rule, "新的一条。", effective_from=today - datetime.timedelta(days=10))
    council = make.CouncilPageFactory(parent=village, adopted_on=datetime.date(2020, 1, 1))
    coming = today + datetime.timedelta(days=10)
    make.next_edition(council, "将来的一条。", effective_from=coming)
    client.cookies["village"] = CODE
    html = html_of(client, "/")
    card = html[html.index('class="own"') : html.index('class="ways"')]
    assert "新近有变化" in card and "将要施行" in card
    assert f"?on={coming.isoformat()}" in card


def test_a_group_is_kept_beside_its_village(client, village):
    group = make.GroupPageFactory(parent=village, number=2, name="大平地")
    make.CovenantPageFactory(parent=group, title="大平地小组公约")
    make.CovenantPageFactory(parent=village)
    address = re.search(r'href="(/my-village/\?[^"]+)">设为我的村', html_of(client, group.url))[1]
    client.get(address.replace("&amp;", "&"))
    assert (client.cookies["village"].value, client.cookies["group"].value) == (CODE, "2")
    html = html_of(client, "/")
    card = html[html.index('class="own"') : html.index('class="ways"')]
    assert "大平地小组公约" in card and "松林村村规民约" in card
    assert "这是我的村" in html_of(client, group.url)
    assert "这是我的村" not in html_of(client, village.url)
    client.get("/my-village/", {"set": CODE})
    assert not client.cookies["group"].value


@pytest.mark.parametrize("group", ["99", "gibt-es-nicht", "../x", "2 OR 1=1"])
def test_a_group_that_is_none_leaves_the_village(client, village, group):
    client.cookies["village"], client.cookies["group"] = CODE, group
    html = html_of(client, "/")
    assert f'class="own__name" href="{village.url}"' in html


@pytest.mark.parametrize(
    "code", ["", "532391", "532391101", "532391101999", "532391101201x", "abc", "'; --", "０" * 12]
)
def test_what_is_no_village_is_not_kept(client, village, code):
    response = client.get("/my-village/", {"set": code})
    assert response["Location"] == "/find/"
    assert "village" not in response.cookies


@pytest.mark.parametrize(
    "onward",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "x"],
)
def test_goes_on_only_within_the_site(client, village, onward):
    for values in ({"set": CODE}, {"clear": "1"}):
        location = client.get("/my-village/", {**values, "next": onward})["Location"]
        assert location in (f"{village.url}#my-place", "/")


def test_only_reads_are_answered_and_never_kept_in_caches(client, village):
    assert client.post("/my-village/", {"set": CODE}).status_code == 405
    response = client.get("/my-village/", {"set": CODE})
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response["X-Robots-Tag"]
    for url in ("/", village.url, "/find/", "/consultations/"):
        assert "Cookie" in client.get(url)["Vary"]


def test_a_recoded_village_is_still_ones_own(client, village):
    AreaAlias.objects.create(area=village, kind=AreaAlias.CODE, value="532391101088")
    client.cookies["village"] = "532391101088"
    assert f'class="own__name" href="{village.url}"' in html_of(client, "/")


@pytest.mark.parametrize("url", ["/", "/find/"])
def test_a_village_that_was_taken_down_is_told_of(client, village, url):
    client.cookies["village"] = CODE
    village.unpublish()
    html = html_of(client, url)
    assert "原来记住的村" in html
    assert 'class="own"' not in html and "松林村" not in html


@pytest.mark.parametrize("cookie", ["abc", "1", "'; --", "<script>", "9" * 400])
def test_a_cookie_that_is_no_code_is_ignored(client, village, cookie):
    client.cookies["village"] = cookie
    for url in ("/", "/find/", village.url, "/consultations/", "/find/suggest/?q=松林"):
        html = html_of(client, url)
        assert "原来记住的村" not in html and 'class="own"' not in html


def test_the_way_down_names_what_was_chosen_and_leads_back(client, village):
    html = html_of(client, "/find/?in=532391101")
    assert re.search(r"青岩县.*云台镇.*重选县（市）.*重选乡镇.*最后选村", html, re.DOTALL)
    assert 'href="/find/#step"' in html
    assert 'href="/find/?in=532391#step"' in html


def test_a_long_list_is_ordered_by_spelling_with_a_jump_bar(client, township):
    for name in ["松林", "大箐", "河尾", "阿普", "上坝", "下坝", "铜厂", "戈土", "新田", "烟坡"]:
        make.VillagePageFactory(parent=township, name=f"{name}村民委员会")
    html = html_of(client, "/find/?in=532391101")
    assert html.index("阿普村") < html.index("大箐村") < html.index("烟坡村")
    for letter in "ADGHSTXY":
        assert f'href="#letter-{letter}"' in html and f'id="letter-{letter}"' in html


def test_a_short_list_has_no_jump_bar(client, village):
    assert "letter-" not in html_of(client, "/find/?in=532391101")


@pytest.mark.parametrize("purpose", ["rules", "consultations", "households", "features"])
def test_the_finder_narrows_a_list_to_a_place(client, village, purpose):
    html = html_of(client, f"/find/?for={purpose}&in=532391101")
    assert f'href="/{purpose}/?in={CODE}"' in html
    assert f'href="/{purpose}/?in=532391101"' in html
    assert suggested(client, "松林", **{"for": purpose})["suggestions"][0]["url"] == (
        f"/{purpose}/?in={CODE}"
    )
    narrowed = html_of(client, f"/{purpose}/?in={CODE}")
    assert "青岩县 · 云台镇 · 松林村" in narrowed
    assert f'href="/find/?for={purpose}' in narrowed


def test_a_chip_goes_along_to_the_finder_and_back(client, village):
    html = html_of(client, "/consultations/?state=overdue")
    assert "/find/?for=consultations&amp;state=overdue" in html
    html = html_of(client, "/find/?for=consultations&state=overdue&in=532391101")
    assert f"/consultations/?in={CODE}&amp;state=overdue" in html
    assert '<input type="hidden" name="state" value="overdue">' in html


def test_what_is_no_purpose_leads_nowhere_else(client, village):
    html = html_of(client, '/find/?for=//evil.example&state="><script>&in=532391101')
    # The links that make letters larger lead back to the whole address; nothing else carries it.
    main = html[html.index("<main") : html.index("</main>")]
    assert "evil.example" not in main and "<script>" not in html


@pytest.mark.parametrize("kept", [None, CODE])
def test_finder_and_home_are_small(client, village, kept):
    if kept:
        client.cookies["village"] = kept
    for _ in range(6):
        make.CovenantPageFactory(parent=make.GroupPageFactory(parent=village))
        make.ConsultationPageFactory(parent=village, notice_until=datetime.date(2999, 1, 1))
        make.HouseholdPageFactory(parent=village)
    for url in ("/", "/find/?in=532391101"):
        assert len(client.get(url).content) <= 30 * 1024
