"""The upload desk: hand in, look over, correct, make the draft."""

import datetime
import io

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from docx import Document

from covenants.drafting import body_as_text
from covenants.models import CovenantPage, GoLive, Procedure, RuleSource
from covenants.parsing import parse_file, parse_text
from covenants.rule_files import LINES_LIMIT, TEXT_LIMIT
from covenants.upload import hand_over
from editorial.appointments import appoint
from editorial.workflow import ensure_workflow
from tests.factories import (
    ConsultationPageFactory,
    CovenantPageFactory,
    UserFactory,
    VillagePageFactory,
)
from villages.models import CountyPage

pytestmark = pytest.mark.django_db
TEXT = "松林村村规民约\n第一条 酒席不超过十桌。\n第二条 礼金不超过一百元。\n"


@pytest.fixture
def editor(client):
    user = UserFactory(is_superuser=True)
    client.force_login(user)
    return user


@pytest.fixture
def village():
    return VillagePageFactory(name="松林村民委员会")


def word_upload(*paragraphs, name="约.docx"):
    document, buffer = Document(), io.BytesIO()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(buffer)
    return SimpleUploadedFile(name, buffer.getvalue())


def hand_in(client, village, **data):
    return client.post(
        reverse("covenants_upload"), {"area": village.pk, "kind": "covenant", **data}
    )


def test_the_desk_names_a_councils_rules_as_its_charter(client, editor, village):
    response = hand_in(client, village, kind="ceremonies", text=TEXT)
    assert "的红白理事会章程。" in client.get(response.url).content.decode()


def test_word_file_to_draft(client, editor, village):
    response = hand_in(client, village, file=word_upload(*TEXT.splitlines()))
    assert response.status_code == 302
    page = client.get(response.url)
    assert "第一条" in page.content.decode() and "酒席不超过十桌" in page.content.decode()
    assert not CovenantPage.objects.exists(), "nothing is a page before the editor says so"
    corrected = RuleSource.objects.get().text.replace("十桌", "八桌")
    client.post(response.url, {"text": corrected, "again": "1"})
    assert not CovenantPage.objects.exists()
    saved = client.post(response.url, {"text": corrected, "save": "1"})
    draft = CovenantPage.objects.get()
    assert saved.url == reverse("wagtailadmin_pages:edit", args=[draft.pk])
    assert not draft.live and draft.owner == editor
    assert "八桌" in draft.get_latest_revision_as_object().body[0].value["articles"][0]["text"]


def test_headings_without_numbers_are_chapters_from_the_file_to_the_reader(client, editor, village):
    document, buffer = Document(), io.BytesIO()
    document.add_heading("松林村村规民约", level=1)
    document.add_heading("婚丧喜庆，从简办理", level=2)
    document.add_paragraph("第一条 酒席不超过十桌。")
    document.add_heading("邻里", level=2)
    document.add_paragraph("第二条 互相帮助。")
    document.add_paragraph("2023年5月12日村民会议通过")
    document.save(buffer)
    response = hand_in(client, village, file=SimpleUploadedFile("约.docx", buffer.getvalue()))
    client.post(response.url, {"text": RuleSource.objects.get().text, "save": "1"})
    draft = CovenantPage.objects.get().get_latest_revision_as_object()
    names = [("", "婚丧喜庆，从简办理"), ("", "邻里")]
    assert [(c.value["label"], c.value["title"]) for c in draft.body] == names
    again = parse_text(body_as_text(draft))
    assert [(c.label, c.title) for c in again.chapters] == names
    draft.adopted_on = datetime.date(2023, 5, 12)
    draft.save_revision().publish()
    read = client.get(draft.url).content.decode()
    assert all(read.count(name) == 2 for _label, name in names), "above the articles and listed"
    for name in ("docx", "txt"):
        made = client.get(f"{draft.url}{name}/")
        found = parse_file(io.BytesIO(b"".join(made)), f"约.{name}")
        assert [(c.label, c.title) for c in found.chapters] == names


