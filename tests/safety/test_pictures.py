"""Uploaded pictures lose what says where, when and by whom they were taken."""

import hashlib
import io
import posixpath
import runpy
from types import ModuleType

import pytest
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import ExifTags, PngImagePlugin
from PIL import Image as PillowImage
from wagtail.images import get_image_model

from safety.pictures import CleanedPicture, clean_picture
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
Image = get_image_model()


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    # Renditions are remembered by the picture's id, which starts anew with every test.
    caches["default"].clear()
    yield
    caches["default"].clear()


@pytest.fixture
def admin(client):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    return client


def encoded(picture, image_format, **options):
    written = io.BytesIO()
    picture.save(written, format=image_format, **options)
    return written.getvalue()


def exif_of_a_phone(orientation=6):
    exif = PillowImage.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "SecretPhone"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (25.0, 2.0, 30.0), 3: "E"})
    return exif


def photo(orientation=6):
    """A 60×40 JPEG whose left half is red, to be shown turned clockwise: red at the top."""
    picture = PillowImage.new("RGB", (60, 40), "blue")
    picture.paste("red", (0, 0, 30, 40))
    exif = exif_of_a_phone(orientation)
    data = encoded(picture, "JPEG", exif=exif, comment=b"SecretComment", quality=95)
    assert PillowImage.open(io.BytesIO(data)).getexif().get_ifd(ExifTags.IFD.GPSInfo)
    return data


def stored(file):
    with file.storage.open(file.name) as opened:
        return opened.read()


def assert_nothing_told(data):
    picture = PillowImage.open(io.BytesIO(data))
    assert not dict(picture.getexif())
    assert not picture.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    assert b"Secret" not in data
    assert b"Exif" not in data


def assert_clean_upright(image):
    data = stored(image.file)
    assert_nothing_told(data)
    assert_nothing_told(stored(image.get_rendition("width-20|format-jpeg").file))
    picture = PillowImage.open(io.BytesIO(data)).convert("RGB")
    assert picture.size == (image.width, image.height) == (40, 60)
    red, _, blue = picture.getpixel((20, 5))
    assert red > 200 > 50 > blue
    assert image.file_size == len(data)
    assert image.file_hash == hashlib.sha1(data, usedforsecurity=False).hexdigest()


def test_admin_upload(admin):
    upload = SimpleUploadedFile("a.jpg", photo(), content_type="image/jpeg")
    answer = admin.post(
        reverse("wagtailimages:add"), {"title": "院坝", "file": upload, "collection": 1}
    )
    assert answer.status_code == 302
    assert_clean_upright(Image.objects.get())


def test_admin_replaces_the_file(admin):
    image = Image.objects.create(title="院坝", file=ContentFile(photo(1), "a.jpg"))
    upload = SimpleUploadedFile("b.jpg", photo(), content_type="image/jpeg")
    admin.post(
        reverse("wagtailimages:edit", args=[image.pk]),
        {"title": "院坝", "file": upload, "collection": 1},
    )
    assert_clean_upright(Image.objects.get())


def test_multiple_upload(admin):
    upload = SimpleUploadedFile("a.jpg", photo(), content_type="image/jpeg")
    answer = admin.post(reverse("wagtailimages:add_multiple"), {"files[]": upload, "title": "院坝"})
    assert answer.json()["success"] is True
    assert_clean_upright(Image.objects.get())


def test_model_save():
    image = Image(title="院坝", file=ContentFile(photo(), "a.jpg"))
    image.save()
    assert_clean_upright(Image.objects.get())


def test_file_stored_before_the_row(tmp_path):
    image = Image(title="院坝")
    image.file.save("a.jpg", ContentFile(photo()), save=False)
    image.save()
    assert_clean_upright(Image.objects.get())
    originals = list((tmp_path / "original_images").iterdir())
    assert len(originals) == 1


def test_saving_again_leaves_the_file_alone():
    image = Image.objects.create(title="院坝", file=ContentFile(photo(), "a.jpg"))
    name, before = image.file.name, stored(image.file)
    image.title = "新院坝"
    image.save()
    copy = Image.objects.get()
    copy.pk = None
    copy._state.adding = True
    copy.save()
    assert {image.file.name for image in Image.objects.all()} == {name}
    assert stored(image.file) == before


