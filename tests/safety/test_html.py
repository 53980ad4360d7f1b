"""The one sanitiser: hostile HTML in, harmless HTML out, whichever way it is stored."""

import pytest
from bs4 import BeautifulSoup

from safety.html import TAGS, clean_html
from tests.factories import FeaturePageFactory, VillagePageFactory

ALLOWED = {"a": {"href", "linktype", "id"}, "embed": {"embedtype", "id", "alt", "format"}}
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><circle/></svg>",
    '<a href="javascript:alert(1)">点我</a>',
    '<a href="JaVa\tScript:alert(1)">点我</a>',
    '<a href="data:text/html;base64,PHNjcmlwdD4=">点我</a>',
    '<p style="background:url(javascript:alert(1))" onclick="alert(1)">字</p>',
    "<iframe src=//evil.example></iframe>",
    '<embed embedtype="media" url="https://evil.example/x">',
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<p>没有关上<b>",
    "<!--<img src=x onerror=alert(1)>-->",
    "\x00<scr\x00ipt>alert(1)</scr\x00ipt>",
]


@pytest.mark.parametrize("html", HOSTILE)
def test_only_the_allow_list_is_left(html):
    soup = BeautifulSoup(clean_html(html), "html.parser")
    for tag in soup.find_all(True):
        assert tag.name in TAGS
        assert set(tag.attrs) <= ALLOWED.get(tag.name, set())
        assert not (tag.get("href") or "").lower().strip().startswith(("javascript", "data"))
        assert tag.get("embedtype", "image") == "image"


def test_text_and_links_of_the_editor_are_kept():
    html = '<p>办客<b>从简</b>,见<a id="3" linktype="page">村规民约</a>。</p>'
    assert clean_html(html) == html


def test_cleaning_twice_changes_nothing():
    for html in HOSTILE:
        once = clean_html(html)
        assert clean_html(once) == once


@pytest.mark.django_db
def test_rich_text_is_sanitised_on_its_way_into_the_database(client):
    village = VillagePageFactory(introduction='<p onclick="x()">好<script>alert(1)</script></p>')
    village.refresh_from_db()
    assert "script" not in village.introduction and "onclick" not in village.introduction
    feature = FeaturePageFactory(
        body=[{"type": "paragraph", "value": '<p>好<img src=x onerror="alert(1)"></p>'}]
    )
    html = client.get(feature.url).content.decode()
    assert "onerror" not in html and "好" in html
