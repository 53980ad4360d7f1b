"""换届 as the township does it: who may open what, ending, appointing, handing out slips."""

import datetime
import io
import re

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from wagtail.models import Page

from editorial.appointments import appoint
from editorial.models import Invitation, Mandate
from tests.factories import UserFactory, VillagePageFactory
from villages.change_of_term.roster import read_workbook

from .test_roster import hostile, workbook

TODAY = timezone.localdate


@pytest.fixture
def open_screen(client):
    def open_screen(user, page, name="change_of_term", **query):
        client.force_login(user)
        return client.get(reverse(name, args=[page.pk]), query)

    return open_screen


@pytest.fixture
def send(client):
    def send(user, page, name="change_of_term", **data):
        client.force_login(user)
        return client.post(reverse(name, args=[page.pk]), data, follow=True)

    return send


def words(response):
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", response.content.decode()))


def test_only_who_appoints_there_opens_a_screen(term, open_screen, client):
    county = term.township.get_parent()
    home = county.get_parent()
    may = {
        term.reviewer: {term.township},
        term.county: {term.township, term.other, county},
        term.admin: {term.township, term.other, county, home},
        term.clerk: set(),
    }
    for user, pages in may.items():
        for page in (term.township, term.other, county, home):
            answer = open_screen(user, page)
            assert (answer.status_code == 200) is (page in pages), (user, page)
            for name in ("change_of_term_end", "change_of_term_invite"):
                posted = client.post(reverse(name, args=[page.pk]))
                assert (posted.url == reverse("change_of_term", args=[page.pk])) is (page in pages)
        index = client.get(reverse("change_of_term_index"), follow=True)
        assert ("人员与换届" in words(index)) is bool(pages)


def test_the_screen_tells_who_serves_and_where_nobody_edits(term, open_screen):
    html = words(open_screen(term.reviewer, term.township))
    assert "李示例村级编辑" in html
    assert "2个村现在没有编辑：岔河村、岔河社区" in html
    assert "李示例" in words(open_screen(term.admin, term.township))


def test_the_county_sees_how_many_villages_lack_an_editor(term, client):
    client.force_login(term.county)
    html = words(client.get(reverse("change_of_term_index")))
    assert "云台镇2个村没有编辑" in html
    assert "石板镇1个村没有编辑" in html


def test_all_end_and_new_ones_come_by_list(term, send):
    user = UserFactory()
    appoint(user, "village_supervisor", term.first)
    everybody = {"name": "change_of_term_end", "all": "1", "why": "换届"}
    assert "请先勾选" in words(send(term.reviewer, term.township, **everybody))
    assert Mandate.objects.running().count() == 4
    assert "已结束2个任期" in words(send(term.reviewer, term.township, **everybody, sure="1"))
    assert list(Mandate.objects.running().values_list("role", flat=True)) == [
        "township_reviewer",
        "county_admin",
    ]
    roster = "松林村\t王示例\n大箐村\t赵示例"
    report = send(term.reviewer, term.township, roster=roster)
    html = words(report)
    assert "任命，新建账号" in html and "这里没有“大箐村”" in html and "确定任命这1行" in html
    assert not Mandate.objects.running().filter(body=term.pine.pk).exists()
    text = re.search(
        r'<textarea name="roster" hidden>(.*?)</textarea>', report.content.decode(), re.S
    )
    landed = send(term.reviewer, term.township, roster=text[1], confirm="1")
    done = words(landed)
    assert "已任命1人" in done and "有1行没有任命" in done
    assert Mandate.objects.live().get(body=term.pine.pk).person == "王示例"
    assert "这些行没有任命" in done and "这里没有“大箐村”" in done, "what is wrong stays in sight"
    left = landed.context["form"]["roster"].value()
    assert "赵示例" in left and "王示例" not in left, "and is at hand to be corrected"


def test_all_who_cannot_sign_in_yet_get_their_slips_at_once(term, send):
    roster = f"松林村\t王示例\n{term.first.code}\t赵示例"
    send(term.reviewer, term.township, roster=roster, confirm="1")
    newcomers = {"name": "change_of_term_invite", "newcomers": "1"}
    html = words(send(term.reviewer, term.township, **newcomers))
    assert "王示例" in html and "赵示例" in html and "李示例" not in html
    assert Invitation.objects.open().count() == 2
    again = words(send(term.reviewer, term.township, **newcomers))
    assert "都发过了" in again, "slips handed out already stay good"
    assert Invitation.objects.open().count() == 2


