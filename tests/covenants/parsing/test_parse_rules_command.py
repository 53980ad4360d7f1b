import io
import json

import pytest
from django.core.management import CommandError, call_command


def test_json_is_the_structure(tmp_path):
    path = tmp_path / "规约.txt"
    path.write_text("松林村公约\n第一条 甲。\n", encoding="utf-8")
    output = io.StringIO()
    call_command("parse_rules", str(path), "--json", stdout=output)
    assert json.loads(output.getvalue()) == {
        "title": "松林村公约",
        "preamble": "",
        "chapters": [
            {
                "label": "",
                "title": "",
                "articles": [{"label": "第一条", "text": "甲。", "items": []}],
            }
        ],
        "articles": 1,
        "closing": "",
        "adopted": {"date": None, "body": ""},
        "unplaced": [],
        "warnings": [],
    }


def test_without_json_an_outline_is_shown(tmp_path):
    path = tmp_path / "规约.txt"
    path.write_text("松林村公约\n第一条 甲：\n（一）乙。\n第三条 丙。\n- 1 -\n", encoding="utf-8")
    output, errors = io.StringIO(), io.StringIO()
    call_command("parse_rules", str(path), stdout=output, stderr=errors)
    assert output.getvalue().splitlines() == [
        "松林村公约", "  第一条 甲：", "    （一） 乙。", "  第三条 丙。",
    ]  # fmt: skip
    assert "缺少第二条" in errors.getvalue()
    assert "- 1 -" in errors.getvalue()


def test_an_unreadable_file_is_an_error_in_words(tmp_path):
    path = tmp_path / "规约.pdf"
    path.write_bytes(b"%PDF-1.4")
    with pytest.raises(CommandError, match="规约.pdf.*另存为 .docx"):
        call_command("parse_rules", str(path))
