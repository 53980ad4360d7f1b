"""JSON of stream fields is checked on every way in and out; a bad one is told, none half-done."""

import json
import uuid

import pytest
from django.urls import reverse
from wagtail.models import Revision

from editorial.workflow import ensure_workflow
from safety.streams import BadStream, check_content
from tests.factories import (
    ConsultationPageFactory,
    CovenantPageFactory,
    UserFactory,
    VillagePageFactory,
)

pytestmark = pytest.mark.django_db


def article(text="酒席不超过十桌。", **more):
    value = {"label": "第一条", "text": text, "items": []} | more
    return {"type": "article", "id": str(uuid.uuid4()), "value": value}


def deep(levels):
    inside = []
    for _ in range(levels):
        inside = [{"label": "（一）", "text": "酒席", "items": inside}]
    return inside


SAME = "0b0f8f4c-0000-4000-8000-000000000001"


def bad_bodies(body):
    """Broken copies of a stored body, by what is wrong with them."""
    first = body[0]
    return {
        "unknown block": [{"type": "raw_html", "value": "<script>", "id": "1"}],
        "no type": [{"value": {}}],
        "no value": [{"type": first["type"]}],
        "words for a block": [{"type": first["type"], "value": "<b>"}],
        "a list for a block": [{"type": first["type"], "value": []}],
        "a number": 7,
        "an object": {"a": 1},
        "words": ["<script>"],
        "no JSON": "[{",
        "nested too deep to read": "[" * 100_000,
        "same id twice": [first | {"id": SAME}, first | {"id": SAME}],
        "id of another type": [first | {"id": {"a": 1}}],
        "too many": [{"type": first["type"], "value": first["value"]}] * 40_000,
    }


@pytest.fixture
def page():
    return CovenantPageFactory()


def cases():
    return ["unknown block", "no type", "no value", "words for a block", "a list for a block",
            "a number", "an object", "words", "no JSON", "nested too deep to read", "same id twice",
            "id of another type", "too many"]  # fmt: skip


def broken(page, case) -> dict:
    content = page.serializable_data()
    bad = bad_bodies(json.loads(content["body"]))[case]
    content["body"] = bad if isinstance(bad, str) else json.dumps(bad)
    return content


@pytest.mark.parametrize("case", cases())
def test_a_bad_body_is_refused_in_words(page, case):
    with pytest.raises(BadStream, match="正文|内容"):
        check_content(type(page), broken(page, case))


def test_a_good_body_passes(page):
    check_content(type(page), page.serializable_data())
    check_content(type(page), ConsultationPageFactory().serializable_data())


@pytest.mark.parametrize("case", ["unknown block", "words for a block", "same id twice"])
def test_a_bad_revision_cannot_be_saved(page, case):
    revision = page.save_revision()
    revision.content = broken(page, case)
    with pytest.raises(BadStream):
        revision.save()


@pytest.fixture
def bad_revision(page):
    """One that a fixture or a script put into the database."""
    revision = page.save_revision()
    Revision.objects.filter(pk=revision.pk).update(content=broken(page, "words for a block"))
    revision.refresh_from_db()
    return revision


def test_a_bad_revision_is_never_published(page, bad_revision):
    before = page.editions.count()
    with pytest.raises(BadStream):
        bad_revision.publish()
    page.refresh_from_db()
    assert page.live and page.editions.count() == before


def test_the_admin_tells_it_and_leads_to_the_history(client, page, bad_revision):
    ensure_workflow(page.get_root())
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    history = reverse("wagtailadmin_pages:history", args=[page.pk])
    for view, args in (
        ("edit", [page.pk]),
        ("revisions_revert", [page.pk, bad_revision.pk]),
        ("revisions_view", [page.pk, bad_revision.pk]),
        ("view_draft", [page.pk]),
        ("revisions_compare", [page.pk, "live", bad_revision.pk]),
    ):
        answer = client.get(reverse(f"wagtailadmin_pages:{view}", args=args))
        assert answer.status_code == 302 and answer["Location"] == history, view
    assert "历史" in client.get(history).content.decode()
    assert client.get(page.url).status_code == 200


def test_links_and_entities_of_rich_text_are_inert(client):
    village = VillagePageFactory()
    village.introduction = (
        '<p><a href="javascript:alert(1)">一</a><a linktype="page" id="99999">二</a>'
        '<a linktype="none" id="1">三</a><embed embedtype="media" url="https://example.org/"/>'
        '<embed embedtype="image" id="99999" alt="x" format="left"/>'
        '<a linktype="page" id="x">四</a>'
        '<a linktype="page">五</a><embed embedtype="image"/><embed embedtype="image" id="1"/>'
        '<a id="7">六</a><a linktype="document" id="1e3">七</a><embed id="1" format="x"/></p>'
    )
    village.save()
    text = client.get(village.url).content.decode()
    assert "javascript:" not in text and "example.org" not in text and "一" in text
