import io
import json

import pytest
from django.core.management import CommandError, call_command

TEXT = """松林村村规民约
第一条 爱护山林，违者罚款一百元。
第二条 有下列行为的，由公安机关依法处理：
（一）赌博，没收赌资；
（二）打架。
第三条 本规约经村民委员会通过，最终解释权归村委会。
"""


def linted(path):
    output = io.StringIO()
    call_command("lint_rules", str(path), "--json", stdout=output)
    return json.loads(output.getvalue())


@pytest.mark.django_db
def test_each_hit_names_article_rule_level_words_and_ground(tmp_path):
    path = tmp_path / "规约.txt"
    path.write_text(TEXT, encoding="utf-8")
    hits = linted(path)
    assert hits[0] == {
        "article": "第一条",
        "rule": "fine",
        "level": "red",
        "match": "罚款",
        "ground": "《中华人民共和国行政处罚法》（2021年修订）第十六条",
    }
    assert [(hit["article"], hit["rule"], hit["level"]) for hit in hits[1:]] == [
        ("第二条", "person_property", "grey"),
        ("第三条", "wording_final_say", "amber"),
        ("", "wording_meeting", "amber"),
        ("", "wording_filing", "amber"),
        ("", "wording_effective", "amber"),
    ]


@pytest.mark.django_db
def test_without_json_lines_are_shown(tmp_path):
    path = tmp_path / "规约.txt"
    path.write_text(TEXT, encoding="utf-8")
    output = io.StringIO()
    call_command("lint_rules", str(path), stdout=output)
    assert output.getvalue().splitlines()[0].startswith("红\t第一条\t罚款")


@pytest.mark.django_db
def test_a_lawful_text_has_no_hits(tmp_path):
    path = tmp_path / "规约.md"
    path.write_text(
        "# 松林村村规民约\n\n第一条 邻里和睦。\n\n第二条 本规约经村民会议通过，"
        "于2024年5月1日报乡人民政府备案，自通过之日起施行。\n",
        encoding="utf-8",
    )
    assert linted(path) == []


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    path = tmp_path / "规约.docx"
    path.write_bytes(b"nothing")
    with pytest.raises(CommandError):
        call_command("lint_rules", str(path), "--json")
