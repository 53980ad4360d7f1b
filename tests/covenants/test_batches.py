"""The county import: recognised places and kinds, the report, the run, taking back."""

import io
import time
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from openpyxl import load_workbook
from wagtail.images import get_image_model
from wagtail.models import Page, PageLogEntry, Revision
from wagtail_factories import ImageFactory

from covenants import importing, rule_files, weighing
from covenants.batch import planning, report, steps
from covenants.models import CouncilPage, CovenantPage, Edition, ImportBatch, ImportRow, RuleSource
from covenants.parsing import ReadError
from covenants.parsing.readers.conversion import BUSY
from editorial.appointments import appoint, body_collection
from search.models import OutboxEntry
from tests.covenants.test_attaching import picture, word_with
from tests.factories import (
    CountyPageFactory,
    CovenantPageFactory,
    GroupPageFactory,
    UserFactory,
    VillagePageFactory,
)

pytestmark = pytest.mark.django_db
TEXT = (
    "{name}{kind}\n第一条 酒席不超过{n}桌。\n第二条 礼金不超过一百元。\n{name}村民会议 {day}通过\n"
)


def rule_text(name="松林村", kind="村规民约", n="十", day="2023年5月1日"):
    return TEXT.format(name=name, kind=kind, n=n, day=day)


def packed(files):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return target.getvalue()


def hand_in(client, county, files, **data):
    upload = SimpleUploadedFile("全县.zip", packed(files))
    reply = client.post(
        reverse("covenants_batches"), {"scope": county.pk, "archive": upload, **data}
    )
    assert reply.status_code == 302, reply.content.decode()
    return ImportBatch.objects.get()


def look_through(batch):
    batch.refresh_from_db()
    steps.go_on(batch)
    return batch


def rows_of(batch):
    return {row.file: row for row in batch.rows.all()}


def run(client, batch):
    client.post(reverse("covenants_batch_start", args=[batch.pk]))
    return look_through(batch)


def planned(client, county, files, **data):
    return rows_of(look_through(hand_in(client, county, files, **data)))


@pytest.mark.parametrize(
    ("name", "title", "kind", "place"),
    [
        ("云台镇/松林村/村规民约.txt", "村规民约", "covenant", "松林"),
        ("松林.txt", "松林村红白理事会章程", "ceremonies", "松林"),
        ("532391102201/1.txt", "岔河村道德评议会章程", "ethics", "岔河二"),
        ("石羊乡岔河村村规民约.txt", "岔河村村规民约", "covenant", "岔河二"),
        ("石羊乡/a.txt", "岔河村禁毒禁赌会章程", "prevention", "岔河二"),
        ("云台镇 岔河村委会 议事会.txt", "岔河村村民议事会章程", "deliberation", "岔河一"),
    ],
)
def test_place_and_kind_are_read_off_names_and_title(
    client, county, villages, clerk, name, title, kind, place
):
    row = planned(client, county, {name: rule_text(title, "")})[name]
    assert (row.place_id, row.kind) == (villages[place].pk, kind)
    assert row.state == ImportRow.READY, row.doubts


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("岔河村.txt", rule_text("岔河村"), "同名的村"),
        ("一.txt", rule_text("", "村规民约"), "没有认出村名"),
        ("松林村.txt", rule_text("松林村", ""), "看不出是哪一种"),
        ("松林村/红白理事会.txt", rule_text("松林村", "村规民约"), "不是同一种"),
        ("松林村/约.txt", rule_text("云台镇岔河村", "村规民约"), "不是同一个村"),
        ("大松林村.txt", rule_text("大松林村", "村规民约"), "可能是另一个村"),
        ("石羊乡/松林村村规民约.txt", rule_text("松林村"), "没有这个村"),
    ],
)
def test_what_is_not_certain_is_never_guessed(client, county, villages, clerk, name, text, word):
    batch = look_through(hand_in(client, county, {name: text}))
    (row,) = batch.rows.all()
    assert row.state == ImportRow.DOUBTFUL and word in " ".join(row.doubts)
    assert word in client.get(reverse("covenants_batch", args=[batch.pk])).content.decode()
    run(client, batch)
    assert not CovenantPage.objects.exists(), "nothing doubtful is imported without a decision"


