"""The admin's comparison of a draft, and the desk where editions end and articles are suspended."""

import datetime
import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.test.utils.form_data import (
    nested_form_data,
    querydict_from_html,
    streamfield,
)

from covenants import validity
from covenants.models import CovenantPage
from editorial.appointments import appoint
from editorial.workflow import ensure_workflow
from tests import factories as make

pytestmark = pytest.mark.django_db
DAY = datetime.date
TABLES = str(uuid.uuid5(uuid.NAMESPACE_OID, "a"))


@pytest.fixture
def people():
    """A village's editor, the neighbour's, the township's reviewer, another township's."""
    township = make.TownshipPageFactory()
    far = make.TownshipPageFactory(parent=township.get_parent())
    own, other = (make.VillagePageFactory(parent=township) for _ in range(2))
    ensure_workflow(township.get_site().root_page)
    seats = {
        "editor": ("village_editor", own),
        "neighbour": ("village_editor", other),
        "reviewer": ("township_reviewer", township),
        "far_reviewer": ("township_reviewer", far),
        "county": ("county_admin", township.get_parent()),
    }
    users = {name: make.UserFactory(username=name) for name in seats}
    for name, (role, place) in seats.items():
        appoint(users[name], role, place)
    return {**users, "own": own}


@pytest.fixture
def rule(people):
    """A published rule with a draft on top of it, saved and submitted by the editor."""
    page = make.CovenantPageFactory(
        parent=people["own"],
        articles=[{"id": TABLES, "text": "酒席不超过二十桌。"}, "违者罚款五百元。"],
        adopted_on=DAY(2019, 3, 16),
    )
    page.save_revision().publish()
    page = CovenantPage.objects.get(pk=page.pk)
    page.body = make.rule_body(("", "", [{"id": TABLES, "text": "酒席不超过十五桌。"}]))
    page.adopted_on = page.effective_from = DAY(2025, 4, 1)
    page.change_summary = "酒席由二十桌改为十五桌。"
    page.save_revision(user=people["editor"])
    return CovenantPage.objects.get(pk=page.pk)


def compare_url(page):
    return reverse("covenants_compare", args=[page.pk])


def editions_url(page):
    return reverse("covenants_editions", args=[page.pk])


def is_refused(response):
    """Wagtail sends whoever may not away from the page, the guard answers 404."""
    return response.status_code in (302, 403, 404)


@pytest.mark.parametrize("name", ["editor", "reviewer", "county"])
@pytest.mark.parametrize("view", ["inline", "side"])
def test_editor_and_reviewer_see_what_the_draft_changes(client, people, rule, name, view):
    client.force_login(people[name])
    html = client.get(compare_url(rule), {"view": view}).content.decode()
    assert '<strong class="diff__number">十五</strong>' in html
    assert '<strong class="diff__number">二十</strong>' in html
    assert "改了 1 条，新增 0 条，删去 1 条" in html
    assert "第1版" in html and "酒席由二十桌改为十五桌。" in html


def test_a_draft_without_a_sentence_on_its_change_is_noticed(client, people, rule):
    client.force_login(people["reviewer"])
    assert "用一句话写明" not in client.get(compare_url(rule)).content.decode()
    rule = rule.get_latest_revision_as_object()
    rule.change_summary = ""
    rule.save_revision(user=people["editor"])
    assert "用一句话写明" in client.get(compare_url(rule)).content.decode()


@pytest.mark.parametrize("name", ["neighbour", "far_reviewer"])
def test_nobody_elses_draft_is_compared(client, people, rule, name):
    client.force_login(people[name])
    response = client.get(compare_url(rule))
    assert is_refused(response)
    assert "十五" not in response.content.decode()


def test_visitors_must_log_in(client, rule):
    for address in (compare_url(rule), editions_url(rule)):
        response = client.get(address)
        assert response.status_code == 302 and "/login/" in response.url


def test_a_page_that_is_no_rule_is_refused(client, people):
    client.force_login(people["reviewer"])
    for name in ("covenants_compare", "covenants_editions"):
        assert is_refused(client.get(reverse(name, args=[people["own"].pk])))
        assert client.get(reverse(name, args=[987654321])).status_code == 404


def test_a_rule_never_published_has_nothing_to_compare(client, people):
    draft = make.CouncilPageFactory(parent=people["own"], live=False)
    draft.save_revision(user=people["editor"])
    client.force_login(people["editor"])
    assert "还没有公布过" in client.get(compare_url(draft)).content.decode()


def test_edit_page_leads_to_the_comparison(client, people, rule):
    client.force_login(people["editor"])
    html = client.get(reverse("wagtailadmin_pages:edit", args=[rule.pk])).content.decode()
    assert compare_url(rule) in html and editions_url(rule) not in html
    client.force_login(people["reviewer"])
    html = client.get(reverse("wagtailadmin_pages:edit", args=[rule.pk])).content.decode()
    assert compare_url(rule) in html and editions_url(rule) in html


def stream_fields(text):
    """What the editor's scripts send for a body of one article and no attachments."""
    article = {"label": "第1条", "inserted": "", "text": text, "items": {"count": "0"}}
    articles = {"count": "1", "0": {"deleted": "", "order": "0", "id": TABLES, "value": article}}
    chapter = {"label": "", "title": "", "articles": articles}
    return {"body": streamfield([("chapter", chapter)]), "attachments": streamfield([])}


