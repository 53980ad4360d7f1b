"""The style page for builders, and the error pages as readers see them."""

import pytest
from bs4 import BeautifulSoup
from django.template.loader import render_to_string
from wagtail.models import PageViewRestriction

from tests import factories as make

PARTS = """.button .chip .badge--legacy .card--rule .big-number .bar-plot .error-summary
.field__error .state--loading .state--error .state--offline .empty-state .callout .timeline .tile
.table-scroll .action-bar .stat .breadcrumb .pagination .fold"""
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home():
    make.HomePageFactory()


def soup(answer):
    return BeautifulSoup(answer.content, "lxml")


def test_style_page_shows_tokens_icons_and_parts_without_inline_styles(client):
    page = soup(client.get("/style/"))
    text = page.get_text()
    for token in ("lacquer-red", "ink-soft", "space-4", "target"):
        assert token in text
    for part in PARTS.split():
        assert page.select_one(f"main {part}"), part
    assert not page.select("[style], style")


def test_style_page_is_not_there_in_earnest(client, settings):
    settings.CUNYUE_SAMPLE = settings.DEBUG = False
    assert client.get("/style/").status_code == 404
    assert client.get("/style/500/").status_code == 404


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "410", "500"])
def test_error_pages_say_what_to_do_and_lead_on(client, name):
    page = soup(client.get(f"/style/{name}/"))
    assert page.h1.get_text(strip=True)
    assert page.select_one('main a.button[href="/"]')
    assert page.select_one('meta[name="robots"][content="noindex"]')


@pytest.mark.parametrize("name", ["400", "403_csrf", "500"])
def test_pages_for_when_all_is_broken_need_nothing(django_assert_num_queries, name):
    """No database, no request, no list of hashed names."""
    with django_assert_num_queries(0):
        html = render_to_string(f"{name}.html")
    assert 'href="/static/css/site.css"' in html and "<h1>" in html


def test_an_address_that_leads_nowhere_answers_in_our_frame(client):
    answer = client.get("/no/such/page/")
    assert answer.status_code == 404
    assert soup(answer).select_one(".site-header") and soup(answer).select_one("#lost-search")


def test_a_page_with_a_password_shows_the_form_and_nothing_of_itself(client):
    village = make.VillagePageFactory()
    closed = make.ConsultationPageFactory(parent=village, title="内部议题")
    PageViewRestriction.objects.create(
        page=closed, restriction_type=PageViewRestriction.PASSWORD, password="secret-words"
    )
    page = soup(client.get(closed.url))
    assert "内部议题" not in str(page) and page.select_one(".site-header")
    form = page.select_one("form.form")
    assert page.select_one(f'label[for="{form.select_one("[type=password]")["id"]}"]')
    fields = {i["name"]: i.get("value", "") for i in form.select("input[name]")}
    wrong = soup(client.post(form["action"], fields | {"password": "no"}))
    assert wrong.select_one(".error-summary a") and wrong.select_one(".field__error")
    assert "内部议题" not in str(wrong)
    right = client.post(form["action"], fields | {"password": "secret-words"}, follow=True)
    assert "内部议题" in right.content.decode()