def test_groups_are_found_and_missing_ones_refused(client, county, villages, clerk):
    group = GroupPageFactory(parent=villages["松林"], number=3)
    found = planned(
        client,
        county,
        {"松林村第三组.txt": rule_text(), "松林村9组.txt": rule_text()},
    )
    assert found["松林村第三组.txt"].place_id == group.pk
    refused = found["松林村9组.txt"]
    assert refused.state == ImportRow.REFUSED and "请先建立小组" in refused.message


def test_dry_run_saves_no_page_and_reports_each_file(client, county, villages, clerk):
    files = {
        "松林村村规民约.txt": rule_text(),
        "坏/松林村议事会.docx": b"PK\x03\x04broken",
        "松林村空.txt": "",
        "岔河村.txt": rule_text("岔河村"),
        "=1+1.txt": rule_text("松林村", "道德评议会章程"),
        "照片.jpg": b"no rule",
        "云台镇/松林村.docm": b"PK",
        "__MACOSX/._松林村.docx": b"no file of anybody",
        "云台镇/~$松林村.docx": b"Word's own",
        "Thumbs.db": b"Windows' own",
    }
    batch = hand_in(client, county, files)
    rows = rows_of(look_through(batch))
    assert batch.state == ImportBatch.PLANNED and len(rows) == 7
    assert not Page.objects.filter(depth__gt=5).exists() and not RuleSource.objects.exists()
    assert rows["坏/松林村议事会.docx"].state == rows["松林村空.txt"].state == ImportRow.REFUSED
    for name, advice in (("照片.jpg", "打成 .docx"), ("云台镇/松林村.docm", "另存为 .docx")):
        assert rows[name].state == ImportRow.REFUSED and advice in rows[name].message
    assert rows["松林村村规民约.txt"].becomes == ImportRow.CREATED
    sheet = client.get(reverse("covenants_batch_sheet", args=[batch.pk]))
    cells = list(load_workbook(io.BytesIO(sheet.content)).active.iter_rows())
    assert len(cells) == 8
    formula = next(row for row in cells if row[0].value == "=1+1.txt")
    assert formula[0].data_type == "s"
    assert any("docx" in str(row[7].value) for row in cells)


def test_run_makes_drafts_and_doubtful_rows_wait_for_a_decision(client, county, villages, clerk):
    files = {"松林村村规民约.txt": rule_text(), "岔河村.txt": rule_text("岔河村")}
    batch = look_through(hand_in(client, county, files))
    row = rows_of(batch)["岔河村.txt"]
    address = reverse("covenants_batch_row", args=[batch.pk, row.pk])
    client.post(address, {"code": "532391102201", "kind": "covenant"})
    run(client, batch)
    assert batch.state == ImportBatch.DONE
    pages = CovenantPage.objects.all()
    assert {page.get_parent().pk for page in pages} == {
        villages["松林"].pk,
        villages["岔河二"].pk,
    }
    assert not any(page.live for page in pages)
    assert OutboxEntry.objects.filter(object_pk=str(pages[0].pk)).exists()
    assert PageLogEntry.objects.filter(action="covenants.batch_run", page=county.pk).exists()


def test_place_outside_the_scope_cannot_be_decided(client, county, villages, clerk):
    stranger = VillagePageFactory(name="远村村民委员会", code="532999101201")
    batch = look_through(hand_in(client, county, {"岔河村.txt": rule_text("岔河村")}))
    row = batch.rows.get()
    client.post(
        reverse("covenants_batch_row", args=[batch.pk, row.pk]),
        {"code": stranger.code, "kind": "covenant"},
    )
    row.refresh_from_db()
    assert row.state == ImportRow.DOUBTFUL and "范围" in row.doubts[0]


def test_manifest_in_the_zip_decides(client, county, villages, clerk):
    manifest = (
        "file,code,group,kind,adopted,effective,filed_on,filing_no,edition,provenance\n"
        "a.txt,532391102201,,ethics,2020-05-01,,2020-05-08,备1号,1,legacy\n"
        "没有.txt,532391102201,,ethics,,,,,1,legacy\n"
    )
    files = {"a.txt": rule_text(), "b.txt": rule_text(), "清单.csv": manifest}
    batch = hand_in(client, county, files, publish="on")
    rows = rows_of(look_through(batch))
    assert rows["a.txt"].state == ImportRow.READY
    assert rows["b.txt"].state == rows["没有.txt"].state == ImportRow.REFUSED
    run(client, batch)
    page = CouncilPage.objects.get()
    assert page.live and page.editions.get().filing_number == "备1号"


