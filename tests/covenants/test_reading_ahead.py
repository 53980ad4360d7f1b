"""What takes long is done before a transaction: while one lasts nobody on the site can save."""

from contextlib import contextmanager

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from wagtail.images import get_image_model
from wagtail.models import Page

from covenants import attaching, importing
from covenants.batch import steps
from covenants.desk import work
from covenants.importing import import_rules, keep_original, so_many
from covenants.models import CouncilPage, CovenantPage, ImportRow, RuleSource
from covenants.parsing.readers import conversion
from covenants.rule_files import RuleFile
from covenants.weighing import CREATED, SKIPPED
from tests.covenants.parsing.test_converted_files import program
from tests.covenants.parsing.test_word_pictures import EMF, with_pictures
from tests.covenants.test_attaching import picture, word_with
from tests.covenants.test_batches import hand_in, look_through, run
from tests.covenants.test_importing import several_in_word
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
RTF = rb"{\rtf1\ansi %s}"
COPY = """while [ $# -gt 0 ]; do [ "$1" = --outdir ] && out=$2; shift; done
mkdir -p "$out" && cp %s "$out/source.docx"
"""


class Noting:
    """Turns at the converter that note how deep in transactions they were taken."""

    def __init__(self):
        self.depths = []

    @contextmanager
    def taken(self):
        self.depths.append(depth())
        yield


def depth():
    """Transactions within the test's own."""
    return len(connection.savepoint_ids)


@pytest.fixture
def converted(tmp_path, monkeypatch):
    """Lets a small program stand in for LibreOffice, which makes every old file the one set."""
    noting = Noting()

    def becomes(content):
        (tmp_path / "made.docx").write_bytes(content)
        path = program(tmp_path, COPY % (tmp_path / "made.docx"))
        monkeypatch.setattr(conversion, "converter", lambda: path)
        monkeypatch.setattr(conversion, "_turns", noting)
        return noting.depths

    return becomes


@pytest.fixture
def cleaning(monkeypatch):
    """How deep in transactions pictures are cleaned."""
    depths, clean = [], attaching.clean_picture

    def noted(data):
        depths.append(depth())
        return clean(data)

    monkeypatch.setattr(attaching, "clean_picture", noted)
    return depths


def test_old_files_are_converted_before_anything_is_written(villages, converted):
    depths = converted(word_with())
    code = villages["松林"].code
    for publish in (False, True):
        file = RuleFile("约.rtf", RTF % str(publish).encode(), code, kind="covenant")
        list(import_rules([file], publish=publish))
    assert depths == [0, 0] and CovenantPage.objects.count() == 1


def test_a_county_waits_for_no_conversion(client, county, villages, clerk, converted, cleaning):
    depths = converted(word_with())
    files = {
        "松林村村规民约.rtf": RTF % b"1",
        "不知道.rtf": RTF % b"2",
        "云台镇/岔河村村规民约.docx": word_with(picture("red")),
    }
    batch = look_through(hand_in(client, county, files))
    places = ("532391101201", "532391102201", "532391101202")
    for name, code in zip(files, places, strict=True):
        row = batch.rows.get(file=name)
        client.post(
            reverse("covenants_batch_row", args=[batch.pk, row.pk]),
            {"code": code, "kind": "covenant"},
        )
    run(client, batch)
    assert CovenantPage.objects.count() == 3
    assert depths == [0] * 6, "looked at, decided, landed"
    assert cleaning == [0] and get_image_model().objects.count() == 1


def test_a_file_of_several_documents_is_converted_once_each_time(
    client, county, villages, clerk, converted
):
    depths = converted(several_in_word())
    code = villages["松林"].code
    outcomes = list(import_rules([RuleFile("几份.rtf", RTF % b"1", code, kind="")]))
    assert len(outcomes) > 1 and {one.status for one in outcomes} == {CREATED}
    assert depths == [0]


def test_the_desk_cleans_pictures_before_the_draft_is_made(client, villages, cleaning):
    client.force_login(UserFactory(is_superuser=True))
    upload = SimpleUploadedFile("约.docx", word_with(picture("red"), picture("blue")))
    desk = client.post(
        reverse("covenants_upload"),
        {"area": villages["松林"].pk, "kind": "covenant", "file": upload},
    )
    source = RuleSource.objects.get()
    client.post(desk.url, {"text": source.text, "save": "1", "version": source.desk_version})
    assert len(CovenantPage.objects.get().attachments) == 2
    assert cleaning == [0, 0]


