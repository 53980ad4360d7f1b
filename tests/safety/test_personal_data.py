"""What the scan finds, what it leaves alone, and that it says where without repeating it."""

import io
import json

import docx
import openpyxl
import pytest
from django.core.management import CommandError, call_command

from safety.personal_data import AMBER, RED, masked_text, scan, scan_markup
from tests.safety.labelled import rows, score

MOBILE, ID = "13900000123", "532391199001010018"


def kinds(text, **options):
    return [finding.kind for finding in scan(text, **options)]


def id_number(seventeen):
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(seventeen, weights, strict=True))
    return seventeen + "10X98765432"[total % 11]


def test_labelled_texts_are_many_and_nearly_all_are_told_right():
    assert len(rows()) >= 320
    assert sum(not row["kinds"] for row in rows()) >= 150
    result = score()
    assert result.recall >= 0.99, result.misses
    assert result.precision >= 0.99, result.alarms


def test_a_finding_says_where_it_stands_in_code_points_of_what_was_given():
    text = "𥔲嘉的联系人\u200b，电话：１３９\u200b00000123。"
    (finding,) = scan(text)
    assert text[finding.start : finding.end] == "１３９\u200b00000123"


def test_places_in_markup_take_in_tags_and_whole_entities():
    html = "<p>电话 &#49;&#51;9<b>0000</b>0123。</p>"
    (finding,) = scan_markup(html)
    assert html[finding.start : finding.end] == "&#49;&#51;9<b>0000</b>0123"
    assert masked_text(html, [finding]) == "<p>电话 139******23。</p>"


def test_masked_words_do_not_hold_what_was_found():
    for row in rows():
        text = row["text"]
        for finding in scan_markup(text):
            assert finding.masked != text[finding.start : finding.end]
            assert finding.key not in repr(finding)


def test_a_wrong_checksum_is_no_id_number_unless_it_is_called_one():
    right = id_number("53239119900101001")
    wrong = right[:-1] + ("1" if right[-1] != "1" else "2")
    assert kinds(right) == ["id_number"]
    assert kinds(wrong) == []
    assert kinds(f"身份证号{wrong}") == ["id_number"]


def test_an_id_number_with_an_impossible_date_of_birth_is_none():
    assert kinds(id_number("53239119901301001")) == []
    assert kinds(id_number("53239118990101001")) == []


def test_children_ask_and_everything_else_blocks():
    levels = {finding.kind: finding.level for finding in scan("王小明，8岁，电话13900000123")}
    assert levels == {"minor": AMBER, "mobile": RED}


def test_a_name_does_not_begin_inside_a_place_or_school():
    assert kinds("他就读于松林小学") == []
    assert kinds("孩子们在罗家庄小学三年级") == []


def test_registered_numbers_are_no_finding_however_they_are_written():
    office = {"08783123456", MOBILE}
    assert kinds("电话：0878-3123456，（0878）3123456转8001", office=office) == []
    assert kinds("+86 139 0000 0123", office=office) == []
    assert kinds("电话：0878-3123457", office=office) == ["phone"]


def test_the_command_prints_kind_masked_words_and_offset(tmp_path, capsys):
    path = tmp_path / "名单.txt"
    path.write_text(f"联系人𥔲：{MOBILE}", encoding="utf-8")
    call_command("scan_personal_data", str(path), "--json")
    printed = capsys.readouterr().out
    assert json.loads(printed) == [{"kind": "mobile", "masked": "139******23", "offset": 5}]
    assert MOBILE not in printed


def test_the_command_reads_word_and_excel(tmp_path, capsys):
    word, table = docx.Document(), openpyxl.Workbook()
    word.add_paragraph("名单").add_run(f"电话{MOBILE[:5]}").bold = True
    word.paragraphs[0].add_run(MOBILE[5:])
    word.sections[0].footer.paragraphs[0].text = "ligf@example.com"
    word.add_table(1, 2).rows[0].cells[1].text = "云E12345"
    word.save(tmp_path / "名单.docx")
    table.active.append(["李国富", int(MOBILE), id_number("53239119900101001")])
    table.save(tmp_path / "名单.xlsx")
    for name, wanted in (
        ("名单.docx", {"mobile", "email", "plate"}),
        ("名单.xlsx", {"mobile", "id_number"}),
    ):
        call_command("scan_personal_data", str(tmp_path / name), "--json")
        assert {one["kind"] for one in json.loads(capsys.readouterr().out)} == wanted


def test_the_command_reads_pdf(tmp_path, capsys):
    (tmp_path / "a.pdf").write_bytes(one_page_pdf(f"Tel {MOBILE}"))
    call_command("scan_personal_data", str(tmp_path / "a.pdf"), "--json")
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["kind"], found["place"]) == ("mobile", "1")


def test_the_command_reads_what_a_picture_tells_of_itself(tmp_path, capsys):
    from PIL import Image

    picture = Image.new("RGB", (8, 8))
    exif = picture.getexif()
    exif[0x010E] = f"phone {MOBILE}"
    picture.save(tmp_path / "a.jpg", exif=exif)
    call_command("scan_personal_data", str(tmp_path / "a.jpg"), "--json")
    assert [one["kind"] for one in json.loads(capsys.readouterr().out)] == ["mobile"]


def test_a_damaged_file_is_told_apart_from_a_clean_one(tmp_path):
    (tmp_path / "a.docx").write_bytes(b"PK\x03\x04nothing")
    with pytest.raises(CommandError, match="damaged"):
        call_command("scan_personal_data", str(tmp_path / "a.docx"))


def one_page_pdf(words):
    content = f"BT /F1 12 Tf 50 700 Td ({words}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, one in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, one))
    start = out.tell()
    out.write(b"xref\n0 6\n0000000000 65535 f \n")
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % start)
    return out.getvalue()