def test_two_texts_of_one_place_follow_by_date_or_are_doubtful(client, county, villages, clerk):
    files = {
        "松林村村规民约2023.txt": rule_text(n="八", day="2023年5月1日"),
        "松林村村规民约2019.txt": rule_text(day="2019年5月1日"),
        "云台镇岔河村村规民约1.txt": rule_text("岔河村", day=""),
        "云台镇岔河村村规民约2.txt": rule_text("岔河村", n="九", day=""),
    }
    batch = hand_in(client, county, files, publish="on")
    look_through(batch)
    run(client, batch)
    editions = list(Edition.objects.order_by("number"))
    assert [e.adopted_on.year for e in editions] == [2019, 2023]
    assert editions[0].ended_on == editions[1].effective_from


def test_undated_twins_are_doubtful(client, county, villages, clerk):
    files = {
        "松林村村规民约1.txt": rule_text(day=""),
        "松林村村规民约2.txt": rule_text(n="九", day=""),
    }
    rows = planned(client, county, files)
    assert {row.state for row in rows.values()} == {ImportRow.DOUBTFUL}


def test_killed_run_goes_on_and_nothing_lands_twice(client, county, villages, clerk, monkeypatch):
    kinds = ["村规民约", "红白理事会章程", "道德评议会章程", "禁毒禁赌会章程"]
    files = {f"松林村{kind}.txt": rule_text(kind=kind) for kind in kinds}
    batch = look_through(hand_in(client, county, files))
    monkeypatch.setattr(steps, "CHUNK", 2)
    landed = steps.import_chunk
    calls = []

    def killed_on_second(*args, **kwargs):
        calls.append(1)
        outcomes = landed(*args, **kwargs)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return outcomes

    monkeypatch.setattr(steps, "import_chunk", killed_on_second)
    client.post(reverse("covenants_batch_start", args=[batch.pk]))
    batch.refresh_from_db()
    with pytest.raises(KeyboardInterrupt):
        steps.go_on(batch)
    made = CovenantPage.objects.count() + CouncilPage.objects.count()
    assert made == 2 and batch.rows.filter(state=ImportRow.CREATED).count() == 2
    call_command("work", once=True)
    batch.refresh_from_db()
    assert batch.state == ImportBatch.DONE
    assert CovenantPage.objects.count() == 1 and CouncilPage.objects.count() == 3
    assert not any(Page.find_problems())


def test_a_file_that_breaks_the_program_stops_no_other(
    client, county, villages, clerk, monkeypatch
):
    kinds = ["村规民约", "红白理事会章程", "道德评议会章程"]
    files = {f"松林村{kind}.txt": rule_text(kind=kind) for kind in kinds}
    batch = look_through(hand_in(client, county, files))
    weigh = importing.weigh

    def breaks_on_ethics(file, *args, **kwargs):
        if "道德" in file.name:
            raise RecursionError
        return weigh(file, *args, **kwargs)

    monkeypatch.setattr(importing, "weigh", breaks_on_ethics)
    run(client, batch)
    assert batch.state == ImportBatch.DONE
    rows = rows_of(batch)
    assert rows["松林村道德评议会章程.txt"].state == ImportRow.REFUSED
    assert "程序出错" in rows["松林村道德评议会章程.txt"].message
    assert CovenantPage.objects.count() == CouncilPage.objects.count() == 1


