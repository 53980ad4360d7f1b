"""A file of several documents is taken apart on the desk; scans of the paper lie beside it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image as PillowImage
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from covenants.desk import parts
from covenants.importing import import_rules
from covenants.models import CouncilPage, CovenantPage, RuleSource, SourceScan
from covenants.rule_files import RuleFile
from covenants.weighing import SKIPPED
from editorial.appointments import appoint
from tests.covenants.test_attaching import picture
from tests.covenants.test_importing import SEVERAL, several_in_word
from tests.factories import UserFactory, VillagePageFactory
from tests.safety import hostile

pytestmark = pytest.mark.django_db
TEXT = "松林村村规民约\n第一条 酒席不超过十桌。\n第二条 礼金不超过一百元。\n"
PDF = hostile.pdf()


@pytest.fixture
def village():
    return VillagePageFactory(name="松林村民委员会", code="532391101201")


@pytest.fixture
def clerk(client, village):
    user = UserFactory()
    appoint(user, "village_editor", village)
    client.force_login(user)
    return user


def hand_in(client, village, **data):
    return client.post(
        reverse("covenants_upload"), {"area": village.pk, "kind": "covenant", **data}
    )


def take(client, source, number, kind):
    address = reverse("covenants_documents", args=[source.pk])
    return client.post(address, {"take": number, f"kind-{number}": kind})


def save(client, child, **data):
    text = RuleSource.objects.get(pk=child.pk).text
    address = reverse("covenants_review_upload", args=[child.pk])
    return client.post(address, {"text": text, "save": "1", **data})


@pytest.mark.parametrize(
    ("name", "content"), [("全部.txt", SEVERAL.encode()), ("全部.docx", several_in_word())]
)
def test_each_document_becomes_its_own_draft_and_the_rest_stays_listed(
    client, village, clerk, name, content
):
    sent = hand_in(client, village, file=SimpleUploadedFile(name, content))
    whole = RuleSource.objects.get()
    listed = client.get(sent.url, follow=True)
    html = listed.content.decode()
    assert "有 3 份文本" in html and html.count("还没整理") >= 3
    kinds = [(part.title, part.kind) for part in listed.context["parts"]]
    assert kinds == [
        ("松林村村规民约", "covenant"),
        ("松林村红白理事会章程", "ceremonies"),
        ("道德评议会", "ethics"),
    ]
    assert "请选择" in take(client, whole, 2, "").content.decode()
    desk = take(client, whole, 2, "ceremonies")
    child = whole.taken.get()
    assert desk.url == reverse("covenants_review_upload", args=[child.pk])
    shown = client.get(desk.url).content.decode()
    assert "会长一名" in shown and "不超过二十桌" not in shown and "第 2 份" in shown
    back = save(client, child)
    assert back.url == reverse("covenants_documents", args=[whole.pk])
    assert CouncilPage.objects.get().council == "ceremonies" and not CovenantPage.objects.exists()
    html = client.get(back.url).content.decode()
    assert "已存草稿" in html and html.count("还没整理") >= 2
    assert "3 份里存好了 1 份" in client.get(reverse("covenants_upload")).content.decode()
    for number, kind in ((1, "covenant"), (3, "ethics")):
        take(client, whole, number, kind)
        last = save(client, whole.taken.get(part=number))
    assert "pages" in last.url
    assert CouncilPage.objects.count() == 2 and CovenantPage.objects.count() == 1
    assert "还没整理完" not in client.get(reverse("covenants_upload")).content.decode()
    again = import_rules([RuleFile(name, content, village.code, kind="")])
    assert [outcome.status for outcome in again] == [SKIPPED] * 3


def test_taken_twice_is_one_and_may_become_another_kind(client, village, clerk):
    hand_in(client, village, text=SEVERAL)
    whole = RuleSource.objects.get()
    for kind in ("ethics", "prevention"):
        take(client, whole, 3, kind)
    assert whole.taken.get().kind == "prevention"
    assert take(client, whole, 9, "ethics").status_code == 200 and whole.taken.count() == 1


def test_what_was_wrongly_told_apart_may_be_one(client, village, clerk):
    sent = hand_in(client, village, text=SEVERAL)
    whole = RuleSource.objects.get()
    address = reverse("covenants_documents", args=[whole.pk])
    client.post(address, {"one": "1"})
    desk = client.get(sent.url)
    assert desk.status_code == 200 and "像是有 3 份" in desk.content.decode()
    take(client, whole, 1, "covenant")
    refused = client.post(address, {"one": "1"})
    assert "不能再当作一份" in refused.content.decode()


def test_township_takes_apart_what_a_village_handed_in(client, village, clerk):
    hand_in(client, village, text=SEVERAL, hand_in="1")
    whole = RuleSource.objects.get()
    reviewer = UserFactory()
    appoint(reviewer, "township_reviewer", village.get_parent())
    client.force_login(reviewer)
    listed = reverse("covenants_handed_in")
    assert str(whole.pk) in client.get(listed).content.decode()
    for number, kind in ((1, "covenant"), (2, "ceremonies"), (3, "ethics")):
        take(client, whole, number, kind)
    assert str(whole.pk) not in client.get(listed).content.decode()
    child = whole.taken.get(part=2)
    assert child.stage == RuleSource.ASKED and child.uploaded_by == clerk
    save(client, child)
    assert not CouncilPage.objects.exists(), "the village confirms first"


def test_documents_are_for_those_who_may_work_there(client, village, clerk):
    hand_in(client, village, text=SEVERAL)
    whole = RuleSource.objects.get()
    stranger = UserFactory()
    appoint(stranger, "village_editor", VillagePageFactory())
    client.force_login(stranger)
    address = reverse("covenants_documents", args=[whole.pk])
    for reply in (client.get(address), take(client, whole, 1, "covenant")):
        assert reply.status_code == 404
    assert not whole.taken.exists()
    assert "粘贴的文字" not in client.get(reverse("covenants_upload")).content.decode()


def scan_file(name="签字页.jpg"):
    exif = PillowImage.Exif()
    exif[0x010F] = "Huawei P40 of somebody"
    return SimpleUploadedFile(name, picture("blue", (300, 400), "JPEG", exif=exif))


def test_scans_are_seen_at_the_desk_and_hidden_from_readers(client, village, clerk):
    scans = [scan_file(), SimpleUploadedFile("盖章.pdf", PDF)]
    sent = hand_in(client, village, text=TEXT, scans=scans)
    html = client.get(sent.url).content.decode()
    jpeg, pdf = SourceScan.objects.all()
    for scan in (jpeg, pdf):
        assert reverse("covenants_scan", args=[scan.pk]) in html
    shown = client.get(reverse("covenants_scan", args=[jpeg.pk]))
    assert shown["Content-Type"] == "image/jpeg" and "inline" in shown["Content-Disposition"]
    assert b"Huawei" not in b"".join(shown.streaming_content)
    kept = client.get(reverse("covenants_scan", args=[pdf.pk]))
    assert "attachment" in kept["Content-Disposition"]
    assert b"".join(kept.streaming_content) == PDF
    save(client, RuleSource.objects.get(), adopted_on="2026-05-08")
    page = CovenantPage.objects.get()
    assert [block.value["public"] for block in page.attachments] == [False, False]
    page.get_latest_revision().publish()
    document = get_document_model().objects.get()
    client.logout()
    assert "扫描件" not in client.get(page.url).content.decode()
    assert client.get(document.url).status_code == 404
    page = CovenantPage.objects.get()
    page.attachments[1].value["public"] = True
    page.save_revision().publish()
    assert document.url in client.get(page.url).content.decode()
    assert client.get(document.url).status_code == 200


def test_scans_of_a_stranger_are_nobodys(client, village, clerk):
    hand_in(client, village, text=TEXT, scans=[scan_file()])
    address = reverse("covenants_scan", args=[SourceScan.objects.get().pk])
    client.force_login(UserFactory())
    assert client.get(address).status_code in (302, 403)
    client.logout()
    assert client.get(address).status_code == 302


@pytest.mark.parametrize(
    ("scans", "word"),
    [
        ([SimpleUploadedFile("约.docx", b"PK\x03\x04")], "不是 PDF、JPG 或 PNG"),
        ([SimpleUploadedFile("坏.jpg", picture("blue", (400, 300), "JPEG")[:300])], "重新"),
        ([SimpleUploadedFile(f"{n}.pdf", PDF) for n in range(11)], "最多 10 个"),
    ],
)
def test_what_is_no_scan_is_told(client, village, clerk, scans, word):
    reply = hand_in(client, village, text=TEXT, scans=scans)
    assert reply.status_code == 200 and word in reply.content.decode()
    assert not RuleSource.objects.exists()


def test_scans_alone_are_no_text(client, village, clerk):
    reply = hand_in(client, village, scans=[scan_file()])
    assert "只有扫描件" in reply.content.decode() and not RuleSource.objects.exists()


def test_scans_go_with_each_document_of_a_file(client, village, clerk):
    hand_in(client, village, text=SEVERAL, scans=[scan_file()])
    whole = RuleSource.objects.get(whole=None)
    for number, kind in ((1, "covenant"), (2, "ceremonies")):
        desk = take(client, whole, number, kind)
        assert "签字盖章的扫描件 1 个" in client.get(desk.url).content.decode()
        save(client, whole.taken.get(part=number))
    for page in (CovenantPage.objects.get(), CouncilPage.objects.get()):
        assert len(page.attachments) == 1
    assert get_image_model().objects.count() == 1


def test_a_file_of_several_is_not_edited_as_if_it_were_one(client, village, clerk):
    hand_in(client, village, text=SEVERAL)
    whole = RuleSource.objects.get()
    take(client, whole, 1, "covenant")
    reply = client.post(
        reverse("covenants_desk_act", args=[whole.pk]),
        {"do": "write", "unit": "1", "label": "第一条", "text": "改", "version": "0"},
    )
    assert reply.url == reverse("covenants_documents", args=[whole.pk])
    whole.refresh_from_db()
    assert whole.text.strip() == SEVERAL.strip() and whole.desk is None


def test_what_is_a_draft_already_is_not_taken_apart_again(client, village, clerk):
    hand_in(client, village, text=SEVERAL)
    whole = RuleSource.objects.get()
    client.post(reverse("covenants_documents", args=[whole.pk]), {"one": "1"})
    save(client, whole)
    whole.refresh_from_db()
    assert whole.page_id
    assert str(whole.page_id) in take(client, whole, 2, "ceremonies").url
    assert parts.take(whole, 2, "ceremonies", clerk) is None
    assert RuleSource.objects.get() == whole


def test_a_document_of_a_file_is_no_file_of_documents(client, village, clerk):
    hand_in(client, village, text=SEVERAL)
    take(client, RuleSource.objects.get(), 1, "covenant")
    child = RuleSource.objects.get(part=1)
    assert take(client, child, 1, "ethics").url == reverse(
        "covenants_review_upload", args=[child.pk]
    )
    assert RuleSource.objects.count() == 2


def test_two_clerks_who_take_the_same_document_get_the_same(client, village, clerk):
    """Each has read the file before the other took it."""
    hand_in(client, village, text=SEVERAL)
    first, second = RuleSource.objects.get(), RuleSource.objects.get()
    assert not second.taken.exists()
    made = [parts.take(one, 2, "ceremonies", clerk) for one in (first, second)]
    assert made[0] == made[1] and first.taken.count() == 1


def test_text_that_changed_since_it_was_read_is_taken_as_it_is_now(client, village, clerk):
    hand_in(client, village, text=SEVERAL)
    old = RuleSource.objects.get()
    RuleSource.objects.update(text=SEVERAL.replace("第二条", "第三条"), parts=0)
    assert "第二条" not in parts.take(old, 1, "covenant", clerk).text


def test_no_part_is_read_once_for_each_part(client, village, clerk, django_assert_max_num_queries):
    counts = []
    for number in (2, 12):
        RuleSource.objects.all().delete()
        hand_in(client, village, text=TEXT * number)
        address = reverse("covenants_documents", args=[RuleSource.objects.get().pk])
        client.get(address)
        with django_assert_max_num_queries(40) as caught:
            assert client.get(address).content.decode().count("kind-") >= number
        counts.append(len(caught))
    assert counts[0] == counts[1]
