import io
import zipfile

import pytest
from django.core.management import CommandError, call_command

from covenants.importing import import_rules
from covenants.models import CovenantPage
from covenants.parsing import parse_file
from covenants.rule_files import RuleFile, files_below, read_manifest
from tests import factories as make

pytestmark = pytest.mark.django_db


def run(code, out, *options):
    said = io.StringIO()
    call_command("export_rules", code, "--out", str(out), *options, stdout=said, verbosity=0)
    return said.getvalue()


@pytest.fixture
def covenant():
    village = make.VillagePageFactory(name="松林村民委员会")
    return make.CovenantPageFactory(parent=village, articles=("爱护公物。", "办客从简。"))


@pytest.mark.parametrize("format_name", ["docx", "txt", "json"])
def test_a_village_is_written_to_a_folder(covenant, tmp_path, format_name):
    out = tmp_path / "导出"
    said = run(covenant.village.code, out, "--format", format_name)
    assert "1 份" in said
    assert sorted(path.name for path in out.iterdir()) == [
        f"松林村村规民约.{format_name}",
        "清单.csv",
    ]


def test_a_county_is_written_to_a_zip_that_appears_whole(covenant, tmp_path):
    out = tmp_path / "县" / "全县.zip"
    run(covenant.areas[0].code, out)
    assert list(out.parent.iterdir()) == [out]
    with zipfile.ZipFile(out) as archive:
        assert archive.testzip() is None
        folders = {name.count("/") for name in archive.namelist() if name.endswith(".docx")}
    assert folders == {2}


def test_what_was_exported_can_be_imported_elsewhere(covenant, tmp_path):
    out = tmp_path / "a.zip"
    run(covenant.village.code, out)
    with zipfile.ZipFile(out) as archive:
        rows = read_manifest(archive.read("清单.csv"))
    other = make.VillagePageFactory(name="松林村民委员会")
    files = [
        RuleFile(
            name,
            content,
            **{k: v for k, v in rows[name].items() if k != "file"} | {"code": other.code},
        )
        for name, content in files_below(out)
        if name in rows
    ]
    outcomes = list(import_rules(files, publish=True))
    assert [outcome.status for outcome in outcomes] == ["created"], outcomes
    copied = CovenantPage.objects.child_of(other).get()
    texts = [[p.text for p in page.editions.get().provisions.all()] for page in (covenant, copied)]
    assert texts[0] == texts[1]
    assert copied.editions.get().adopted_on == covenant.adopted_on


def test_working_texts_are_exported_only_when_asked_for(covenant, tmp_path):
    draft = make.CouncilPageFactory(parent=covenant.get_parent(), live=False)
    draft.save_revision()
    run(covenant.village.code, tmp_path / "public")
    assert len(list((tmp_path / "public").glob("*.docx"))) == 1
    run(covenant.village.code, tmp_path / "working", "--working")
    names = sorted(path.name for path in (tmp_path / "working").glob("*.docx"))
    assert names == ["松林村村规民约（草稿）.docx", "松林村红白理事会章程（草稿）.docx"]
    rules = parse_file(tmp_path / "working" / names[1])
    assert any("草稿" in entry.text for entry in rules.unplaced)


def test_an_unknown_code_is_told(tmp_path):
    with pytest.raises(CommandError, match="999999999999"):
        run("999999999999", tmp_path / "a")


def test_a_place_that_cannot_be_written_is_told(covenant, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="写不了"):
        run(covenant.village.code, tmp_path / "file" / "a.zip")