@pytest.mark.parametrize("area", ["abc", "\x00", "9" * 30, "-1", "１２"])
def test_malformed_place_is_no_fault_of_ours(client, editor, village, area):
    assert client.get(reverse("covenants_upload"), {"area": area}).status_code == 200
    reply = client.post(
        reverse("covenants_upload"), {"area": area, "kind": "covenant", "text": TEXT}
    )
    assert reply.status_code == 200 and "有权上传" in reply.content.decode()


def test_desk_never_names_a_place_that_is_not_the_users(client, village):
    secret = CovenantPageFactory(live=False, title="邻村的秘密草稿")
    clerk = UserFactory()
    appoint(clerk, "village_editor", village)
    client.force_login(clerk)
    for pk in (secret.pk, secret.get_parent().pk):
        shown = client.get(reverse("covenants_upload"), {"area": pk})
        again = client.post(
            reverse("covenants_upload"), {"area": pk, "kind": "covenant", "text": TEXT}
        )
        for reply in (shown, again):
            assert "秘密草稿" not in reply.content.decode()
    assert not RuleSource.objects.exists()


def test_a_doubted_heading_is_told_when_the_file_is_handed_in(client, editor, village):
    document, buffer = Document(), io.BytesIO()
    document.add_heading("松林村村规民约", level=1)
    for text in ("第一条 甲。", "抓好落实", "第二条 乙。", "第三条 丙。"):
        document.add_heading(text, level=2)
    document.save(buffer)
    response = hand_in(client, village, file=SimpleUploadedFile("约.docx", buffer.getvalue()))
    desk = client.get(response.url).content.decode()
    assert "“抓好落实”设成了标题样式" in desk


