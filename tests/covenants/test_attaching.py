"""Pictures of a file are kept beside its text, once each, and hidden until an editor shows them."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document
from PIL import Image as PillowImage
from wagtail.images import get_image_model
from wagtail.models import ReferenceIndex

from covenants.attaching import collection_of
from covenants.importing import import_rules
from covenants.models import CovenantPage
from covenants.rule_files import RuleFile
from covenants.weighing import CREATED, EDITION
from tests.covenants.parsing.test_word_pictures import with_pictures
from tests.factories import GroupPageFactory, UserFactory, VillagePageFactory

pytestmark = pytest.mark.django_db
Image = get_image_model()
TEXT = """松林村村规民约
第一条 酒席不超过{n}桌。
第二条 礼金不超过一百元。
松林村村民会议 {day}通过
"""


def picture(colour="red", size=(120, 90), image_format="PNG", **options):
    target = io.BytesIO()
    PillowImage.new("RGB", size, colour).save(target, image_format, **options)
    return target.getvalue()


def word_with(*pictures, n="十", day="2023年5月1日"):
    """A real Word file with these pictures after its text."""
    document, target = Document(), io.BytesIO()
    for line in TEXT.format(n=n, day=day).splitlines():
        document.add_paragraph(line)
    for content in pictures:
        document.add_picture(io.BytesIO(content))
    document.save(target)
    return target.getvalue()


@pytest.fixture
def village():
    return VillagePageFactory(name="松林村民委员会", code="532391101201")


def take(village, content, name="约.docx", **options):
    (outcome,) = import_rules([RuleFile(name, content, village.code)], **options)
    return outcome


def attached(page):
    return [(b.value["alt"], b.value["picture"], b.value["public"]) for b in page.attachments]


@pytest.mark.parametrize("publish", [False, True])
def test_imported_pictures_are_attachments_that_nobody_sees_yet(client, village, publish):
    content = word_with(picture("red"), picture("blue", image_format="JPEG"))
    outcome = take(village, content, publish=publish)
    assert outcome.status == CREATED and "2 张图片" in " ".join(outcome.warnings)
    page = CovenantPage.objects.get()
    for state in (page, page.get_latest_revision_as_object()):
        rows = attached(state)
        assert [(alt, public) for alt, _one, public in rows] == [
            ("原文件中的图片 1", False),
            ("原文件中的图片 2", False),
        ]
    image = Image.objects.first()
    assert image.collection == collection_of(village) and image.collection.name == village.title
    assert image.title.startswith(page.title) and "约" not in image.filename
    assert ReferenceIndex.get_references_to(image).count() == 1
    if publish:
        assert "原文件中的图片" not in client.get(page.url).content.decode()


def test_an_editor_shows_a_picture_by_ticking_it(client, village):
    take(village, word_with(picture("red"), picture("blue")), publish=True)
    page = CovenantPage.objects.get()
    page.attachments[1].value["public"] = True
    page.save_revision().publish()
    html = client.get(page.url).content.decode()
    assert 'alt="原文件中的图片 2"' in html and "原文件中的图片 1" not in html


def test_query_count_of_a_page_does_not_grow_with_its_pictures(
    client, village, django_assert_max_num_queries
):
    counts = []
    for number in (1, 6):
        page_village = VillagePageFactory()
        colours = [(40 * n, 0, number) for n in range(number)]
        take(page_village, word_with(*map(picture, colours)), publish=True)
        page = CovenantPage.objects.child_of(page_village).get()
        for block in page.attachments:
            block.value["public"] = True
        page.save_revision().publish()
        client.get(page.url)
        with django_assert_max_num_queries(40) as caught:
            client.get(page.url)
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_metadata_of_a_photograph_is_gone(village):
    exif = PillowImage.Exif()
    exif[0x010F] = "Huawei P40 of somebody"
    take(village, word_with(picture(image_format="JPEG", exif=exif)))
    with Image.objects.get().file.open("rb") as stored:
        assert b"Huawei" not in stored.read()


def test_same_picture_is_kept_once_in_a_file_and_in_a_village(village):
    red = picture("red")
    content = with_pictures(red, red, picture("blue", image_format="JPEG"))
    take(village, content)
    assert len(attached(CovenantPage.objects.get())) == 2
    take(village, with_pictures(red), name="章程.docx")
    (outcome,) = import_rules(
        [RuleFile("章程.docx", with_pictures(red), village.code, kind="ethics")]
    )
    assert outcome.status == CREATED and Image.objects.count() == 2


def test_decorations_are_passed_over_and_broken_pictures_only_told(village):
    cut_short = picture("blue", (400, 300), "JPEG")[:300]
    content = with_pictures(picture(size=(200, 8)), b"\x89PNG\r\n\x1a\n" + bytes(30), cut_short)
    outcome = take(village, content)
    assert outcome.status == CREATED and not Image.objects.exists()
    assert "坏了" in " ".join(outcome.warnings)
    assert not CovenantPage.objects.get().attachments


def test_windows_pictures_become_what_browsers_show(village):
    take(village, with_pictures(picture(image_format="BMP"), picture("blue", image_format="TIFF")))
    assert {image.filename[-4:] for image in Image.objects.all()} == {".png"}


def test_dry_run_tells_how_many_and_keeps_none(village):
    outcome = take(village, word_with(picture()), dry_run=True)
    assert "1 张图片" in " ".join(outcome.warnings) and not Image.objects.exists()


@pytest.mark.parametrize("publish", [False, True])
def test_next_edition_adds_its_pictures_to_those_there_are(village, publish):
    take(village, word_with(picture("red"), day="2020年5月1日"), publish=publish)
    CovenantPage.objects.get().get_latest_revision().publish()
    outcome = take(village, word_with(picture("red"), picture("blue"), n="八"), publish=publish)
    assert outcome.status == EDITION
    draft = CovenantPage.objects.get().get_latest_revision_as_object()
    assert [public for _alt, _one, public in attached(draft)] == [False, False]
    assert Image.objects.count() == 2


def test_a_file_that_does_not_land_leaves_no_picture(village):
    undated = word_with(picture(), day="")
    assert take(village, undated, publish=True).status == "refused"
    early = RuleFile("约.docx", word_with(picture()), village.code, effective="2019-01-01")
    assert [one.status for one in import_rules([early], publish=True)] == ["refused"]
    assert not Image.objects.exists()


def test_pictures_of_a_group_lie_with_its_village(village):
    group = GroupPageFactory(parent=village, number=2)
    list(import_rules([RuleFile("约.docx", word_with(picture()), village.code, group="2")]))
    assert CovenantPage.objects.child_of(group).get().attachments
    assert Image.objects.get().collection == collection_of(village)


def test_desk_keeps_the_pictures_when_the_draft_is_made(client, village):
    client.force_login(UserFactory(is_superuser=True))
    upload = SimpleUploadedFile("约.docx", word_with(picture("red"), picture("blue")))
    address = client.post(
        reverse("covenants_upload"), {"area": village.pk, "kind": "covenant", "file": upload}
    ).url
    assert not Image.objects.exists(), "nothing is kept before the editor says so"
    saved = client.post(address, {"text": TEXT.format(n="八", day=""), "save": "1"}, follow=True)
    html = saved.content.decode()
    assert "2 张图片" in html and "签名、手印" in html
    page = CovenantPage.objects.get()
    for state in (page, page.get_latest_revision_as_object()):
        assert [public for _alt, _one, public in attached(state)] == [False, False]