@pytest.mark.parametrize("kind", [ContentFile, CleanedPicture])
def test_nobody_finds_sized_pictures_by_trying_names(kind):
    stems = set()
    for _ in range(2):
        image = Image.objects.create(title="院坝", file=kind(photo(), f"{'a' * 90}.jpg"))
        stem, filter_spec, suffix = posixpath.basename(
            image.get_rendition("max-165x165").file.name
        ).split(".")
        stems.add(stem)
        assert (filter_spec, suffix) == ("max-165x165", "jpg") and len(stem.split("-")[0]) == 12
    assert len(stems) == 2


@pytest.mark.parametrize("image_format", ["PNG", "WEBP"])
def test_other_formats_are_kept_and_cleaned(image_format):
    picture = PillowImage.new("RGBA", (60, 40), (0, 0, 255, 0))
    options = {"exif": exif_of_a_phone()}
    if image_format == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Author", "SecretName")
        text.add_itxt("XML:com.adobe.xmp", "SecretXmp")
        options["pnginfo"] = text
    else:
        options |= {"xmp": b"<x>SecretXmp</x>", "lossless": True}
    data = encoded(picture, image_format, **options)
    assert b"Secret" in data
    cleaned = clean_picture(data)
    assert_nothing_told(cleaned)
    result = PillowImage.open(io.BytesIO(cleaned))
    assert (result.format, result.size) == (image_format, (40, 60))
    assert result.convert("RGBA").getpixel((5, 5))[3] == 0
    assert (b"VP8L" in cleaned) is (image_format == "WEBP")


@pytest.mark.parametrize("image_format", ["PNG", "WEBP", "GIF"])
def test_animations_keep_their_frames(image_format):
    frames = [PillowImage.new("RGB", (20, 10), colour) for colour in ("red", "blue", "green")]
    options = {"save_all": True, "append_images": frames[1:], "duration": 120, "loop": 0}
    if image_format == "GIF":
        options["comment"] = b"SecretComment"
    else:
        options["exif"] = exif_of_a_phone(1)
    if image_format == "WEBP":
        options["lossless"] = True
    data = encoded(frames[0], image_format, **options)
    assert b"Secret" in data
    cleaned = clean_picture(data)
    assert_nothing_told(cleaned)
    result = PillowImage.open(io.BytesIO(cleaned))
    assert (result.format, result.n_frames, result.info["loop"]) == (image_format, 3, 0)
    result.seek(2)
    assert result.convert("RGB").getpixel((3, 3)) == (0, 128, 0)


def test_too_many_pixels(monkeypatch):
    data = photo()
    monkeypatch.setattr(PillowImage, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(ValidationError, match="图片的像素太多"):
        clean_picture(data)


def test_what_is_no_picture_is_left_to_wagtail():
    assert clean_picture(b"<svg xmlns='http://www.w3.org/2000/svg'/>") is None


def test_a_damaged_picture_is_refused_in_the_form(admin):
    whole = encoded(PillowImage.new("P", (60, 40)), "GIF")
    upload = SimpleUploadedFile("a.gif", whole[:-1], content_type="image/gif")
    answer = admin.post(
        reverse("wagtailimages:add"), {"title": "院坝", "file": upload, "collection": 1}
    )
    errors = answer.context["form"].errors["file"]
    assert errors == ["图片文件已损坏，请重新导出以后再上传。"]
    assert not Image.objects.exists()


def test_where_the_site_is_developed_sized_pictures_are_served_and_no_originals(
    client, settings, tmp_path
):
    for folder in ("images", "original_images"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.jpg").write_bytes(b"picture")
    settings.DEBUG = True
    settings.ROOT_URLCONF = ModuleType("development")
    settings.ROOT_URLCONF.urlpatterns = runpy.run_module("config.urls")["urlpatterns"]
    assert client.get("/media/images/a.jpg").status_code == 200
    assert client.get("/media/original_images/a.jpg").status_code == 404
    assert client.get("/media/images/../original_images/a.jpg").status_code in (400, 404)