def test_a_long_text_is_taken_and_comes_back_whole_from_a_form(client, editor, village):
    text = "松林村村规民约\n" + "第一条 好。\n" * (LINES_LIMIT // 2) + "好" * (TEXT_LIMIT // 2)
    assert hand_in(client, village, text=text).status_code == 302
    assert TEXT_LIMIT * len("%E5%A5%BD") < settings.DATA_UPLOAD_MAX_MEMORY_SIZE


@pytest.mark.parametrize("text", ["一、好\n" * (LINES_LIMIT + 1), "第一条 好" + "好" * TEXT_LIMIT])
def test_text_longer_than_any_rule_is_refused_at_once(client, editor, village, text):
    for data in ({"text": text}, {"file": SimpleUploadedFile("长.txt", text.encode())}):
        reply = hand_in(client, village, **data)
        assert reply.status_code == 200 and "不像一份规约" in reply.content.decode()
    desk = hand_in(client, village, text=TEXT)
    reply = client.post(desk.url, {"text": text, "save": "1"})
    assert reply.status_code == 200 and "不像一份规约" in reply.content.decode()
    assert RuleSource.objects.get().text.strip() == TEXT.strip()


def test_pressed_twice_makes_one_draft(client, editor, village):
    desk = hand_in(client, village, text=TEXT)
    source = RuleSource.objects.get()
    parsed = parse_text(TEXT)
    values = dict.fromkeys(["adopted_on", "effective_from", "filed_on"]) | dict.fromkeys(
        ["adopted_by", "filing_number", "change_summary"], ""
    )
    pages = {hand_over(source, village, parsed, values, editor, False).pk for _ in range(2)}
    assert len(pages) == 1 and CovenantPage.objects.count() == 1
    assert client.post(desk.url, {"text": TEXT, "save": "1"}).status_code == 302


def test_address_taken_by_another_page_is_no_obstacle(client, editor, village):
    ConsultationPageFactory(parent=village, slug="covenant")
    desk = hand_in(client, village, text=TEXT)
    assert client.post(desk.url, {"text": TEXT, "save": "1"}).status_code == 302
    assert CovenantPage.objects.get().slug == "covenant-2"


def test_absurd_dates_are_told(client, editor, village):
    ensure_workflow(village.get_site().root_page)
    desk = hand_in(client, village, text=TEXT)
    for day in ("0001-01-01", "2999-01-01"):
        reply = client.post(desk.url, {"text": TEXT, "submit": "1", "adopted_on": day})
        assert "请核对年份" in reply.content.decode()
    assert not CovenantPage.objects.exists()


def test_text_of_another_village_is_noticed(client, editor, village):
    right = hand_in(client, village, text=TEXT)
    assert "交错了文件" not in client.get(right.url).content.decode()
    wrong = hand_in(client, village, text=TEXT.replace("松林村", "河尾村"))
    assert "交错了文件" in client.get(wrong.url).content.decode()


def test_after_go_live_the_desk_submits_before_there_is_a_vote(client, editor, village):
    ensure_workflow(village.get_site().root_page)
    county = village.get_ancestors().type(CountyPage).get()
    GoLive.objects.create(county_id=county.pk, on=timezone.localdate())
    response = hand_in(client, village, text=TEXT)
    client.post(response.url, {"text": TEXT, "submit": "1"})
    draft = CovenantPage.objects.get()
    assert draft.workflow_in_progress and not draft.live
    assert Procedure.objects.running().get(page_id=draft.pk).draft.by == "松林村"


def test_desk_submits_for_review(client, editor, village):
    ensure_workflow(village.get_site().root_page)
    response = hand_in(client, village, text=TEXT)
    without_date = client.post(response.url, {"text": TEXT, "submit": "1"})
    assert "送审前请填写通过日期" in without_date.content.decode()
    assert not CovenantPage.objects.exists()
    client.post(response.url, {"text": TEXT, "submit": "1", "adopted_on": "2026-05-08"})
    draft = CovenantPage.objects.get()
    assert draft.workflow_in_progress and not draft.live
    assert draft.get_latest_revision_as_object().adopted_on.isoformat() == "2026-05-08"
    again = hand_in(client, village, text=TEXT)
    refused = client.post(again.url, {"text": TEXT, "save": "1"})
    assert "正在审核" in refused.content.decode()


def test_editing_as_text_keeps_what_was_known(client, editor, village):
    page = CovenantPageFactory(
        parent=village,
        chapters=[("第一章", "总则", [{"text": "酒席不超过二十桌。", "label": "第一条"}])],
        live=False,
    )
    page.save_revision()
    desk = client.get(reverse("covenants_edit_as_text", args=[page.pk]))
    source = RuleSource.objects.get()
    assert "第一章 总则" in source.text and "第一条 酒席不超过二十桌。" in source.text
    assert 'value="2023-05-12"' in client.get(desk.url).content.decode()
    text = source.text.replace("二十", "十五")
    client.post(desk.url, {"text": text, "save": "1", "adopted_on": "2023-05-12"})
    draft = CovenantPage.objects.get().get_latest_revision_as_object()
    (chapter,) = draft.body
    assert chapter.value["title"] == "总则"
    old = page.body[0].value["articles"].bound_blocks[0]
    new = chapter.value["articles"].bound_blocks[0]
    assert "十五桌" in new.value["text"] and new.id == old.id


def test_pasted_text_works_too(client, editor, village):
    response = hand_in(client, village, text=TEXT)
    assert client.get(response.url).status_code == 200


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ({}, "请选择一个文件"),
        ({"text": TEXT, "file": SimpleUploadedFile("a.txt", TEXT.encode())}, "只能用一样"),
        ({"file": SimpleUploadedFile("坏.docx", b"PK\x03\x04 broken")}, "坏.docx"),
        ({"file": SimpleUploadedFile("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")}, ".docx"),
    ],
)
def test_bad_input_is_explained_on_the_form(client, editor, village, data, word):
    response = hand_in(client, village, **data)
    assert response.status_code == 200 and word in response.content.decode()
    assert not RuleSource.objects.exists()


