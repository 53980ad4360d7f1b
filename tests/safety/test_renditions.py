"""Pictures in sizes and formats: what a reader's request makes, and what the background makes."""

import io

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.core.management import call_command
from django.template import Context, Template
from PIL import Image as PillowImage
from wagtail.images.models import Image, Rendition
from wagtail.images.tests.utils import get_test_image_file_jpeg, get_test_image_file_webp

from safety import renditions
from safety.renditions import FORMATS, make_missing
from tests.factories import HomePageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_remembered():
    """What is remembered of a picture goes by its key, which the next test has again."""
    cache.clear()
    renditions._failed.clear()


@pytest.fixture
def photo():
    return Image.objects.create(title="火把节", file=get_test_image_file_jpeg(size=(1600, 1200)))


def drawn(image, rest='alt="广场"'):
    source = "{% load sized_pictures %}{% sized_picture image 'photo' " + rest + " %}"
    html = Template(source).render(Context({"image": image}))
    return BeautifulSoup(html, "html.parser")


def test_a_reader_s_request_makes_one_small_jpeg_at_most(photo):
    picture = drawn(photo)
    shown = picture.img
    assert shown["src"].endswith(".jpg")
    assert (shown["width"], shown["height"], shown["alt"]) == ("480", "360", "广场")
    assert (shown["loading"], shown["decoding"]) == ("lazy", "async")
    assert not picture.find_all("source")
    drawn(photo)
    assert Rendition.objects.count() == 1


def test_the_background_makes_the_other_sizes_and_formats_of_what_was_looked_at(photo):
    unseen = Image.objects.create(title="没人看", file=get_test_image_file_jpeg())
    drawn(photo)
    HomePageFactory()
    call_command("work", once=True)
    assert not Rendition.objects.filter(image=unseen).exists()
    picture = drawn(Image.objects.get(pk=photo.pk))
    assert [source["type"] for source in picture.find_all("source")] == [
        f"image/{name}" for name in FORMATS
    ]
    for source in picture.find_all("source"):
        assert source["sizes"]
        assert [part.split()[1] for part in source["srcset"].split(", ")] == ["480w", "960w"]
    assert make_missing() == 0


def test_a_picture_in_the_first_window_does_not_wait(photo):
    assert "loading" not in drawn(photo, "first=True").img.attrs


def test_a_small_picture_is_not_made_larger():
    small = Image.objects.create(title="小", file=get_test_image_file_webp(size=(200, 100)))
    drawn(small)
    make_missing()
    picture = drawn(Image.objects.get(pk=small.pk))
    assert (picture.img["width"], picture.img["height"]) == ("200", "100")


def test_a_picture_whose_file_is_gone_stops_neither_page_nor_background(photo):
    drawn(photo)
    gone = Image.objects.create(title="丢了", file=get_test_image_file_jpeg())
    drawn(gone)
    gone.file.storage.delete(gone.file.name)
    assert make_missing(5) == 2
    assert make_missing(5) == 0
    never_seen = Image.objects.create(title="早丢了", file=get_test_image_file_jpeg())
    never_seen.file.storage.delete(never_seen.file.name)
    assert not drawn(never_seen).img
    assert not drawn(None).img


def damaged_png() -> bytes:
    """Its pixels break off at what is no chunk of a PNG."""
    target = io.BytesIO()
    PillowImage.effect_noise((400, 400), 80).convert("RGB").save(target, "PNG")
    first = target.getvalue().index(b"IDAT")
    second = target.getvalue().index(b"IDAT", first + 4)
    return target.getvalue()[:second] + b"RR\xfaR" + target.getvalue()[second + 4 :]


def test_a_picture_that_is_damaged_stops_neither_page_nor_background(photo):
    whole = Image.objects.create(title="好的", file=get_test_image_file_jpeg())
    for image in (photo, whole):
        drawn(image)
    with open(photo.file.path, "wb") as file:
        file.write(damaged_png())
    assert make_missing(5) == 2 and make_missing(5) == 0
    assert drawn(Image.objects.get(pk=whole.pk)).find_all("source")
    Rendition.objects.filter(image=photo).delete()
    cache.clear()
    assert not drawn(Image.objects.get(pk=photo.pk)).img
