"""Import of files: real Word files, editions, conflicts, bad input; whole or not at all."""

import io
import json
import zipfile

import pytest
from django.core.management import call_command
from docx import Document

from covenants.importing import import_rules
from covenants.models import CouncilPage, CovenantPage, Edition, RuleSource
from covenants.rule_files import RuleFile
from covenants.weighing import CONFLICT, CREATED, EDITION, REFUSED, SKIPPED
from tests.factories import GroupPageFactory, VillagePageFactory

pytestmark = pytest.mark.django_db

FIRST = """松林村村规民约
第一条 办客从简，酒席不超过二十桌。
第二条 礼金不超过一百元。
松林村村民会议 2020年5月1日通过
"""
SECOND = FIRST.replace("二十桌", "十五桌").replace("2020", "2023")


@pytest.fixture
def village():
    return VillagePageFactory(code="532391101201", name="松林村民委员会")


def take(content, *, publish=False, **known):
    if isinstance(content, str):
        content = content.encode()
    known = {"code": "532391101201", "name": "covenant.txt", **known}
    (outcome,) = import_rules([RuleFile(content=content, **known)], publish=publish)
    return outcome


def word_file(*paragraphs):
    document, buffer = Document(), io.BytesIO()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(buffer)
    return buffer.getvalue()


def test_file_becomes_a_draft_with_its_original_kept(village):
    outcome = take(word_file(*FIRST.splitlines()), name="约.docx")
    page = CovenantPage.objects.child_of(village).get()
    assert (outcome.status, outcome.articles) == (CREATED, 2)
    assert not page.live and not page.editions.exists()
    source = RuleSource.objects.get(page=page)
    assert source.file.read().startswith(b"PK") and source.name == "约.docx"


def test_published_file_is_a_legacy_edition(village):
    take(FIRST, publish=True)
    edition = Edition.objects.get()
    assert edition.is_legacy and edition.adopted_on.isoformat() == "2020-05-01"
    assert edition.adopted_by == "松林村村民会议"


def test_same_file_again_is_passed_over(village):
    take(FIRST, publish=True)
    assert take(FIRST, publish=True).status == SKIPPED
    assert Edition.objects.count() == 1 and RuleSource.objects.count() == 1


def test_later_text_is_the_next_edition_and_articles_keep_their_identity(village):
    take(FIRST, publish=True)
    assert take(SECOND, publish=True).status == EDITION
    first, second = Edition.objects.order_by("number")
    assert first.ended_on == second.effective_from
    ids = [list(e.provisions.values_list("stable_id", flat=True)) for e in (first, second)]
    assert ids[0] == ids[1]


def test_text_that_is_not_later_is_a_conflict(village):
    take(SECOND, publish=True)
    assert take(FIRST, publish=True).status == CONFLICT
    assert Edition.objects.count() == 1 and RuleSource.objects.count() == 1


def test_text_without_any_date_is_refused_when_publishing_and_leaves_nothing(village):
    undated = "\n".join(FIRST.splitlines()[:3])
    outcome = take(undated, publish=True)
    assert outcome.status == REFUSED and "日期" in outcome.message
    assert not CovenantPage.objects.exists() and not RuleSource.objects.exists()


@pytest.mark.parametrize(
    ("known", "word"),
    [
        ({"code": "999999999999"}, "999999999999"),
        ({"code": ""}, "代码"),
        ({"kind": "unknown"}, "unknown"),
        ({"group": "7"}, "小组"),
        ({"adopted": "2020年"}, "2020年"),
        ({"provenance": "adopted"}, "legacy"),
    ],
)
def test_bad_manifest_values_are_named(village, known, word):
    outcome = take(FIRST, **known)
    assert outcome.status == REFUSED and word in outcome.message
    assert not CovenantPage.objects.exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"\x00\x01\x02" * 50])
def test_bad_files_are_refused_with_a_reason(village, content):
    outcome = take(content, name="坏.docx")
    assert outcome.status == REFUSED and outcome.message
    assert not CovenantPage.objects.exists()


def test_dry_run_saves_nothing(village):
    (outcome,) = import_rules(
        [RuleFile("a.txt", FIRST.encode(), code=village.code)], publish=True, dry_run=True
    )
    assert outcome.status == CREATED
    assert not CovenantPage.objects.exists() and not Edition.objects.exists()


def test_charter_and_group_go_to_their_places(village):
    group = GroupPageFactory(parent=village, number=2)
    take(FIRST.replace("村规民约", "红白理事会章程"), kind="ceremonies", name="c.txt")
    take(FIRST, group="2", name="g.txt")
    assert CouncilPage.objects.child_of(village).get().council == "ceremonies"
    assert CovenantPage.objects.child_of(group).exists()
    assert not CovenantPage.objects.child_of(village).exists()


def test_command_reads_zip_with_manifest_and_reports_each_file(village, tmp_path, capsys):
    archive = tmp_path / "rules.zip"
    with zipfile.ZipFile(archive, "w") as target:
        target.writestr("a.txt", FIRST)
        target.writestr("b.txt", "没有条文")
        target.writestr("c.txt", "不在清单里")
    manifest = tmp_path / "manifest.csv"
    manifest.write_text(
        "file,code,group,kind,adopted,effective,filed_on,filing_no,edition,provenance\n"
        "a.txt,532391101201,,covenant,2020-05-01,,2020-05-08,备1号,1,legacy\n"
        "b.txt,532391101201,,ethics,2020-05-01,,,,1,legacy\n"
        "missing.txt,532391101201,,ethics,2020-05-01,,,,1,legacy\n",
        encoding="utf-8-sig",
    )
    with pytest.raises(SystemExit):
        call_command("import_rules", str(archive), manifest=manifest, publish=True, json=True)
    found = {row["file"]: row["status"] for row in json.loads(capsys.readouterr().out)}
    assert found["a.txt"] == CREATED
    assert found["c.txt"] == found["missing.txt"] == REFUSED
    assert Edition.objects.get().filing_number == "备1号"