def test_text_without_articles_is_not_saved(client, editor, village):
    response = hand_in(client, village, text=TEXT)
    reply = client.post(response.url, {"text": "   ", "save": "1"})
    assert "还没有分出任何条文" in reply.content.decode()
    assert not CovenantPage.objects.exists()


def test_hostile_text_is_shown_as_text(client, editor, village):
    response = hand_in(client, village, text="第一条 <script>alert(1)</script>。")
    html = client.get(response.url).content.decode()
    assert "<script>alert(1)" not in html and "&lt;script&gt;alert(1)" in html


def test_existing_rule_gets_a_new_revision_and_stays_public(client, editor, village):
    page = CovenantPageFactory(parent=village, articles=["酒席不超过二十桌。"])
    response = hand_in(client, village, text=TEXT)
    client.post(response.url, {"text": TEXT, "save": "1"})
    page = CovenantPage.objects.get(pk=page.pk)
    assert page.live and "二十桌" in page.rule_text()
    draft = page.get_latest_revision_as_object()
    assert "十桌" in draft.body[0].value["articles"][0]["text"]
    assert draft.adopted_on is None, "dates of the old edition are not the new one's"


def test_stranger_gets_nothing(client, editor, village):
    response = hand_in(client, village, text=TEXT)
    source = RuleSource.objects.get()
    client.force_login(UserFactory())
    for address in (response.url, reverse("covenants_original", args=[source.pk])):
        assert client.get(address).status_code in (302, 403)
    client.logout()
    for address in (response.url, reverse("covenants_original", args=[source.pk])):
        assert client.get(address).status_code == 302


def test_original_is_a_download(client, editor, village):
    hand_in(client, village, file=word_upload("第一条 好。"))
    reply = client.get(reverse("covenants_original", args=[RuleSource.objects.get().pk]))
    assert "attachment" in reply["Content-Disposition"]
    assert b"".join(reply.streaming_content).startswith(b"PK")


def test_desk_asks_what_the_second_edition_changes(client, editor, village):
    ensure_workflow(village.get_site().root_page)
    CovenantPageFactory(parent=village)
    desk = hand_in(client, village, text=TEXT)
    posted = {"text": TEXT, "submit": "1", "adopted_on": "2026-05-08"}
    refused = client.post(desk.url, posted)
    assert "请用一句话写明改了什么" in refused.content.decode()
    assert not CovenantPage.objects.get().workflow_in_progress
    client.post(desk.url, posted | {"change_summary": "重新写过，酒席改为八桌。"})
    page = CovenantPage.objects.get()
    assert page.workflow_in_progress
    assert page.get_latest_revision_as_object().change_summary == "重新写过，酒席改为八桌。"


def test_desk_takes_a_draft_without_the_sentence(client, editor, village):
    CovenantPageFactory(parent=village)
    desk = hand_in(client, village, text=TEXT)
    assert client.post(desk.url, {"text": TEXT, "save": "1"}).status_code == 302


def test_a_text_that_went_to_review_meanwhile_is_not_replaced(client, editor, village):
    """The check before the transaction may have been passed by what happened since."""
    ensure_workflow(village.get_site().root_page)
    desk = hand_in(client, village, text=TEXT)
    client.post(desk.url, {"text": TEXT, "submit": "1", "adopted_on": "2023-05-01"})
    assert CovenantPage.objects.get().workflow_in_progress
    hand_in(client, village, text=TEXT.replace("十", "九"))
    source = RuleSource.objects.get(page=None)
    values = dict.fromkeys(["adopted_on", "effective_from", "filed_on"]) | dict.fromkeys(
        ["adopted_by", "filing_number", "change_summary"], ""
    )
    before = CovenantPage.objects.get().latest_revision_id
    with pytest.raises(ValidationError, match="正在审核"):
        hand_over(source, village, parse_text(source.text), values, editor, False)
    assert CovenantPage.objects.get().latest_revision_id == before
    source.refresh_from_db()
    assert source.page_id is None
