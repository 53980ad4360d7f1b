"""Files that LibreOffice turns into .docx where it is installed, and what is said where it is not.

Whatever the machine has, each test asserts something.
"""

import io
import subprocess
from dataclasses import replace

import docx
import pytest

from covenants.parsing import ReadError, parse_file
from covenants.parsing.readers import conversion, read_file
from safety.files import bounded_process

RTF = "".join(
    ["{\\rtf1\\ansi\\uc1 "]
    + [f"\\u{ord(c)}?" if ord(c) > 127 else c for c in "松林村村规民约"]
    + ["\\par "]
    + [f"\\u{ord(c)}?" if ord(c) > 127 else c for c in "第一条 办客从简。"]
    + ["\\par "]
    + ['{\\field{\\*\\fldinst INCLUDETEXT "/etc/hostname"}{\\fldrslt }}\\par }']
).encode()
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def old_word(tmp_path):
    """A real .doc with automatic numbers, made by LibreOffice; without it a file that looks so."""
    if conversion.converter() is None:
        return OLE + "WordDocument".encode("utf-16-le") + bytes(2000)
    document = docx.Document()
    document.add_paragraph("松林村村规民约")
    for text in ("爱护公物。", "办客从简。"):
        document.add_paragraph(text, style="List Number")
    document.save(tmp_path / "made.docx")
    subprocess.run(
        [
            conversion.converter(),
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            *("--headless", "--convert-to", "doc", "--outdir", str(tmp_path)),
            str(tmp_path / "made.docx"),
        ],
        check=True,
        capture_output=True,
    )
    return (tmp_path / "made.doc").read_bytes()


def read_or_told(data, name):
    """The parsed file; None where LibreOffice is missing, once the message is checked."""
    if conversion.converter() is not None:
        return parse_file(io.BytesIO(data), name)
    with pytest.raises(ReadError, match=f"{name}.*另存为 .docx") as caught:
        parse_file(io.BytesIO(data), name)
    assert caught.value.code == "must_convert"
    return None


@pytest.mark.parametrize("name", ["规约.doc", "规约.wps", "规约.docx"])
def test_old_word_files_keep_their_automatic_numbers(name, tmp_path):
    rules = read_or_told(old_word(tmp_path), name)
    if rules:
        assert [(a.label, a.text) for a in rules.articles] == [
            ("1.", "爱护公物。"),
            ("2.", "办客从简。"),
        ]
        told = [warning.code for warning in rules.warnings]
        assert ("mislabelled" in told) is (name == "规约.docx")


def test_rich_text_is_read_and_links_to_local_files_are_not_followed():
    rules = read_or_told(RTF, "规约.rtf")
    if rules:
        assert rules.title == "松林村村规民约"
        assert [a.text for a in rules.articles] == ["办客从简。"]
        with open("/etc/hostname", encoding="utf-8") as host:
            assert host.read().strip() not in str(rules.as_dict())


@pytest.mark.parametrize("name", ["规约.doc", "规约.wps"])
def test_without_libreoffice_the_message_says_what_to_do(name, monkeypatch):
    monkeypatch.setattr(conversion, "converter", lambda: None)
    data = OLE + "WordDocument".encode("utf-16-le")
    with pytest.raises(ReadError, match=f"{name}.*另存为 .docx") as caught:
        read_file(io.BytesIO(data), name)
    assert caught.value.code == "must_convert"


def program(tmp_path, script):
    path = tmp_path / "soffice"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("script", "code"),
    [("sleep 60 & sleep 60", "conversion_too_long"), ("exit 1", "conversion_failed")],
)
def test_a_conversion_that_hangs_or_fails_is_told(script, code, monkeypatch, tmp_path):
    monkeypatch.setattr(conversion, "converter", lambda: program(tmp_path, script))
    monkeypatch.setattr(conversion, "BOUNDS", replace(conversion.BOUNDS, seconds=1))
    with pytest.raises(ReadError, match="规约.rtf.*另存为 .docx") as caught:
        read_file(io.BytesIO(RTF), "规约.rtf")
    assert caught.value.code == code


def test_the_converter_gets_limits_and_none_of_our_variables(monkeypatch, tmp_path):
    report = tmp_path / "report"
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    script = f"(ulimit -t; ulimit -v; ulimit -f; env) > {report}"
    monkeypatch.setattr(conversion, "converter", lambda: program(tmp_path, script))
    with pytest.raises(ReadError):
        read_file(io.BytesIO(RTF), "规约.rtf")
    seconds, memory, written, *variables = report.read_text().splitlines()
    assert int(seconds) == conversion.BOUNDS.seconds
    assert int(memory) * 1024 == conversion.BOUNDS.memory
    assert int(written) * 512 == conversion.BOUNDS.written
    assert not any("secret" in line for line in variables)


def test_where_the_system_allows_the_converter_has_no_network(monkeypatch, tmp_path):
    report = tmp_path / "report"
    monkeypatch.setattr(
        conversion, "converter", lambda: program(tmp_path, f"cat /proc/net/dev > {report}")
    )
    with pytest.raises(ReadError):
        read_file(io.BytesIO(RTF), "规约.rtf")
    cards = {line.split(":")[0].strip() for line in report.read_text().splitlines()[2:]}
    assert cards <= {"lo"} or not bounded_process.without_network()


def test_nothing_of_a_conversion_stays_behind(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    read_or_told(RTF, "规约.rtf")
    assert list(tmp_path.iterdir()) == []
