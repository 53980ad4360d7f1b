"""What telephones and programs write around pictures and sound never reaches a reader.

Words are planted wherever each format has room for some; then whatever is stored or served is
searched for them in every spelling a format uses.
"""

import io
import re
import zlib

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import ExifTags, ImageCms, PngImagePlugin
from PIL import Image as PillowImage
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from safety.renditions import SHAPES
from tests import sounds
from tests.factories import HouseholdPageFactory, UserFactory

pytestmark = pytest.mark.django_db
WORD = "Zhang Sanfeng"
PLACE = b"+25.0453+101.5280/"
PLANTED = WORD.encode() + PLACE
PROFILE_NAME = "sRGB built-in"
assert len(PROFILE_NAME) == len(WORD)


def profile() -> bytes:
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    named = made.replace(PROFILE_NAME.encode("utf-16-be"), WORD.encode("utf-16-be"))
    assert named != made
    return named


def exif() -> PillowImage.Exif:
    made = PillowImage.Exif()
    made[ExifTags.Base.ImageDescription] = WORD
    made[ExifTags.Base.XPAuthor] = WORD.encode("utf-16-le")
    place = {1: "N", 2: (25.0, 2.0, 43.08), 3: "E", 4: (101.0, 31.0, 40.8), 27: PLANTED}
    made.get_ifd(ExifTags.IFD.GPSInfo).update(place)
    return made


def picture(kind: str, **options) -> bytes:
    target = io.BytesIO()
    shown = PillowImage.new("RGB", (60, 40), (200, 60, 30))
    shown.save(target, format=kind, **options)
    return target.getvalue()


def moving(**options) -> dict:
    other = PillowImage.new("RGB", (60, 40), (30, 60, 200))
    return options | {"save_all": True, "append_images": [other], "duration": 90}


def jpeg() -> bytes:
    made = picture(
        "JPEG", exif=exif(), xmp=b"<x>%s</x>" % PLANTED, comment=PLANTED, icc_profile=profile()
    )
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + PLANTED
    thumbnail = b"JFXX\0\x10" + picture("JPEG", comment=PLANTED)
    for marker, body in ((b"\xff\xed", iptc), (b"\xff\xe0", thumbnail), (b"\xff\xec", PLANTED)):
        made = made[:2] + marker + (len(body) + 2).to_bytes(2, "big") + body + made[2:]
    return made + PLANTED


