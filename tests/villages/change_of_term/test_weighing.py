"""What a list of people would do, row by row, and what it does."""

import datetime
import threading

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from editorial.appointments import appoint, dismiss, end
from editorial.models import Mandate
from tests.factories import UserFactory, VillagePageFactory
from villages.change_of_term.bodies import Bodies, villages_without_editor
from villages.change_of_term.roster import read_text
from villages.change_of_term.weighing import HELD, KNOWN, NEW, WRONG, land, make_account, weigh

SOON = (timezone.localdate() + datetime.timedelta(days=30)).isoformat()
LATER = (timezone.localdate() + datetime.timedelta(days=900)).isoformat()


def judged(term, text, by=None):
    by = User.objects.get(pk=(by or term.reviewer).pk)
    return weigh(read_text(text), Bodies(term.township), by)


def outcome(term, line, by=None):
    return judged(term, line, by)[0]


@pytest.mark.parametrize(
    "place", ["松林", "松林村", "松林村委会", "松林村民委员会", "老松林村", "532391101201"]
)
def test_a_village_is_found_by_any_of_its_names(term, place):
    one = outcome(term, f"{place},王示例")
    assert (one.outcome, one.body.pk, one.role) == (NEW, term.pine.pk, "village_editor")


def test_a_former_code_means_the_village(term):
    term.pine.code = "532391101301"
    term.pine.save()
    assert outcome(term, "532391101201,王示例").body.pk == term.pine.pk


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("大箐村,王示例", "这里没有“大箐村”"),
        ("岔河,王示例", "532391101202、532391101003"),
        (",王示例", "这里没有"),
        ("松林村,", "没有写姓名"),
        ("松林村,王示例1", "数字"),
        ("松林村,王\u200b示例", "看不见"),
        (f"松林村,{'王' * 31}", "太长"),
        ("松林村,王示例,村长", "可以写：村级编辑、村务监督"),
        ("松林村,王示例,乡镇审核员", "可以写"),
        ("云台镇,王示例", "不由您任免"),
        ("松林村,王示例,,四月一日", "任期开始“四月一日”不是日期"),
        ("松林村,王示例,,,2027-02-30", "任期结束"),
        ("松林村,王示例,,,2001-01-01", "过去"),
        (f"松林村,王示例,,{LATER},{SOON}", "早于"),
        ("松林村,王示例,,0001-01-01", "太远"),
        ("松林村,王示例,,,9999-12-31", "太远"),
        ("松林村,王示例,,,9998-01-01", "太远"),
        ("松林村,王示例,,,,clerk", "账号 clerk 是李示例的，不是王示例的"),
        ("松林村,王示例,,,,nobody", "没有人用账号"),
        ("松林村,王示例,,,,root", "没有人用账号"),
    ],
)
def test_what_is_wrong_is_told_and_where(term, line, words):
    one = outcome(term, line)
    assert one.outcome == WRONG
    assert words in "".join(one.faults)


def test_a_repeated_name_is_told_apart_by_its_code(term):
    assert outcome(term, "532391101003,王示例").body.pk == term.second.pk


def test_who_holds_it_already_stays_and_a_longer_term_is_given(term):
    assert outcome(term, "松林村,李示例").outcome == HELD
    end(term.editor, as_of=timezone.localdate() + datetime.timedelta(days=10))
    one = outcome(term, f"松林村,李示例,,{SOON}")
    assert (one.outcome, one.user) == (KNOWN, term.clerk)


def test_somebody_who_served_here_before_keeps_the_account(term):
    dismiss(term.clerk, "village_editor", term.pine)
    one = outcome(term, "松林村,李示例,村务监督")
    assert (one.outcome, one.user) == (KNOWN, term.clerk)


def test_the_same_name_elsewhere_asks_which_person_is_meant(term):
    one = outcome(term, "532391101202,李示例")
    assert one.outcome == WRONG and "clerk" in one.faults[0]
    assert outcome(term, "532391101202,李示例,,,,clerk").user == term.clerk
    assert outcome(term, "532391101202,李示例,,,,新").outcome == NEW


def test_a_superuser_may_name_any_account_and_a_deactivated_one_is_refused(term):
    stranger = UserFactory(username="stranger")
    assert outcome(term, "松林村,王示例,,,,stranger", term.admin).user == stranger
    User.objects.filter(pk=stranger.pk).update(is_active=False)
    assert "停用" in outcome(term, "松林村,王示例,,,,stranger", term.admin).faults[0]


