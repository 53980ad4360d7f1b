import pytest

from covenants.export.file_names import LONGEST, FreeNames, safe_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("松林村村规民约", "松林村村规民约.docx"),
        ('松林/村:规*民?"约"<1>|', "松林 村 规 民 约 1.docx"),
        ("..\\..\\windows", "windows.docx"),
        ("../../etc/passwd", "etc passwd.docx"),
        ("公约. ", "公约.docx"),
        ("CON", "_CON.docx"),
        ("com1.txt", "_com1.txt.docx"),
        ("", "_.docx"),
        ("...", "_.docx"),
        ("𥔲嘉镇", "𥔲嘉镇.docx"),
        ("公\u202ecod.exe", "公 cod.exe.docx"),
        ("公\n约\x00", "公 约.docx"),
    ],
)
def test_a_name_is_safe_on_windows(text, name):
    assert safe_name(text, ".docx") == name


def test_a_long_name_is_cut():
    assert safe_name("约" * 300, ".docx") == "约" * LONGEST + ".docx"


def test_names_in_a_folder_differ_even_without_case():
    names = FreeNames()
    assert names.take("", "A", ".txt") == "A.txt"
    assert names.take("", "a", ".txt") == "a (2).txt"
    assert names.take("b/", "a", ".txt") == "b/a.txt"
    assert names.take("", "A", ".txt") == "A (3).txt"


def test_long_names_differ_too():
    names = FreeNames()
    first, second = names.take("", "约" * 300), names.take("", "约" * 300)
    assert first != second
    assert len(second) <= LONGEST