def test_batch_is_taken_back_but_not_what_was_changed_since(client, county, villages, clerk):
    old = CovenantPageFactory(parent=villages["岔河一"], articles=["酒席不超过二十桌。"])
    first = old.editions.get()
    files = {
        "松林村村规民约.txt": rule_text(),
        "松林村红白理事会章程.txt": rule_text(kind="红白理事会章程"),
        "云台镇岔河村村规民约.txt": rule_text("岔河村", day="2024年5月1日"),
    }
    batch = hand_in(client, county, files, publish="on")
    look_through(batch)
    run(client, batch)
    assert old.editions.count() == 2
    changed = CouncilPage.objects.get()
    changed.title = "改过的章程"
    changed.save_revision()
    client.post(reverse("covenants_batch_revoke", args=[batch.pk]))
    look_through(batch)
    assert batch.state == ImportBatch.REVOKED
    assert not CovenantPage.objects.child_of(villages["松林"]).exists()
    assert CouncilPage.objects.get() == changed
    restored = CovenantPage.objects.get(pk=old.pk)
    edition = restored.editions.get()
    assert edition.pk == first.pk and edition.in_force() and edition.ended_reason == ""
    assert restored.live and "二十桌" in restored.rule_text()
    assert not restored.has_unpublished_changes
    rows = rows_of(batch)
    assert rows["松林村红白理事会章程.txt"].state == ImportRow.KEPT
    assert "有人改过" in client.get(reverse("covenants_batch", args=[batch.pk])).content.decode()
    assert PageLogEntry.objects.filter(action="covenants.batch_revoke", page=county.pk).exists()
    assert not RuleSource.objects.exclude(page=changed).exists()
    assert not any(Page.find_problems())


def test_draft_of_a_next_edition_is_taken_back(client, county, villages, clerk):
    old = CovenantPageFactory(parent=villages["松林"], articles=["酒席不超过二十桌。"])
    batch = look_through(
        hand_in(client, county, {"松林村村规民约.txt": rule_text(day="2024年5月1日")})
    )
    run(client, batch)
    old.refresh_from_db()
    assert old.has_unpublished_changes
    client.post(reverse("covenants_batch_revoke", args=[batch.pk]))
    look_through(batch)
    page = CovenantPage.objects.get(pk=old.pk)
    assert not page.has_unpublished_changes and page.editions.count() == 1
    draft = page.get_latest_revision_as_object()
    assert "二十桌" in draft.body[0].value["articles"][0]["text"]


def test_batches_are_for_county_staff_of_that_county(client, county, villages):
    other = CountyPageFactory(name="白鹤县")
    stranger, editor = UserFactory(), UserFactory()
    appoint(stranger, "county_admin", other)
    appoint(editor, "village_editor", villages["松林"])
    boss = UserFactory()
    appoint(boss, "county_admin", county)
    client.force_login(boss)
    batch = hand_in(client, county, {"松林村村规民约.txt": rule_text()})
    client.force_login(stranger)
    refused = client.get(reverse("covenants_batch", args=[batch.pk]))
    assert refused.status_code in (302, 403, 404)
    assert "全县.zip" not in client.get(reverse("covenants_batches")).content.decode()
    client.force_login(editor)
    assert client.get(reverse("covenants_batches")).status_code in (302, 403, 404)


def test_damaged_zip_is_told_on_the_form(client, county, clerk):
    upload = SimpleUploadedFile("坏.zip", b"PK\x03\x04 broken")
    reply = client.post(reverse("covenants_batches"), {"scope": county.pk, "archive": upload})
    assert reply.status_code == 200 and "不是完好的压缩包" in reply.content.decode()
    assert not ImportBatch.objects.exists()


def test_folder_command_runs_and_writes_the_report(county, villages, tmp_path, capsys):
    folder = tmp_path / "全县" / "云台镇" / "松林村"
    folder.mkdir(parents=True)
    (folder / "村规民约.txt").write_text(rule_text(), encoding="utf-8")
    (folder / "全村.pptx").write_bytes(b"slides")
    (folder / ".DS_Store").write_bytes(b"")
    sheet = tmp_path / "报告.xlsx"
    with pytest.raises(SystemExit):
        call_command("import_batch", tmp_path / "全县", scope=county.code, run=True, report=sheet)
    assert CovenantPage.objects.child_of(villages["松林"]).exists()
    told = capsys.readouterr().out
    assert "已新建 1" in told and "不能导入 1" in told and sheet.stat().st_size