def test_two_rows_of_one_person_and_role_are_told(term):
    one, same, other_role = judged(
        term, "松林村,王示例\n松林村民委员会,王示例\n松林村,王示例,村务监督"
    )
    assert (one.outcome, same.outcome, other_role.outcome) == (NEW, WRONG, NEW)
    assert same.faults == ["和第1行重复。"]


def test_the_county_appoints_to_the_township_only(term):
    assert outcome(term, "云台镇,王示例,乡镇备案员", term.county).role == "township_filer"
    assert outcome(term, "松林村,王示例", term.county).outcome == WRONG


def test_weighing_keeps_nothing_and_landing_takes_the_good_rows(term):
    text = f"松林村,王示例,,{SOON},{LATER}\n大箐村,赵示例\n"
    text += "532391101202,钱示例\n532391101202,钱示例,村务监督"
    accounts = User.objects.count()
    judged(term, text)
    assert (User.objects.count(), Mandate.objects.count()) == (accounts, 3)
    made, weighed = land(read_text(text), term.township, by=term.reviewer)
    assert [one.outcome for one in weighed] == [NEW, WRONG, NEW, NEW]
    assert [(m.person, m.role, m.body_id) for m in made] == [
        ("王示例", "village_editor", term.pine.pk),
        ("钱示例", "village_editor", term.first.pk),
        ("钱示例", "village_supervisor", term.first.pk),
    ]
    assert User.objects.count() == accounts + 2
    assert made[0].first_day.isoformat() == SOON and made[0].last_day.isoformat() == LATER
    user = made[1].user
    assert user == made[2].user and not user.has_usable_password()
    assert user.username.startswith("qianshili")
    again, weighed = land(read_text(text), term.township, by=term.reviewer)
    assert not again
    assert [one.outcome for one in weighed] == [HELD, WRONG, HELD, HELD]


def test_user_names_never_meet(term):
    names = {make_account("李示例").username for _ in range(30)}
    assert len(names) == 30
    assert make_account("𥔲").username.isascii()
    assert make_account("---").username.startswith("user")


def test_the_cost_does_not_grow_with_the_list(term):
    def cost(text):
        by = User.objects.get(pk=term.reviewer.pk)
        rows = read_text(text)
        with CaptureQueriesContext(connection) as captured:
            weigh(rows, Bodies(term.township), by)
        return len(captured)

    few = cost("松林村,王示例\n大箐村,赵示例")
    for number in range(40):
        village = VillagePageFactory(parent=term.township, name=f"第{number}号村民委员会")
        appoint(UserFactory(), "village_editor", village)
    letters = "甲乙丙丁戊己庚辛壬癸"
    assert cost("\n".join(f"松林村,王{a}{b}" for a in letters for b in letters)) == few


def test_villages_without_an_editor_are_those_without_one_today(term):
    assert villages_without_editor(term.township) == [term.first, term.second]
    appoint(UserFactory(), "village_supervisor", term.first)
    appoint(
        UserFactory(), "village_editor", term.second, since=timezone.localdate().replace(year=2099)
    )
    end(term.editor)
    assert villages_without_editor(term.township) == [term.pine, term.first, term.second]
    assert len(villages_without_editor(term.township.get_parent())) == 4


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_equal_lists_at_once_one_appoints(term):
    text = "松林村,王示例\n532391101202,钱示例"
    barrier, counts = threading.Barrier(2), []

    def work(by):
        rows, by = read_text(text), User.objects.get(pk=by.pk)
        barrier.wait()
        try:
            counts.append(len(land(rows, term.township, by=by)[0]))
        finally:
            connection.close()

    run([lambda: work(term.reviewer), lambda: work(term.admin)])
    assert sorted(counts) == [0, 2]
    assert User.objects.filter(first_name="王示例").count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_ending_and_appointing_at_once_leave_one_true_record(term):
    barrier, ended = threading.Barrier(3), []

    def work(step):
        barrier.wait()
        try:
            ended.append(step())
        finally:
            connection.close()

    mandate = Mandate.objects.select_related("body").get(pk=term.editor.pk)
    run(
        [
            lambda: work(lambda: end(mandate, by=term.reviewer)),
            lambda: work(lambda: end(mandate, by=term.admin)),
            lambda: work(lambda: bool(appoint(term.clerk, "village_editor", term.pine)) and None),
        ]
    )
    assert sorted(ended, key=str) == [False, None, True]
    rows = Mandate.objects.filter(user=term.clerk)
    assert rows.exclude(ended_by=None).count() == 1
    assert rows.count() in (1, 2)


def run(steps):
    threads = [threading.Thread(target=step) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
