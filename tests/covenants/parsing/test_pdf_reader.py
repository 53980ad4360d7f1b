"""Text PDFs are read page by page; scans are told from them."""

import io
from dataclasses import replace

import pytest

from covenants.parsing import ReadError, parse_file
from covenants.parsing.readers import read_file
from safety.files import pdf as bounded_pdf
from tests.covenants.parsing.pdf_files import pdf


def read(data, name="规约.pdf"):
    return read_file(io.BytesIO(data), name)


def refused(data, name="规约.pdf"):
    with pytest.raises(ReadError) as caught:
        read(data, name)
    assert name in str(caught.value)
    return caught.value


def test_chinese_text_becomes_articles():
    data = pdf(["松林村村规民约", "第一条 办客从简。", "第二条 礼金不超过一百元。"])
    rules = parse_file(io.BytesIO(data), "规约.pdf")
    assert rules.title == "松林村村规民约"
    assert [(a.label, a.text) for a in rules.articles] == [
        ("第一条", "办客从简。"),
        ("第二条", "礼金不超过一百元。"),
    ]


def test_the_content_decides_not_the_name():
    reading = read(pdf(["第一条 办客从简。"]), "规约.docx")
    assert [line.text for line in reading.lines] == ["第一条 办客从简。"]
    assert [warning.code for warning in reading.warnings] == ["mislabelled"]
    assert "规约.docx" in reading.warnings[0].message


def lines_of(data):
    return [line.text for line in read(data).lines if line.text.strip()]


def test_lines_are_read_from_top_to_bottom_whatever_was_drawn_first():
    drawn = ["第一条 办客从简。", "第三条 爱护公物。", "第二条 礼金百元。"]
    place = {0: (60, 760), 1: (60, 700), 2: (60, 730)}
    assert lines_of(pdf(drawn, at=place.get)) == [drawn[0], drawn[2], drawn[1]]


def test_columns_are_read_in_the_order_in_which_they_were_drawn():
    drawn = ["第一条 甲。", "第二条 乙。", "第三条 丙。", "第四条 丁。"]
    place = {0: (60, 760), 1: (60, 730), 2: (320, 760), 3: (320, 730)}
    assert lines_of(pdf(drawn, at=place.get)) == drawn


def test_radicals_that_look_like_characters_become_them():
    assert (
        read(pdf(["\u2f00、\u2fbc堂寿宴不超过八桌。"])).lines[0].text == "一、高堂寿宴不超过八桌。"
    )


def test_running_heads_are_no_body():
    pages = [
        ["松林村村规民约", f"第{n}条 办客从简。", f"第 {d} 页"] for d, n in enumerate("一二三四", 1)
    ]
    roles = {line.text: line.role for line in read(pdf(*pages)).lines if line.text}
    assert roles["松林村村规民约"] == "header"
    assert roles["第 2 页"] == "header"
    assert roles["第二条 办客从简。"] == "body"


def test_a_scan_is_refused_and_may_be_kept_beside_typed_text():
    error = refused(pdf([], [], picture=(1, 2)))
    assert error.code == "scan"
    assert "附件" in str(error)


def test_a_scan_with_a_scanners_stamp_is_a_scan():
    assert refused(pdf(["扫描全能王"], picture=(1,))).code == "scan"


def test_a_pdf_without_any_text_is_a_scan():
    assert refused(pdf([])).code == "scan"


def test_pages_that_are_pictures_among_others_are_named():
    reading = read(pdf(["第一条 全体村民应当爱护公物，办客从简。"], [], picture=(2,)))
    assert [warning.code for warning in reading.warnings] == ["scanned_pages"]
    assert "第 2页" in reading.warnings[0].message


def test_a_password_is_told():
    encrypted = pdf(["第一条 甲。"]).replace(
        b"trailer << ",
        b"trailer << /ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 "
        b"/O <%s> /U <%s> >> " % (b"41" * 32, b"42" * 32),
    )
    assert refused(encrypted).code == "encrypted"


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"%PDF-1.7\n" + bytes(2000)])
def test_a_damaged_pdf_is_told(data):
    assert refused(data).code == "damaged"


def test_a_pdf_with_too_many_pages_is_refused():
    assert refused(pdf(*[["甲"]] * 501)).code == "too_long"


def test_reading_that_takes_too_long_is_ended(monkeypatch, tmp_path):
    worker = tmp_path / "worker.py"
    worker.write_text("while True: pass")
    monkeypatch.setattr(bounded_pdf, "_WORKER", worker)
    monkeypatch.setattr(bounded_pdf, "BOUNDS", replace(bounded_pdf.BOUNDS, seconds=1))
    assert refused(pdf(["甲"])).code in {"too_long", "damaged"}


def test_reading_that_takes_too_much_memory_is_ended(monkeypatch, tmp_path):
    worker = tmp_path / "worker.py"
    worker.write_text("kept = bytearray(8 * 1024**3)\nprint('{\"pages\": []}')")
    monkeypatch.setattr(bounded_pdf, "_WORKER", worker)
    assert refused(pdf(["甲"])).code == "damaged"