def test_pictures_come_with_the_batch_and_go_with_it(client, county, villages, clerk):
    shared, own, hand = (picture(colour) for colour in ("red", "blue", "green"))
    chosen = ImageFactory(
        collection=body_collection(villages["松林"]), file=ContentFile(hand, name="手选.png")
    )
    files = {
        "松林村村规民约.docx": word_with(shared, own, hand),
        "松林村红白理事会.docx": word_with(shared),
    }
    batch = look_through(hand_in(client, county, files))
    row = rows_of(batch)["松林村村规民约.docx"]
    assert "3 张图片" in row.message and get_image_model().objects.count() == 1
    other = rows_of(batch)["松林村红白理事会.docx"]
    client.post(
        reverse("covenants_batch_row", args=[batch.pk, other.pk]),
        {"code": "532391101201", "kind": "ceremonies"},
    )
    run(client, batch)
    assert get_image_model().objects.count() == 3, "what the village has already is not made again"
    kept = CouncilPage.objects.get()
    kept.get_latest_revision_as_object().save_revision()
    client.post(reverse("covenants_batch_revoke", args=[batch.pk]))
    look_through(batch)
    assert not CovenantPage.objects.exists() and CouncilPage.objects.get() == kept
    used = kept.get_latest_revision_as_object().attachments[0].value["picture"]
    assert set(get_image_model().objects.all()) == {chosen, used}


def several(name="松林村"):
    return rule_text(name) + rule_text(name, "红白理事会章程", day="2023年5月2日")


def test_file_of_several_documents_is_a_row_for_each(client, county, villages, clerk, monkeypatch):
    monkeypatch.setattr(report, "ROWS", 2)
    files = {
        "松林村.txt": several(),
        "云台镇岔河村村规民约.txt": several("岔河村"),
        "岔河村.txt": several("岔河村"),
    }
    batch = hand_in(client, county, files)
    look_through(batch)
    rows = {row.label: row for row in batch.rows.all()}
    assert list(rows) == [f"{name} 第{n}份" for name in sorted(files) for n in (1, 2)]
    for name in ("松林村.txt", "云台镇岔河村村规民约.txt"):
        assert [rows[f"{name} 第{n}份"].kind for n in (1, 2)] == ["covenant", "ceremonies"]
        assert rows[f"{name} 第2份"].state == ImportRow.READY, rows[f"{name} 第2份"].doubts
    doubtful = rows["岔河村.txt 第2份"]
    assert doubtful.state == ImportRow.DOUBTFUL
    assert "第2份" in client.get(reverse("covenants_batch", args=[batch.pk])).content.decode()
    sheet = client.get(reverse("covenants_batch_sheet", args=[batch.pk]))
    cells = list(load_workbook(io.BytesIO(sheet.content)).active.iter_rows())
    assert [row[0].value for row in cells[1:]] == list(rows)
    client.post(
        reverse("covenants_batch_row", args=[batch.pk, doubtful.pk]),
        {"code": "532391102201", "kind": "ceremonies"},
    )
    run(client, batch)
    assert CovenantPage.objects.count() == 2 and CouncilPage.objects.count() == 3
    client.post(reverse("covenants_batch_revoke", args=[batch.pk]))
    look_through(batch)
    assert not CovenantPage.objects.exists() and not RuleSource.objects.exists()


def test_kind_of_the_manifest_is_for_a_file_of_one_document(client, county, villages, clerk):
    manifest = (
        "file,code,group,kind,adopted,effective,filed_on,filing_no,edition,provenance\n"
        "a.txt,532391101201,,covenant,,,,,1,legacy\n"
        "b.txt,532391101202,,,,,,,1,legacy\n"
    )
    files = {"a.txt": several(), "b.txt": several(), "清单.csv": manifest}
    batch = look_through(hand_in(client, county, files))
    rows = {row.label: row for row in batch.rows.all()}
    assert list(rows) == ["a.txt", "b.txt 第1份", "b.txt 第2份"]
    assert rows["a.txt"].state == ImportRow.REFUSED and "有 2 份文本" in rows["a.txt"].message
    assert [rows[f"b.txt 第{n}份"].kind for n in (1, 2)] == ["covenant", "ceremonies"]


def test_file_that_finds_no_turn_at_the_converter_is_taken_later(
    client, county, villages, clerk, monkeypatch
):
    def busy(*args, **kwargs):
        raise ReadError(BUSY, "松林村村规民约.txt", "排队的太多。")

    batch = hand_in(client, county, {"松林村村规民约.txt": rule_text()})
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(planning, "parse_rule", busy)
        steps.go_on(batch, until=time.monotonic() + 0.3)
    assert batch.rows.get().state == ImportRow.LISTED
    look_through(batch)
    client.post(reverse("covenants_batch_start", args=[batch.pk]))
    batch.refresh_from_db()
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(weighing, "parse_rule", busy)
        steps.go_on(batch, until=time.monotonic() + 0.3)
    assert batch.rows.get().state == ImportRow.READY
    look_through(batch)
    assert batch.rows.get().state == ImportRow.CREATED