@pytest.mark.parametrize("packed", [False, True])
def test_command_answers_for_every_file_but_what_systems_leave(village, tmp_path, capsys, packed):
    folder = tmp_path / "村里"
    files = {
        "约.txt": FIRST,
        "下/章程.docm": "macro",
        "签到.jpg": "picture",
        "规约": "no suffix",
        "清单.csv": "a,b",
        ".git/config": "",
        "__MACOSX/约.docx": "",
        "~$约.docx": "",
        ".DS_Store": "",
        "下/Thumbs.db": "",
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    path = folder
    if packed:
        path = tmp_path / "村里.zip"
        with zipfile.ZipFile(path, "w") as target:
            for name in files:
                target.write(folder / name, name)
    with pytest.raises(SystemExit):
        call_command("import_rules", str(path), village=village.code, json=True)
    found = {row["file"]: row for row in json.loads(capsys.readouterr().out)}
    assert set(found) == {"约.txt", "下/章程.docm", "签到.jpg", "规约", "清单.csv"}
    assert found["约.txt"]["status"] == CREATED
    for name in ("下/章程.docm", "签到.jpg", "规约"):
        assert found[name]["status"] == REFUSED and ".docx" in found[name]["message"]


def test_manifest_that_lies_among_the_files_is_no_file(village, tmp_path, capsys):
    (tmp_path / "a.txt").write_text(FIRST, encoding="utf-8")
    manifest = tmp_path / "清单.csv"
    manifest.write_text(
        "file,code,group,kind,adopted,effective,filed_on,filing_no,edition,provenance\n"
        "a.txt,532391101201,,covenant,,,,,1,legacy\n",
        encoding="utf-8",
    )
    call_command("import_rules", str(tmp_path), manifest=manifest, json=True)
    assert [row["file"] for row in json.loads(capsys.readouterr().out)] == ["a.txt"]


CHARTER = "松林村红白理事会章程\n一、会长一名。\n二、理事四名。\n松林村村民会议 2020年5月2日通过\n"
COUNCIL = "道德评议会\n1.评议会由八人组成。\n2.每半年评议一次。\n2020年5月3日通过\n"
SEVERAL = FIRST + CHARTER + COUNCIL


def several_in_word():
    """A real Word file whose charter is numbered by Word's own list."""
    document, buffer = Document(), io.BytesIO()
    for line in FIRST.splitlines():
        document.add_paragraph(line)
    document.add_paragraph("松林村红白理事会章程", style="Title")
    for text in ("会长一名。", "理事四名。"):
        document.add_paragraph(text, style="List Number")
    document.add_paragraph("松林村村民会议 2020年5月2日通过")
    for line in COUNCIL.splitlines():
        document.add_paragraph(line)
    document.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content"), [("全部.txt", SEVERAL.encode()), ("全部.docx", several_in_word())]
)
def test_each_document_of_a_file_lands_by_its_own_title(village, name, content):
    run = lambda: list(import_rules([RuleFile(name, content, village.code, kind="")]))  # noqa: E731
    first = run()
    assert [(o.file, o.status, o.articles) for o in first] == [
        (f"{name} 第1份", CREATED, 2),
        (f"{name} 第2份", CREATED, 2),
        (f"{name} 第3份", CREATED, 2),
    ]
    assert CovenantPage.objects.get().title == "松林村村规民约"
    assert {page.council for page in CouncilPage.objects.all()} == {"ceremonies", "ethics"}
    assert sorted(RuleSource.objects.values_list("part", flat=True)) == [1, 2, 3]
    assert [outcome.status for outcome in run()] == [SKIPPED] * 3
    assert RuleSource.objects.count() == 3


def test_document_that_cannot_land_is_told_alone(village):
    content = (FIRST + "松林村老年协会章程\n第一条 好。\n第二条 好。\n\n" + CHARTER).encode()
    outcomes = list(import_rules([RuleFile("a.txt", content, village.code, kind="")]))
    found = {outcome.file: outcome for outcome in outcomes}
    assert found["a.txt 第1份"].status == found["a.txt 第3份"].status == CREATED
    refused = found["a.txt 第2份"]
    assert refused.status == REFUSED and "写明种类" in refused.message


def test_a_kind_that_is_given_holds_for_one_document_only(village):
    outcome = take(SEVERAL, kind="covenant")
    assert outcome.status == REFUSED and "有 3 份文本" in outcome.message
    assert not CovenantPage.objects.exists() and not RuleSource.objects.exists()


def test_two_editions_in_one_file_follow_each_other(village):
    files = [RuleFile("a.txt", (FIRST + SECOND).encode(), village.code, kind="")]
    outcomes = list(import_rules(files, publish=True))
    assert [outcome.status for outcome in outcomes] == [CREATED, EDITION]
    assert Edition.objects.count() == 2
    assert [o.status for o in import_rules(files, publish=True)] == [SKIPPED] * 2


def test_command_without_a_kind_goes_by_the_titles(village, tmp_path, capsys):
    (tmp_path / "全部.txt").write_text(SEVERAL, encoding="utf-8")
    (tmp_path / "无名.txt").write_text("第一条 好。\n第二条 好。\n", encoding="utf-8")
    with pytest.raises(SystemExit):
        call_command("import_rules", str(tmp_path), village=village.code, json=True)
    found = [(row["file"], row["status"]) for row in json.loads(capsys.readouterr().out)]
    assert found == [*((f"全部.txt 第{n}份", CREATED) for n in (1, 2, 3)), ("无名.txt", REFUSED)]
