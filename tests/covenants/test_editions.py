"""Editions: what publishing makes of a working text, which one is in force, what may not change."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from covenants.adoption import provision_rows
from covenants.models import CovenantPage, Edition, Immutable, Provision
from tests.factories import (
    CouncilPageFactory,
    CovenantPageFactory,
    VillagePageFactory,
    items,
    next_edition,
    rule_body,
)

pytestmark = pytest.mark.django_db
DAY = datetime.date


def test_publishing_makes_an_edition_with_provisions():
    page = CovenantPageFactory(
        chapters=[
            ("第一章", "总则", ["为了大家好。"]),
            ("第二章", "办客", [{"text": "办客从简:", "items": items("红事十桌", "礼金一百元")}]),
        ]
    )
    edition = page.editions.get()
    assert (edition.number, edition.provenance) == (1, Edition.LEGACY)
    assert edition.effective_from == page.adopted_on
    first, second = edition.provisions.all()
    assert (first.chapter_title, first.label, first.text) == ("总则", "第1条", "为了大家好。")
    assert second.plain_text == "办客从简:\n（一）红事十桌\n（二）礼金一百元"


def test_draft_has_no_edition():
    page = CovenantPageFactory(live=False)
    assert not page.editions.exists()


def test_text_without_change_makes_no_new_edition():
    page = CovenantPageFactory()
    page.one_minute = "酒席不超过十桌。"
    page.save_revision().publish()
    assert page.editions.count() == 1


def test_changed_text_needs_a_later_date():
    page = CovenantPageFactory()
    page.body = rule_body(("", "", ["酒席不超过八桌。"]))
    with pytest.raises(ValidationError) as refused:
        page.save_revision().publish()
    assert "effective_from" in refused.value.message_dict
    assert (
        CovenantPage.objects.get(pk=page.pk)
        .body[0]
        .value["articles"][0]["text"]
        .startswith("办客从简")
    ), "the refused text must not stand on the page"
    assert page.editions.count() == 1


def test_new_edition_ends_the_one_before():
    page = CovenantPageFactory()
    second = next_edition(page, "酒席不超过八桌。", effective_from=DAY(2024, 6, 1))
    first = page.editions.get(number=1)
    assert (first.ended_on, first.ended_reason) == (DAY(2024, 6, 1), Edition.REPLACED)
    assert not first.in_force(DAY(2024, 6, 1)) and first.in_force(DAY(2024, 5, 31))
    assert second.in_force(DAY(2024, 6, 1))
    assert Edition.objects.in_force(DAY(2024, 5, 31)).get() == first
    assert Edition.objects.in_force(DAY(2024, 6, 1)).get() == second


def test_future_edition_leaves_the_present_one_in_force():
    page = CovenantPageFactory()
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    second = next_edition(page, "酒席不超过八桌。", effective_from=tomorrow)
    page = CovenantPage.objects.get(pk=page.pk)
    assert second.state == "future"
    assert page.edition_in_force.number == 1
    assert "十桌" in page.rule_text() and "八桌" not in page.rule_text()


def test_adopted_text_cannot_be_changed_by_any_way():
    edition = CovenantPageFactory().editions.get()
    edition.title = "改"
    with pytest.raises(Immutable):
        edition.save()
    with pytest.raises(Immutable):
        Edition.objects.filter(pk=edition.pk).update(title="改")
    provision = edition.provisions.first()
    provision.text = "改"
    with pytest.raises(Immutable):
        provision.save()
    with pytest.raises(Immutable):
        Provision.objects.filter(pk=provision.pk).update(text="改")


def test_no_date_no_publishing():
    page = CovenantPageFactory(live=False, adopted_on=None)
    with pytest.raises(ValidationError) as refused:
        page.save_revision().publish()
    assert "adopted_on" in refused.value.message_dict
    assert not CovenantPage.objects.get(pk=page.pk).live


def test_publishing_without_articles_is_refused():
    page = CovenantPageFactory(live=False, body=[])
    with pytest.raises(ValidationError):
        page.save_revision().publish()
    assert not CovenantPage.objects.get(pk=page.pk).live


def test_a_chapter_of_sections_gives_its_heading_to_the_first_of_them():
    page = CovenantPageFactory(
        chapters=[
            ("第二章", "婚丧喜庆", []),
            ("第一节", "红事", ["红事不超过十桌。"]),
            ("第二节", "白事", ["白事两天办完。"]),
        ]
    )
    first, second = page.editions.get().provisions.all()
    assert (first.chapter_label, first.chapter_title) == ("第二章", "婚丧喜庆 第一节 红事")
    assert (second.chapter_label, second.chapter_title) == ("第二节", "白事")


def test_a_last_chapter_without_articles_is_refused_by_name():
    page = CovenantPageFactory(
        live=False, chapters=[("第一章", "总则", ["为了大家好。"]), ("第二章", "附则", [])]
    )
    with pytest.raises(ValidationError) as refused:
        page.save_revision().publish()
    assert "第二章 附则" in str(refused.value.message_dict["body"])
    assert not CovenantPage.objects.get(pk=page.pk).live


def test_more_empty_headings_than_fit_are_refused():
    empty = [(f"第{n}章", "这一章的名字写得很长很长很长" * 3, []) for n in range(6)]
    page = CovenantPageFactory(live=False, chapters=[*empty, ("第七章", "总则", ["为了大家好。"])])
    with pytest.raises(ValidationError) as refused:
        page.save_revision().publish()
    assert "body" in refused.value.message_dict


def test_copied_article_gets_an_identity_of_its_own():
    row = {"text": "不乱倒垃圾。", "id": "11111111-1111-4111-8111-111111111111"}
    page = CovenantPageFactory(chapters=[("", "", [row, row])])
    ids = page.editions.get().provisions.values_list("stable_id", flat=True)
    assert len(set(ids)) == 2


def test_article_keeps_its_anchor_across_editions():
    key = "22222222-2222-4222-8222-222222222222"
    page = CovenantPageFactory(chapters=[("", "", [{"text": "不超过十桌", "id": key}])])
    next_edition(page, {"text": "不超过八桌", "id": key}, effective_from=DAY(2024, 6, 1))
    anchors = {e.provisions.get().anchor for e in page.editions.all()}
    assert len(anchors) == 1


def test_forged_block_id_neither_breaks_nor_changes_from_time_to_time():
    row = {"text": "不乱倒垃圾。", "id": "EVIL"}
    page = CovenantPageFactory(chapters=[("", "", [row])])
    key = page.editions.get().provisions.get().stable_id
    assert provision_rows(page.body)[0]["stable_id"] == key


def test_one_covenant_per_place():
    village = VillagePageFactory()
    CovenantPageFactory(parent=village)
    with pytest.raises(ValidationError):
        CovenantPageFactory(parent=village, slug="another")
    assert CovenantPage.objects.child_of(village).count() == 1


def test_one_charter_of_each_kind_per_place():
    village = VillagePageFactory()
    CouncilPageFactory(parent=village, council="ethics")
    CouncilPageFactory(parent=village, council="prevention")
    with pytest.raises(ValidationError):
        CouncilPageFactory(parent=village, council="ethics", slug="another")


def test_titles_follow_village_or_community():
    assert CovenantPageFactory(parent__name="松林村民委员会").title == "松林村村规民约"
    with translation.override("en"):
        assert CovenantPageFactory(parent__name="松林村民委员会").title == "松林村村规民约"
    community = VillagePageFactory(community=True, name="云台街社区居民委员会")
    assert CovenantPageFactory(parent=community).title == "云台街社区居民公约"
    assert CouncilPageFactory(parent=community, council="ethics").title == (
        "云台街社区道德评议会章程"
    )
