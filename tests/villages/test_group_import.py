"""Groups by number or name and official numbers of groups, from CSV and by hand."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.models import Page

from tests.factories import GroupPageFactory, VillagePageFactory
from villages.csv_table import UnreadableTable
from villages.group_import import import_groups
from villages.models import GroupPage

pytestmark = pytest.mark.django_db

CODE = "532391101201"


@pytest.fixture
def village():
    return VillagePageFactory(code=CODE, name="松林村民委员会")


def groups(village):
    found = GroupPage.objects.child_of(village).order_by("path")
    return [(group.number, group.title, group.slug) for group in found]


def run(*rows, head="village,number,name", **options):
    return import_groups("\n".join([head, *rows]).encode(), **options)


def test_by_number_by_name_and_by_both(village):
    report = run(f"{CODE},1,", f"{CODE},,大平地", f"{CODE},3,岔沟边", f"{CODE},,四组")
    assert (report.created, report.problems) == (4, [])
    assert groups(village) == [
        (1, "第1组", "di1zu"),
        (None, "大平地", "dapingdi"),
        (3, "岔沟边", "chagoubian"),
        (4, "四组", "sizu"),
    ]
    assert all(problems == [] for problems in Page.find_problems())
    group = GroupPage.objects.get(number=3)
    assert group.live
    assert group.area_name.endswith("松林村 · 岔沟边")
    group.full_clean()


def test_again_changes_nothing(village):
    rows = [f"{CODE},1,", f"{CODE},,大平地", f"{CODE},3,岔沟边"]
    run(*rows)
    before = groups(village)
    report = run(*rows)
    assert (report.created, report.renamed, report.unchanged) == (0, 0, 3)
    assert groups(village) == before


def test_new_name_keeps_the_page_and_the_old_name(village):
    run(f"{CODE},1,")
    page = GroupPage.objects.get()
    assert run(f"{CODE},1,大平地").renamed == 1
    page.refresh_from_db()
    assert (page.title, page.slug) == ("大平地", "di1zu")
    assert page.area_aliases.get().value == "第1组"


def test_number_given_later(village):
    run(f"{CODE},,大平地")
    report = run(f"{CODE},2,大平地")
    assert (report.created, report.renamed) == (0, 1)
    assert groups(village) == [(2, "大平地", "dapingdi")]


def test_official_number_of_groups(village):
    head = "村代码,小组数,统计日期"
    assert run(f"{CODE},12,2023-06-30", head=head).counted == 1
    village.refresh_from_db()
    assert (village.official_groups, village.official_groups_on) == (
        12,
        datetime.date(2023, 6, 30),
    )
    assert run(f"{CODE},12,2023年6月30日", head=head).counted == 0


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ("532391101299,1,", "没有代码为"),
        ("53239110,1,", "没有代码为"),
        (f"{CODE},,", "没有组号"),
        (f"{CODE},一,", "应为0到999"),
        (f"{CODE},0,", "从1开始"),
        (f"{CODE},1000,", "应为0到999"),
        (f"{CODE},1,再来一组", "已有这个组号"),
        (f"{CODE},7,岔沟边", "已有这个组号或组名"),
        (f"{CODE},5,{'大' * 81}", "组名过长"),
    ],
)
def test_bad_row_is_told_and_the_others_land(village, row, word):
    report = run(f"{CODE},1,岔沟边", row, f"{CODE},9,")
    assert [problem.line for problem in report.problems] == [3]
    assert word in report.problems[0].reason
    assert [number for number, *_ in groups(village)] == [1, 9]


def test_group_whose_number_disagrees_with_the_site(village):
    run(f"{CODE},1,岔沟边")
    report = run(f"{CODE},2,岔沟边", f"{CODE},3,大平地")
    assert [problem.line for problem in report.problems] == [2]
    assert "请核对" in report.problems[0].reason
    assert groups(village) == [(1, "岔沟边", "chagoubian"), (3, "大平地", "dapingdi")]


def test_dry_run(village):
    report = run(f"{CODE},1,", dry_run=True)
    assert (report.created, groups(village)) == (1, [])


def test_columns_are_needed(village):
    with pytest.raises(UnreadableTable):
        run("一组", head="组名")


def test_former_code_of_the_village(village):
    village.code = "532391101209"
    village.save()
    assert run(f"{CODE},1,").created == 1


def test_number_is_unique_within_a_village_only(village):
    GroupPageFactory(parent=village, number=1, name="第1组")
    with pytest.raises(ValidationError):
        GroupPageFactory(parent=village, number=1, name="大平地")
    with pytest.raises(ValidationError):
        GroupPageFactory(parent=village, number=2, name="第1组")
    assert GroupPageFactory(number=1, name="第1组").pk


def post_group(client, village, **values):
    url = reverse("wagtailadmin_pages:add", args=["villages", "grouppage", village.pk])
    blank = {"introduction": "null", "action-publish": "1"}
    return client.post(url, blank | values)


def test_by_hand(village, admin_client):
    for name, number in (("大平地", ""), ("第3组", ""), ("岔沟边", "4")):
        answer = post_group(admin_client, village, name=name, number=number)
        assert answer.status_code == 302
    assert groups(village) == [
        (None, "大平地", "dapingdi"),
        (3, "第3组", "di3zu"),
        (4, "岔沟边", "chagoubian"),
    ]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "梨园", "number": "3"}, "number"),
        ({"name": "三组", "number": ""}, "number"),
        ({"name": "第3组", "number": ""}, "number"),
        ({"name": "", "number": "5"}, "name"),
    ],
)
def test_by_hand_refused(village, admin_client, values, field):
    run(f"{CODE},3,")
    answer = post_group(admin_client, village, **values)
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert len(groups(village)) == 1


def test_two_groups_spelt_alike_by_hand(village, admin_client):
    post_group(admin_client, village, name="大坪地", number="")
    post_group(admin_client, village, name="大平地", number="")
    assert [slug for *_, slug in groups(village)] == ["dapingdi", "dapingdi-2"]
