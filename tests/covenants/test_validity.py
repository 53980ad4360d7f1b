"""How long an adopted text holds: ends with a reason, suspended articles, the needed summary."""

import datetime
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import PageLogEntry

from covenants import validity
from covenants.models import CovenantPage, Edition
from search.models import OutboxEntry
from tests import factories as make

pytestmark = pytest.mark.django_db
DAY = datetime.date
TABLES, GIFTS = (str(uuid.uuid5(uuid.NAMESPACE_OID, name)) for name in "ab")


@pytest.fixture
def page():
    return make.CovenantPageFactory(
        articles=[
            {"id": TABLES, "text": "酒席不超过二十桌。"},
            {"id": GIFTS, "text": "违者罚款五百元。"},
        ],
        adopted_on=DAY(2019, 3, 16),
    )


@pytest.fixture
def clerk():
    return make.UserFactory()


def end(page, on, *, by, reason=Edition.REPEALED, note="经村民会议表决废止。"):
    validity.end_edition(page.shown_edition, on=on, reason=reason, note=note, by=by)


def suspend(page, on, *, by, note="按镇政府〔2025〕3号文责令改正。"):
    article = page.editions.get(number=1).provisions.get(stable_id=GIFTS)
    validity.suspend([article], on=on, note=note, by=by)
    article.refresh_from_db()
    return article


def reading(client, page, **query):
    return client.get(page.url, query).content.decode()


def touched(page):
    return OutboxEntry.objects.filter(object_pk=str(page.pk)).exists()


def test_repealed_edition_is_not_in_force_from_that_day(client, page, clerk):
    end(page, DAY(2025, 5, 1), by=clerk)
    html = reading(client, page)
    assert "已于2025年5月1日废止" in html and "经村民会议表决废止。" in html
    assert "酒席不超过二十桌" in html, "the old text stays readable"
    assert "酒席不超过二十桌" in reading(client, page, on="2025-04-30")
    assert "这一天没有施行中的版本：第1版已于2025年5月1日停止施行" in reading(
        client, page, on="2025-05-01"
    )
    assert not CovenantPage.objects.get(pk=page.pk).search_in_force()


def test_end_in_future_leaves_it_in_force_until_then(client, page, clerk):
    on = timezone.localdate() + datetime.timedelta(days=30)
    end(page, on, by=clerk, reason=Edition.ORDERED)
    edition = page.editions.get()
    assert edition.in_force() and not edition.in_force(on)
    assert "停止施行" in reading(client, page)


def test_whatever_changes_an_edition_notes_the_page_for_search(page, clerk):
    def noted(step):
        OutboxEntry.objects.all().delete()
        step()
        return touched(page)

    assert noted(lambda: suspend(page, DAY(2025, 1, 1), by=clerk))
    article = page.editions.get().provisions.get(stable_id=GIFTS)
    assert noted(lambda: validity.resume(article, on=DAY(2025, 6, 1), by=clerk))
    assert noted(lambda: end(page, DAY(2025, 5, 1), by=clerk))
    assert noted(lambda: validity.take_end_back(page.editions.get(), by=clerk))
    actions = set(PageLogEntry.objects.filter(page=page.pk).values_list("action", flat=True))
    assert {
        f"covenants.{name}" for name in ("suspend", "resume", "end_edition", "take_end_back")
    } <= (actions)


def test_a_refused_step_leaves_no_trace(page, clerk):
    OutboxEntry.objects.all().delete()
    for values in (
        {"on": DAY(2018, 1, 1)},
        {"on": DAY(2999, 1, 1)},
        {"on": DAY(2025, 1, 1), "note": "  "},
        {"on": DAY(2025, 1, 1), "reason": Edition.REPLACED},
    ):
        with pytest.raises(ValidationError):
            end(page, by=clerk, **values)
    assert page.editions.get().ended_on is None and not touched(page)
    assert not PageLogEntry.objects.filter(action__startswith="covenants.").exists()


def test_a_replaced_edition_cannot_be_repealed(page, clerk):
    first = page.editions.get()
    make.next_edition(page, "酒席不超过十桌。", effective_from=DAY(2024, 4, 1))
    with pytest.raises(ValidationError):
        validity.end_edition(
            first, on=DAY(2020, 1, 1), reason=Edition.REPEALED, note="废止", by=clerk
        )


def test_an_end_must_come_before_the_next_edition_begins(page, clerk):
    coming = timezone.localdate() + datetime.timedelta(days=30)
    page.adopted_on = None
    make.next_edition(page, "酒席不超过十桌。", effective_from=coming)
    page = CovenantPage.objects.get(pk=page.pk)
    with pytest.raises(ValidationError):
        end(page, coming, by=clerk)
    end(page, coming - datetime.timedelta(days=1), by=clerk)
    validity.take_end_back(page.editions.get(number=1), by=clerk)
    first = page.editions.get(number=1)
    assert (first.ended_on, first.ended_reason, first.ended_note) == (coming, "replaced", "")


def test_a_repealed_text_can_be_adopted_again(page, clerk):
    end(page, DAY(2024, 5, 1), by=clerk)
    page = CovenantPage.objects.get(pk=page.pk)
    page.one_minute = "酒席二十桌"
    page.save()
    assert page.editions.count() == 1, "saving what stands there adopts nothing"
    page.adopted_on = page.effective_from = DAY(2025, 3, 1)
    page.change_summary = "重新通过原来的村规民约。"
    page.save()
    assert page.editions.count() == 2 and page.edition_in_force.number == 2