def chunk_of_png(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")


def png(**options) -> bytes:
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", PLANTED.decode())
    text.add_text("Comment", PLANTED.decode() * 9, zip=True)
    text.add_itxt("XML:com.adobe.xmp", PLANTED.decode())
    made = picture("PNG", exif=exif(), pnginfo=text, icc_profile=profile(), **options)
    # Of a kind that no standard has, before the first pixels.
    return made[:33] + chunk_of_png(b"cuNy", PLANTED) + made[33:] + PLANTED


def webp(**options) -> bytes:
    made = picture("WEBP", exif=exif(), xmp=PLANTED, icc_profile=profile(), **options)
    body = made[8:] + b"CUNY" + len(PLANTED).to_bytes(4, "little") + PLANTED + b"\0"
    return b"RIFF" + len(body).to_bytes(4, "little") + body + PLANTED


def gif(**options) -> bytes:
    made = picture("GIF", comment=PLANTED, loop=0, **options)
    words = bytes([len(PLANTED)]) + PLANTED + b"\0"
    application = b"\x21\xff\x0bXMP DataXMP" + words + b"\x21\xff\x0bNETSCAPE2.0" + words
    return made[:-1] + application + b";" + PLANTED


PICTURES = {
    "a.jpg": jpeg(),
    "a.png": png(),
    "a.webp": webp(),
    "moving.webp": webp(**moving()),
    "a.gif": gif(),
    "moving.gif": gif(**moving()),
}
NOT_TAKEN = {
    "a.tif": picture("TIFF", description=WORD),
    "a.avif": picture("AVIF", exif=exif()),
    "a.bmp": picture("BMP"),
    "a.heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + PLANTED,
    "a.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><text>%s</text></svg>" % PLANTED,
    "moving.png": png(**moving()),
    # Under the name of a kind that is taken.
    "avif.jpg": picture("AVIF", exif=exif()),
    "tif.png": picture("TIFF", description=WORD),
}
RECORDINGS = {
    "a.mp3": sounds.mp3(tags=PLANTED),
    "a.m4a": sounds.m4a(tags=PLANTED, day=0xE1A2B3C4),
    "a.wav": sounds.wav(tags=PLANTED),
    "opus.ogg": sounds.ogg("opus", PLANTED),
    "long.ogg": sounds.ogg("vorbis", PLANTED * 200),
    "flac.ogg": sounds.ogg("flac", PLANTED * 40),
}
FILMS = {
    "a.mp4": sounds.m4a(tags=PLANTED, handler=b"vide"),
    "mp4.m4a": sounds.m4a(tags=PLANTED, handler=b"vide"),
    "journey.m4a": sounds.m4a(tags=PLANTED, handler=b"meta"),
    "a.amr": b"#!AMR\n" + PLANTED,
}


def told(data: bytes) -> list[str]:
    """The spellings of what was planted that a file still holds, and whether it has Exif."""
    spellings = {
        "words": WORD.encode(),
        "wide words": WORD.encode("utf-16-le")[:-1],
        "place": PLACE,
        "Exif": b"Exif\0",
        "degrees of 43.08": (4308).to_bytes(4, "big"),
    }
    return [name for name, spelling in spellings.items() if spelling in data]


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    caches["default"].clear()
    yield tmp_path
    caches["default"].clear()


@pytest.fixture
def admin(client):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    return client


def uploaded(admin, library, name, data):
    file = SimpleUploadedFile(name, data, content_type="application/octet-stream")
    fields = {"title": "院坝", "file": file, "collection": 1}
    return admin.post(reverse(f"{library}:add"), fields)


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_tells_nothing_wherever_it_is_stored(admin, media, name):
    assert told(PICTURES[name])
    answer = uploaded(admin, "wagtailimages", name, PICTURES[name])
    assert answer.status_code == 302, answer.context["form"].errors
    image = get_image_model().objects.get()
    for shape in SHAPES.values():
        image.get_renditions(*shape.all_filters)
    files = [path for path in media.rglob("*") if path.is_file()]
    assert len(files) > 5
    for path in files:
        assert told(path.read_bytes()) == [], path.name
        with PillowImage.open(path) as opened:
            assert not opened.getexif() and not {"icc_profile", "xmp"} & opened.info.keys()
            if path.parent.name == "original_images":
                assert opened.size == (60, 40)
                assert getattr(opened, "n_frames", 1) == (2 if "moving" in name else 1)


def test_colours_stay_what_they_are_without_their_profile(admin):
    uploaded(admin, "wagtailimages", "a.png", PICTURES["a.png"])
    with get_image_model().objects.get().open_file() as file:
        shown = PillowImage.open(file).convert("RGB").getpixel((5, 5))
    assert all(abs(one - other) < 3 for one, other in zip(shown, (200, 60, 30), strict=True))


@pytest.mark.parametrize("name", NOT_TAKEN)
def test_other_kinds_of_pictures_are_refused_in_words(admin, media, name):
    answer = uploaded(admin, "wagtailimages", name, NOT_TAKEN[name])
    told = " ".join(answer.context["form"].errors["file"])
    assert re.search("JPG|GIF|支持", told), told
    assert not get_image_model().objects.exists() and not any(media.rglob("*"))


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recording_tells_nothing_where_it_is_stored_and_served(admin, media, name):
    assert told(RECORDINGS[name])
    assert uploaded(admin, "wagtaildocs", name, RECORDINGS[name]).status_code == 302
    document = get_document_model().objects.get()
    for path in media.rglob("*"):
        assert path.is_dir() or told(path.read_bytes()) == []
    page = HouseholdPageFactory()
    page.recordings.create(document=document)
    page.save_revision().publish()
    admin.logout()
    body = b"".join(admin.get(document.url).streaming_content)
    assert told(body) == [] and b"sound" in body or not name.endswith(("ogg", "m4a"))


@pytest.mark.parametrize("name", FILMS)
def test_films_and_what_is_more_than_sound_are_refused_in_words(admin, media, name):
    answer = uploaded(admin, "wagtaildocs", name, FILMS[name])
    assert answer.context["form"].errors["file"]
    assert not get_document_model().objects.exists() and not any(media.rglob("*"))