@pytest.mark.parametrize("name", [".", "./", "..", "../../../etc/松林村村规民约.txt", "/"])
def test_names_that_are_none_or_lead_elsewhere_harm_nothing(
    client, county, villages, clerk, private_files, name
):
    before = private_files()
    batch = hand_in(client, county, {name: rule_text(), "松林村.txt": rule_text()})
    look_through(batch)
    assert batch.state == ImportBatch.PLANNED
    for row in batch.rows.filter(state=ImportRow.DOUBTFUL):
        client.post(
            reverse("covenants_batch_row", args=[batch.pk, row.pk]),
            {"code": "532391101202", "kind": "covenant"},
        )
    run(client, batch)
    assert batch.state == ImportBatch.DONE and CovenantPage.objects.exists()
    made = private_files() - before
    assert len(made) == 1 + RuleSource.objects.count()


def test_a_zip_that_breaks_the_listing_stops_no_other(client, county, villages, clerk, monkeypatch):
    broken = hand_in(client, county, {"松林村.txt": rule_text()})
    list_files = planning.list_files

    def breaks(batch, archive):
        if batch.pk == broken.pk:
            raise RecursionError
        list_files(batch, archive)

    monkeypatch.setattr(planning, "list_files", breaks)
    steps.go_on(broken)
    broken.refresh_from_db()
    assert broken.state == ImportBatch.FAILED and "重新打包" in broken.message


def test_a_page_that_cannot_be_taken_back_stops_no_other(client, county, villages, clerk):
    old = CovenantPageFactory(parent=villages["岔河一"], articles=["酒席不超过二十桌。"])
    files = {
        "松林村村规民约.txt": rule_text(),
        "云台镇/岔河村村规民约.txt": rule_text("岔河村", day="2025年5月1日"),
    }
    batch = look_through(hand_in(client, county, files))
    run(client, batch)
    row = rows_of(batch)["云台镇/岔河村村规民约.txt"]
    assert row.state == ImportRow.EDITION
    # As `purge_revisions` does with what is no longer the latest.
    Revision.objects.filter(pk=row.before["latest_revision"]).delete()
    client.post(reverse("covenants_batch_revoke", args=[batch.pk]))
    look_through(batch)
    assert batch.state == ImportBatch.REVOKED
    states = {name: row.state for name, row in rows_of(batch).items()}
    assert states == dict(zip(files, [ImportRow.REVOKED, ImportRow.KEPT], strict=True))
    assert CovenantPage.objects.get() == old


def test_a_file_of_very_many_documents_is_refused(client, county, villages, clerk, monkeypatch):
    monkeypatch.setattr(rule_files, "MOST_DOCUMENTS", 3)
    found = planned(client, county, {"三份.txt": rule_text() * 3, "四份.txt": rule_text() * 4})
    assert found["四份.txt"].state == ImportRow.REFUSED
    assert "4 份文本" in found["四份.txt"].message
    assert ImportRow.objects.filter(file="三份.txt").count() == 3


def test_a_file_is_taken_apart_once_for_all_its_documents(
    client, county, villages, clerk, monkeypatch
):
    times, split = [], rule_files.split_documents

    def counted(lines):
        times.append(1)
        return split(lines)

    monkeypatch.setattr(rule_files, "split_documents", counted)
    kinds = ["村规民约", "红白理事会章程", "道德评议会章程", "禁毒禁赌会章程"]
    batch = hand_in(client, county, {"松林村.txt": "".join(rule_text(kind=k) for k in kinds)})
    look_through(batch)
    run(client, batch)
    assert batch.rows.filter(state=ImportRow.CREATED).count() == 4
    assert len(times) == 2, "once to look at it, once to land it"


def test_a_decision_tells_the_browser_only_where_to_go(client, county, villages, clerk):
    batch = look_through(hand_in(client, county, {"松林村.txt": rule_text(kind="")}))
    reply = client.post(
        reverse("covenants_batch_row", args=[batch.pk, batch.rows.get().pk]),
        {"leave": "1", "p": "2\r\nSet-Cookie: a", "state": "doubtful&x"},
    )
    assert reply.status_code == 302 and client.get(reply.url).status_code == 200