def test_suspended_article_says_since_when_and_why(client, page, clerk):
    suspend(page, DAY(2025, 1, 1), by=clerk)
    html = reading(client, page)
    assert "本条自2025年1月1日起暂停适用：按镇政府〔2025〕3号文责令改正。" in html
    assert html.count("本条自") == 1
    assert "有 1 条暂停适用" in html
    assert "违者罚款五百元" in html


def test_suspension_is_shown_as_of_the_day_that_is_read(client, page, clerk):
    article = suspend(page, DAY(2025, 1, 1), by=clerk)
    assert "本条将自2025年1月1日起暂停适用" in reading(client, page, on="2024-06-01")
    validity.resume(article, on=DAY(2025, 6, 1), by=clerk)
    assert "2025年6月1日恢复" in reading(client, page, on="2025-03-01")
    assert "暂停适用" not in reading(client, page, on="2025-06-01")
    assert "暂停适用" not in reading(client, page)


def test_suspension_taken_back_before_it_began_vanishes(page, clerk):
    article = suspend(page, timezone.localdate(), by=clerk)
    validity.resume(article, on=timezone.localdate(), by=clerk)
    article.refresh_from_db()
    assert (article.suspended_from, article.suspended_note) == (None, "")


def test_an_article_adopted_again_word_for_word_stays_suspended(page, clerk):
    suspend(page, DAY(2023, 1, 1), by=clerk)
    same = {"id": GIFTS, "text": "违者罚款五百元。"}
    second = make.next_edition(page, "办客从简。", same, effective_from=DAY(2024, 4, 1))
    assert second.provisions.get(stable_id=GIFTS).is_suspended()
    corrected = {"id": GIFTS, "text": "违者批评教育。"}
    third = make.next_edition(page, "办客从简。", corrected, effective_from=DAY(2025, 4, 1))
    assert not third.provisions.get(stable_id=GIFTS).is_suspended()


def test_a_coming_edition_with_the_same_words_is_suspended_with_it(page, clerk):
    coming = timezone.localdate() + datetime.timedelta(days=30)
    page.adopted_on = None
    same = {"id": GIFTS, "text": "违者罚款五百元。"}
    second = make.next_edition(page, "办客从简。", same, effective_from=coming)
    article = suspend(page, DAY(2025, 1, 1), by=clerk)
    assert second.provisions.get(stable_id=GIFTS).is_suspended(coming)
    assert second.provisions.filter(suspended_from=None).count() == 1
    validity.resume(article, on=DAY(2025, 6, 1), by=clerk)
    assert not second.provisions.get(stable_id=GIFTS).is_suspended(coming)


def test_second_edition_needs_a_sentence_on_what_changed(page):
    page.body = make.rule_body(("", "", ["酒席不超过十桌。"]))
    page.adopted_on = page.effective_from = DAY(2024, 4, 1)
    with pytest.raises(ValidationError) as refused:
        page.save()
    assert "change_summary" in refused.value.message_dict
    page.change_summary = "酒席由二十桌改为十桌。"
    page.save()
    assert page.editions.get(number=2).summary == "酒席由二十桌改为十桌。"


def test_the_sentence_of_the_edition_before_is_none_for_this_one(page):
    make.next_edition(page, "酒席不超过十桌。", effective_from=DAY(2024, 4, 1))
    page.body = make.rule_body(("", "", ["酒席不超过八桌。"]))
    page.adopted_on = page.effective_from = DAY(2025, 4, 1)
    with pytest.raises(ValidationError) as refused:
        page.save()
    assert "和上一版的一样" in str(refused.value)


@pytest.mark.parametrize(
    ("day", "seen"),
    [
        ("2001-01-01", "这一天没有施行中的版本：本站登记的第一版自2019年3月16日起施行"),
        ("2024-3-31", "酒席不超过二十桌。"),
        ("2024-04-01", "酒席不超过十桌。"),
        ("2999-12-31", "您看的是以后的日子"),
        ("2024-13-01", "日期没有看懂"),
        ("20240401", "酒席不超过十桌。"),
        ("2024-04-01T00:00", "日期没有看懂"),
        ("0001-01-01", "这一天没有施行中的版本"),
        ("99999-01-01", "日期没有看懂"),
    ],
)
def test_any_day_has_an_answer(client, page, day, seen):
    make.next_edition(page, "酒席不超过十桌。", effective_from=DAY(2024, 4, 1))
    response = client.get(page.url, {"on": day})
    assert response.status_code == 200 and seen in response.content.decode()


def test_a_coming_edition_is_announced_with_its_day(client, page):
    coming = timezone.localdate() + datetime.timedelta(days=30)
    page.adopted_on = None
    make.next_edition(page, "酒席不超过十桌。", effective_from=coming)
    day = f"{coming.year}年{coming.month}月{coming.day}日"
    html = reading(client, page)
    assert f"第2版将于{day}起施行，在那以前还按这一版办" in html
    assert f"将于{day}起施行" in html.split('id="editions"')[1]
    assert "酒席不超过二十桌" in html and "酒席不超过十桌" not in html
    assert "酒席不超过十桌" in reading(client, page, on=coming.isoformat())


def test_editions_are_told_with_their_first_and_last_day(client, page):
    make.next_edition(page, "酒席不超过十桌。", effective_from=DAY(2024, 4, 1))
    listed = reading(client, page).split('id="editions"')[1]
    assert "2019年3月16日至2024年3月31日" in listed
    assert "2024年4月1日起，一直到现在" in listed


def test_papers_that_are_missing_are_named(client):
    bare = make.CouncilPageFactory(adopted_by="")
    assert "没有登记的有：通过的会议、表决票数、备案。" in reading(client, bare)