def test_ticked_terms_end_on_a_day(term, send):
    day = TODAY() + datetime.timedelta(days=20)
    send(
        term.reviewer,
        term.township,
        "change_of_term_end",
        mandate=term.editor.pk,
        as_of=day,
        why="届满",
    )
    term.editor.refresh_from_db()
    assert (term.editor.last_day, term.editor.why_ended) == (day, "届满")
    assert term.editor in Mandate.objects.live()
    send(
        term.reviewer,
        term.township,
        "change_of_term_end",
        mandate=term.editor.pk,
        as_of=TODAY(),
        why="调离",
    )
    assert term.editor not in Mandate.objects.live()


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "9999-01-01"])
def test_a_day_beyond_all_reach_ends_nothing(term, send, day):
    sent = {"mandate": term.editor.pk, "as_of": day, "why": "届满"}
    assert "太远" in words(send(term.reviewer, term.township, "change_of_term_end", **sent))
    term.editor.refresh_from_db()
    assert term.editor.ends_at is None


def test_one_that_is_not_theirs_ends_nothing(term, send):
    chief = Mandate.objects.get(user=term.reviewer)
    html = words(
        send(
            term.reviewer,
            term.township,
            "change_of_term_end",
            mandate=[term.editor.pk, chief.pk],
            why="x",
        )
    )
    assert "没有结束任何任期" in html
    assert Mandate.objects.running().count() == 3
    send(term.county, term.township, "change_of_term_end", all="1", sure="1", why="换届")
    assert set(Mandate.objects.running().values_list("user__username", flat=True)) == {
        "clerk",
        "county",
    }


def test_a_village_of_another_township_is_out_of_reach(term, send):
    far = appoint(UserFactory(), "village_editor", term.far)
    for name in ("change_of_term_end", "change_of_term_invite"):
        assert "请先勾选" in words(
            send(term.reviewer, term.township, name, mandate=far.pk, why="x")
        )
    assert far in Mandate.objects.running()
    assert not Invitation.objects.exists()


def test_a_workbook_is_read_and_a_hostile_one_refused(term, send):
    def sent(data):
        file = io.BytesIO(data)
        file.name = "名单.xlsx"
        return words(send(term.reviewer, term.township, file=file))

    assert "任命，新建账号" in sent(workbook(["单位", "姓名"], ["松林村", "王示例"]))
    for name, data in hostile().items():
        if data:
            assert "名单看过了" not in sent(data), name
    assert User.objects.filter(first_name="王示例").count() == 0


def test_markup_in_a_list_is_shown_as_text(term, send):
    answer = send(
        term.reviewer, term.township, roster="松林村\t</textarea><script>alert(1)</script>"
    )
    assert "<script>alert(1)" not in answer.content.decode()


def test_the_template_can_be_filled_in(term, client):
    client.force_login(term.reviewer)
    data = client.get(reverse("change_of_term_template")).content
    assert load_workbook(io.BytesIO(data)).active["A1"].value == "单位"
    assert len(read_workbook(data)) == 1


def test_slips_show_name_account_link_and_code(term, send, open_screen):
    page = send(term.reviewer, term.township, "change_of_term_invite", mandate=term.editor.pk)
    html = page.content.decode()
    assert "李示例" in html and "clerk" in html and "/yaoqing/" in html
    assert html.count('src="data:image/svg+xml') == 1
    assert page.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    number = Invitation.objects.get().pk
    other = words(open_screen(term.county, term.township, "change_of_term_slips", id=number))
    assert "yaoqing" not in other and "clerk" not in other


def test_the_screen_costs_the_same_with_many_villages(term, client):
    def cost():
        client.force_login(term.reviewer)
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    address = reverse("change_of_term", args=[term.township.pk])
    few = cost()
    for number in range(60):
        village = VillagePageFactory(
            parent=Page.objects.get(pk=term.township.pk), name=f"第{number}号村民委员会"
        )
        if number % 2:
            appoint(UserFactory(), "village_editor", village)
    assert cost() == few


def test_the_countys_list_costs_the_same_with_many_townships(term, client):
    client.force_login(term.county)
    address = reverse("change_of_term_index")

    def cost():
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    few = cost()
    for number in range(30):
        VillagePageFactory(parent__parent=term.township.get_parent(), parent__name=f"第{number}镇")
    assert cost() == few
