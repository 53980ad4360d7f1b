"""Pictures inside a Word file can be taken out to be kept beside the text."""

import io

import pytest

from covenants.parsing import parse_file
from covenants.parsing.readers import pictures, read_pictures
from tests.covenants.parsing.test_word_changes import related
from tests.covenants.parsing.word_files import paragraph

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
EMF = b"\x01\x00\x00\x00" + bytes(36) + b" EMF"
JPEG = b"\xff\xd8\xff\xe0" + bytes(20)


def with_pictures(*contents, drawn=None):
    """A .docx that draws these contents in order; `drawn` gives another order of their numbers."""
    relations = [(f"r{n}", "image", f"media/{n}.bin", False) for n in range(len(contents))]
    order = range(len(contents)) if drawn is None else drawn
    body = paragraph("第一条 甲。") + "".join(
        f'<w:p><w:r><w:drawing><a:blip r:embed="r{n}"/></w:drawing></w:r></w:p>' for n in order
    )
    parts = {f"word/media/{n}.bin": content for n, content in enumerate(contents)}
    return related(body, relations, **parts)


def names_of(data, name="规约.docx"):
    found = read_pictures(io.BytesIO(data), name)
    return [(one.name, one.content_type) for one in found.pictures]


def left_out(data):
    return read_pictures(io.BytesIO(data), "规约.docx").left_out


def test_pictures_come_in_reading_order_each_once_with_the_type_of_their_content():
    data = with_pictures(PNG, JPEG, drawn=[1, 0, 1])
    assert names_of(data) == [("图1.jpg", "image/jpeg"), ("图2.png", "image/png")]
    assert read_pictures(io.BytesIO(data), "规约.docx").pictures[1].content == PNG


def test_what_is_no_picture_is_left_out():
    data = with_pictures(b"<svg onload='alert(1)'/>", EMF, PNG)
    assert names_of(data) == [("图1.png", "image/png")] and left_out(data) == 2


def test_linked_and_missing_pictures_are_left_out():
    body = (
        '<w:p><w:r><w:drawing><a:blip r:embed="r1"/><a:blip r:embed="r2"/></w:drawing></w:r></w:p>'
    )
    relations = [
        ("r1", "image", "http://203.0.113.7/a.png", True),
        ("r2", "image", "no.png", False),
    ]
    data = related(body, relations)
    assert names_of(data) == [] and left_out(data) == 0


def test_pictures_are_bounded_in_number_and_size(monkeypatch):
    monkeypatch.setattr(pictures, "MOST_PICTURES", 2)
    data = with_pictures(PNG, PNG + b"2", PNG + b"3")
    assert (len(names_of(data)), left_out(data)) == (2, 1)
    monkeypatch.setattr(pictures, "LARGEST_PICTURE", len(PNG))
    assert (len(names_of(data)), left_out(data)) == (1, 2)
    monkeypatch.setattr(pictures, "MOST_BYTES", len(PNG) - 1)
    assert (names_of(data), left_out(data)) == ([], 3)


@pytest.mark.parametrize(("data", "name"), [("第一条 甲。".encode(), "规约.txt")])
def test_other_files_have_none(data, name):
    assert names_of(data, name) == []


def test_pictures_change_nothing_in_what_is_parsed():
    assert [a.text for a in parse_file(io.BytesIO(with_pictures(PNG)), "规约.docx").articles] == [
        "甲。"
    ]
