"""The desk in the admin: corrections by plain forms, two people, handing in for the township."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.models import PageLogEntry

from covenants.models import CovenantPage, RuleSource
from editorial.appointments import appoint
from editorial.review import may_review
from editorial.workflow import ensure_workflow
from tests.factories import UserFactory, VillagePageFactory

pytestmark = pytest.mark.django_db
TEXT = "松林村村规民约\n第一条 酒席不超过十桌。\n第二条 礼金不超过一百元。\n"
XHR = {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}


@pytest.fixture
def village():
    return VillagePageFactory(name="松林村民委员会")


@pytest.fixture
def clerk(village):
    user = UserFactory(first_name="村里周会计")
    appoint(user, "village_editor", village)
    return user


@pytest.fixture
def colleague(village):
    user = UserFactory(first_name="村里李文书")
    appoint(user, "village_editor", village)
    return user


@pytest.fixture
def township_clerk(village):
    user = UserFactory(first_name="镇上普站长")
    appoint(user, "township_reviewer", village.get_parent())
    return user


@pytest.fixture
def source(client, village, clerk):
    client.force_login(clerk)
    client.post(reverse("covenants_upload"), {"area": village.pk, "kind": "covenant", "text": TEXT})
    return RuleSource.objects.get()


def desk(source):
    return reverse("covenants_review_upload", args=[source.pk])


def act(client, source, do, unit=0, *, version=None, **data):
    source.refresh_from_db()
    data = {"do": do, "unit": unit, "version": source.desk_version, **data}
    if version is not None:
        data["version"] = version
    address = reverse("covenants_desk_act", args=[source.pk])
    reply = client.post(address, {k: v for k, v in data.items() if k != "xhr"}, follow=True)
    source.refresh_from_db()
    return reply.content.decode()


def test_corrections_survive_until_the_draft_is_made(client, source):
    act(client, source, "role:noise", 2)
    html = act(client, source, "label", 3)
    assert "没有这个操作" in html
    act(client, source, "write", 3, label="第一条", text="礼金不超过一百元。")
    assert not CovenantPage.objects.exists(), "nothing is a page before the editor says so"
    html = client.get(desk(source)).content.decode()
    assert "没有放进条文" in html and "第一条" in html
    client.post(desk(source), {"text": TEXT, "save": "1", "version": source.desk_version})
    (chapter,) = CovenantPage.objects.get().get_latest_revision_as_object().body
    (article,) = chapter.value["articles"]
    assert (article["label"], article["text"]) == ("第一条", "礼金不超过一百元。")


def test_chosen_unit_marks_its_line_without_script(client, source):
    html = client.get(desk(source), {"unit": 3}).content.decode()
    assert '<li id="line-3" data-line-number="3" class="is-marked">' in html
    assert 'id="line-2" data-line-number="2" class="is-marked"' not in html
    assert "并入上一段" in html and 'name="text" rows="4"' in html


def test_split_by_line_break_and_undo_without_script(client, source):
    act(client, source, "write", 2, label="第一条", text="酒席\r\n不超过十桌。")
    assert [u["whole"] for u in units(source)][1:3] == ["第一条酒席", "不超过十桌。"]
    act(client, source, "undo")
    assert len(units(source)) == 3
    act(client, source, "redo")
    assert len(units(source)) == 4


def units(source):
    from covenants.desk.work import sheet_of

    return [u.as_dict() | {"whole": u.whole} for u in sheet_of(source).units]


def test_later_of_two_saves_is_refused_and_loses_nothing(client, source):
    shown = source.desk_version
    act(client, source, "join", 3)
    html = act(client, source, "role:noise", 2, version=shown)
    assert "没有保存" in html
    assert len(units(source)) == 2 and units(source)[1]["role"] == "article"
    typed = TEXT + "第三条 新写的。\n"
    reply = client.post(desk(source), {"text": typed, "again": "1", "version": shown})
    assert "没有保存" in reply.content.decode() and "第三条 新写的。" in reply.content.decode()
    source.refresh_from_db()
    assert "新写的" not in source.text
    refused = client.post(desk(source), {"text": TEXT, "save": "1", "version": shown})
    assert "没有保存" in refused.content.decode() and not CovenantPage.objects.exists()


def test_second_person_sees_who_works_and_takes_over_explicitly(client, source, clerk, colleague):
    act(client, source, "join", 3)
    client.force_login(colleague)
    html = client.get(desk(source)).content.decode()
    assert "村里周会计正在处理" in html and "接手" in html
    html = act(client, source, "undo")
    assert "您这一步没有保存" in html and len(units(source)) == 2
    act(client, source, "take_over")
    assert source.worker == colleague and len(units(source)) == 2
    act(client, source, "undo")
    assert len(units(source)) == 3
    client.force_login(clerk)
    assert "村里李文书正在处理" in act(client, source, "redo")
    log = PageLogEntry.objects.get(action="covenants.take_over")
    assert log.user == colleague and "周会计" in log.message


def test_script_gets_the_board_or_the_reason(client, source):
    address = reverse("covenants_desk_act", args=[source.pk])
    done = client.post(address, {"do": "join", "unit": 3, "version": 0}, **XHR)
    assert done.status_code == 200 and done.json()["unit"] == 2
    assert "礼金" in done.json()["html"] and done.json()["version"] == 1
    stale = client.post(address, {"do": "join", "unit": 2, "version": 0}, **XHR)
    assert stale.status_code == 409 and "没有保存" in stale.json()["message"]
    refused = client.post(address, {"do": "join", "unit": 1, "version": 1}, **XHR)
    assert refused.status_code == 422 and "前面没有" in refused.json()["message"]


def test_ticked_doubts_are_counted_off(client, village, clerk):
    client.force_login(clerk)
    text = "松林村村规民约\n第一条 好。\n第三条 跳号。\n"
    client.post(reverse("covenants_upload"), {"area": village.pk, "kind": "covenant", "text": text})
    source = RuleSource.objects.get()
    html = client.get(desk(source)).content.decode()
    assert "还有 1 处没看" in html
    key = html.split('value="seen:')[1].split('"')[0]
    assert "处没看" not in act(client, source, f"seen:{key}")


def test_stranger_cannot_act(client, source):
    client.force_login(UserFactory())
    address = reverse("covenants_desk_act", args=[source.pk])
    assert client.post(address, {"do": "join", "unit": 3}).status_code in (302, 403)
    source.refresh_from_db()
    assert source.desk is None


def test_hostile_text_stays_text(client, village, clerk):
    client.force_login(clerk)
    text = '松林村村规民约\n第一条 <script>alert(1)</script>" onclick="x。\n'
    client.post(reverse("covenants_upload"), {"area": village.pk, "kind": "covenant", "text": text})
    html = client.get(desk(RuleSource.objects.get()), {"unit": 2}).content.decode()
    assert "<script>alert(1)" not in html and '" onclick="x' not in html


class TestHandingIn:
    """A clerk hands the file in; the township splits it; the village confirms."""

    @pytest.fixture
    def handed_in(self, client, village, clerk):
        ensure_workflow(village.get_site().root_page)
        client.force_login(clerk)
        file = SimpleUploadedFile("约.txt", TEXT.encode())
        reply = client.post(
            reverse("covenants_upload"),
            {"area": village.pk, "kind": "covenant", "file": file, "hand_in": "1", "note": "拜托"},
        )
        assert reply.url == reverse("covenants_handed_in")
        return RuleSource.objects.get()

    def test_from_the_village_to_the_township_and_back(
        self, client, handed_in, village, clerk, township_clerk
    ):
        client.force_login(township_clerk)
        listed = client.get(reverse("covenants_handed_in")).content.decode()
        assert "约.txt" in listed and "拜托" in listed and "去分条" in listed
        act(client, handed_in, "write", 3, label="第三条", text="礼金不超过一百元。")
        html = client.get(desk(handed_in)).content.decode()
        assert "送审</button>" not in html
        data = {"text": TEXT, "submit": "1", "adopted_on": "2026-05-08"}
        refused = client.post(desk(handed_in), data).content.decode()
        assert "由村里存草稿、送审" in refused and not CovenantPage.objects.exists()
        act(client, handed_in, "call_split")
        assert handed_in.stage == RuleSource.SPLIT

        client.force_login(clerk)
        listed = client.get(reverse("covenants_handed_in")).content.decode()
        assert "去核对确认" in listed and "镇上普站长" in listed
        client.post(desk(handed_in), data)
        draft = CovenantPage.objects.get()
        assert draft.workflow_in_progress
        assert draft.get_latest_revision().user == clerk
        assert not may_review(township_clerk, draft)
        handed_in.refresh_from_db()
        assert handed_in.stage == RuleSource.CONFIRMED
        logged = PageLogEntry.objects.filter(page=village.pk, action__startswith="covenants.")
        assert {entry.action for entry in logged} == {
            "covenants.hand_in",
            "covenants.split_for",
            "covenants.confirm",
        }
        split = logged.get(action="covenants.split_for")
        assert split.user == township_clerk and "周会计" in split.message

    def test_township_elsewhere_sees_nothing(self, client, handed_in):
        other = VillagePageFactory()
        stranger = UserFactory()
        appoint(stranger, "township_reviewer", other.get_parent())
        client.force_login(stranger)
        assert "约.txt" not in client.get(reverse("covenants_handed_in")).content.decode()

    def test_village_may_split_it_after_all(self, client, handed_in, clerk):
        client.post(desk(handed_in), {"text": TEXT, "save": "1"})
        assert CovenantPage.objects.exists()

    def test_a_file_the_site_cannot_read_can_be_handed_in(
        self, client, village, clerk, township_clerk
    ):
        client.force_login(clerk)
        file = SimpleUploadedFile("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
        data = {"area": village.pk, "kind": "covenant", "file": file, "hand_in": "1"}
        assert client.post(reverse("covenants_upload"), data).status_code == 302
        source = RuleSource.objects.get()
        client.force_login(township_clerk)
        assert "系统读不了" in client.get(desk(source)).content.decode()
        client.post(desk(source), {"text": TEXT, "again": "1", "version": source.desk_version})
        assert len(units(RuleSource.objects.get())) == 3

    def test_list_costs_the_same_however_long(
        self, client, handed_in, township_clerk, village, clerk, django_assert_max_num_queries
    ):
        client.force_login(township_clerk)
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        address = reverse("covenants_handed_in")
        client.get(address)
        with CaptureQueriesContext(connection) as once:
            client.get(address)
        for number in range(5):
            RuleSource.objects.create(
                area=village, kind="ethics", name=f"{number}.txt", stage="asked", uploaded_by=clerk
            )
        with django_assert_max_num_queries(len(once)):
            assert "4.txt" in client.get(address).content.decode()
