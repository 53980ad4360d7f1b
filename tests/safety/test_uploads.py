"""What a file must be to enter: judged by content, bounded, named anew; served inert."""

import io
import random
import string
import zipfile
import zlib
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image as PillowImage
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection

from safety.audio import TYPES
from safety.models import UploadedBytes
from safety.uploads import forms, portable
from safety.uploads.checks import check_document, check_picture
from safety.uploads.names import LONGEST, safe_name
from safety.uploads.packages import MAX_UNPACKED, Unsafe, refuse_unsafe_office
from safety.uploads.portable import UnsafePdf, refuse_unsafe_pdf
from tests.factories import UserFactory
from tests.safety import hostile

pytestmark = pytest.mark.django_db
Document, Image = get_document_model(), get_image_model()


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def admin(client):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    return client


def posted(client, view, content, name):
    """What the uploader of many files is answered: {"success", "error_message"}."""
    file = SimpleUploadedFile(name, content)
    values = {"title": "附件", "files[]": file, "collection": Collection.get_first_root_node().pk}
    answer = client.post(reverse(view), values, headers={"x-requested-with": "XMLHttpRequest"})
    assert answer.status_code == 200
    return answer.json()


def cases(**kinds):
    return [
        pytest.param(data, f"文件.{kind}", id=f"{kind}: {name}")
        for kind, files in kinds.items()
        for name, data in files.items()
    ]


HOSTILE = cases(docx=hostile.DOCX, xlsx=hostile.XLSX, pdf=hostile.PDF, txt=hostile.TXT)


@pytest.mark.parametrize(("data", "name"), HOSTILE)
def test_hostile_documents_are_refused(data, name):
    with pytest.raises(ValidationError) as refused:
        check_document(data, name)
    assert any("\u4e00" <= character <= "\u9fff" for character in refused.value.messages[0])
    # A document made without a form is refused as well.
    with pytest.raises(ValidationError):
        Document.objects.create(title="附件", file=ContentFile(data, name))


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (hostile.word(), "a.docx"),
        (hostile.related("hyperlink", "https://example.org/"), "a.docx"),
        (hostile.table(), "a.xlsx"),
        (hostile.pdf(), "a.pdf"),
        ("第一条 酒席不超过十桌。".encode(), "a.txt"),
        ("第一条 酒席不超过十桌。".encode("gb18030"), "a.txt"),
    ],
)
def test_honest_documents_are_taken(data, name):
    check_document(data, name)


def test_the_uploader_says_what_is_wrong_and_keeps_nothing(admin):
    told = posted(admin, "wagtaildocs:add_multiple", hostile.DOCX["macros"], "约.docx")
    assert not told["success"] and "宏" in told["error_message"]
    told = posted(admin, "wagtaildocs:add_multiple", hostile.word(), "约.pdf")
    assert "docx" in told["error_message"]
    assert not Document.objects.exists()
    assert posted(admin, "wagtaildocs:add_multiple", hostile.word(), "约.docx")["success"]


def cut(data, share):
    return data[: int(len(data) * share)]


@pytest.mark.parametrize("share", [0.01, 0.2, 0.5, 0.95])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_that_ends_early_is_told_in_every_form(admin, kind, share):
    noise = PillowImage.effect_noise((300, 200), 90).convert("RGB")
    target = io.BytesIO()
    noise.save(target, format=kind)
    name = f"a.{kind.lower().replace('jpeg', 'jpg')}"
    content = cut(target.getvalue(), share)
    assert not posted(admin, "wagtailimages:add_multiple", content, name)["success"]
    values = {"title": "照片", "file": SimpleUploadedFile(name, content), "collection": 1}
    assert admin.post(reverse("wagtailimages:add"), values).status_code == 200
    assert not Image.objects.exists()


def moving(frames, size):
    first, *rest = [PillowImage.new("L", size, n % 250) for n in range(frames)]
    target = io.BytesIO()
    first.save(target, format="GIF", save_all=True, append_images=rest)
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "word"),
    [
        (hostile.picture("PNG", (8000, 7000)), "a.png", "像素"),
        (hostile.picture("PNG", (15000, 15000)), "a.png", "像素"),
        (moving(310, (4, 4)), "a.gif", "动图"),
        (hostile.picture("PNG"), "a.jpg", "png"),
        (hostile.picture("TIFF"), "a.jpg", "JPG"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "a.png", "JPG"),
        (hostile.word(), "a.png", "JPG"),
    ],
)
def test_picture_bombs_and_false_pictures(admin, data, name, word):
    with pytest.raises(ValidationError, match=word):
        check_picture(data, name)
    assert not posted(admin, "wagtailimages:add_multiple", data, name)["success"]


def test_a_picture_made_without_a_form_is_judged_as_well():
    with pytest.raises(ValidationError, match="JPG"):
        Image.objects.create(title="照片", file=ContentFile(hostile.picture("TIFF"), "a.jpg"))