def test_same_file_twice_in_one_go_lands_once(villages):
    code = villages["松林"].code
    for dry_run in (True, False):
        files = [RuleFile(name, word_with(), code) for name in ("一.docx", "二.docx")]
        found = [one.status for one in import_rules(files, publish=True, dry_run=dry_run)]
        assert found == [CREATED, SKIPPED]


def test_files_read_ahead_fit_in_memory(villages, monkeypatch):
    monkeypatch.setattr(importing, "HELD", 100)
    code = villages["松林"].code
    ahead = importing.read_ahead(
        [RuleFile(f"{n}.docx", word_with(n=str(n)), code) for n in (1, 2, 3)],
        lambda file: villages["松林"],
    )
    assert [len(so_many(ahead, 50)) for _turn in range(4)] == [1, 1, 1, 0]


@pytest.mark.parametrize("change", ["moved", "gone"])
def test_a_place_that_moves_or_goes_while_its_file_is_read(
    client, county, villages, clerk, monkeypatch, change
):
    batch = look_through(hand_in(client, county, {"松林村村规民约.docx": word_with()}))
    weigh, other = importing.weigh, villages["岔河二"].get_parent()

    def meanwhile(file, place, **options):
        weighed = weigh(file, place, **options)
        now = Page.objects.get(pk=place.pk)
        now.move(other, "last-child") if change == "moved" else now.specific.delete()
        return weighed

    monkeypatch.setattr(importing, "weigh", meanwhile)
    run(client, batch)
    assert not any(Page.find_problems())
    row = batch.rows.get()
    if change == "gone":
        assert row.state == ImportRow.REFUSED and "不在" in row.message
    else:
        page = CovenantPage.objects.get()
        assert page.get_parent().pk == villages["松林"].pk and page.is_descendant_of(other)


def test_files_of_a_chunk_that_fails_are_not_left_behind(
    client, county, villages, clerk, monkeypatch, private_files
):
    batch = look_through(hand_in(client, county, {"松林村村规民约.docx": word_with(picture())}))
    before = private_files()
    client.post(reverse("covenants_batch_start", args=[batch.pk]))
    batch.refresh_from_db()
    landed = steps.import_chunk

    def killed(*args, **kwargs):
        landed(*args, **kwargs)
        raise KeyboardInterrupt

    monkeypatch.setattr(steps, "import_chunk", killed)
    with pytest.raises(KeyboardInterrupt):
        steps.go_on(batch)
    assert private_files() == before and not CouncilPage.objects.exists()


def test_pictures_that_are_not_kept_are_told(villages):
    code = villages["松林"].code
    content = with_pictures(EMF, picture("red"))
    (outcome,) = import_rules([RuleFile("约.docx", content, code)])
    assert "还有 1 张图片没有取出来" in " ".join(outcome.warnings)
    assert "EMF" in " ".join(outcome.warnings)
    assert get_image_model().objects.count() == 1


def test_pixels_of_one_file_are_bounded(monkeypatch):
    monkeypatch.setattr(attaching, "MOST_PIXELS_TOGETHER", 25_000)
    content = word_with(picture("red"), picture("blue"), picture("green"))
    found = attaching.enclosed_in(content, "约.docx")
    assert (len(found.pictures), found.left_out, found.broken) == (2, 1, 0)


def test_pictures_of_an_old_file_are_told(villages, converted):
    converted(word_with(picture()))
    (outcome,) = import_rules([RuleFile("约.rtf", RTF % b"1", villages["松林"].code)])
    assert "1 张图片" in " ".join(outcome.warnings) and "旧格式" in " ".join(outcome.warnings)


def test_a_correction_is_made_before_it_is_kept_and_refused_when_another_came(villages):
    one, other = UserFactory(), UserFactory()
    text = "松林村村规民约\n第一条 甲。\n第二条 乙。\n"
    source = keep_original("约.txt", text.encode(), villages["松林"], "covenant", text=text)
    depths = []

    def change(sheet, new="丙"):
        depths.append(depth())
        sheet.retype(text.replace("乙", new))

    def meanwhile(sheet):
        work.changed(source, one, 1, lambda sheet: change(sheet, "丁"))
        change(sheet)

    work.changed(source, one, 0, change)
    with pytest.raises(work.Stale):
        work.changed(source, one, 1, meanwhile)
    with pytest.raises(work.NotYours):
        work.changed(source, other, 2, change)
    source.refresh_from_db()
    assert "丁" in source.text and source.desk_version == 2
    assert depths == [0, 0, 0]
