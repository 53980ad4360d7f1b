"""The import from nothing: interrupted, damaged, told on the command line."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Page, Site

from home.models import FeatureIndexPage
from tests.factories import HomePageFactory, VillagePageFactory
from villages.division_import import NoHomePage, import_divisions
from villages.models import AreaPage, CountyPage, TownshipPage, VillagePage

REAL = (Path(__file__).resolve().parents[2] / "villages/data/chuxiong_divisions.csv").read_bytes()
SHUANGBAI = "532322"

pytestmark = pytest.mark.django_db


def part(*replacements):
    """The real rows of one county, 8 townships and 85 villages, with texts replaced."""
    lines = REAL.decode().splitlines(keepends=True)
    text = lines[0] + "".join(line for line in lines if line.startswith(SHUANGBAI))
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new)
    return text.encode()


def command(data, folder, name="import_divisions", **options):
    """(standard output, error output) of the command run on these bytes."""
    path = folder / "table.csv"
    path.write_bytes(data)
    out, err = StringIO(), StringIO()
    call_command(name, str(path), stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


class Killed(Exception):
    """Stands for the end of the process between two townships."""


def test_interrupted_import_is_completed_by_the_next():
    HomePageFactory()

    def interrupted(townships):
        yield from townships[:3]
        raise Killed

    with pytest.raises(Killed):
        import_divisions(part(), progress=interrupted)
    made = set(AreaPage.objects.values_list("pk", flat=True))
    assert (CountyPage.objects.count(), TownshipPage.objects.count()) == (1, 3)
    report = import_divisions(part())
    assert (report.created["township"], report.unchanged) == (5, len(made))
    assert AreaPage.objects.count() == part().count(b"\n") - 1
    assert made < set(AreaPage.objects.values_list("pk", flat=True))
    assert all(problems == [] for problems in Page.find_problems())


def test_good_rows_land_beside_bad_ones():
    HomePageFactory()
    report = import_divisions(part(("532322104001,5323221", "53232210400X,5323221")))
    assert [problem.code for problem in report.problems] == ["53232210400X"]
    assert AreaPage.objects.count() == part().count(b"\n") - 2


def test_refused_row_does_not_make_its_place_vanish():
    HomePageFactory()
    import_divisions(part())
    report = import_divisions(part(("鄂嘉社区居民委员会", "")))
    assert [problem.code for problem in report.problems] == ["532322104001"]
    assert report.vanished == []


def test_gbk_file():
    HomePageFactory()
    assert import_divisions(part().decode().encode("gbk")).encoding == "gb18030"
    assert TownshipPage.objects.get(code="532322103").title == "法脿镇"


def test_addresses_that_other_pages_have_stay_theirs():
    home = HomePageFactory()
    home.add_child(instance=FeatureIndexPage(title="典型案例", slug="shuangbaixian"))
    import_divisions(part())
    county = CountyPage.objects.get()
    assert county.url == "/shuangbaixian-2/"
    assert TownshipPage.objects.get(code="532322103").url == "/shuangbaixian-2/fabiaozhen/"


def test_no_home_page():
    Site.objects.all().delete()
    with pytest.raises(NoHomePage):
        import_divisions(part())


def test_json(tmp_path):
    HomePageFactory()
    report = json.loads(command(REAL + b"53230110\n", tmp_path, json=True)[0])
    assert report["created"] == {"county": 10, "township": 103, "village": 1106}
    assert [(p["line"], p["code"]) for p in report["problems"]] == [(1222, "53230110")]


def test_bad_rows_are_told_and_the_command_succeeds(tmp_path):
    HomePageFactory()
    out, err = command(part(("532322104001,5323221", "53232210400X,5323221")), tmp_path)
    assert "53232210400X:代码“53232210400X”不全是数字" in err
    assert "县（市）1，乡镇8" in out
    assert "拒收1行" in out


def test_dry_run_makes_nothing(tmp_path):
    HomePageFactory()
    out, _ = command(part(), tmp_path, dry_run=True)
    assert "县（市）1，乡镇8" in out
    assert not AreaPage.objects.exists()


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04rest", "第一条 村规民约".encode()])
@pytest.mark.parametrize("name", ["import_divisions", "import_groups"])
def test_nothing_to_read_fails(tmp_path, data, name):
    HomePageFactory()
    with pytest.raises(CommandError):
        command(data, tmp_path, name)


def test_missing_file_fails(tmp_path):
    HomePageFactory()
    with pytest.raises(CommandError):
        call_command("import_divisions", str(tmp_path / "missing.csv"))


def test_name_and_code_changed_by_hand_stay_findable(client):
    village = VillagePageFactory(name="松林村民委员会", code="532391101201")
    village.name, village.code = "青松村民委员会", "532391101209"
    village.save_revision().publish()
    values = set(village.area_aliases.values_list("kind", "value"))
    assert values == {("code", "532391101201"), ("name", "松林村民委员会")}
    assert client.get("/v/532391101201/")["Location"] == VillagePage.objects.get(pk=village.pk).url