SCRIPT = b"<script>alert(document.domain)</script>"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (hostile.picture() + SCRIPT, "a.jpg"),
        (hostile.picture(comment=SCRIPT), "a.jpg"),
        (hostile.picture("PNG") + SCRIPT, "a.png"),
        (hostile.picture("GIF", comment=SCRIPT) + SCRIPT, "a.gif"),
        (hostile.picture("WEBP", xmp=SCRIPT) + SCRIPT, "a.webp"),
        (hostile.picture() + hostile.packed({"a.js": SCRIPT}), "a.jpg"),
    ],
)
def test_a_picture_that_is_something_else_as_well_is_a_picture_only(admin, data, name):
    assert posted(admin, "wagtailimages:add_multiple", data, name)["success"]
    image = Image.objects.get()
    with image.open_file() as file:
        stored = file.read()
    assert SCRIPT not in stored and not zipfile.is_zipfile(io.BytesIO(stored))
    assert image.file_size == len(stored)


def test_a_bomb_is_refused_before_it_is_unpacked():
    packed = hostile.changed(hostile.word(), {"word/a": bytes(MAX_UNPACKED)})
    assert len(packed) < 400_000
    with pytest.raises(Unsafe, match="bomb"):
        refuse_unsafe_office(packed)


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_a_pdf_whose_objects_are_packed_is_taken_unless_they_do_more_than_show_pages(line_end):
    """As Word and LibreOffice write them: objects in streams, between pictures."""
    picture = b"2 0 obj\n<</Length 9000>>\nstream\n" + bytes(9000) + b"\nendstream\nendobj\n"
    for objects in (b"<</Type/Page>>", b"<</S/JavaScript>>"):
        packed = hostile.pdf_with_packed(objects)
        head, body = packed.split(b"\n", 1)
        whole = head + b"\n" + picture + body.replace(b"trailer", picture + b"trailer")
        whole = whole.replace(b"stream\n", b"stream" + line_end)
        if b"JavaScript" in objects:
            with pytest.raises(UnsafePdf, match="active"):
                refuse_unsafe_pdf(whole)
        else:
            refuse_unsafe_pdf(whole)


def test_what_many_streams_of_a_pdf_cost_does_not_grow_with_what_follows_each(monkeypatch):
    handed, made = [], zlib.decompressobj

    class Counted:
        def __init__(self):
            self._unpacker = made()

        eof = property(lambda self: self._unpacker.eof)

        def decompress(self, data, most):
            handed.append(len(data))
            return self._unpacker.decompress(data, most)

    monkeypatch.setattr(zlib, "decompressobj", Counted)
    refuse_unsafe_pdf(hostile.pdf_with_packed(b"<</Type/Page>>") * 500)
    assert len(handed) == 500 and sum(handed) <= 500 * portable.PIECE


@pytest.mark.parametrize("length", [portable.PIECE - 1, portable.PIECE * 3])
def test_a_script_at_the_end_of_a_long_stream_is_found(length):
    """Of random letters, which hardly become shorter when packed."""
    letters = "".join(random.Random(7).choices(string.ascii_letters, k=length)).encode()
    with pytest.raises(UnsafePdf, match="active"):
        refuse_unsafe_pdf(hostile.pdf_with_packed(letters + b"<</S/JavaScript>>"))


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("松林村 村规民约.docx", "松林村 村规民约.docx"),
        ("𥔲嘉镇.pdf", "𥔲嘉镇.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\fakepath\\约.docx", "约.docx"),
        ("a\u202ecod.exe.docx", "acod.exe.docx"),
        ("con.txt", "_con.txt"),
        ("a\u200b\u00ad.txt", "a.txt"),
        ('a<b>"|?*:.txt', "a_b______.txt"),
        ("a\r\nSet-Cookie: b.txt", "a__Set-Cookie_ b.txt"),
        ("a. . .txt", "a.txt"),
        ("\ud800.txt", "file.txt"),
        ("", "file"),
    ],
)
def test_names(name, kept):
    assert safe_name(name) == kept


def test_long_names_keep_their_extension(admin):
    assert len(safe_name("长" * 400 + ".docx")) == LONGEST
    name = "长" * 400 + "\u202e.docx"
    assert posted(admin, "wagtaildocs:add_multiple", hostile.word(), name)["success"]
    stored = Document.objects.get().filename
    assert stored.endswith(".docx") and "\u202e" not in stored and len(stored) <= LONGEST


