"""Where a consultation stands today: public notice, promised, overdue, done."""

import datetime

import pytest
from django.utils import timezone

from consultations.models import ConsultationPage
from consultations.standing import (
    PROMISED,
    STATES,
    in_state,
    notices_running,
    outlines,
    promised,
    running,
)
from tests import factories as make

pytestmark = pytest.mark.django_db


def day(days):
    return timezone.localdate() + datetime.timedelta(days=days)


@pytest.fixture
def records():
    """{title: record}, one for each way a record may stand."""
    village = make.VillagePageFactory()
    fields = {
        "公示第一天": {"notice_from": day(0), "notice_until": day(7)},
        "公示最后一天": {"notice_from": day(-7), "notice_until": day(0)},
        "公示没写起日": {"notice_until": day(3)},
        "公示明天开始": {"notice_from": day(1), "notice_until": day(7)},
        "公示昨天结束": {"notice_from": day(-7), "notice_until": day(-1)},
        "昨天到期": {"responsible": "村委会", "due": day(-1)},
        "早就到期": {"due": day(-100)},
        "今天到期": {"responsible": "村委会", "due": day(0)},
        "没说日子": {"responsible": "村委会"},
        "办好了": {"responsible": "村委会", "due": day(-30), "completed_on": day(-40)},
        "晚办好了": {"responsible": "村委会", "due": day(-30), "completed_on": day(-2)},
        "没有采纳": {"outcome": "not_agreed", "responsible": "村委会", "due": day(-5)},
        "什么也没说": {},
    }
    return {
        title: make.ConsultationPageFactory(parent=village, title=title, **values)
        for title, values in fields.items()
    }


def titles(rows):
    return [row.title for row in rows]


def test_notice_runs_from_its_first_to_its_last_day(records):
    rows = notices_running(ConsultationPage.objects.all())
    assert titles(rows) == ["公示最后一天", "公示没写起日", "公示第一天"]
    for title, record in records.items():
        assert bool(record.notice_sentence) == (title in titles(rows)), title
    assert records["公示最后一天"].notice_sentence.startswith("正在公示，到")


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("overdue", {"昨天到期", "早就到期"}),
        ("under_way", {"今天到期", "没说日子"}),
        ("done", {"办好了", "晚办好了"}),
        ("not_agreed", {"没有采纳"}),
    ],
)
def test_lists_narrow_to_a_state(records, state, expected):
    assert set(titles(in_state(ConsultationPage.objects.all(), state))) == expected


def test_unknown_state_narrows_nothing(records):
    assert in_state(ConsultationPage.objects.all(), "x").count() == len(records)


def test_promises_stand_in_the_order_residents_ask_for(records):
    known = {record.pk: title for title, record in records.items()}
    ordered = [known[outline.pk] for outline in promised(outlines(ConsultationPage.objects.all()))]
    assert ordered == ["早就到期", "昨天到期", "今天到期", "没说日子", "晚办好了", "办好了"]


def test_lists_and_outlines_agree_on_every_record(records):
    """The database narrows lists, Python sorts the parts of a page: one rule in two places."""
    read = outlines(ConsultationPage.objects.all())
    for state in PROMISED:
        of_list = set(in_state(ConsultationPage.objects.all(), state).values_list("pk", flat=True))
        assert {outline.pk for outline in read if outline.state() == state} == of_list
    notices = list(notices_running(ConsultationPage.objects.all()).values_list("pk", flat=True))
    assert [outline.pk for outline in running(read)] == notices


def test_promises_are_told_plainly(records):
    told = {title: record.promise_sentence for title, record in records.items()}
    assert told["昨天到期"].startswith("说好") and told["昨天到期"].endswith("还没有登记结果。")
    assert told["今天到期"].startswith("说好") and "还没有" not in told["今天到期"]
    assert told["没说日子"] == "还在办，没有说定日子。"
    assert told["办好了"].endswith("办好了。") and told["晚办好了"].endswith("办好了。")
    assert told["没有采纳"] == told["什么也没说"] == ""
    assert {t for t, record in records.items() if record.is_overdue} == {"昨天到期", "早就到期"}


def test_list_shows_the_state_that_was_chosen(records, client):
    html = client.get("/consultations/?state=overdue").content.decode()
    assert "昨天到期" in html and "还没有登记结果" in html
    assert "没说日子" not in html
    assert 'aria-current="true">过了说好的日子' in html
    for state in STATES:
        assert f"?state={state}" in html


def test_empty_list_says_where_to_go_on(records, client):
    village = make.VillagePageFactory(code="532391101299")
    html = client.get("/consultations/?in=532391101299&state=overdue").content.decode()
    assert 'href="/consultations/?in=532391101299">看这里全部的' in html
    html = client.get("/consultations/?in=532391101299").content.decode()
    township = village.get_parent().specific
    assert f'href="/consultations/?in={township.code}">看{township.title}全部的' in html
