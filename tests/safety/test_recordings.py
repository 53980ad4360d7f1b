"""What is taken as a recording, what is taken out of it, and how it is served."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model

from safety.audio import MAX_BYTES, audio_kind, without_tags
from safety.recordings import check_new_recording
from tests import factories as make
from tests import sounds

PLACE = b"+25.0453+101.5280/ \xe5\xbc\xa0\xe4\xb8\x89"


@pytest.mark.parametrize("kind", sounds.ALL)
def test_a_recording_is_known_by_its_content(kind):
    assert audio_kind(sounds.ALL[kind]) == kind


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><script>alert(1)</script>",
        b"ID3\x04\x00\x00\x00\x00\x00\x05hello<html>",
        b"\xff\xf1\x50\x80" + bytes(400),
        sounds.ogg_pages([b"\x80theora", b"sound"], 9),
        sounds.m4a(handler=b"vide"),
        b"RIFF\x00\x00\x00\x00AVI ",
    ],
)
def test_what_is_no_recording_is_not_taken_for_one(data):
    assert audio_kind(data) is None
    with pytest.raises(ValidationError):
        check_new_recording(ContentFile(data or b" ", name="luyin.mp3"))


def test_a_wrong_extension_and_a_large_file_are_told():
    with pytest.raises(ValidationError, match="wav"):
        check_new_recording(ContentFile(sounds.wav(), name="luyin.mp3"))
    large = ContentFile(sounds.mp3() + bytes(MAX_BYTES), name="luyin.mp3")
    with pytest.raises(ValidationError, match="20"):
        check_new_recording(large)
    check_new_recording(ContentFile(b"PK", name="biao.docx"))


@pytest.mark.parametrize("make_sound", [sounds.wav, sounds.mp3, sounds.m4a])
def test_place_and_author_are_taken_out_and_the_sound_stays(make_sound):
    tagged = make_sound(tags=PLACE)
    cleaned = without_tags(tagged)
    assert PLACE in tagged
    assert PLACE not in cleaned
    assert audio_kind(cleaned) == audio_kind(tagged)
    if make_sound is sounds.m4a:
        # Offsets of the sound are written in the file: nothing may move.
        assert len(cleaned) == len(tagged) and cleaned.endswith(b"sound" * 20)
    else:
        assert cleaned == make_sound()


def test_the_day_of_a_recording_is_taken_out():
    assert without_tags(sounds.m4a(day=0xE1A2B3C4)) == without_tags(sounds.m4a())


@pytest.mark.parametrize("codec", ["opus", "vorbis", "flac"])
@pytest.mark.parametrize("length", [1, 100], ids=["one page", "several pages"])
def test_comments_of_an_ogg_are_blank_and_nothing_else_moves(codec, length):
    tagged = sounds.ogg(codec, PLACE * length)
    cleaned = without_tags(tagged + b"\0" + tagged[:20])
    assert len(cleaned) == len(tagged) and PLACE in tagged
    assert not any(part in cleaned for part in (PLACE, PLACE[:8], PLACE[-8:]))
    # Pages hold five pieces of 255 bytes: where a comment ended, the sound begins as before.
    assert b"sound" * 20 in cleaned
    assert cleaned == without_tags(cleaned)
    at = 0
    while at < len(cleaned):
        body = at + 27 + cleaned[at + 26]
        end = body + sum(cleaned[at + 27 : body])
        page = cleaned[at : at + 22] + bytes(4) + cleaned[at + 26 : end]
        assert cleaned[at + 22 : at + 26] == sounds.ogg_checksum(page)
        at = end


@pytest.mark.parametrize(
    "data",
    [
        sounds.m4a(tags=PLACE, handler=b"text"),
        sounds.m4a(tags=PLACE, handler=b"meta"),
        sounds.m4a()[:30],
        sounds.m4a()[:-50],
        sounds._box(b"ftyp", b"M4A ") + sounds._box(b"moov", b"")[:-8] + b"\0\0\0\0moov" * 5000,
        sounds.mp3()[:9],
        sounds.ogg()[:60],
        sounds.ogg(tags=PLACE * 100)[:900],
        sounds.ogg() + sounds.ogg_pages([b"\x80theora", b"sound"], 9),
        sounds.ogg_pages([b"OpusHead", b"short", b"sound"], 9),
        sounds.mp3() + b"\xff\xfb\x90\x00" * 200_000,
    ],
    ids=lambda data: f"{data[:8]!r} {len(data)}",
)
def test_what_cannot_be_cleaned_is_refused_in_words(data):
    kind = audio_kind(data)
    with pytest.raises(ValidationError, match="重新导出"):
        check_new_recording(ContentFile(data, name=f"luyin.{kind or 'mp3'}"))


@pytest.fixture
def recording(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return get_document_model().objects.create(
        title="录音", file=ContentFile(sounds.mp3(tags=PLACE), "luyin.mp3")
    )


@pytest.fixture(params=[make.HouseholdPageFactory, make.CovenantPageFactory])
def page(request, recording):
    page = request.param()
    page.recordings.create(document=recording)
    page.save_revision().publish()
    return page


def test_a_stored_recording_has_no_tags_and_its_true_size(recording):
    stored = recording.file.read()
    assert PLACE not in stored
    assert recording.file_size == len(stored) == len(sounds.mp3())


def test_a_file_that_lies_about_itself_is_not_stored(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with pytest.raises(ValidationError):
        get_document_model().objects.create(title="x", file=ContentFile(b"<html>", "x.mp3"))


def test_a_recording_of_no_public_page_is_not_served(client, recording):
    assert client.get(recording.url).status_code == 404
    draft = make.HouseholdPageFactory(live=False)
    draft.recordings.create(document=recording)
    draft.save()
    assert client.get(recording.url).status_code == 404


def test_a_recording_of_a_public_page_is_served_whole_and_in_ranges(client, recording, page):
    answer = client.get(recording.url)
    body = b"".join(answer.streaming_content)
    assert answer["Content-Type"] == "audio/mpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Accept-Ranges"] == "bytes"
    assert body == sounds.mp3()
    for asked, first, last in (
        ("bytes=10-19", 10, 19),
        ("bytes=10-", 10, len(body) - 1),
        ("bytes=-5", len(body) - 5, len(body) - 1),
        ("bytes=10-999999", 10, len(body) - 1),
    ):
        part = client.get(recording.url, headers={"range": asked})
        assert part.status_code == 206
        assert b"".join(part.streaming_content) == body[first : last + 1]
        assert part["Content-Range"] == f"bytes {first}-{last}/{len(body)}"
    assert client.get(recording.url, headers={"range": "bytes=999999-"}).status_code == 416
    long = "9" * 5000
    for odd in ("bytes=9-2", "bytes=-", "bytes=1-2,4-5", "lines=1-2", f"bytes={long}-"):
        assert client.get(recording.url, headers={"range": odd}).status_code == 200


def test_a_withdrawn_pages_recording_is_gone(client, recording, page):
    page.unpublish()
    assert client.get(recording.url).status_code == 404


def test_a_deleted_pages_recording_is_deleted_with_its_file(
    client, recording, page, django_capture_on_commit_callbacks
):
    storage, name = recording.file.storage, recording.file.name
    with django_capture_on_commit_callbacks(execute=True):
        page.delete()
    assert not get_document_model().objects.filter(pk=recording.pk).exists()
    assert not storage.exists(name)


def test_a_recording_that_another_page_holds_stays(
    recording, page, django_capture_on_commit_callbacks
):
    other = make.HouseholdPageFactory()
    other.recordings.create(document=recording)
    other.save_revision().publish()
    with django_capture_on_commit_callbacks(execute=True):
        page.delete()
    assert get_document_model().objects.filter(pk=recording.pk).exists()