def served(client, data, name):
    document = Document.objects.create(title="附件", file=ContentFile(data, name))
    return client.get(document.url)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (hostile.word(), "a.docx"),
        (hostile.table(), "a.xlsx"),
        (hostile.pdf(), "a.pdf"),
        ("约".encode(), "a.txt"),
    ],
)
def test_a_document_is_served_so_that_nothing_runs(admin, data, name):
    answer = served(admin, data, name)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert "private" in answer["Cache-Control"]
    if name != "a.pdf":
        assert "sandbox" in answer["Content-Security-Policy"]
        assert answer["Content-Disposition"].startswith("attachment")
    again = admin.get(answer.request["PATH_INFO"], headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304


def test_a_file_from_before_whose_kind_is_not_taken_is_bytes_for_saving(admin):
    document = Document(title="旧附件")
    document.file.save("a.html", ContentFile(SCRIPT), save=False)
    Document.objects.bulk_create([document])
    answer = admin.get(document.url)
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]


def test_nobody_guesses_a_file_by_number_or_name(client):
    document = Document.objects.create(title="附件", file=ContentFile("约".encode(), "a.txt"))
    for address in (
        document.url,
        f"/documents/{document.pk}/b.txt",
        f"/documents/{document.pk}/",
        f"/media/{document.file.name}",
        f"/documents/{document.pk}/../{document.pk}/a.txt",
    ):
        assert client.get(address).status_code == 404


def upload(client, **extra):
    file = SimpleUploadedFile("a.txt", "约".encode())
    values = {"title": "附件", "file": file, "collection": 1}
    return client.post(reverse("wagtaildocs:add"), values, **extra)


def test_a_stranger_sends_no_files(client):
    for address in (reverse("wagtaildocs:add"), "/", "/search/", reverse("covenants_upload")):
        answer = client.post(address, {"file": SimpleUploadedFile("a.txt", b"a")})
        assert answer.status_code == 413 and "登录" in answer.content.decode()


def test_a_day_has_an_allowance_for_all_forms_together(admin, settings):
    settings.UPLOADS_PER_DAY = 2
    for _ in range(2):
        assert upload(admin).status_code == 302
    row = UploadedBytes.objects.get()
    assert row.files == 2 and row.bytes > 0
    answer = upload(admin)
    assert answer.status_code == 413 and "今天" in answer.content.decode()
    answer = posted(admin, "wagtailimages:add_multiple", hostile.picture(), "a.jpg")
    assert "今天" in answer["error_message"]
    assert Document.objects.count() == 2


def test_what_is_larger_than_a_request_may_be_is_refused_unread(admin, settings):
    settings.UPLOAD_REQUEST_BYTES = settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    file = SimpleUploadedFile("a.txt", b"a" * 2000)
    answer = admin.post(reverse("wagtaildocs:add"), {"file": file})
    assert answer.status_code == 413 and "MB" in answer.content.decode()
    assert not UploadedBytes.objects.exists()


def test_a_full_disk_is_told_before_it_is_full(admin, settings):
    settings.UPLOAD_FREE_BYTES = 2**60
    answer = upload(admin)
    assert answer.status_code == 413 and "管理员" in answer.content.decode()


def test_long_texts_are_not_kept_either_when_the_disk_is_nearly_full(admin, settings):
    settings.UPLOAD_FREE_BYTES = 2**60
    address = reverse("wagtailadmin_account")
    answer = admin.post(address, {"text": "长" * 40_000})
    assert answer.status_code == 413 and "管理员" in answer.content.decode()
    assert admin.post(address, {"text": "短"}).status_code != 413


def test_a_large_file_is_not_called_a_long_text_when_the_disk_is_nearly_full(admin, settings):
    settings.UPLOAD_FREE_BYTES = 2**60
    picture = hostile.picture() + b"\0" * 200_000
    told = posted(admin, "wagtailimages:add_multiple", picture, "a.jpg")["error_message"]
    assert "文件" in told and "文字" not in told and "管理员" in told


def test_a_village_has_a_bounded_place(admin, monkeypatch):
    assert upload(admin).status_code == 302
    monkeypatch.setattr(forms, "COLLECTION_BYTES", 5)
    answer = upload(admin)
    assert "放满" in answer.content.decode()
    told = posted(admin, "wagtailimages:add_multiple", hostile.picture(), "a.jpg")
    assert "放满" in told["error_message"]
    assert Document.objects.count() == 1


def test_too_many_files_at_once(admin):
    files = [SimpleUploadedFile(f"{n}.txt", b"a") for n in range(25)]
    answer = admin.post(reverse("covenants_upload"), {"scans": files})
    assert answer.status_code == 413 and "文件太多" in answer.content.decode()


def test_no_kind_is_taken_that_cannot_be_looked_into(settings):
    looked_into = {"docx", "xlsx", "pdf", "txt", *TYPES}
    assert set(settings.WAGTAILDOCS_EXTENSIONS) == looked_into


def test_the_disk_holds_no_more_than_the_rows(admin):
    assert upload(admin).status_code == 302
    assert not posted(admin, "wagtaildocs:add_multiple", hostile.PDF["script"], "a.pdf")["success"]
    assert len(list(Path(Document.objects.get().file.path).parent.rglob("*"))) == 1