def test_the_editor_is_asked_for_the_sentence_beside_its_field(client, people, rule):
    client.force_login(people["editor"])
    address = reverse("wagtailadmin_pages:edit", args=[rule.pk])
    form = querydict_from_html(client.get(address).content.decode(), form_id="page-edit-form")
    data = form.dict() | {"change_summary": ""} | nested_form_data(stream_fields("不超过八桌。"))
    assert "用一句话写明" in client.post(address, data | {"action-submit": "1"}).content.decode()
    assert not CovenantPage.objects.get(pk=rule.pk).workflow_in_progress
    assert client.post(address, data).status_code == 302, "a draft may do without"


def test_reviewer_is_led_to_the_comparison_before_approving(client, people, rule):
    rule.get_workflow().start(rule, people["editor"])
    client.force_login(people["reviewer"])
    home = client.get(reverse("wagtailadmin_home")).content.decode()
    assert f'href="{compare_url(rule)}"' in home


def test_comparison_costs_the_same_for_any_number_of_articles(client, people, rule):
    client.force_login(people["reviewer"])

    def queries():
        client.get(compare_url(rule))
        with CaptureQueriesContext(connection) as seen:
            client.get(compare_url(rule))
        return len(seen)

    before = queries()
    rule.body = make.rule_body(("", "", [f"第{n}户办客从简。" for n in range(60)]))
    rule.save_revision(user=people["editor"])
    assert queries() == before


def test_only_who_may_publish_decides_on_editions(client, people, rule):
    for name in ("editor", "neighbour", "far_reviewer"):
        client.force_login(people[name])
        assert is_refused(client.get(editions_url(rule)))
        posted = {
            "action": "end",
            "end-reason": "repealed",
            "end-on": "2025-05-01",
            "end-note": "废",
        }
        assert is_refused(client.post(editions_url(rule), posted))
    assert rule.editions.get().ended_on is None


@pytest.mark.parametrize("name", ["reviewer", "county"])
def test_township_and_county_repeal_and_take_it_back(client, people, rule, name):
    client.force_login(people[name])
    posted = {"action": "end", "end-reason": "ordered", "end-on": "2025-05-01", "end-note": "违法"}
    assert client.post(editions_url(rule), posted).status_code == 302
    edition = rule.editions.get()
    assert (edition.ended_on, edition.ended_reason) == (DAY(2025, 5, 1), "ordered")
    assert edition.ended_note == "违法"
    assert "撤销停用" in client.get(editions_url(rule)).content.decode()
    client.post(editions_url(rule), {"action": "take_back"})
    assert rule.editions.get().ended_on is None


def test_articles_are_suspended_and_resumed(client, people, rule):
    client.force_login(people["reviewer"])
    article = rule.editions.get().provisions.last()
    suspended = {
        "action": "suspend",
        "suspend-articles": [article.pk],
        "suspend-on": "2025-05-01",
        "suspend-note": "罚款没有法律依据。",
    }
    assert client.post(editions_url(rule), suspended).status_code == 302
    assert "罚款没有法律依据。" in client.get(rule.url).content.decode()
    assert "恢复适用第2条" in client.get(editions_url(rule)).content.decode()
    resumed = {"action": "resume", "article": article.pk, "resume-on": "2025-06-01"}
    assert client.post(editions_url(rule), resumed).status_code == 302
    assert "暂停适用" not in client.get(rule.url).content.decode()


def test_each_suspended_article_has_fields_of_its_own(client, people, rule):
    client.force_login(people["reviewer"])
    articles = list(rule.editions.get().provisions.all())
    validity.suspend(articles, on=DAY(2025, 5, 1), note="违法。", by=people["reviewer"])
    html = client.get(editions_url(rule)).content.decode()
    ids = re.findall(r'<input[^>]* id="([^"]+)"', html)
    assert len(articles) > 1 and len(ids) == len(set(ids)), "a label names one field"
    assert sum(f'for="{one}"' in html for one in ids if "resume-on" in one) == len(articles)
    bad = {"action": "resume", "article": articles[1].pk, "resume-on": ""}
    refused = client.post(editions_url(rule), bad)
    told = [form.errors for _article, form in refused.context["provisions"]]
    assert [bool(errors) for errors in told] == [False, True], "the fault stands where it was made"


def test_faults_are_told_beside_the_fields(client, people, rule):
    client.force_login(people["reviewer"])
    for posted, told in (
        ({"action": "end", "end-reason": "repealed", "end-on": "2025-05-01"}, "请写明缘由"),
        (
            {"action": "end", "end-reason": "repealed", "end-on": "2001-01-01", "end-note": "废"},
            "不能早于这一版的施行日期 2019-03-16",
        ),
        ({"action": "suspend", "suspend-on": "2025-05-01", "suspend-note": "违法"}, "请勾选"),
    ):
        response = client.post(editions_url(rule), posted)
        assert response.status_code == 200 and told in response.content.decode()
    for posted in ({}, {"action": "resume", "article": "x", "resume-on": "2025-05-01"}):
        assert client.post(editions_url(rule), posted).status_code == 200
    assert rule.editions.get().ended_on is None


def test_articles_of_another_rule_cannot_be_named(client, people, rule):
    foreign = make.CovenantPageFactory().editions.get().provisions.first()
    client.force_login(people["reviewer"])
    client.post(
        editions_url(rule),
        {
            "action": "suspend",
            "suspend-articles": [foreign.pk],
            "suspend-on": "2025-05-01",
            "suspend-note": "违法",
        },
    )
    foreign.refresh_from_db()
    assert foreign.suspended_from is None
