"""The county's report on texts in force, and its own rules."""

import datetime
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from covenants import hints
from covenants.models import HintAnswer, HintRule, HintWords
from tests.editorial.conftest import people  # noqa: F401
from tests.factories import (
    CovenantPageFactory,
    TownshipPageFactory,
    VillagePageFactory,
    next_edition,
)

REPORT = reverse("covenants_hint_report")
FINE, OLD, MILD = "=违者罚款五十元。", "夫妻关系按《婚姻法》处理。", "违者批评教育。"


@pytest.fixture
def texts(people):  # noqa: F811
    """In force: one with a fine and an old law in the own township, one old law in another."""
    other = VillagePageFactory(parent=people.far_township)
    return [
        CovenantPageFactory(parent=people.other, articles=[FINE, OLD]),
        CovenantPageFactory(parent=other, articles=[OLD]),
    ]


def shown(client, user, query=""):
    client.force_login(user)
    return client.get(f"{REPORT}{query}")


def test_the_county_sees_by_rule_and_township(people, texts, client):  # noqa: F811
    context = shown(client, people.county_admin).context
    assert [(r["rule"], r["texts"]) for r in context["rules"]] == [("fine", 1), ("outdated", 2)]
    towns = {row["name"].split(" · ")[-1]: row["outdated"] for row in context["towns"]}
    assert towns == {"云台镇": 1, "石板镇": 1}
    found = shown(client, people.county_admin, "?rule=fine").context["rows"]
    assert [row["hit"].match for row in found] == ["罚款"]


def test_each_row_leads_to_its_hit_on_the_screen_of_its_text(people, texts, client):  # noqa: F811
    html = shown(client, people.county_admin).content.decode()
    screen = reverse("covenants_hints", args=[texts[0].pk])
    text = client.get(screen).content.decode()
    for hint in hints.open_hits(texts[0]):
        assert f'href="{screen}#hint-{hint.key}"' in html
        assert f'id="hint-{hint.key}"' in text


def test_a_township_sees_its_own(people, texts, client):  # noqa: F811
    rows = shown(client, people.reviewer).context["rows"]
    assert {row["page"].pk for row in rows} == {texts[0].pk}
    assert shown(client, people.editor).status_code in (302, 403)


def test_what_is_answered_or_replaced_leaves_the_report(people, texts, client):  # noqa: F811
    page = texts[0]
    for hint in hints.open_hits(page):
        if hint.rule.key == "fine":
            hints.answer(page, hint.key, HintAnswer.KEEP, "司法所看过。", by=people.reviewer)
    rules = [row["rule"] for row in shown(client, people.county_admin).context["rules"]]
    assert rules == ["outdated"]
    for text in texts:
        next_edition(text, MILD, effective_from=datetime.date(2024, 1, 1))
    assert "没有还没答复的提示" in shown(client, people.county_admin).content.decode()


def test_the_files_hold_every_row_and_no_formula(people, texts, client):  # noqa: F811
    response = shown(client, people.county_admin, "?format=xlsx")
    sheet = load_workbook(io.BytesIO(response.content)).active
    rows = list(sheet.iter_rows())
    assert len(rows) == 4 and all(cell.data_type != "f" for row in rows for cell in row)
    lines = b"".join(shown(client, people.county_admin, "?format=csv")).decode("utf-8-sig")
    assert len(lines.splitlines()) == 4 and "婚姻法" in lines


def test_a_rule_of_the_countys_own_is_called_by_its_name(people, client):  # noqa: F811
    HintRule.objects.create(
        name="养狗",
        level="amber",
        county_id=people.county.pk,
        patterns="狗",
        explanation="看一眼。",
    )
    CovenantPageFactory(parent=people.other, articles=["狗要拴好。"])
    answer = shown(client, people.county_admin)
    assert [row["rule"] for row in answer.context["rows"]] == ["养狗"]
    assert [row["name"] for row in answer.context["rules"]] == ["养狗"]
    assert "养狗" in dict(answer.context["form"].fields["rule"].choices).values()


def test_more_villages_cost_no_more_queries(people, texts, client):  # noqa: F811
    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert shown(client, people.county_admin).status_code == 200
        return len(seen)

    queries()
    few = queries()
    for _ in range(3):
        town = TownshipPageFactory(parent=people.county)
        for _ in range(3):
            CovenantPageFactory(parent=VillagePageFactory(parent=town), articles=[FINE, OLD])
    assert queries() == few


def rule_form(**fields):
    values = {
        "name": "养狗",
        "level": "amber",
        "active": "on",
        "explanation": "看一眼。",
        "order": "10",
        "grounds": inline_formset([]),
        **dict.fromkeys(("county", "replaces", "suggestion", "ignored", "unless"), ""),
        **dict.fromkeys(("dropped_by", "lowered_by", "patterns"), ""),
        **fields,
    }
    return nested_form_data(values)


ADD = "wagtailsnippets_covenants_hintrule:add"


def test_a_county_adds_a_rule_of_its_own_and_tries_it(people, client):  # noqa: F811
    client.force_login(people.county_admin)
    form = rule_form(patterns="狗 ＞6 拴", county=people.county.pk)
    assert client.post(reverse(ADD), form).status_code == 302
    assert HintRule.objects.get(name="养狗").county_id == people.county.pk
    tried = {"text": "狗要拴好。", "county": people.county.pk}
    html = client.post(reverse("covenants_hints_try"), tried).content.decode()
    assert "<mark>狗要拴</mark>" in html


def test_a_county_changes_no_rule_of_the_prefecture(people, client):  # noqa: F811
    client.force_login(people.county_admin)
    client.post(reverse(ADD), rule_form(patterns="狗"))
    assert not HintRule.objects.filter(name="养狗").exists()
    fine = HintRule.objects.get(key="fine")
    address = reverse("wagtailsnippets_covenants_hintrule:edit", args=[fine.pk])
    client.post(address, rule_form(name="改了"))
    words = HintWords.objects.get(name="机关")
    address = reverse("wagtailsnippets_covenants_hintwords:edit", args=[words.pk])
    client.post(address, {"words": "无"})
    assert not HintRule.objects.filter(name="改了").exists()
    assert HintWords.objects.get(name="机关").words != "无"


def test_a_rule_that_cannot_be_used_is_refused_beside_its_field(people, client):  # noqa: F811
    client.force_login(people.county_admin)
    form = rule_form(patterns="狗\n甲 ＞ 乙 ＞ 丙 ＞ 丁 ＞ 戊", county=people.county.pk)
    html = client.post(reverse(ADD), form).content.decode()
    assert "第2行的组太多" in html
    assert not HintRule.objects.filter(name="养狗").exists()


def test_words_with_which_a_rule_could_not_be_used_are_refused(people, client):  # noqa: F811
    client.force_login(people.admin)
    words = HintWords.objects.get(name="机关")
    address = reverse("wagtailsnippets_covenants_hintwords:edit", args=[words.pk])
    html = client.post(address, {"words": f"{words.words}、{'长' * 30}"}).content.decode()
    assert "就用不了" in html and "太长" in html
    assert "长" * 30 not in HintWords.objects.get(name="机关").words
    assert client.post(address, {"words": f"{words.words}、水务局"}).status_code == 302
    assert HintWords.objects.get(name="机关").words.endswith("水务局")


@pytest.mark.parametrize("name", ["reviewer", "editor"])
def test_others_neither_see_nor_try_rules(people, client, name):  # noqa: F811
    client.force_login(getattr(people, name))
    for address in (reverse("covenants_hints_try"), reverse(ADD)):
        assert client.get(address).status_code in (302, 403, 404)
