"""A reader's choices: letters, colours, language, one's village. They change looks alone."""

import pytest
from bs4 import BeautifulSoup

from home.preferences import YEAR, Preferences
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home():
    make.HomePageFactory()


def page(client, url="/find/"):
    return BeautifulSoup(client.get(url).content, "lxml")


def choose(client, **parameters):
    return client.get("/reading-settings/", parameters)


def test_a_choice_is_kept_for_a_year_and_shown_on_every_page(client):
    answer = choose(client, text="2", next="/find/?q=sl")
    assert (answer.status_code, answer["Location"]) == (302, "/find/?q=sl")
    cookie = answer.cookies["text"]
    assert (cookie["max-age"], cookie["samesite"], cookie["path"]) == (YEAR, "Lax", "/")
    for url in ("/find/", "/", "/rules/", "/search/"):
        assert page(client, url).html["data-text"] == "2"


def test_elder_mode_shows_its_bar_and_the_way_out(client):
    bar = page(client).select_one("[data-with-elder]")
    assert bar.has_attr("hidden")
    choose(client, text="1")
    shown = page(client)
    assert not shown.select_one("[data-with-elder]").has_attr("hidden")
    assert shown.select_one("[data-without-elder]").has_attr("hidden")
    links = {a.get_text(strip=True): a["href"] for a in shown.select("[data-with-elder] a")}
    assert {"小一点", "大一点", "退出大字"} <= set(links)
    client.get(links["大一点"])
    assert page(client).html["data-text"] == "2"
    client.get(links["退出大字"])
    assert page(client).html["data-text"] == ""


def test_links_that_choose_come_back_and_are_not_followed_by_robots(client):
    for link in page(client, "/find/?q=sl").select("[data-choice]"):
        assert "nofollow" in link["rel"]
        assert client.get(link["href"])["Location"] == "/find/?q=sl"


def test_steps_end_at_both_ends():
    assert [Preferences(text=t).larger for t in ("", "1", "2", "3")] == ["1", "2", "3", "3"]
    assert [Preferences(text=t).smaller for t in ("1", "2", "3")] == ["1", "1", "2"]


def test_theme_is_the_servers_answer(client):
    choose(client, theme="dark")
    shown = page(client)
    assert shown.html["data-theme"] == "dark"
    assert shown.select_one(".site-footer [aria-current]").get_text(strip=True) == "深色"


@pytest.mark.parametrize(
    ("name", "value"),
    [("text", "9"), ("text", "22"), ("theme", "pink"), ("lang", "fr"), ("theme", '"><script>')],
)
def test_what_is_no_choice_is_ignored(client, name, value):
    answer = choose(client, **{name: value})
    assert not answer.cookies[name].value
    client.cookies[name] = value
    html = page(client).html
    assert (html["data-text"], html["data-theme"], html["lang"]) == ("", "", "zh-hans")


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://example.com/",
        "//example.com/",
        "/\\example.com",
        "\\\\example.com",
        "javascript:alert(1)",
        "https:example.com",
        "///example.com",
        "\x08//example.com",
        "",
    ],
)
def test_leads_nowhere_but_to_this_site(client, elsewhere):
    assert choose(client, text="1", next=elsewhere)["Location"] == "/"


def test_cookies_travel_over_https_only_where_the_site_does(client, settings):
    assert not choose(client, text="1").cookies["text"]["secure"]
    settings.SESSION_COOKIE_SECURE = True
    assert choose(client, text="1").cookies["text"]["secure"]


def test_english_is_chosen_and_never_guessed(client):
    guessed = client.get("/find/", headers={"accept-language": "en-US,en;q=0.9"})
    assert "查我村规矩" in guessed.content.decode()
    choose(client, lang="en")
    shown = page(client)
    assert shown.html["lang"] == "en"
    assert "查我村规矩" not in shown.get_text()
    client.get(shown.select_one('[data-choice="lang"]')["href"])
    assert "查我村规矩" in page(client).get_text()


def test_one_readers_language_does_not_stay_for_the_next(client):
    client.cookies["lang"] = "en"
    page(client)
    client.cookies.clear()
    assert page(client).html["lang"] == "zh-hans"


def test_the_admin_has_its_own_language(client):
    client.cookies["lang"] = "en"
    assert "登录" in client.get("/admin/login/").content.decode()


def test_only_asking_sets_a_choice(client):
    assert client.post("/reading-settings/?text=2").status_code == 405
